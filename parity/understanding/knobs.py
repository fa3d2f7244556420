"""Numbers beside the learning rate that change a training step: penalties, momentum, epochs, batch size."""

from parity.understanding.calling import parameters
from parity.understanding.roles import Role, role_of
from parity.understanding.slots import Path
from parity.understanding.target import Target


def is_penalized(target: Target, name: str) -> bool:
    """Return whether a penalty is switched on where nobody asks for anything."""
    function = target.function(name)
    defaults = [p.default for p in parameters(function) if role_of(p.name) is Role.PENALTY]
    slots = [
        s.value.item()
        for s in target.slots()
        if s.value.size == 1 and (s.paths[0], Role.PENALTY) in knobs(target)
    ]
    return any(isinstance(v, int | float) and v != 0 for v in [*defaults, *slots])


def knobs(target: Target) -> tuple[tuple[Path, Role], ...]:
    """Return single numbers that are called like a penalty, a momentum, epochs or a batch size, and which of these."""
    found = []
    for slot in target.slots():
        role = role_of(str(slot.paths[0][-1][1]))
        if slot.value.size == 1 and role in (Role.PENALTY, Role.MOMENTUM, Role.EPOCHS, Role.BATCH):
            found.append((slot.paths[0], role))
    return tuple(found)
