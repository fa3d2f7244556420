"""Where a mistake is, in words: the statement of the user's file that a cause points to."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from attrs import field, frozen

Event = dict[str, Any]
"""What :func:`parity.understanding.flowing.flow` says of a statement."""


@frozen(eq=False)
class Trail:
    """A traced step.

    Attributes:
        events: its statements, in order.
        sizes: how many numbers each parameter has, by path.
        wrong: paths of the parameters whose gradient or update is wrong.
    """

    events: Sequence[Event]
    sizes: dict[str, int]
    wrong: Collection[str]
    _late: set[tuple[str, int]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Find the statements whose values depend on targets: what does not is the forward pass."""
        late = {_statement(e) for e in self.events if e["targets"] and e["weights"]}
        object.__setattr__(self, "_late", late)

    @property
    def depth(self) -> int:
        """The number of layers."""
        return max((_layer(path) for path in self.sizes), default=0)

    def is_late(self, number: int) -> bool:
        """Whether a statement belongs to the backward pass."""
        return _statement(self.events[number]) in self._late

    def changes(self, path: str) -> list[int]:
        """Return the numbers of the events that change a parameter."""
        return [n for n, event in enumerate(self.events) if path in event["changed"]]

    def behind(self, path: str) -> set[int]:
        """Return the numbers of the events of the backward pass that a parameter's change comes from."""
        found: set[int] = set()
        queue = self.changes(path)
        while queue:
            number = queue.pop()
            if number not in found:
                found.add(number)
                queue += [n for n in self.events[number]["from"] if self.is_late(n)]
        return found

    def own(self, layer: int) -> list[int]:
        """Return the events of one layer: those behind its kernel, but not behind the next one's."""
        later = {n for k in range(layer + 1, self.depth + 1) for n in self.behind(f"dense_{k}/kernel")}
        both = self.behind(f"dense_{layer}/kernel") | self.behind(f"dense_{layer}/bias")
        return sorted(both - later)

    def before(self, number: int) -> list[int]:
        """Return the events of the backward pass whose values a statement reads."""
        return [n for n in self.events[number]["from"] if self.is_late(n)]

    def others(self, number: int) -> int:
        """Return how many values of the forward pass a statement reads, results of functions included."""
        return sum(not self.is_late(n) for n in self.events[number]["from"])

    def worst(self, kind: str = "") -> int:
        """Return the layer nearest to the output that is wrong; the last where none is known to be."""
        return max((_layer(path) for path in self.wrong if path.endswith(kind)), default=self.depth)


def _statement(event: Event) -> tuple[str, int]:
    return event["file"], event["line"]


def _layer(path: str) -> int:
    return int(path.partition("/")[0].removeprefix("dense_"))


def where(codes: Sequence[str], wrong: Collection[str], sizes: dict[str, int], events: Sequence[Event]) -> str:
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
    function = f", in {event['function']}()" if event["function"] and not event["function"].startswith("<") else ""
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
            return _at(change, f"{name} is changed here, and read again for the error before it in {_line(change, read)}")
    return ""


def _line(here: Event, there: Event) -> str:
    return f"line {there['line']}" if here["file"] == there["file"] and ":" in there["place"] else there["place"]


def _first_error(trail: Trail) -> str:
    number = _error(trail)
    if number is None:
        return ""
    return _at(trail.events[number], f"{_names(trail.events[number])} is the first error") + _called(trail, number)


def _error(trail: Trail) -> int | None:
    return min((n for k in range(1, trail.depth + 1) for n in trail.behind(f"dense_{k}/kernel")), default=None)


def _output_delta(trail: Trail) -> str:
    number = _delta(trail, trail.depth)
    if number is None:
        return ""
    return _at(trail.events[number], "this is where the output's derivative comes in") + _called(trail, number)


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
    place = call["place"].rpartition(":")[0] + f":{call['returned']}" if ":" in call["place"] else call["place"]
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
    if not before:
        return gradient
    last = max(before)
    error = _error(trail)
    plain = trail.others(last) == 0 or (last == error and layer == trail.depth)
    return gradient if plain and trail.others(gradient) > 1 else last


def _kernel(trail: Trail, layer: int) -> int | None:
    """Return the event where a kernel's gradient is formed."""
    path = f"dense_{layer}/kernel"
    changes = trail.changes(path)
    if not changes:
        return None
    behind = set(trail.own(layer)) & trail.behind(path)
    only = sorted(behind - trail.behind(f"dense_{layer}/bias")) if trail.changes(f"dense_{layer}/bias") else []
    fitting = [n for n in only or sorted(behind) if trail.sizes.get(path) in trail.events[n]["sizes"]]
    return (fitting or only or changes)[0]


def _kernel_gradient(trail: Trail) -> str:
    layer = trail.worst("kernel")
    number = _kernel(trail, layer)
    return "" if number is None else _at(trail.events[number], f"this is where the gradient of layer_{layer}'s kernel is formed")


def _bias_gradient(trail: Trail) -> str:
    layer = trail.worst("bias")
    path = f"dense_{layer}/bias"
    changes = trail.changes(path)
    if not changes:
        return _never(trail, layer)
    only = sorted((set(trail.own(layer)) & trail.behind(path)) - trail.behind(f"dense_{layer}/kernel"))
    return _at(trail.events[(only or changes)[0]], f"this is where the gradient of layer_{layer}'s bias is formed")


def _never(trail: Trail, layer: int) -> str:
    changes = trail.changes(f"dense_{layer}/kernel")
    if not changes:
        return ""
    event = trail.events[changes[-1]]
    return _at(event, f"{_names(event)} is changed here, the bias of layer_{layer} nowhere: its update belongs after this line")


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
                return _at(trail.events[number], f"this is where {_names(trail.events[number])} gets its penalty")
    return ""


def _left_out(trail: Trail) -> str:
    """Find the end of the updates where a layer gets none."""
    changes = [n for path in trail.sizes for n in trail.changes(path)]
    if not changes:
        return ""
    event = trail.events[changes[-1]]
    return _at(event, f"the last change of a weight; layer_{min(map(_layer, trail.wrong), default=1)} gets none")


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
