"""A little deep learning library: layers, a loss, a net and an optimizer."""
from typing import Dict, Iterator, Sequence, Tuple
import numpy as np
from numpy import ndarray as Tensor


class Layer:
    def __init__(self) -> None:
        self.params: Dict[str, Tensor] = {}
        self.grads: Dict[str, Tensor] = {}

    def forward(self, inputs: Tensor) -> Tensor:
        raise NotImplementedError

    def backward(self, grad: Tensor) -> Tensor:
        raise NotImplementedError


class Linear(Layer):
    def __init__(self, input_size: int, output_size: int) -> None:
        super().__init__()
        self.params["w"] = np.random.randn(input_size, output_size)
        self.params["b"] = np.random.randn(output_size)

    def forward(self, inputs: Tensor) -> Tensor:
        self.inputs = inputs
        return inputs @ self.params["w"] + self.params["b"]

    def backward(self, grad: Tensor) -> Tensor:
        self.grads["b"] = np.sum(grad, axis=0)
        self.grads["w"] = self.inputs.T @ grad
        return grad @ self.params["w"].T


class Tanh(Layer):
    def forward(self, inputs: Tensor) -> Tensor:
        self.inputs = inputs
        return np.tanh(inputs)

    def backward(self, grad: Tensor) -> Tensor:
        return (1 - np.tanh(self.inputs) ** 2) * grad


class TotalSquaredError:
    def loss(self, predicted: Tensor, actual: Tensor) -> float:
        return np.sum((predicted - actual) ** 2)

    def grad(self, predicted: Tensor, actual: Tensor) -> Tensor:
        return 2 * (predicted - actual)


class NeuralNet:
    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = layers

    def forward(self, inputs: Tensor) -> Tensor:
        for layer in self.layers:
            inputs = layer.forward(inputs)
        return inputs

    def backward(self, grad: Tensor) -> Tensor:
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad

    def params_and_grads(self) -> Iterator[Tuple[Tensor, Tensor]]:
        for layer in self.layers:
            for name, param in layer.params.items():
                yield param, layer.grads[name]


class SGD:
    def __init__(self, lr: float = 0.01) -> None:
        self.lr = lr

    def step(self, net: NeuralNet) -> None:
        for param, grad in net.params_and_grads():
            param -= self.lr * grad


def train(net, inputs, targets, num_epochs=500, loss=TotalSquaredError(), optimizer=SGD()):
    for epoch in range(num_epochs):
        predicted = net.forward(inputs)
        value = loss.loss(predicted, targets)
        net.backward(loss.grad(predicted, targets))
        optimizer.step(net)
        if epoch % 100 == 0:
            print(epoch, value)


if __name__ == "__main__":
    np.random.seed(0)
    xor_in = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
    xor_out = np.array([[1, 0], [0, 1], [0, 1], [1, 0]])
    train(NeuralNet([Linear(2, 4), Tanh(), Linear(4, 2)]), xor_in, xor_out)
