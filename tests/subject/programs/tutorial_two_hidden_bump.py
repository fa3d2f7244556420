# the fix for the 1-1-1 network: two hidden neurons make a bump
import numpy as np

data = [(1, 0), (2, 1), (3, 1), (4, 0)]


def s(z):
    return 1 / (1 + np.exp(-z))


def forward(x, w1a, b1a, w1b, b1b, w2a, w2b, b2):
    aa = s(w1a * x + b1a)
    ab = s(w1b * x + b1b)
    return aa, ab, w2a * aa + w2b * ab + b2


def train(w1a, b1a, w1b, b1b, w2a, w2b, b2, eta=0.5, epochs=2000):
    history = []
    N = len(data)
    for _ in range(epochs):
        g_w1a = g_b1a = g_w1b = g_b1b = g_w2a = g_w2b = g_b2 = 0.0
        loss = 0.0
        for x, y in data:
            aa, ab, yhat = forward(x, w1a, b1a, w1b, b1b, w2a, w2b, b2)
            err = yhat - y
            loss += 0.5 * err ** 2 / N
            g_w2a += err * aa / N
            g_w2b += err * ab / N
            g_b2 += err / N
            dza = err * w2a * aa * (1 - aa)
            dzb = err * w2b * ab * (1 - ab)
            g_w1a += dza * x / N
            g_b1a += dza / N
            g_w1b += dzb * x / N
            g_b1b += dzb / N
        history.append(loss)
        w1a -= eta * g_w1a
        b1a -= eta * g_b1a
        w1b -= eta * g_w1b
        b1b -= eta * g_b1b
        w2a -= eta * g_w2a
        w2b -= eta * g_w2b
        b2 -= eta * g_b2
    return (w1a, b1a, w1b, b1b, w2a, w2b, b2), history


if __name__ == "__main__":
    # rising edge near 1.5, falling edge near 3.5
    params, history = train(2.0, -3.0, 2.0, -7.0, 1.0, -1.0, 0.0)
    print("loss %.5f -> %.5f" % (history[0], history[-1]))
    for x, y in data:
        print(x, y, "%.3f" % forward(x, *params)[2])
    try:
        import matplotlib.pyplot as plt
        plt.plot(history)
        plt.xlabel("epoch")
        plt.ylabel("loss")
        plt.show()
    except ImportError:
        pass
