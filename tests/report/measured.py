"""What the checks are worth, as nobody measured it: small, and with one of each kind."""

import math

from parity.results import Clouds, Honest, PlantedBug, Power, Sensitivity

EDGES = [round(-3 + 0.5 * i, 1) for i in range(49)]


def power(missed: int = 0, alarms: int = 0, least: float = 4.2e3, infinite: int = 12) -> Power:
    """Make up a measurement; ``missed`` runs of G118 were not caught, ``alarms`` right networks called broken."""
    return Power(
        [
            PlantedBug(
                "G101",
                "missing mean over the samples",
                ["xor-sigmoid", "sensor"],
                ["neuron"],
                8,
                8,
                8,
                [],
                5e6,
            ),
            PlantedBug(
                "G118",
                "digits lost on the way",
                ["xor-sigmoid", "xor-relu"],
                [],
                8,
                8 - missed,
                6,
                ["xor-relu"],
                least,
            ),
            PlantedBug("G514", "one velocity for all <parameters>", [], ["xor-sigmoid"], 0, 0, 0, [], None),
        ],
        [
            Sensitivity("parity run", "0.1.0", 2.5e-15, 1.2e-6),
            Sensitivity(
                "torch.testing.assert_close",
                "2.13.0",
                1.3e-7,
                1.4e-6,
                "float64: rtol = 1e-7, atol = 1e-7 | 1e-5",
            ),
            Sensitivity("jax.test_util.check_grads", "0.10.2", 3.1e-4, None),
        ],
        [
            Honest("float64", "torch", 300, 52_000, alarms, 2, 1.9),
            Honest("float32", "torch", 300, 51_000, 0, 1, 2.1),
        ],
        clouds(infinite),
        {"numpy": "2.4.6", "parity": "0.1.0"},
    )


def clouds(infinite: int = 12) -> Clouds:
    """Make up two clouds that are far apart."""
    honest = [round(400 * math.exp(-((e + 0.3) ** 2) / 0.15)) for e in EDGES[:-1]]
    planted = [
        round(900 * math.exp(-((e - 13) ** 2) / 6) + 300 * math.exp(-((e - 5.5) ** 2) / 3))
        for e in EDGES[:-1]
    ]
    planted = [n if e >= 3.5 else 0 for n, e in zip(planted, EDGES, strict=False)]
    return Clouds(EDGES, honest, planted, infinite)
