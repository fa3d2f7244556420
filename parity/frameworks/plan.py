"""Which steps of training are compared in full, and in what stretches."""

from collections.abc import Iterator

import numpy as np

from parity.scenarios.problem import Problem

EVERY_STEP_BELOW = 2_000
"""Values a step (outputs, gradients and weights together) up to which every step is recorded."""

CHUNK_VALUES = 400_000
"""Values a chunk may hold: with sixteen noise members in float64 that is 50 MB, whatever the number of epochs."""

MOST_STEPS = 1_000
"""Steps in a chunk, so that implementations stay near each other and progress is seen."""


def log_selection(steps: int, per_decade: int = 12) -> list[int]:
    """Return about ``per_decade`` step numbers for each power of ten, always with the first ten and the last.

    The result is sorted, without repetition, and empty for ``steps`` = 0.
    """
    if steps <= 0:
        return []
    count = int(per_decade * np.log10(max(steps, 10))) + 1
    spread = np.round(np.geomspace(1, steps, count)).astype(int) - 1
    return sorted({*range(min(steps, 10)), *spread.tolist(), steps - 1})


def values_per_step(problem: Problem) -> int:
    """Return how many numbers one fully recorded step has."""
    width, values = problem.x.shape[1], 0
    for layer in problem.network.layers:
        width = layer.outputs(width)
        values += problem.batch_size * width
    return values + 2 * count_parameters(problem)


def count_parameters(problem: Problem) -> int:
    """Return the number of weights and biases."""
    return sum(array.size for own in problem.params.values() for array in own.values())


def recorded_steps(problem: Problem) -> list[int]:
    """Return the numbers of the steps that are recorded in full, in order."""
    record = problem.scenario.record
    if record is None:
        record = "every" if values_per_step(problem) <= EVERY_STEP_BELOW else "log"
    return list(range(problem.steps)) if record == "every" else log_selection(problem.steps)


def spans(problem: Problem) -> Iterator[tuple[int, int, list[int]]]:
    """Yield stretches ``(first, stop, recorded steps within)`` that together cover the training."""
    room = max(1, CHUNK_VALUES // values_per_step(problem))
    recorded = recorded_steps(problem)
    first = position = 0
    while first < problem.steps:
        stop = min(problem.steps, first + MOST_STEPS)
        end = position
        while end < len(recorded) and recorded[end] < stop:
            end += 1
        fits = _fitting(problem, recorded[position:end], room)
        if fits < end - position:  # stop right behind the last step that fits
            end = position + fits
            stop = recorded[end - 1] + 1
        yield first, stop, recorded[position:end]
        first, position = stop, end


def _fitting(problem: Problem, recorded: list[int], room: int) -> int:
    """Return how many of the recorded steps fit into one chunk: not too much, and batches of one size."""
    sizes = [problem.rows_in_batch(step) for step in recorded[:room]]
    return next((i for i, size in enumerate(sizes) if size != sizes[0]), len(sizes))
