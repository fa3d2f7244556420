"""Small results, and strategies that make any."""

import math

from hypothesis import strategies as st

from parity.results import (
    SCHEMA_VERSION,
    Comparison,
    Implementation,
    Landscape,
    LossCurves,
    NoiseSeries,
    Predictions,
    Results,
    Run,
    ScenarioResult,
    Verdict,
)

NAMES = st.text(st.characters(codec="utf-8"), max_size=6)
NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


def any_results() -> st.SearchStrategy[Results]:
    """Make results of every shape: the annotations of the records say what may be where."""
    st.register_type_strategy(str, NAMES)
    st.register_type_strategy(float, NUMBERS)
    return st.builds(Results, schema_version=st.just(SCHEMA_VERSION))


def implementation(framework="torch", verdict=Verdict.HOLDS, worst=1.0):
    return Implementation(framework, verdict, worst=worst, compared=3)


def run(*implementations, dtype="float64", steps=2):
    names = [i.framework for i in implementations]
    return Run(
        dtype=dtype,
        steps=steps,
        recorded=steps,
        horizon=None,
        implementations=list(implementations),
        loss=LossCurves(
            [0, 1],
            {name: [1.0, 0.5] for name in ["scratch", *names]},
            {name: [0.0, math.nan] for name in names},
            [1e-17, 1e-17],
        ),
        series=[NoiseSeries(name, "gradient", "dense_1/kernel", [0, 1], [1.0, 2.0]) for name in names],
        predictions=[
            Predictions(
                "train",
                ["x1"],
                ["y"],
                [[0.0]],
                [[1.0]],
                {name: [[0.5]] for name in ["scratch", *names]},
                {},
                {},
                1,
            )
        ],
        landscape=Landscape(
            "curve",
            [0.0, 1.0],
            [],
            {name: [[[0.0, 1.0]]] for name in ["scratch", *names]},
            {name: [[[0.0, 0.0]]] for name in names},
            ["y"],
            [[0.5]],
            [1.0],
        ),
    )


def scenario(name="xor", *runs, seed=42, expected=Verdict.HOLDS, verdict=Verdict.HOLDS, claims=()):
    return ScenarioResult(
        name,
        "XOR",
        "About.",
        [],
        "2-4-1",
        "mse",
        "sgd",
        17,
        seed,
        expected,
        verdict,
        list(runs),
        list(claims),
    )


def comparison(
    scenario="xor", dtype="float64", framework="torch", step=0, noise_units=1.0, verdict=Verdict.HOLDS
):
    return Comparison(
        scenario, dtype, framework, "gradient", "dense_1/kernel", step, 1e-17, 1e-17, noise_units, verdict
    )


def results(*scenarios, comparisons=(), environment=None, verdict=Verdict.HOLDS, partial="", timings=None):
    return Results(
        SCHEMA_VERSION,
        verdict,
        environment or {"numpy": "2.4.6"},
        {"threshold": "10"},
        list(scenarios),
        list(comparisons),
        timings or {},
        partial,
    )
