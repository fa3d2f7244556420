import numpy as np
try:
    from sklearn.datasets import load_iris
    from sklearn.preprocessing import OneHotEncoder
except ImportError:
    load_iris = None


class MLPClassifier:
    def __init__(self, n_hidden=8, learning_rate=0.05, n_iter=500, random_state=None):
        self.n_hidden = n_hidden
        self.learning_rate = learning_rate
        self.n_iter = n_iter
        self.random_state = random_state

    def _init_weights(self, n_features, n_classes):
        rs = np.random.RandomState(self.random_state)
        self.W_hidden = rs.randn(n_features, self.n_hidden) * 0.1
        self.b_hidden = np.zeros((1, self.n_hidden))
        self.W_out = rs.randn(self.n_hidden, n_classes) * 0.1
        self.b_out = np.zeros((1, n_classes))

    def _sigmoid(self, Z):
        return 1 / (1 + np.exp(-Z))

    def _softmax(self, Z):
        e = np.exp(Z - Z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def _forward(self, X):
        H = self._sigmoid(X @ self.W_hidden + self.b_hidden)
        return H, self._softmax(H @ self.W_out + self.b_out)

    def predict_proba(self, X):
        return self._forward(X)[1]

    def predict(self, X):
        return self.predict_proba(X).argmax(axis=1)

    def fit(self, X, Y):
        self._init_weights(X.shape[1], Y.shape[1])
        self.cost_ = []
        for i in range(self.n_iter):
            H, P = self._forward(X)
            self.cost_.append(-np.mean(np.sum(Y * np.log(P), axis=1)))
            out_delta = (P - Y) * (P * (1 - P)) / len(X)
            hid_delta = out_delta @ self.W_out.T * (H * (1 - H))
            self.W_out -= self.learning_rate * H.T @ out_delta
            self.b_out -= self.learning_rate * out_delta.sum(axis=0)
            self.W_hidden -= self.learning_rate * X.T @ hid_delta
            self.b_hidden -= self.learning_rate * hid_delta.sum(axis=0)
            if i % 100 == 0:
                print(f"iter {i}: cross-entropy {self.cost_[-1]:.4f}")
        return self


if __name__ == "__main__":
    data = load_iris()
    X = (data.data - data.data.mean(0)) / data.data.std(0)
    Y = OneHotEncoder().fit_transform(data.target[:, None]).toarray()
    model = MLPClassifier(learning_rate=1.0, random_state=1).fit(X, Y)
    print("accuracy", np.mean(model.predict(X) == data.target))
