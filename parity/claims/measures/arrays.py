"""Single numbers inside the network of the scenario: outputs, weights, gradients.

Every measure returns the entries it is asked for in a row, one kernel row or batch row after the other.
"""

import numpy as np

from parity.claims.subject import Subject
from parity.claims.trajectory import Trajectory
from scratch import begin, train_step
from scratch.tree import Array, flatten


def output(
    subject: Subject, layer: str | None = None, rows: list[int] | None = None, step: int | None = 0
) -> list[float]:
    """Return what a layer computes for some rows of the data; left out: the last layer, all rows."""
    y = watched(subject, rows, subject.end(step))[f"output/{layer or subject.problem.network.names[-1]}"]
    return listed(y)


def weighted_sum(subject: Subject, row: int, layer: str = "dense_1") -> list[float]:
    """Return the output of a dense layer without its bias."""
    y = output(subject, layer, [row])
    return listed(np.array(y) - subject.problem.params[layer]["bias"])


def error(subject: Subject, layer: str, rows: list[int] | None = None) -> list[float]:
    """Return the derivative of the loss by the output of a layer, before training."""
    return listed(watched(subject, rows, 0)[f"error/{layer}"])


def sigmoid_slope(subject: Subject, layer: str, rows: list[int]) -> list[float]:
    """Return ``a (1 - a)`` for the outputs of a sigmoid layer, before training."""
    a = np.array(output(subject, layer, rows))
    return listed(a * (1 - a))


def gradient(
    subject: Subject, path: str, rows: list[int] | None = None, times: float = 1.0, step: int = 0
) -> list[float]:
    """Return the gradient of a parameter.

    Args:
        subject: the scenario.
        path: of the parameter, ``dense_1/kernel``.
        rows: the loss is the mean over these rows only.
        times: ½ gives the gradient of articles that drop the factor 2 of the mean squared error.
        step: after how many updates.
    """
    return listed(watched(subject, rows, step)[f"gradient/{path}"] * times)


def gradient_is_zero(subject: Subject, path: str, step: int = 0) -> bool:
    """Return whether every entry of the gradient of a parameter is exactly zero."""
    return not any(gradient(subject, path, step=step))


def moves(subject: Subject, path: str, entry: int, up: bool) -> bool:
    """Return whether the first step makes an entry of a parameter larger, or else smaller."""
    slope = gradient(subject, path)[entry]
    return slope < 0 if up else slope > 0


def weight(subject: Subject, path: str, step: int | None = None) -> list[float]:
    """Return a parameter after ``step`` updates; left out: at the end."""
    return listed(flatten(subject.trajectory.params(subject.end(step)))[path])


def weights_outside(subject: Subject, low: float, high: float, step: int | None = None) -> int:
    """Return how many entries of the kernels lie outside [low, high]."""
    arrays = flatten(subject.trajectory.params(subject.end(step)))
    kernels = [array for path, array in arrays.items() if path.endswith("/kernel")]
    return sum(int(((kernel < low) | (kernel > high)).sum()) for kernel in kernels)


def losses_after_one_step(subject: Subject, rates: list[float], layer: str | None = None) -> list[float]:
    """Return the loss after a single step with each learning rate; ``layer``: only that one moves."""
    return [_loss_after(subject, rate, layer) for rate in rates]


def step_lowers_loss(subject: Subject, rates: list[float], layer: str | None = None) -> bool:
    """Return whether a single step lowers the loss, with each of the learning rates."""
    before = float(subject.trajectory.loss(0))
    return all(after < before for after in losses_after_one_step(subject, rates, layer))


def batch_equals_rows(subject: Subject) -> bool:
    """Return whether a batch of all rows gives the same as each row by itself, to rounding."""
    problem = subject.problem
    batch, _ = problem.network.forward(problem.params, problem.x)
    alone = [problem.network.forward(problem.params, row[None])[0][0] for row in problem.x]
    return bool((np.abs(batch - np.array(alone)) < 1e-15 * np.abs(batch).max()).all())


def row_losses(subject: Subject, rows: list[int]) -> list[float]:
    """Return the loss of each row by itself, before training."""
    return [float(watched(subject, [row], 0)["loss"]) for row in rows]


def gate(subject: Subject, layer: str, unit: int, truth: list[int]) -> bool:
    """Return whether a unit, taken as on above ½, has this truth table over the rows."""
    y = watched(subject, None, 0)[f"output/{layer}"][:, unit]
    return np.array_equal(y > 0.5, truth)


def unit_output(subject: Subject, layer: str, unit: int, rows: list[int]) -> list[float]:
    """Return what one unit of a layer says about some rows, before training."""
    return listed(watched(subject, rows, 0)[f"output/{layer}"][:, unit])


def switch_points(subject: Subject, step: int | None = None) -> list[float]:
    """Return where each hidden sigmoid of a network with one input is at ½: ``x = -b / w``."""
    hidden = subject.trajectory.params(subject.end(step))["dense_1"]
    return listed(-hidden["bias"] / hidden["kernel"][0])


def curve_is_monotone(subject: Subject, low: float, high: float, step: int | None = None) -> bool:
    """Return whether the output of a network with one input only rises, or only falls, over an interval."""
    x = np.linspace(low, high, 401)[:, None]
    y, _ = subject.problem.network.forward(subject.trajectory.params(subject.end(step)), x)
    slopes = np.diff(y[:, 0])
    return bool((slopes >= 0).all() or (slopes <= 0).all())


def curve_turns(subject: Subject, low: float, high: float, step: int | None = None) -> bool:
    """Return whether it rises and falls."""
    return not curve_is_monotone(subject, low, high, step)


def watched(subject: Subject, rows: list[int] | None, step: int) -> dict[str, Array]:
    """Return every array of one training step over some rows, by its path (:mod:`scratch.tap`)."""
    problem, seen = subject.problem, dict[str, Array]()
    params = subject.trajectory.params(step)
    x, y = (problem.x, problem.y) if rows is None else (problem.x[rows], problem.y[rows])

    def tap(path: str, array: Array) -> Array:
        return seen.setdefault(path, array)

    if problem.loss is None or problem.optimizer is None:
        problem.network.forward(params, x, tap)
    else:
        train_step(
            problem.network, problem.loss, problem.optimizer, begin(problem.optimizer, params), x, y, tap
        )
    return seen


def listed(array: Array) -> list[float]:
    """Return the entries of an array as plain numbers."""
    return [float(entry) for entry in np.ravel(array)]


def _loss_after(subject: Subject, rate: float, layer: str | None) -> float:
    problem = subject.problem.with_training(learning_rate=rate)
    moved = Trajectory(problem).params(1)
    params = moved if layer is None else problem.params | {layer: moved[layer]}
    return float(Trajectory(problem, params).loss(0))
