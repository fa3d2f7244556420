import numpy as np
import matplotlib.pyplot as plt


class Classifier:
    def __init__(self, n_inputs, n_neurons, n_classes):
        self.weights_hidden = 0.5 * np.random.randn(n_inputs, n_neurons)
        self.bias_hidden = np.random.randn(n_neurons) * 0.1
        self.weights_output = 0.5 * np.random.randn(n_neurons, n_classes)
        self.bias_output = np.random.randn(n_classes) * 0.1

    def forward(self, X):
        self.hidden = np.tanh(X @ self.weights_hidden + self.bias_hidden)
        scores = self.hidden @ self.weights_output + self.bias_output
        exps = np.exp(scores - scores.max(axis=1, keepdims=True))
        self.probs = exps / exps.sum(axis=1, keepdims=True)
        return self.probs

    def error(self, Y):
        return 0.5 * np.sum((self.probs - Y) ** 2)

    def backward(self, X, Y, lr):
        d_scores = (self.probs - Y) * self.probs * (1 - self.probs)
        d_hidden = d_scores @ self.weights_output.T * (1 - self.hidden ** 2)
        self.weights_output -= lr * self.hidden.T @ d_scores
        self.bias_output -= lr * d_scores.sum(axis=0)
        self.weights_hidden -= lr * X.T @ d_hidden
        self.bias_hidden -= lr * d_hidden.sum(axis=0)


np.random.seed(16)
X = np.random.uniform(-1, 1, (75, 2))
r = (X ** 2).sum(axis=1)
Y = np.eye(3)[(r > 0.3).astype(int) + (r > 0.9)]

model = Classifier(2, 10, 3)
errors = []
for epoch in range(800):
    model.forward(X)
    errors.append(model.error(Y))
    model.backward(X, Y, 0.05)

plt.plot(errors, label="training error")
plt.legend()
plt.show()
print("last error", errors[-1])
