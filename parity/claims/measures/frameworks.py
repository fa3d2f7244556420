"""What the frameworks made of it, and the slips on the way to them."""

import numpy as np

from parity.claims.subject import NotCheckedError, Subject
from parity.results import Implementation, Run, Verdict


def frameworks_agree(subject: Subject, dtype: str = "float64") -> bool:
    """Return whether every framework computes what the hand-written network computes, to rounding."""
    implementations = _run(subject, dtype).implementations
    return all(_verdict(own) == Verdict.HOLDS for own in implementations)


def framework_agrees(subject: Subject, framework: str, dtype: str = "float64") -> bool:
    """Return whether one framework computes what the hand-written network computes, to rounding."""
    return _verdict(_implementation(subject, framework, dtype)) == Verdict.HOLDS


def framework_loss(subject: Subject, framework: str, dtype: str = "float64") -> float:
    """Return the last loss that a framework reports."""
    return _curve(subject, framework, dtype)[-1]


def largest_loss_gap(subject: Subject, framework: str, dtype: str = "float64") -> float:
    """Return how far the losses of a framework ever are from those of the hand-written network."""
    curves = _run(subject, dtype).loss
    _curve(subject, framework, dtype)
    assert curves is not None
    return max(curves.differences[framework])


def loss_with_flat_targets(subject: Subject, steps: int) -> float:
    """Return the loss after training on targets of shape (N,), which broadcast to (N, N) beside (N, 1)."""
    problem = subject.problem
    network, optimizer, loss = problem.network, problem.optimizer, problem.loss
    assert optimizer is not None
    assert loss is not None
    params = problem.params
    for _ in range(steps):
        y, caches = network.forward(params, problem.x)
        value, error = loss.forward(y, problem.y[:, 0])  # (N, 1) and (N,): an error of (N, N)
        dy = loss.backward(error).sum(axis=1, keepdims=True)
        params, _ = optimizer.step(params, network.backward(params, caches, dy), {})
    return float(value)


def whole_numbers_promote(subject: Subject) -> bool:
    """Return whether 32-bit weights silently become 64-bit beside inputs that are whole numbers."""
    inputs = subject.problem.x.astype(np.int64)
    return (inputs @ np.ones((inputs.shape[1], 1), np.float32)).dtype == np.float64


def _run(subject: Subject, dtype: str) -> Run:
    for run in subject.runs:
        if run.dtype == dtype and run.implementations:
            return run
    raise NotCheckedError(f"no framework ran in {dtype}")


def _implementation(subject: Subject, framework: str, dtype: str) -> Implementation:
    for own in _run(subject, dtype).implementations:
        if own.framework == framework:
            return own
    raise NotCheckedError(f"{framework} did not run in {dtype}")


def _verdict(own: Implementation) -> Verdict:
    if own.verdict in (Verdict.FAILED, Verdict.UNCLEAR):
        raise NotCheckedError(f"{own.framework}: {own.verdict}" + (f", {own.reason}" if own.reason else ""))
    return own.verdict


def _curve(subject: Subject, framework: str, dtype: str) -> list[float]:
    _implementation(subject, framework, dtype)
    curves = _run(subject, dtype).loss
    if curves is None or not curves.losses.get(framework):
        raise NotCheckedError(f"{framework} reports no losses in {dtype}")
    return curves.losses[framework]
