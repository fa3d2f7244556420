"""The records of ``results.json``, from the whole down to a single comparison.

Everything here is plain data: strings, numbers, lists. Numbers that JSON cannot hold (NaN and the
infinities) are written as the strings ``"NaN"``, ``"Infinity"`` and ``"-Infinity"``.
"""

from enum import StrEnum

from attrs import field, frozen

from parity.results.cause import Cause
from parity.results.power import Power
from parity.results.shown import Landscape, LossCurves, NoiseSeries, Predictions
from parity.results.truth import DistanceToTruth

SCHEMA_VERSION = 1


class Verdict(StrEnum):
    """What can be said of a comparison, a run, a scenario, or of everything."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNCLEAR = "could not tell"
    FAILED = "could not run"


@frozen
class Comparison:
    """One array of one implementation against the same array of scratch, at one step.

    Attributes:
        scenario: name of the scenario, ``xor-sigmoid``.
        dtype: ``float32`` or ``float64``.
        framework: ``torch`` or ``keras``.
        quantity: ``initial weight``, ``output``, ``loss``, ``gradient``, ``weight``, ``prediction`` or
            ``class``.
        parameter: what it is the quantity of: ``dense_1/kernel`` for gradients and weights, a layer for
            outputs, ``all`` for the loss, ``train`` or ``test`` rows for predictions and classes.
        step: the number of the step; weights are those after its update. Predictions stand behind the last
            step.
        max_abs_diff: largest absolute difference of the two arrays.
        noise: how far rounding alone takes this array.
        noise_units: ``max_abs_diff / noise``.
        verdict: whether the two agree to rounding.
        reason: why the verdict is not simply about size: ``nothing learned``, ``past the horizon``,
            ``not finite``.
    """

    scenario: str
    dtype: str
    framework: str
    quantity: str
    parameter: str
    step: int
    max_abs_diff: float
    noise: float
    noise_units: float
    verdict: Verdict
    reason: str = ""


@frozen
class Divergence:
    """The first step at which an array of some implementation leaves scratch.

    Attributes:
        step: number of that step.
        quantity: as in :class:`Comparison`.
        parameter: as in :class:`Comparison`.
        noise_units: how far off the array is at that step.
        index: where the difference is largest; empty where the shapes differ.
        framework: the framework's number there.
        scratch: scratch's number there.
        cosine: of the two arrays as vectors: 1 means that they point the same way. NaN where it makes no sense.
        ratio: how many times the framework's array scratch's is, on the whole.
        uniform: whether the ratio is the same everywhere, to rounding.
    """

    step: int
    quantity: str
    parameter: str
    noise_units: float
    index: list[int]
    framework: float
    scratch: float
    cosine: float
    ratio: float
    uniform: bool


@frozen
class Convention:
    """A known difference between frameworks that explains a gap, and the proof that it does.

    Attributes:
        name: short name, ``python floats pass through float32``.
        explanation: one or two sentences.
        setting: what it touched, ``learning_rate``.
        written: the number in the scenario.
        effective: the number that the framework really used, read back from it.
        gap: worst noise units against scratch run as written.
        closed: worst noise units against scratch run with the effective number.
    """

    name: str
    explanation: str
    setting: str
    written: float
    effective: float
    gap: float
    closed: float


@frozen
class Implementation:
    """How one framework did in one run.

    Attributes:
        framework: ``torch`` or ``keras``.
        verdict: of all its comparisons together.
        reason: why, where the verdict alone does not say it; or what went wrong when it could not run.
        hint: what to do next, when it could not run.
        worst: most noise units of any comparison before the horizon; None where nothing was compared.
        compared: number of comparisons that are evidence.
        nothing_learned: number of comparisons where the true gradient is exactly zero.
        beyond_horizon: number of comparisons past the horizon.
        worst_by_quantity: most noise units of each quantity, ``{"gradient": 1.3, ...}``.
        first_divergence: where it leaves scratch first: by step, then layer, then quantity. None while it does not.
        divergences: of every array that leaves scratch, the worst first.
        conventions: known differences that were found and proved.
        seconds: time spent in the framework's own process.
        causes: known mistakes that give exactly these numbers; where there are several, they cannot be told apart here.
    """

    framework: str
    verdict: Verdict
    reason: str = ""
    hint: str = ""
    worst: float | None = None
    compared: int = 0
    nothing_learned: int = 0
    beyond_horizon: int = 0
    worst_by_quantity: dict[str, float] = field(factory=dict)
    first_divergence: Divergence | None = None
    divergences: list[Divergence] = field(factory=list)
    conventions: list[Convention] = field(factory=list)
    seconds: float = 0.0
    causes: list[Cause] = field(factory=list)


@frozen
class Run:
    """One scenario in one number type.

    Attributes:
        dtype: ``float32`` or ``float64``.
        steps: number of updates.
        recorded: number of steps that were compared in full.
        horizon: first step at which rounding noise reaches a tenth of the loss; None if never.
        implementations: one for each framework that was asked for.
        loss: None where nothing is trained.
        series: noise units of every gradient and of the loss over training, thinned out.
        predictions: final ones, on training rows and, where there are any, on test rows.
        landscape: None where the network has more than two inputs.
        truth: how far everybody is from the truth; None where that was not measured.
    """

    dtype: str
    steps: int
    recorded: int
    horizon: int | None
    implementations: list[Implementation]
    loss: LossCurves | None = None
    series: list[NoiseSeries] = field(factory=list)
    predictions: list[Predictions] = field(factory=list)
    landscape: Landscape | None = None
    truth: DistanceToTruth | None = None


@frozen
class Claim:
    """Something an article says, and what was measured.

    Attributes:
        id: ``C17``.
        text: the claim in a few words.
        source: title of the article.
        claimed: the claimed value, as printed there; empty where no number is given.
        measured: the measured value, with enough digits to compare.
        outcome: ``holds``, ``does not hold``, ``underspecified``, or ``reference`` (a measurement nobody
            claimed otherwise), or ``not checked`` (with the reason).
        reason: why, in a sentence.
    """

    id: str
    text: str
    source: str
    claimed: str
    measured: str
    outcome: str
    reason: str = ""


@frozen
class ScenarioResult:
    """Everything about one scenario.

    Attributes:
        name: ``xor-sigmoid``.
        title: for headings.
        about: a paragraph.
        sources: titles of the articles it comes from.
        network: ``2-4-1, sigmoid, sigmoid``.
        loss: ``mean squared error``; empty where nothing is trained.
        optimizer: ``learning rate 1, full batch``; empty where nothing is trained.
        parameters: number of weights and biases.
        seed: of the initial weights; None where they are given as numbers.
        expected: the verdict that is right for this scenario; not ``holds`` where a gap is the point.
        verdict: of all its runs.
        runs: one for each number type.
        claims: what the articles say about it.
        blind: mistakes that its network could have, and that would change nothing here, ``G105 mean over ...``.
    """

    name: str
    title: str
    about: str
    sources: list[str]
    network: str
    loss: str
    optimizer: str
    parameters: int
    seed: int | None
    expected: Verdict
    verdict: Verdict
    runs: list[Run]
    claims: list[Claim] = field(factory=list)
    blind: list[str] = field(factory=list)

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the one that is right for this scenario."""
        return self.verdict == self.expected


@frozen
class Calibration:
    """How loud honest runs are: the noise units of every scenario over many seeds, measured once.

    Attributes:
        seeds: number of seeds.
        runs: number of runs: scenario x number type x framework x seed.
        worst: most noise units of any comparison in any of them.
        where: which run that was.
        edges: edges of the histogram's bins, powers of ten.
        counts: runs whose worst comparison falls into each bin.
        versions: of what was measured.
    """

    seeds: int
    runs: int
    worst: float
    where: str
    edges: list[float]
    counts: list[int]
    versions: dict[str, str]


@frozen
class Results:
    """The whole of ``results.json``.

    Attributes:
        schema_version: changes when a reader of the file has to.
        verdict: of everything: scenarios that come out as expected count as holding.
        environment: versions, BLAS, threads, flags, settings of each framework: ``{"numpy": "2.4.6", ...}``.
        settings: of this run: threshold, ensemble size, seed, what was asked for.
        scenarios: in the order they ran.
        comparisons: flat list, the table of ``comparisons.csv``: every quantity at a selection of steps, and
            always at its worst and at its first broken step.
        timings: seconds of imports, training, judging, rendering and in all.
        partial: why the run ended early; empty when it did not.
        calibration: how loud honest runs are; None where that was never measured.
        power: what the checks catch, and how often they cry wolf; None where that was never measured.
    """

    schema_version: int
    verdict: Verdict
    environment: dict[str, str]
    settings: dict[str, str]
    scenarios: list[ScenarioResult]
    comparisons: list[Comparison]
    timings: dict[str, float] = field(factory=dict)
    partial: str = ""
    calibration: Calibration | None = None
    power: Power | None = None
