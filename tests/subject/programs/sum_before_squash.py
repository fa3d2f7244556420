# script: predict whether a student passes (two features), bias column appended last
import numpy as np

np.random.seed(1)

hours = np.array([[1, 5], [2, 8], [3, 4], [5, 6], [6, 3], [7, 7], [8, 8], [2, 3]], dtype=float) / 10
passed = np.array([[0, 0, 0, 1, 1, 1, 1, 0]], dtype=float).T
inputs = np.hstack([hours, np.ones((len(hours), 1))])

hidden_weights = np.random.randn(3, 4) * 0.5
output_weights = np.random.randn(5, 1)


def logistic(s):
    return 1 / (1 + np.exp(-s))


def logistic_deriv(v):
    return v * (1 - v)


learning_rate = 0.01
for iteration in range(1, 101):
    hidden_sum = inputs @ hidden_weights
    hidden_out = np.hstack([logistic(hidden_sum), np.ones((len(inputs), 1))])
    final_out = logistic(hidden_out @ output_weights)

    residual = final_out - passed
    if iteration % 25 == 0:
        print("iteration", iteration, "sum of squares / 2:", 0.5 * (residual ** 2).sum())

    out_delta = residual * logistic_deriv(final_out)
    hid_delta = (out_delta @ output_weights[:-1].T) * logistic_deriv(hidden_sum)

    output_weights -= learning_rate * hidden_out.T @ out_delta
    hidden_weights -= learning_rate * inputs.T @ hid_delta
