"""What follows for a whole from the verdicts of its parts."""

from collections.abc import Iterable

from parity.results.model import ScenarioResult, Verdict

PRIORITY = [Verdict.BROKEN, Verdict.FAILED, Verdict.UNCLEAR, Verdict.HOLDS]
EXIT_CODES = {Verdict.HOLDS: 0, Verdict.BROKEN: 1, Verdict.FAILED: 3, Verdict.UNCLEAR: 4}


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict of a whole: the worst of its parts; of nothing at all, one cannot tell."""
    return min(verdicts, key=PRIORITY.index, default=Verdict.UNCLEAR)


def of_scenario(expected: Verdict, verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict of a scenario: the expected one if every run came out so, else that of the others.

    Args:
        expected: the verdict that is right for the scenario.
        verdicts: of each framework in each number type.
    """
    all_verdicts = list(verdicts)
    unexpected = [verdict for verdict in all_verdicts if verdict is not expected]
    return combine(unexpected) if unexpected or not all_verdicts else expected


def against_expectation(scenario: ScenarioResult) -> Verdict:
    """Return what a scenario counts as: a gap that is its point holds, and without it, it is broken."""
    if scenario.as_expected:
        return Verdict.HOLDS
    if scenario.expected is Verdict.BROKEN and scenario.verdict is Verdict.HOLDS:
        return Verdict.BROKEN
    return scenario.verdict


def overall(scenarios: Iterable[ScenarioResult], partial: str = "") -> Verdict:
    """Return the verdict of everything.

    Args:
        scenarios: all that ran.
        partial: why the run ended early. What did not run cannot hold: then one cannot tell, at best.
    """
    verdict = combine(against_expectation(scenario) for scenario in scenarios)
    return Verdict.UNCLEAR if partial and verdict is Verdict.HOLDS else verdict


def exit_code(verdict: Verdict) -> int:
    """Return what the command exits with: 0 holds, 1 broken, 3 could not run, 4 could not tell."""
    return EXIT_CODES[verdict]
