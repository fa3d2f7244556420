"""A framework meets scratch on one problem, stretch by stretch, as in a run."""

from typing import Any

from parity.frameworks import workers
from parity.frameworks.plan import spans
from parity.frameworks.workers import Worker
from parity.judge import Judge, Reference
from parity.judge.judge import Finding
from parity.scenarios.problem import Problem

PATIENCE = 120.0


def ask(worker: Worker, task: Any, problem: Problem, *arguments: Any) -> Any:
    return worker.call(task, problem, *arguments, timeout=PATIENCE)


def meet(worker: Worker, problem: Problem) -> Finding:
    """Return what the judge finds."""
    reference, judge = Reference(problem), Judge(problem, worker.framework)
    checkpoint = ask(worker, workers.begin, problem).checkpoint
    judge.begin(checkpoint.weights)
    for first, stop, recorded in spans(problem):
        stretch = reference.advance(first, stop, recorded)
        chunk, checkpoint = ask(worker, workers.advance, problem, checkpoint, first, stop, recorded)
        judge.add(stretch, chunk)
    judge.add(reference.outputs(), ask(worker, workers.outputs, problem, checkpoint))
    (prediction,) = ask(worker, workers.predict, problem, checkpoint, [problem.x])
    judge.predictions("train", *_around(prediction, reference.predict(problem.x)))
    return judge.findings()


def _around(other: Any, scratch: Any) -> tuple[Any, Any, Any]:
    truth, noise = scratch
    return truth, other, noise
