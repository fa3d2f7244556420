"""PyTorch: real ``torch.nn`` modules, losses, autograd and ``torch.optim``."""

from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import torch
from torch import nn

from parity.frameworks.protocol import Checkpoint, Chunk
from parity.scenarios.problem import Problem
from scratch.layers import Dense, LeakyReLU
from scratch.tree import Array, flatten

NAME = "torch"

MODULES: dict[str, Callable[[], nn.Module]] = {
    "Linear": nn.Identity,
    "ReLU": nn.ReLU,
    "Sigmoid": nn.Sigmoid,
    "Softmax": lambda: nn.Softmax(dim=-1),
    "Tanh": nn.Tanh,
}

Criterion = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def _half_squared_error(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Half the sum over outputs: ``nn.MSELoss`` is the mean over them."""
    return nn.MSELoss()(prediction, target) * (0.5 * target.shape[-1])


def _categorical_cross_entropy(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of probabilities: ``nn.NLLLoss`` takes their logarithm, and class numbers.

    It has no form for targets that are no classes; there the sum is written out.
    """
    if ((target == 0) | (target == 1)).all():
        return nn.NLLLoss()(torch.log(prediction), target.argmax(dim=-1))
    return -(torch.xlogy(target, prediction)).sum(dim=-1).mean()


CRITERIA: dict[str, Criterion] = {
    "mean_squared_error": nn.MSELoss(),
    "half_squared_error": _half_squared_error,
    "binary_cross_entropy": nn.BCELoss(),
    "binary_cross_entropy_from_logits": nn.BCEWithLogitsLoss(),
    "categorical_cross_entropy": _categorical_cross_entropy,
    "categorical_cross_entropy_from_logits": nn.CrossEntropyLoss(),
}


def about() -> dict[str, str]:
    """Return version, threads and the flags that can change numbers."""
    torch.set_num_threads(1)
    return {
        "torch": str(torch.__version__),  # its own type would have whoever unpickles it import torch
        "torch threads": str(torch.get_num_threads()),
        "torch deterministic algorithms": str(torch.are_deterministic_algorithms_enabled()),
        "torch float32 matmul precision": torch.get_float32_matmul_precision(),
    }


def twin(problem: Problem) -> "TorchTwin":
    """Return the problem's network as an ``nn.Sequential``."""
    torch.set_num_threads(1)
    return TorchTwin(problem)


class TorchTwin:
    """An ``nn.Sequential``, a criterion and a ``torch.optim.SGD``."""

    def __init__(self, problem: Problem) -> None:
        """Build the model and give it the problem's initial weights."""
        self._problem = problem
        override = problem.scenario.overrides.get(NAME)
        if override and override.own_weights is not None:
            torch.manual_seed(override.own_weights)
        self._model = _model(problem)
        self._parameters = _parameters(self._model)
        self._x = torch.from_numpy(problem.x.copy())
        self._y = torch.from_numpy(problem.y.copy())
        self._optimizer: torch.optim.SGD | None = None
        training = problem.scenario.training
        self._in_order = training is None or training.shuffle_seed is None
        if training:
            rate = training.learning_rate
            if override and override.learning_rate is not None:
                rate = override.learning_rate
            self._criterion = CRITERIA[training.loss]
            self._optimizer = torch.optim.SGD(
                self._model.parameters(), lr=rate, momentum=training.momentum, nesterov=training.nesterov
            )
        if not (override and override.own_weights is not None):
            self.restore(Checkpoint(flatten(problem.params)))

    def effective(self) -> dict[str, float]:
        """Return learning rate and momentum as the optimizer holds them."""
        if self._optimizer is None:
            return {}
        group = self._optimizer.param_groups[0]
        return {"learning_rate": float(group["lr"]), "momentum": float(group["momentum"])}

    def checkpoint(self) -> Checkpoint:
        """Return kernels, biases and momentum buffers, copied."""
        weights = {path: _array(path, p.detach()).copy() for path, p in self._parameters.items()}
        memory = {}
        if self._optimizer is not None:
            for path, p in self._parameters.items():
                buffer = self._optimizer.state.get(p, {}).get("momentum_buffer")
                if buffer is not None:
                    memory[path] = _array(path, buffer).copy()
        return Checkpoint(weights, memory)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Copy weights and momentum buffers in."""
        for path, p in self._parameters.items():
            with torch.no_grad():
                p.copy_(_tensor(path, checkpoint.weights[path]))
            if self._optimizer is not None:
                state = self._optimizer.state[p]
                state.clear()
                if path in checkpoint.memory:
                    state["momentum_buffer"] = _tensor(path, checkpoint.memory[path])

    def advance(self, first: int, stop: int, recorded: Collection[int]) -> Chunk:
        """Train with autograd from step ``first`` to ``stop - 1``."""
        assert self._optimizer is not None
        wanted = set(recorded)
        losses: list[torch.Tensor] = []
        seen: dict[str, list[torch.Tensor]] = {}
        for step, rows in zip(range(first, stop), self._problem.batches(first, stop), strict=True):
            x, y = self._batch(rows)
            outputs = self._forward(x)
            loss = self._criterion(outputs[-1][1], y)
            self._optimizer.zero_grad()  # sets to None: the gradients recorded below are not overwritten
            loss.backward()
            if step in wanted:
                for name, output in outputs:
                    seen.setdefault(f"output/{name}", []).append(output.detach())
                for path, p in self._parameters.items():
                    seen.setdefault(f"gradient/{path}", []).append(p.grad)
            self._optimizer.step()
            if step in wanted:
                for path, p in self._parameters.items():
                    seen.setdefault(f"weight/{path}", []).append(p.detach().clone())
            losses.append(loss.detach())
        arrays = {path: _array(path, torch.stack(tensors)) for path, tensors in seen.items()}
        return Chunk(first, torch.stack(losses).numpy(), np.array(sorted(wanted), dtype=int), arrays)

    def outputs(self) -> Chunk:
        """Return what each module computes for all rows."""
        with torch.no_grad():
            arrays = {f"output/{name}": y.numpy()[None] for name, y in self._forward(self._x)}
        return Chunk(0, np.zeros(0), np.zeros(1, dtype=int), arrays)

    def predict(self, inputs: Array) -> Array:
        """Return the model's output (N, O)."""
        with torch.no_grad():
            output: Array = self._model(torch.from_numpy(inputs.copy())).numpy()
        return output

    def _batch(self, rows: Array) -> tuple[torch.Tensor, torch.Tensor]:
        if len(rows) == len(self._x) and self._in_order:
            return self._x, self._y
        index = torch.from_numpy(rows)
        return self._x[index], self._y[index]

    def _forward(self, x: torch.Tensor) -> list[tuple[str, torch.Tensor]]:
        outputs = []
        for name, module in self._model.named_children():
            x = module(x)
            outputs.append((name, x))
        return outputs


def _parameters(model: nn.Sequential) -> dict[str, nn.Parameter]:
    """Return weights and biases by their paths."""
    parameters = {}
    for name, module in model.named_children():
        if isinstance(module, nn.Linear):
            parameters[f"{name}/kernel"] = module.weight
            if module.bias is not None:
                parameters[f"{name}/bias"] = module.bias
    return parameters


def _model(problem: Problem) -> nn.Sequential:
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    width = problem.x.shape[1]
    dtype = getattr(torch, problem.dtype)
    for name, layer in zip(problem.network.names, problem.network.layers, strict=True):
        if isinstance(layer, Dense):
            modules[name] = nn.Linear(width, layer.units, bias=layer.bias, dtype=dtype)
        else:
            modules[name] = _activation(layer)
        width = layer.outputs(width)
    return nn.Sequential(modules)


def _activation(layer: Any) -> nn.Module:
    return nn.LeakyReLU(layer.slope) if isinstance(layer, LeakyReLU) else MODULES[type(layer).__name__]()


def _array(path: str, tensor: Any) -> Array:
    """Return a view in scratch's layout: PyTorch keeps kernels as (out, in)."""
    array: Array = tensor.numpy()
    return np.swapaxes(array, -1, -2) if path.endswith("/kernel") else array


def _tensor(path: str, array: Array) -> torch.Tensor:
    """Return a copy in PyTorch's layout."""
    return torch.from_numpy(np.ascontiguousarray(array.T if path.endswith("/kernel") else array).copy())
