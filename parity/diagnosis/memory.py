"""What a mistake remembers from step to step: it travels with the velocity, so that rules stay pure functions."""

from scratch.training import State
from scratch.tree import Tree

PREFIX = "remembered "


def recall(state: State) -> tuple[State, dict[str, Tree]]:
    """Return the state that the honest step knows, and the trees that were kept in the step before, by name."""
    kept: dict[str, Tree] = {}
    velocity: Tree = {}
    for layer, arrays in state.velocity.items():
        if layer.startswith(PREFIX):
            name, _, own = layer.removeprefix(PREFIX).partition("/")
            kept.setdefault(name, {})[own] = arrays
        else:
            velocity[layer] = arrays
    return State(state.params, velocity), kept


def keep(state: State, **trees: Tree) -> State:
    """Return ``state``, and with it trees for the next step to recall."""
    more = {
        f"{PREFIX}{name}/{layer}": arrays for name, tree in trees.items() for layer, arrays in tree.items()
    }
    return State(state.params, {**state.velocity, **more})
