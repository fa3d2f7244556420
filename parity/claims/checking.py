"""Holding a scenario to what the articles say about it."""

import difflib
import inspect
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from parity.claims.comparing import Value, claimed_as_text, number_of, outcome, written
from parity.claims.measures import MEASURES, OF_THE_ARTICLES_START
from parity.claims.subject import NotCheckedError, Subject
from parity.claims.variation import vary
from parity.results import Claim, Run
from parity.scenarios.model import ClaimSpec, Scenario

GIVEN_NUMBERS = ("weights", "zeros", "file")


def check(scenario: Scenario, runs: Sequence[Run] = (), seed: int | None = None) -> list[Claim]:
    """Measure every claim about a scenario with the hand-written network, in float64.

    Args:
        scenario: a valid one.
        runs: what the frameworks did with it. Claims about frameworks are not checked without.
        seed: the seed that was used instead of the article's, if so; what an article says about its own
            random start is not checked then.

    Returns:
        The claims in the order of the scenario, each with its outcome.
    """
    subject = Subject(scenario, runs)
    return [_checked(spec, subject, seed) for spec in scenario.claims]


def problems(scenario: Scenario) -> list[str]:
    """Return what is wrong with the claims of a scenario: unknown measures, wrong arguments, no numbers."""
    found = [
        f"claims: {number} claims are called {name!r}, but every id has to be another"
        for name, number in Counter(spec.id for spec in scenario.claims).items()
        if number > 1
    ]
    for place, spec in enumerate(scenario.claims):
        found += [f"claims[{place}] ({spec.id}): {problem}" for problem in _problems(spec)]
    return found


def _checked(spec: ClaimSpec, subject: Subject, seed: int | None) -> Claim:
    try:
        measured = _measured(spec, subject, seed)
        verdict, reason = outcome(spec, measured), spec.underspecified or spec.reason
        text = written(measured, str(spec.claimed).endswith("%")) if spec.measure else ""
    except NotCheckedError as error:
        verdict, reason, text = "not checked", str(error), ""
    except Exception as error:  # noqa: BLE001 - a measure that fails must not take the report with it
        verdict, reason, text = "not checked", f"the measure failed: {type(error).__name__}: {error}", ""
    return Claim(spec.id, spec.text, spec.source, claimed_as_text(spec), text, verdict, reason)


def _measured(spec: ClaimSpec, subject: Subject, seed: int | None) -> Value:
    if spec.measure is None:
        if not spec.underspecified:
            raise NotCheckedError("nothing says how to measure it")
        return None
    random = subject.scenario.initial.rule not in GIVEN_NUMBERS
    if seed is not None and random and spec.measure in OF_THE_ARTICLES_START:
        raise NotCheckedError(f"another seed ({seed}) than the article's")
    value: Value = MEASURES[spec.measure](subject, **spec.arguments)
    return value


def _problems(spec: ClaimSpec) -> list[str]:
    if spec.measure is None:
        return [] if spec.underspecified else ["it needs a measure, or has to say what is underspecified"]
    if spec.measure not in MEASURES:
        return [f"there is no measure {spec.measure!r}" + _suggestion(spec.measure, MEASURES)]
    found = _wrong_arguments(MEASURES[spec.measure], spec.arguments, given=("subject",))
    changes = spec.arguments.get("changes")
    if isinstance(changes, dict):
        found += _wrong_arguments(vary, changes, given=("scenario",))
    if isinstance(spec.claimed, str):
        for printed in spec.claimed.split():
            try:
                number_of(printed)
            except ValueError as error:
                found.append(f"claimed: {error}")
    return found


def _wrong_arguments(
    function: Callable[..., object], arguments: dict[str, object], given: tuple[str, ...]
) -> list[str]:
    known = {name: p for name, p in inspect.signature(function).parameters.items() if name not in given}
    name = function.__name__
    unknown = [
        f"{name} has no argument {key!r}" + _suggestion(key, known) for key in arguments.keys() - known
    ]
    missing = [
        f"{name} needs the argument {key!r}"
        for key, parameter in known.items()
        if parameter.default is parameter.empty and key not in arguments
    ]
    return sorted(unknown) + missing


def _suggestion(word: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(known))}"
