"""A candidate in plain values, for whoever asks from another process."""

from typing import Any

from parity.understanding.calling import Plan
from parity.understanding.material import Candidate
from parity.understanding.roles import Role, likeness
from parity.understanding.scripts import PASS
from parity.understanding.stepping import Training


def described(candidate: Candidate, number: int) -> dict[str, Any]:
    """Return what a candidate is, as plain values.

    Args:
        candidate: which.
        number: by which it is called.
    """
    forward, training, reading = candidate.forward, candidate.training, candidate.forward.reading
    told: dict[str, Any] = {
        "number": number,
        "name": candidate.name,
        "forward": forward.plan.function,
        "feed": forward.feed.name,
        "single": forward.feed.single and forward.pairing is None,
        "places": [place.name for place in forward.places],
        "count": candidate.count,
        "chosen": candidate.chosen,
        "gap": float(forward.gap),
        "inputs": forward.inputs,
        "outputs": forward.outputs,
        "layers": [],
        "training": None,
    }
    if reading is not None:
        told["layers"] = [
            {
                "inputs": layer.inputs,
                "outputs": layer.outputs,
                "kernel": forward.places[layer.kernel].name,
                "turned": layer.turned,
                "bias": forward.places[layer.bias].name if layer.bias is not None else "",
                "shared": layer.bias is not None and forward.places[layer.bias].value.size < layer.outputs,
                "joined": layer.joined,
                "activations": list(names),
            }
            for layer, names in zip(reading.layers, reading.activations, strict=True)
        ]
    if training is not None:
        told["training"] = _trained(training)
    return told


def _trained(training: Training) -> dict[str, Any]:
    return {
        "calls": [_call(plan) for plan in training.calls],
        "pairing": training.pairing.name,
        "single": training.pairing.single,
        "forward first": training.forward_first,
        "rate": training.rate.name if training.rate else "",
        "rate power": training.rate.power if training.rate else 1,
        "moves": training.moves,
        "gradients": bool(training.gradients),
        "momentum": _has(training, Role.MOMENTUM),
        "momentum argument": any(plan.uses(Role.MOMENTUM) for plan in training.calls),
        "penalty": _has(training, Role.PENALTY),
        "batch": _has(training, Role.BATCH),
        "error": training.error,
        "hands output": any(plan.uses(Role.OUTPUT) or plan.uses(Role.ERROR) for plan in training.calls),
        "epochs": _counts_epochs(training),
        "penalized": training.penalized,
    }


def _counts_epochs(training: Training) -> bool:
    """Return whether a training loop is called that can be told how often to go through the data."""
    if any(plan.uses(Role.EPOCHS) for plan in training.calls):
        return True
    loops = [plan.function for plan in training.calls if likeness(plan.function, "train") == 0]
    return _has(training, Role.EPOCHS) and bool(loops) and PASS not in loops


def _has(training: Training, role: Role) -> bool:
    return any(plan.uses(role) for plan in training.calls) or any(knob is role for _, knob in training.knobs)


def _call(plan: Plan) -> str:
    return f"{plan.function}({', '.join(plan.arguments)})"
