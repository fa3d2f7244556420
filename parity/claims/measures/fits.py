"""The best that simple curves can do for the points of the scenario."""

import numpy as np

from parity.claims.subject import Subject
from scratch.tree import Array


def best_line_loss(subject: Subject) -> float:
    """Return the loss of the best straight line."""
    x, y = subject.problem.x, subject.problem.y
    features = np.column_stack([x, np.ones(len(x))])
    return _loss(subject, features @ np.linalg.lstsq(features, y, rcond=None)[0])


def best_monotone_loss(subject: Subject) -> float:
    """Return the loss of the best curve that only rises or only falls; no single sigmoid can do better."""
    y = subject.problem.y[np.argsort(subject.problem.x[:, 0])]
    return min(_loss(subject, fit) for fit in (pooled(y[:, 0]), -pooled(-y[:, 0])))


def pooled(y: Array) -> Array:
    """Return the rising sequence nearest to ``y``: neighbours that fall are replaced by their mean."""
    blocks: list[list[float]] = []
    for value in y:
        blocks.append([float(value)])
        while len(blocks) > 1 and np.mean(blocks[-2]) > np.mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    return np.concatenate([np.full(len(block), np.mean(block)) for block in blocks])


def _loss(subject: Subject, fit: Array) -> float:
    problem = subject.problem
    assert problem.loss is not None
    order = np.argsort(problem.x[:, 0])
    return float(problem.loss.forward(fit.reshape(-1, 1), problem.y[order])[0])
