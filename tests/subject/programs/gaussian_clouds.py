# softmax classifier with one sigmoid hidden layer on three gaussian clouds
import numpy as np
import matplotlib.pyplot as plt


def forward(X, W1, b1, W2, b2):
    Z = 1 / (1 + np.exp(-X.dot(W1) - b1))
    A = Z.dot(W2) + b2
    expA = np.exp(A)
    Y = expA / expA.sum(axis=1, keepdims=True)
    return Y, Z


def classification_rate(Y, P):
    return np.mean(Y == P)


def cost(T, Y):
    tot = T * np.log(Y)
    return -tot.sum()


def derivative_w2(Z, T, Y):
    return Z.T.dot(T - Y)


def derivative_b2(T, Y):
    return (T - Y).sum(axis=0)


def derivative_w1(X, Z, T, Y, W2):
    dZ = (T - Y).dot(W2.T) * Z * (1 - Z)
    return X.T.dot(dZ)


def derivative_b1(T, Y, W2, Z):
    return ((T - Y).dot(W2.T) * Z * (1 - Z)).sum(axis=0)


def main():
    Nclass = 50
    D, M, K = 2, 3, 3
    X = np.vstack([np.random.randn(Nclass, 2) + c for c in ([0, -2], [2, 2], [-2, 2])])
    Y = np.array([0] * Nclass + [1] * Nclass + [2] * Nclass)
    N = len(Y)
    T = np.zeros((N, K))
    T[np.arange(N), Y] = 1

    W1 = np.random.randn(D, M)
    b1 = np.random.randn(M)
    W2 = np.random.randn(M, K)
    b2 = np.random.randn(K)

    learning_rate = 1e-3
    costs = []
    for epoch in range(1000):
        output, hidden = forward(X, W1, b1, W2, b2)
        if epoch % 100 == 0:
            c = cost(T, output)
            r = classification_rate(Y, np.argmax(output, axis=1))
            print("cost:", c, "classification_rate:", r)
            costs.append(c)
        gW2 = derivative_w2(hidden, T, output)
        gb2 = derivative_b2(T, output)
        gW1 = derivative_w1(X, hidden, T, output, W2)
        gb1 = derivative_b1(T, output, W2, hidden)
        W2 += learning_rate * gW2
        b2 += learning_rate * gb2
        W1 += learning_rate * gW1
        b1 += learning_rate * gb1

    plt.plot(costs)
    plt.show()


if __name__ == '__main__':
    main()
