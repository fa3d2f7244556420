"""One input, one hidden neuron, one output: everything is a plain number."""
import math

xs = [1, 2, 3, 4]
ys = [0, 1, 1, 0]

# initial parameters
w1 = 0.5
b1 = -0.1
w2 = 0.3
b2 = 0.2

eta = 0.5


def sigmoid(z):
    return 1.0 / (1.0 + math.exp(-z))


def predict(x):
    return w2 * sigmoid(w1 * x + b1) + b2


for epoch in range(2000):
    gw1 = gb1 = gw2 = gb2 = 0.0
    total = 0.0
    for x, y in zip(xs, ys):
        # forward
        z1 = w1 * x + b1
        a1 = sigmoid(z1)
        yhat = w2 * a1 + b2
        total += 0.5 * (yhat - y) ** 2
        # backward
        dyhat = yhat - y
        dw2 = dyhat * a1
        db2 = dyhat
        da1 = dyhat * w2
        dz1 = da1 * a1 * (1 - a1)
        dw1 = dz1 * x
        db1 = dz1
        gw1 += dw1
        gb1 += db1
        gw2 += dw2
        gb2 += db2
    n = len(xs)
    w1 -= eta * gw1 / n
    b1 -= eta * gb1 / n
    w2 -= eta * gw2 / n
    b2 -= eta * gb2 / n
    if epoch % 500 == 0:
        print("epoch", epoch, "mean loss", total / n)

for x, y in zip(xs, ys):
    print(x, y, round(predict(x), 4))
