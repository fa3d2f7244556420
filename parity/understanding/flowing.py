"""A traced step as plain data: which statement's values come from which, what depends on targets and weights."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from parity.subject import places
from parity.understanding.material import Material
from parity.understanding.passing import Forward
from parity.understanding.slots import as_numbers
from parity.understanding.stepping import Step, Training, run
from parity.understanding.target import Refused
from parity.understanding.tracing import Event, Tracer, mark
from scratch.tree import Array

MOST_TOLD = 4000
MOST_HOLDERS = 12


def traced(
    training: Training,
    material: Material,
    values: Mapping[int, Array],
    x: Array,
    y: Array,
    rate: float | None = None,
) -> list[dict[str, Any]]:
    """Make a training step, and return the statements that led to what it changed; see :func:`flow`.

    Raises:
        Refused, LookupError, ValueError, TypeError: it cannot be made.
    """
    if training.forward.reading is None:
        return []
    x, y = _rows(training, x, y)
    events = _events(training, material, values, x, y, rate)
    if len(x) > 1:
        first = _tried(partial(_events, training, material, values, x[:1], y[:1], rate))
        if first and _changes(first) < _changes(
            events
        ):  # a step a sample: what follows depends on all before
            x, y, events = x[:1], y[:1], first
    done = run(training, values, x, y, rate)
    others = {n: value * 1.0625 + 0.03125 for n, value in values.items()}
    targets = _tried(partial(_events, training, material, values, x, _other(y), rate))
    weights = _tried(partial(_events, training, material, others, x, y, rate))
    return flow(events, targets, weights, _results_of(training, done))


def _rows(training: Training, x: Array, y: Array) -> tuple[Array, Array]:
    """Return so many samples that no error has as many entries as a kernel."""
    assert training.forward.reading is not None
    if training.pairing.single:
        return x[:1], y[:1]
    taken = {size + more for size in training.forward.reading.sizes for more in (0, 1)}
    count = next((n for n in range(len(x), 1, -1) if n not in taken), len(x))
    return x[:count], y[:count]


def _changes(events: Sequence[Event]) -> int:
    return sum(bool(event.changed) for event in events)


def _events(
    training: Training,
    material: Material,
    values: Mapping[int, Array],
    x: Array,
    y: Array,
    rate: float | None,
) -> list[Event]:
    tracer = Tracer(partial(_look, training.forward), material.file, material.tree)
    tracer.run(partial(run, training, values, x, y, rate))
    return tracer.events


def _tried(make: Any) -> list[Event]:
    """Return the events of another run; none where it fails: then nothing is known to depend on anything."""
    try:
        found: list[Event] = make()
    except (Refused, LookupError, ValueError, TypeError):
        return []
    return found


def _look(forward: Forward) -> dict[str, Array]:
    """Return the parameters as they are now, by our paths."""
    values = [place.read(forward.target.namespace) for place in forward.places]
    return _by_path(forward, values)


def _by_path(forward: Forward, values: Sequence[Array]) -> dict[str, Array]:
    assert forward.reading is not None
    shaped = [as_numbers(v).reshape(p.shape) for v, p in zip(values, forward.places, strict=True)]
    found: dict[str, Array] = {}
    for k, (kernel, bias) in enumerate(forward.reading.kernels(shaped), 1):
        found[f"dense_{k}/kernel"] = np.asarray(kernel)
        if bias is not None:
            found[f"dense_{k}/bias"] = np.asarray(bias)
    return found


def _other(y: Array) -> Array:
    """Return other targets of the same kind: the other class, the next class, or numbers a little larger."""
    if not np.isin(y, (0.0, 1.0)).all():
        return y + 0.25
    return 1 - y if y.shape[1] == 1 else np.roll(y, 1, axis=1)


def _results_of(training: Training, done: Step) -> dict[int, list[str]]:
    """Return paths by the marks of the values that a step made: new parameters, or gradients where none changes."""
    if training.moves or training.after:
        values, old = done.after, done.before
    elif len(done.gradients) == len(done.before):
        values, old = [done.gradients[n] for n in sorted(done.gradients)], None
    else:
        return {}
    found: dict[int, list[str]] = {}
    reading = training.forward.reading
    assert reading is not None
    for k, layer in enumerate(reading.layers, 1):
        own = [
            (layer.kernel, f"dense_{k}/kernel"),
            (layer.kernel if layer.joined else layer.bias, f"dense_{k}/bias"),
        ]
        for place, path in own:
            if place is not None and (old is None or not np.array_equal(values[place], old[place])):
                found.setdefault(mark(values[place]), []).append(path)
    return found


def flow(
    events: Sequence[Event],
    other_targets: Sequence[Event],
    other_weights: Sequence[Event],
    results: Mapping[int, list[str]],
) -> list[dict[str, Any]]:
    """Return the events that have to do with a change of parameters.

    Args:
        events: of the run that is told.
        other_targets: of the same run with other targets.
        other_weights: of the same run with other weights.
        results: paths of parameters by the marks of their new values, where those are not changed in place; gradients
            where no parameter changes.

    Returns:
        One dictionary an event: ``place`` (``mynet.py:57``), ``file``, ``line``, ``function``, ``caller`` (the place
        that called it), ``names`` (what is assigned), ``new`` (whether its values were not there before), ``changed``
        and ``uses`` (paths), ``sizes`` (of what is assigned or returned), ``from`` (numbers of events in this list),
        ``targets`` and ``weights`` (whether its values depend on them), ``calls`` (the user's functions: ``name``,
        ``place``, ``line``, ``returned``, ``targets``).
    """
    sources, first = _linked(events)
    _results(events, first, results)
    targets, weights = _differs(events, other_targets), _differs(events, other_weights)
    kept = _behind([n for n, e in enumerate(events) if e.changed], sources)[:MOST_TOLD]
    numbers = {old: new for new, old in enumerate(kept)}
    return [_told(events, n, numbers, sources[n], targets, weights) for n in kept]


def _linked(events: Sequence[Event]) -> tuple[list[list[int]], dict[int, int]]:
    """Return for each event those that made and handed on the values it read, and which event first had a value.

    An event that only hands values on, as a dictionary of gradients does, has no sources of its own: what reads one
    value from it comes from that value alone.
    """
    holders: dict[int, list[int]] = {}
    sources: list[list[int]] = [[] for _ in events]
    for number in sorted(range(len(events)), key=lambda n: events[n].ended):
        event = events[number]
        event.new = any(m not in holders for m in event.wrote)
        if event.changed or event.new:
            read = [m for m in event.read if event.new or m not in event.wrote]
            sources[number] = sorted({n for m in read for n in holders.get(m, ())} - {number})
        for m in set(event.wrote):
            if len(own := holders.setdefault(m, [])) < MOST_HOLDERS:
                own.append(number)
    return sources, {m: own[0] for m, own in holders.items()}


def _results(events: Sequence[Event], first: Mapping[int, int], results: Mapping[int, list[str]]) -> None:
    known = {path for event in events for path in event.changed}
    for m, paths in results.items():
        if m in first:
            events[first[m]].changed += [path for path in paths if path not in known]


def _differs(events: Sequence[Event], others: Sequence[Event]) -> list[bool]:
    """Return which events assign other values in another run."""
    seen: Counter[tuple[str, int]] = Counter()
    by_turn: dict[tuple[tuple[str, int], int], Event] = {}
    for event in others:
        by_turn[event.key, seen[event.key]] = event
        seen[event.key] += 1
    seen.clear()
    found = []
    for event in events:
        other = by_turn.get((event.key, seen[event.key]))
        seen[event.key] += 1
        found.append(other is not None and other.wrote != event.wrote)
    return found


def _behind(ends: Sequence[int], sources: Sequence[Sequence[int]]) -> list[int]:
    """Return the numbers of all events that certain ones come from, themselves included, in order."""
    found: set[int] = set()
    queue = list(ends)
    while queue:
        number = queue.pop()
        if number not in found:
            found.add(number)
            queue += sources[number]
    return sorted(found)


def _told(
    events: Sequence[Event],
    number: int,
    numbers: Mapping[int, int],
    sources: Sequence[int],
    targets: Sequence[bool],
    weights: Sequence[bool],
) -> dict[str, Any]:
    event = events[number]
    line = event.statement.line
    return {
        "place": places.place_of(event.file, line),
        "file": event.file,
        "line": line,
        "function": event.function,
        "caller": places.place_of(event.caller.file, event.caller.statement.line) if event.caller else "",
        "names": list(dict.fromkeys(event.names)),
        "new": event.new,
        "changed": list(dict.fromkeys(event.changed)),
        "uses": list(event.uses),
        "sizes": sorted(set(event.sizes)),
        "from": [numbers[n] for n in sources if n in numbers],
        "targets": targets[number],
        "weights": weights[number],
        "calls": [
            {
                "name": name,
                "place": places.place_of(event.file, first),
                "line": first,
                "returned": events[end].statement.line if end >= 0 else first,
                "targets": targets[end] if end >= 0 else False,
            }
            for name, first, end in dict.fromkeys(event.calls)
        ],
    }
