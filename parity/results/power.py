"""The records of power: what the checks catch, how small an error they see, how often they cry wolf."""

from attrs import field, frozen


@frozen
class PlantedBug:
    """A mistake of the catalogue, planted into every shipped scenario where it changes a number.

    Attributes:
        code: ``G101``.
        name: a few words.
        scenarios: where it was planted.
        masked: scenarios that use the rule, but in which the mistake changes nothing.
        planted: number of comparisons of whole runs: scenarios, number types and frameworks.
        caught: how many of them came out as broken.
        named: in how many the cause was this code, alone or among those that cannot be told apart there.
        alone: scenarios in which no other mistake gives the same numbers.
        least: fewest noise units of any run that was caught; None if none was.
    """

    code: str
    name: str
    scenarios: list[str]
    masked: list[str]
    planted: int
    caught: int
    named: int
    alone: list[str]
    least: float | None


@frozen
class Sensitivity:
    """The smallest relative error in all gradients at once that a tool catches, at its defaults.

    Attributes:
        tool: as people call it, ``torch.testing.assert_close``.
        version: of the package.
        float64: smallest error caught; None where the tool rejects the right gradient too.
        float32: the same in float32.
        note: anything one has to know.
    """

    tool: str
    version: str
    float64: float | None
    float32: float | None
    note: str = ""


@frozen
class Honest:
    """Right networks, drawn at random, in one number type against one framework.

    Attributes:
        dtype: ``float32`` or ``float64``.
        framework: ``torch`` or ``keras``.
        networks: how many.
        comparisons: arrays compared, all together.
        alarms: networks that came out as broken.
        unclear: networks of which nothing could be said, a unit being dead.
        worst: most noise units of any of them.
    """

    dtype: str
    framework: str
    networks: int
    comparisons: int
    alarms: int
    unclear: int
    worst: float


@frozen
class Clouds:
    """How noise units are spread, of right networks and of planted bugs: counts between powers of ten.

    Attributes:
        edges: ``log10`` of the noise units between the bins.
        honest: number of right runs in each bin.
        planted: number of runs with a bug in each bin.
        infinite: number of runs with a bug that gave NaN or infinity.
    """

    edges: list[float]
    honest: list[int]
    planted: list[int]
    infinite: int = 0


@frozen
class Power:
    """Everything that was measured about the checks themselves.

    Attributes:
        planted: a row for each mistake of the catalogue.
        sensitivity: this project first, then the others.
        honest: a row for each number type and framework.
        clouds: noise units of both kinds.
        environment: versions it was measured with.
    """

    planted: list[PlantedBug] = field(factory=list)
    sensitivity: list[Sensitivity] = field(factory=list)
    honest: list[Honest] = field(factory=list)
    clouds: Clouds | None = None
    environment: dict[str, str] = field(factory=dict)
