"""Results that nobody measured, small enough to make in a moment and rich enough to fill a report."""

import math
from collections.abc import Sequence

import numpy as np
from attrs import evolve

from parity.results import (
    SCHEMA_VERSION,
    Calibration,
    Claim,
    Comparison,
    Convention,
    Divergence,
    Implementation,
    Landscape,
    LossCurves,
    NoiseSeries,
    Predictions,
    Results,
    Run,
    ScenarioResult,
    Verdict,
    combine,
    overall,
)

EPS = {"float64": 2.2e-16, "float32": 1.2e-7}
PARAMETERS = ["dense_1/kernel", "dense_1/bias", "dense_2/kernel", "dense_2/bias"]
FRAMEWORKS = ["torch", "keras"]


def honest(name: str = "xor-sigmoid", kind: str = "boundary") -> ScenarioResult:
    """A scenario in which everything agrees to rounding."""
    return scenario(name, [run(dtype, kind) for dtype in EPS])


def broken(name: str = "xor-missing-mean") -> ScenarioResult:
    """A scenario in which torch goes its own way from the first step."""
    return scenario(
        name, [run(dtype, "boundary", {"torch": 4.5e15 * 1.2e-7 / eps}) for dtype, eps in EPS.items()]
    )


def gap(name: str = "momentum-as-written") -> ScenarioResult:
    """A scenario with a known convention: its gap is the point."""
    runs = [run(dtype, "curve", {"keras": 3e6}, frameworks=["keras"]) for dtype in EPS]
    return evolve(scenario(name, runs), expected=Verdict.BROKEN, title="Python floats pass through float32")


def missing(name: str = "xor-relu") -> ScenarioResult:
    """A scenario for which one framework is not installed."""
    return scenario(name, [run(dtype, "boundary", {"keras": None}) for dtype in EPS])


def diverged(name: str = "xor-rate-100") -> ScenarioResult:
    """A scenario in which losses stop being numbers, and a horizon is reached before."""
    result = scenario(name, [run(dtype, "curve", {"torch": math.nan}, horizon=40) for dtype in EPS])
    return evolve(result, title="XOR at learning rate 100")


def forward_only(name: str = "forward-pass") -> ScenarioResult:
    """A scenario in which nothing is trained: no loss, no gradients, no picture."""
    runs = [evolve(run(dtype, "boundary"), steps=0, loss=None, series=[], landscape=None) for dtype in EPS]
    return evolve(scenario(name, runs), loss="", optimizer="", seed=None)


def scenario(name: str, runs: list[Run]) -> ScenarioResult:
    """Put runs together."""
    return ScenarioResult(
        name=name,
        title="XOR: 2-4-1, sigmoid, 3,000 epochs",
        about="The network that four hidden units and 3,000 steps teach exclusive or. The article drops the factor 2.",
        sources=["A Neuron Is All You Need: Building Neural Networks from Scratch"],
        network="2-4-1, sigmoid, sigmoid",
        loss="mean squared error",
        optimizer="learning rate 1, full batch",
        parameters=17,
        seed=42,
        expected=Verdict.HOLDS,
        verdict=combine(i.verdict for r in runs for i in r.implementations),
        runs=runs,
        claims=[
            Claim(
                "C17", "loss after 3,000 epochs", "A Neuron Is All It Took", "0.0021", "0.00212345", "holds"
            ),
            Claim("C18", "all four rows are right", "A Neuron Is All It Took", "4/4", "4/4", "holds"),
            Claim(
                "C19",
                "learning rate 2 is needed",
                "A Neuron Is All You Need",
                "2",
                "1",
                "does not hold",
                "The article drops the factor 2 of the gradient.",
            ),
        ],
    )


def run(
    dtype: str,
    kind: str,
    gaps: dict[str, float | None] | None = None,
    horizon: int | None = None,
    steps: int = 3000,
    frameworks: Sequence[str] = FRAMEWORKS,
) -> Run:
    """Make up a run; ``gaps`` says how many noise units a framework is off, None if it could not run."""
    gaps = gaps or {}
    rng = np.random.default_rng(len(kind) + len(dtype))
    ran = [f for f in frameworks if gaps.get(f, 1.0) is not None]
    at = sorted({int(s) for s in np.geomspace(1, steps, 120)} | {0})
    return Run(
        dtype=dtype,
        steps=steps,
        recorded=len(at),
        horizon=horizon,
        implementations=[implementation(f, gaps.get(f, 1.3), dtype, horizon) for f in frameworks],
        loss=_losses(rng, at, ran, gaps, dtype),
        series=[
            NoiseSeries(f, "gradient", p, at, _noise_units(rng, len(at), gaps.get(f)))
            for f in ran
            for p in PARAMETERS
        ],
        predictions=[_predictions(rng, ran, dtype)],
        landscape=_landscape(kind, ran, gaps, dtype),
    )


def implementation(framework: str, off: float | None, dtype: str, horizon: int | None) -> Implementation:
    """Make up how a framework did."""
    if off is None:
        reason = "torch is not installed" if framework == "torch" else "keras is not installed"
        return Implementation(framework, Verdict.FAILED, reason, "pip install 'backprop-parity[all]'")
    holds = off < 10
    divergence = Divergence(
        0, "gradient", "dense_1/kernel", off, [2, 1], 9.40e-02, 2.94e-03, 1.0, 0.03125, uniform=True
    )
    convention = Convention(
        "python floats pass through float32",
        "Keras keeps its learning rate as a float32 variable, whatever the dtype of the weights.",
        "learning_rate",
        0.1,
        0.10000000149011612,
        off,
        1.1,
    )
    return Implementation(
        framework=framework,
        verdict=Verdict.HOLDS if holds else Verdict.BROKEN,
        reason=""
        if holds
        else "not finite from step 61"
        if math.isnan(off)
        else "gradients differ from the first step",
        worst=off if holds or not math.isnan(off) else math.inf,
        compared=1234,
        nothing_learned=12,
        beyond_horizon=0 if horizon is None else 420,
        worst_by_quantity={"loss": 0.4, "gradient": off, "weight": off / 3, "prediction": 0.2, "output": 0.7},
        first_divergence=None if holds else divergence,
        conventions=[convention] if framework == "keras" and not holds and dtype == "float64" else [],
        seconds=1.37,
    )


def _noise_units(rng: np.random.Generator, n: int, off: float | None) -> list[float]:
    units = np.exp(rng.normal(-0.7, 0.5, n)) * (off or 1.0)
    units[rng.random(n) < 0.05] = 0.0
    return [float(u) for u in units]


def _losses(
    rng: np.random.Generator, at: list[int], ran: list[str], gaps: dict[str, float | None], dtype: str
) -> LossCurves:
    t = np.array(at, float)
    scratch = 0.25 / (1 + np.exp((t - 700) / 150)) + 0.4 / (t + 10)
    noise = EPS[dtype] * (0.3 + t / 300)
    losses, differences = {"scratch": scratch.tolist()}, {}
    for f in ran:
        off = gaps.get(f) or 1.0
        difference = noise * np.exp(rng.normal(-0.7, 0.4, len(t))) * off
        difference[rng.random(len(t)) < 0.1] = 0.0
        if math.isnan(off):
            difference = np.where(t < 60, noise, math.nan)
        differences[f] = difference.tolist()
        losses[f] = (scratch + np.minimum(difference, 0.2 * scratch)).tolist()
    return LossCurves(at, losses, differences, noise.tolist())


def _predictions(rng: np.random.Generator, ran: list[str], dtype: str) -> Predictions:
    values = [[0.021], [0.978], [0.974], [0.029]]
    off = {f: [[v[0] + EPS[dtype] * float(rng.integers(-2, 3))] for v in values] for f in ran}
    names = ["scratch", *ran]
    return Predictions(
        rows="train",
        features=["x1", "x2"],
        labels=["y"],
        inputs=[[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]],
        targets=[[0.0], [1.0], [1.0], [0.0]],
        values={"scratch": values, **off},
        classes={name: ["0", "1", "1", "0"] for name in names},
        correct=dict.fromkeys(names, 4),
        total=4,
    )


def _landscape(
    kind: str, ran: list[str], gaps: dict[str, float | None], dtype: str, n: int = 61
) -> Landscape:
    x = np.linspace(-0.5, 1.5, n)
    y = np.linspace(-0.5, 1.5, n) if kind == "boundary" else np.array([0.0])
    xx, yy = np.meshgrid(x, y)
    if kind == "boundary":
        scratch = 1 / (1 + np.exp(8 * (2 * (xx - 0.5)) * (2 * (yy - 0.5))))
        points, targets = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0.0, 1.0, 1.0, 0.0]
    else:
        scratch = np.exp(-((4 * (xx - 0.5)) ** 2))
        points = [[float(v)] for v in x[::4]]
        targets = [float(v) for v in np.exp(-((4 * (x[::4] - 0.5)) ** 2)) + 0.03 * np.sin(40 * x[::4])]
    wave = np.sin(9 * xx) * np.cos(7 * yy)
    differences = {f: np.round(wave * 3) / 3 * EPS[dtype] * (gaps.get(f) or 1.0) for f in ran}
    differences = {f: np.clip(d, -0.3, 0.3) for f, d in differences.items()}
    values = {"scratch": scratch} | {f: scratch + d for f, d in differences.items()}
    return Landscape(
        kind=kind,
        x=x.tolist(),
        y=y.tolist() if kind == "boundary" else [],
        values={f: [v.tolist()] for f, v in values.items()},
        differences={f: [d.tolist()] for f, d in differences.items()},
        labels=["y"],
        points=points,
        targets=targets,
    )


def classes(name: str = "sensor-softmax") -> ScenarioResult:
    """A scenario with three classes: the landscape shows who wins where."""
    result = honest(name)
    x = np.linspace(-2, 2, 61)
    xx, yy = np.meshgrid(x, x)
    logits = np.stack([2 * xx, -xx + 1.7 * yy, -xx - 1.7 * yy])
    p = np.exp(logits) / np.exp(logits).sum(axis=0)
    points = [[-1.0, 1.0], [-1.0, -1.0], [1.2, 0.0], [0.8, 0.4]]
    land = Landscape(
        "boundary",
        x.tolist(),
        x.tolist(),
        {f: p.tolist() for f in ["scratch", *FRAMEWORKS]},
        {f: (p * 1e-16 * k).tolist() for k, f in enumerate(FRAMEWORKS)},
        ["cold", "warm", "hot"],
        points,
        [1.0, 2.0, 0.0, 0.0],
    )
    return evolve(
        result, runs=[evolve(r, landscape=land) for r in result.runs], title="Sensor, three classes"
    )


def comparisons(scenarios: list[ScenarioResult]) -> list[Comparison]:
    """Make up the flat table that belongs to scenarios."""
    rows = []
    for s in scenarios:
        for r in s.runs:
            for n in r.series:
                off = max(n.noise_units)
                for step, units in list(zip(n.steps, n.noise_units, strict=True))[::6]:
                    verdict = Verdict.HOLDS if off < 10 else Verdict.BROKEN
                    noise = EPS[r.dtype] / 10
                    rows.append(
                        Comparison(
                            s.name,
                            r.dtype,
                            n.framework,
                            n.quantity,
                            n.parameter,
                            step,
                            units * noise,
                            noise,
                            units,
                            verdict,
                        )
                    )
    return rows


def results(*scenarios: ScenarioResult, partial: str = "") -> Results:
    """Put scenarios together."""
    chosen = list(scenarios)
    return Results(
        schema_version=SCHEMA_VERSION,
        verdict=overall(chosen, partial),
        environment={
            "python": "3.12.4",
            "numpy": "2.4.6",
            "torch": "2.13.0",
            "keras": "3.15.1",
            "BLAS": "OpenBLAS 0.3.30",
        },
        settings={"threshold": "10", "ensemble size": "16", "seed": "0", "asked for": "all scenarios"},
        scenarios=chosen,
        comparisons=comparisons(chosen),
        timings={"imports": 4.1, "training": 20.5, "judging": 8.25, "drawing": 3.5, "all": 36.4},
        partial=partial,
        calibration=calibration(),
    )


def calibration() -> Calibration:
    """Make up honest runs over many seeds."""
    edges = [round(-3 + 0.1 * i, 1) for i in range(51)]
    counts = [round(400 * math.exp(-((e + 0.2) ** 2) / 0.08)) for e in edges[:-1]]
    return Calibration(
        20, sum(counts), 3.4, "xor-relu float32 keras, seed 7", edges, counts, {"torch": "2.13.0"}
    )


def everything() -> Results:
    """One of each kind."""
    return results(honest(), classes(), diverged(), broken(), gap(), missing(), forward_only())
