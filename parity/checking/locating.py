"""Where a mistake is, in words: the statement of the user's file that a cause points to."""

from collections.abc import Callable, Collection, Sequence

from parity.checking.trail import Event, Trail, layer_of


def where(
    codes: Sequence[str], wrong: Collection[str], sizes: dict[str, int], events: Sequence[Event]
) -> str:
    """Return where a mistake is; empty where nothing is known.

    Args:
        codes: of the mistakes that give the same numbers, the likeliest first.
        wrong: paths of the parameters that are wrong.
        sizes: how many numbers each parameter has, by path, ``dense_1/kernel`` ….
        events: what was traced, see :func:`parity.understanding.flowing.flow`.
    """
    trail = Trail(events, sizes, wrong)
    for code in codes:
        if text := _finder(code)(trail):
            return text
    return _changed_first(trail)


Finder = Callable[[Trail], str]


def _finder(code: str) -> Finder:
    number = int(code.removeprefix("G"))
    for finder, numbers in FINDERS:
        if number in numbers:
            return finder
    return _changed_first


def _at(event: Event, text: str) -> str:
    function = (
        f", in {event['function']}()" if event["function"] and not event["function"].startswith("<") else ""
    )
    return f"{event['place']}{function}: {text}"


def _names(event: Event) -> str:
    return " and ".join(event["names"][:2]) or "what is returned"


def _order(trail: Trail) -> str:
    """Find the kernel that is changed and then read on the way back."""
    for layer in range(trail.depth, 1, -1):
        path = f"dense_{layer}/kernel"
        changes = trail.changes(path)
        back = trail.behind(f"dense_{layer - 1}/kernel") - set(changes)
        reads = [n for n in sorted(back) if changes and n > changes[0] and path in trail.events[n]["uses"]]
        if reads:
            change, read = trail.events[changes[0]], trail.events[reads[0]]
            name = change["names"][0] if change["names"] else "the kernel"
            called = change["caller"] and change["function"] != read["function"]
            by = f" (called in {_line(change, {**read, **_place(change['caller'])})})" if called else ""
            return _at(
                change,
                f"{name} is changed here{by}, and read again for the error before it in {_line(change, read)}",
            )
    return ""


def _line(here: Event, there: Event) -> str:
    return (
        f"line {there['line']}" if here["file"] == there["file"] and ":" in there["place"] else there["place"]
    )


def _place(place: str) -> Event:
    line = place.rpartition(":")[2]
    return {"place": place, "line": int(line) if line.isdigit() else 0}


def _first_error(trail: Trail) -> str:
    number = _error(trail)
    if number is None:
        return ""
    return _at(trail.events[number], f"{_names(trail.events[number])} is the first error") + _called(
        trail, number
    )


def _error(trail: Trail) -> int | None:
    return min(
        (n for k in range(1, trail.depth + 1) for n in trail.behind(f"dense_{k}/kernel")), default=None
    )


def _output_delta(trail: Trail) -> str:
    number = _delta(trail, trail.depth)
    if number is None:
        return ""
    return _at(trail.events[number], "this is where the output's derivative comes in") + _called(
        trail, number
    )


def _derivative(trail: Trail) -> str:
    """Find the derivative of the activation of the last wrong layer."""
    layer = trail.worst()
    number = _delta(trail, layer)
    if number is None:
        return ""
    event = trail.events[number]
    call = _call(trail, number)
    if call is None:
        return _at(event, f"this is where the derivative of layer_{layer}'s activation comes in")
    return f"{_in_function(call)}, called in {_line(call, event)}"


def _in_function(call: Event) -> str:
    place = (
        call["place"].rpartition(":")[0] + f":{call['returned']}" if ":" in call["place"] else call["place"]
    )
    return f"{place}, in {call['name']}()"


def _call(trail: Trail, number: int) -> Event | None:
    """Return the user's function that a statement gets a derivative from: its result does not depend on targets."""
    event = trail.events[number]
    calls = [call for call in event["calls"] if not call["targets"] and call["name"] != "<module>"]
    if calls:
        return {**calls[-1], "file": event["file"]}
    error = _error(trail)
    forward = _forward(trail, error) if error is not None else set()
    for n in reversed(event["from"]):
        if not trail.is_late(n) and n not in forward and trail.events[n]["calls"]:
            return {**trail.events[n]["calls"][-1], "file": event["file"]}
    return None


def _forward(trail: Trail, error: int) -> set[int]:
    found: set[int] = set()
    queue = [error]
    while queue:
        number = queue.pop()
        if number not in found:
            found.add(number)
            queue += trail.events[number]["from"]
    return found


def _called(trail: Trail, number: int) -> str:
    call = next(iter(trail.events[number]["calls"]), None)
    if call is None:
        return ""
    event = trail.events[number]
    return f", through {call['name']}() ({_line(event, {**call, 'file': event['file'], 'line': call['returned']})})"


def _delta(trail: Trail, layer: int) -> int | None:
    """Return the event where the error behind a layer's activation becomes the one before it."""
    gradient = _kernel(trail, layer)
    if gradient is None:
        return None
    own = set(trail.own(layer))
    before = [n for n in trail.before(gradient) if n in own]
    if not before:  # one statement forms the gradients of several layers
        through = f"dense_{layer + 1}/kernel"
        before = [n for n in trail.before(gradient) if through in trail.events[n]["uses"]]
    if not before:
        return gradient
    spots = [
        n
        for n in own
        if gradient > n > max(before) and trail.events[n]["names"][:1] and "[" in trail.events[n]["names"][0]
    ]
    if spots:
        return max(spots)
    last = max(before)
    error = _error(trail)
    plain = trail.others(last) == 0 or (last == error and layer == trail.depth)
    return gradient if plain and trail.others(gradient) > 1 else last


def _kernel(trail: Trail, layer: int) -> int | None:
    """Return the event where a kernel's gradient is formed: the first that has as many entries."""
    path = f"dense_{layer}/kernel"
    changes = trail.changes(path)
    behind = [n for n in sorted(set(trail.own(layer)) & trail.behind(path)) if trail.events[n]["new"]]
    fitting = [n for n in behind if trail.sizes.get(path) in trail.events[n]["sizes"]]
    return next(iter([*fitting, *changes]), None)


def _kernel_gradient(trail: Trail) -> str:
    layer = trail.worst("kernel")
    number = _kernel(trail, layer)
    return (
        ""
        if number is None
        else _at(trail.events[number], f"this is where the gradient of layer_{layer}'s kernel is formed")
    )


def _bias_gradient(trail: Trail) -> str:
    layer = trail.worst("bias")
    path = f"dense_{layer}/bias"
    changes = trail.changes(path)
    if not changes:
        return _never(trail, layer)
    return _at(
        trail.events[_bias(trail, layer)], f"this is where the gradient of layer_{layer}'s bias is formed"
    )


def _bias(trail: Trail, layer: int) -> int:
    """Return the event where a bias's gradient is formed: behind its change, but not behind that of any kernel."""
    path = f"dense_{layer}/bias"
    change = trail.changes(path)[0]
    kernels = {n for k in range(1, trail.depth + 1) for n in trail.behind(f"dense_{k}/kernel")}
    only = [n for n in sorted(trail.behind(path) - kernels) if not trail.events[n]["changed"]]
    near = [
        n
        for n in trail.before(change)
        if trail.sizes[path] in trail.events[n]["sizes"] and n in trail.own(layer)
    ]
    near = [n for n in near if trail.sizes.get(f"dense_{layer}/kernel") in trail.events[n]["sizes"]]
    return (only[-1:] or near or [change])[0]


def _never(trail: Trail, layer: int) -> str:
    changes = trail.changes(f"dense_{layer}/kernel")
    if not changes:
        return ""
    event = trail.events[changes[-1]]
    return _at(
        event,
        f"{_names(event)} is changed here, the bias of layer_{layer} nowhere: its update belongs after this line",
    )


def _hidden_error(trail: Trail) -> str:
    """Find where the error is taken through the next layer's kernel."""
    layer = min(trail.worst(), trail.depth - 1)
    path = f"dense_{layer + 1}/kernel"
    for number in trail.own(layer):
        if path in trail.events[number]["uses"]:
            return _at(trail.events[number], f"this is where the error of layer_{layer} is formed")
    return ""


def _between(trail: Trail) -> str:
    """Find what stands between a gradient and the change of its parameter: momentum, penalties, clipping."""
    layer = trail.worst()
    gradient, path = _kernel(trail, layer), f"dense_{layer}/kernel"
    if gradient is None:
        return ""
    later = [n for n in sorted(trail.behind(path)) if n > gradient and trail.events[n]["names"]]
    number = (later or trail.changes(path))[0]
    return _at(trail.events[number], f"this is what becomes of the gradient of layer_{layer}'s kernel")


def _penalty(trail: Trail) -> str:
    """Find where a parameter itself is added to its gradient."""
    for layer in range(trail.depth, 0, -1):
        path = f"dense_{layer}/kernel"
        for number in trail.own(layer):
            if path in trail.events[number]["uses"]:
                return _at(
                    trail.events[number], f"this is where {_names(trail.events[number])} gets its penalty"
                )
    return ""


def _left_out(trail: Trail) -> str:
    """Find the end of the updates where a layer gets none."""
    changes = [n for path in trail.sizes for n in trail.changes(path)]
    if not changes:
        return ""
    event = trail.events[changes[-1]]
    return _at(
        event, f"the last change of a weight; layer_{min(map(layer_of, trail.wrong), default=1)} gets none"
    )


def _changed_first(trail: Trail) -> str:
    changes = [n for path in trail.wrong for n in trail.changes(path)]
    if not changes:
        return ""
    return _at(trail.events[min(changes)], "this is where the first wrong parameter changes")


FINDERS: tuple[tuple[Finder, Collection[int]], ...] = (
    (_order, (114, 115)),
    (_left_out, (117, 506, 507)),
    (_output_delta, (201, 202, 203, 204, 205, 206, 207, 210, 320)),
    (_first_error, range(201, 222)),
    (_derivative, range(301, 323)),
    (_bias_gradient, (401, 402, 403, 404, 405, 406, 416, 505, 519)),
    (_hidden_error, (411, 413, 415)),
    (_kernel_gradient, (112, 116, 407, 408, 409, 410, 412, 414)),
    (_penalty, (603, 604, 605, 606)),
    (_between, (*range(501, 521), 601, 602, 607)),
)
"""Which place a cause points to, by the number of its code: the first that has it."""
