"""What a user would write: the same training with the framework's own means. Runs in the framework's process."""

from typing import Any

from parity.scenarios.problem import Problem
from scratch.tree import Array

Trained = tuple[list[float], dict[str, Array]]


def textbook_torch(module: str, problem: Problem) -> Trained:
    """Train with the loop of every PyTorch tutorial."""
    import torch
    from torch import nn

    dtype = getattr(torch, problem.dtype)
    model = nn.Sequential(nn.Linear(3, 4, dtype=dtype), nn.Tanh(), nn.Linear(4, 2, dtype=dtype), nn.Sigmoid())
    with torch.no_grad():
        for name, layer in (("dense_1", model[0]), ("dense_2", model[2])):
            layer.weight.copy_(torch.from_numpy(problem.params[name]["kernel"].T.copy()))
            layer.bias.copy_(torch.from_numpy(problem.params[name]["bias"].copy()))
    t = problem.scenario.training
    assert t is not None
    optimizer = torch.optim.SGD(
        model.parameters(), lr=t.learning_rate, momentum=t.momentum, nesterov=t.nesterov
    )
    criterion, losses = nn.MSELoss(), []
    x, y = torch.from_numpy(problem.x.copy()), torch.from_numpy(problem.y.copy())
    for rows in problem.batches(0, problem.steps):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    names = ("dense_1", model[0]), ("dense_2", model[2])
    weights = {}
    for name, layer in names:
        weights[f"{name}/kernel"] = layer.weight.detach().numpy().T.copy()
        weights[f"{name}/bias"] = layer.bias.detach().numpy().copy()
    return losses, weights


def _compiled(problem: Problem) -> Any:
    import keras

    from parity.frameworks.keras import twin

    model = twin(problem)._model
    t = problem.scenario.training
    assert t is not None
    model.compile(
        optimizer=keras.optimizers.SGD(t.learning_rate, momentum=t.momentum, nesterov=t.nesterov),
        loss=keras.losses.MeanSquaredError(),
    )
    return model


def _weights(model: Any) -> dict[str, Array]:
    return {variable.path: variable.numpy() for variable in model.trainable_variables}


def keras_train_on_batch(module: str, problem: Problem) -> Trained:
    """Train the same model with ``train_on_batch``."""
    model = _compiled(problem)
    losses = []
    for rows in problem.batches(0, problem.steps):
        losses.append(float(model.train_on_batch(problem.x[rows], problem.y[rows])))
    return losses, _weights(model)


def keras_fit(module: str, problem: Problem) -> Trained:
    """Train the same model with ``fit``; its losses are means over an epoch."""
    model = _compiled(problem)
    t = problem.scenario.training
    assert t is not None
    told = model.fit(
        problem.x, problem.y, batch_size=problem.batch_size, epochs=t.epochs, shuffle=False, verbose=0
    )
    return told.history["loss"], _weights(model)
