"""Binary classification of two kinds of wheat. Needs wheat.csv (features, then 0/1)."""
import numpy as np
import pandas as pd
import seaborn as sns

df = pd.read_csv("data/wheat.csv")
features = df.iloc[:, :-1].values
labels = df.iloc[:, -1:].values.astype(float)
features = (features - features.mean(axis=0)) / features.std(axis=0)

sns.pairplot(df)

n_samples, n_features = features.shape
n_hidden = 5
lr = 0.05
epochs = 1000

rng = np.random.RandomState(1)
w_hidden = rng.normal(scale=n_features ** -0.5, size=(n_features, n_hidden))
b_hidden = np.zeros(n_hidden)
w_out = rng.normal(scale=n_hidden ** -0.5, size=(n_hidden, 1))
b_out = np.zeros(1)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


for e in range(epochs):
    hidden = sigmoid(np.dot(features, w_hidden) + b_hidden)
    output = sigmoid(np.dot(hidden, w_out) + b_out)

    error = output - labels
    hidden_term = np.dot(error, w_out.T) * hidden * (1 - hidden)

    w_out -= lr * np.dot(hidden.T, error) / n_samples
    b_out -= lr * error.mean(axis=0)
    w_hidden -= lr * np.dot(features.T, hidden_term) / n_samples
    b_hidden -= lr * hidden_term.mean(axis=0)

    if e % (epochs / 10) == 0:
        print("Train loss (mse):", np.mean((output - labels) ** 2))

print("accuracy: {:.3f}".format(np.mean((output > 0.5) == labels)))
