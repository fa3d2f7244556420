"""What is said of a network that was understood, in words."""

from collections.abc import Mapping

from parity.checking.examining import Examination
from parity.checking.findings import Part, Reason
from parity.checking.judgement import Judgement
from parity.checking.losses import Constant
from parity.checking.naming import Named
from parity.checking.network import Network
from parity.checking.reported import called, is_same_constant, with_article
from parity.diagnosis import CATALOGUE, GROUPS

LOOP = "one pass of the loop"
ADAPTED = {"adapted forward": "forward", "adapted backward": "grads", "adapted train": "step"}


def understood(network: Network, found: Examination | None, judgement: Judgement | None) -> tuple[str, ...]:
    """Return a line each for the network, for its training step, and for its loss."""
    lines = [_network(network)]
    if network.training is not None and found is not None:
        lines.append(_training(network, found))
    if judgement is not None and found is not None and found.right:
        lines.append(_loss(found, judgement))
    update = judgement.update if judgement is not None else None
    if update is not None and update.known and (update.momentum or update.adaptive):
        lines.append(f"its update is {update.words.partition(':')[0]}")
    return tuple(lines)


def _network(network: Network) -> str:
    sizes = "-".join(map(str, network.sizes))
    activations = " / ".join("+".join(layer.activations) for layer in network.layers)
    turned = {layer.turned for layer in network.layers}
    kernels = (
        "kernels (out, in)"
        if turned == {True}
        else "kernels (in, out)"
        if turned == {False}
        else "kernels of both kinds"
    )
    biases = {
        layer.joined or ("shared" if layer.shared else "own" if layer.bias else "none")
        for layer in network.layers
    }
    bias = {
        "own": "biases apart",
        "first": "bias in the kernel, first",
        "last": "bias in the kernel, last",
        "none": "no biases",
        "shared": "one bias a layer",
    }
    said = ", ".join(bias[b] for b in sorted(biases))
    feed = network.told["feed"]
    feed = network.training["pairing"] if network.training and "pass" in feed else feed
    gap = float(network.told["gap"]) / 2.220446049250313e-16
    digits = f"{max(gap, 1):.0f} ulp" if gap < 1e3 else "the digits of float32"
    called = _in_their_words(network.told["forward"])
    match = f"{called}() matches to {digits}" if "pass" not in called else f"its output matches to {digits}"
    return f"{network.told['name']}: {sizes}, {activations}, {kernels}, {said}, {feed}; {match}"


def _in_their_words(call: str) -> str:
    """Return a call as the user knows it: our own wrappers around an adapter and a loop have other names."""
    if call.startswith(LOOP):
        return LOOP
    for ours, theirs in ADAPTED.items():
        call = call.replace(ours, theirs)
    return call


def _training(network: Network, found: Examination) -> str:
    training = network.training
    assert training is not None
    first = [f"{network.told['forward']}()"] if training["forward first"] else []
    calls = ", then ".join(map(_in_their_words, [*first, *training["calls"]]))
    if found.source == "gradients" or not training["moves"]:
        return f"{calls}: gradients are read from what is returned or kept"
    one = (
        "each sample is a step of its own"
        if found.in_turn or network.single
        else "one step on the whole batch"
    )
    rate = f"learning rate from {training['rate']}" if training["rate"] else "learning rate fixed in the code"
    return f"{calls} is gradient descent, {one}, {rate}"


def _loss(found: Examination, judgement: Judgement) -> str:
    assert found.kind is not None
    constant = found.constant
    if constant is None:
        factor = next(iter(found.factors.values()))
        text = f"gradient is {factor:.6g} times that of the {found.kind.total}"
    else:
        text = f"gradient is that of {with_article(called(found.kind, constant, found.network.sizes[-1]))}"
    report = judgement.reported
    if report is None:
        return f"{text}; no loss was recognized in what it prints or returns"
    if report.kind.total != found.kind.total:
        return f"{text}, but {report.where} is {report.article}"
    if constant is None and not is_same_constant(found, report):
        outputs = found.network.sizes[-1]
        times = {n: factor / report.constant.value(n, outputs) for n, factor in found.factors.items()}
        said = " and ".join(f"{factor:.6g} times at {n} sample{'s' * (n > 1)}" for n, factor in times.items())
        return f"{text}; {report.where} is {report.article}, of whose gradient it is {said}"
    if constant is not None and not is_same_constant(found, report):
        return f"{text}; {report.where} is {report.article}: exactly factor {_quotient(constant, report.constant)}"
    return f"{text}, which is also {report.where}"


def _quotient(mine: Constant, theirs: Constant) -> str:
    factor = Constant(mine.power - theirs.power, mine.outputs - theirs.outputs, mine.number / theirs.number)
    alone = Constant(factor.power, 0, factor.number)
    return f"{factor}, which is {alone} with one output" if factor.outputs else str(factor)


def reasons(judgement: Judgement, places: Mapping[str, str] | None = None) -> tuple[Reason, ...]:
    """Return the mistakes as they are told: those that give the same numbers here are one reason with two names.

    Args:
        judgement: what was found.
        places: where each mistake is, by its code.
    """
    if not judgement.named:
        return tuple(
            _of_penalty(part)
            for part in judgement.parts
            if part.what == "regularization" and part.outcome.mistaken
        )
    first, *others = judgement.named
    same = (
        f"the same numbers here: {', '.join(b.code + ' ' + b.name for n in others for b in n.bugs)}"
        if others
        else ""
    )
    return tuple(
        Reason(
            bug.code,
            bug.name,
            bug.fix,
            "; ".join(filter(None, [_evidence(first, place), same])),
            (places or {}).get(bug.code, ""),
            hint=next((group.about for group in GROUPS if bug in group), ""),
            looks=bug.looks,
        )
        for place, bug in enumerate(first.bugs)
    )


def _of_penalty(part: Part) -> Reason:
    bug = CATALOGUE["G604" if "bias" in part.message else "G603"]
    fix = (
        "leave the biases out of the gradients' term, as they are left out of the loss's, or put them into both."
        if bug.code == "G604"
        else "make the gradient's term the derivative of the loss's: lambda/2 times the squares gives lambda times the "
        "weights."
    )
    return Reason(bug.code, bug.name, fix, part.message, hint=bug.looks, looks=bug.looks)


def _evidence(named: Named, place: int) -> str:
    if named.evidence:
        return named.evidence
    if named.layers:
        return f"{named.scopes[place]}: planted there it gives that layer's numbers to all digits"
    if len(named.bugs) > 1:
        return "both together, planted into the network by hand, give your numbers to all digits"
    scope = f" {named.scopes[0]}" if named.scopes and named.scopes[0] else ""
    return f"planted into the network by hand{scope} it gives your numbers to all digits"
