"""Write ``docs/power.md``: ``python -m parity.power.document > docs/power.md``.

``--figures docs`` draws its figure as well, and ``--readme README.md`` writes its numbers into the README.
"""

import sys
import textwrap
from pathlib import Path

import click

from parity.diagnosis.blind import MOST_STEPS, NO_NUMBER
from parity.diagnosis.naming import STEPS
from parity.judge import THRESHOLD
from parity.power import random_networks, sensitivity
from parity.report import power as words
from parity.report.figures.clouds import vector
from parity.report.markdown import escape, plain_table
from parity.report.wording import plural
from parity.results import Power
from parity.suite.stored_power import STORED, stored_power

FIGURE = "power-clouds.svg"
BEGIN, END = "<!-- made by: nox -s power -->\n", "<!-- end -->\n"
WIDTH = 120

PAGE = """\
# What the checks are worth

<!-- made by: nox -s power -->

A check that never fails proves nothing, and one that fails without a reason is soon switched off. So the checks of
`parity run` are measured themselves: mistakes are planted, right networks are judged, and an error is made smaller
until nobody sees it.

{totals}

## Two clouds

![Noise units of right runs, and of runs with a planted mistake]({figure})

{separation} A [noise unit](judging.md#noise-units) is what rounding alone does, in this number type, at this step,
in this very network. Counted is the worst comparison of each run; the first and the last bar hold what lies beyond
them too. Only where the two clouds are far apart does it not matter much where the threshold stands between them.

## Planted mistakes

**What was planted.** {size} mistakes that people make in hand-written backprop, [the catalogue](mistakes.md). Each
takes the place of one rule of the hand-written network, just as `parity run SCENARIO --plant CODE` does it, in every
shipped scenario that trains, in each number type. Then everything is judged as `parity run` judges it. Only two
things are different: what PyTorch and Keras compute is recorded once and handed out again for every mistake, and
training is cut to as many epochs as show every mistake ({steps} steps, or one pass through the data and the first
step of the next, but not more than {most}; always whole epochs). Scenarios in which a framework is told something
else on purpose are left out.

**Masked.** In some places a mistake changes nothing: a mean over one sample cannot be missing. There is nothing to
catch then, and a check that says "broken" would be wrong. Whether it is so is no matter of rounding, and none of the
judge, who is on trial here. So the network with the mistake and the one without it are trained in longdouble, which
has nineteen digits. If no loss, output, gradient or weight of any step differs by more than {nothing:.0e} of the
largest entry of its array, the mistake is masked. It is counted in the table, and not among what had to be caught.

**Caught** means that the verdict is "broken". **Named** means that this very mistake is given as the cause, alone or
together with others that give the same numbers there to the last digit.

<details>
<summary>Every mistake</summary>

{planted}

</details>

## False alarms

Right networks, drawn at random and not chosen by anybody: one to {dense} dense layers of 1 to {units} units, any
activations and losses that go together, 1 to {rows} rows of data, random weights and biases, learning rates from
0.001 to 0.3, with and without momentum, {epochs} epochs. Network number 17 is the same on every day and every
machine.

{honest}

## The smallest error

All gradients at once are multiplied by 1 + e, and e gets smaller until a tool accepts them. {network}: 16 rows in
one batch, one step of training. Everybody runs at its defaults. Assertions on arrays compare the gradients by hand
with PyTorch's; gradient checks are given the loss and the gradient by hand. The number is found by halving, to 2 %.
A tolerance that is fixed has to be generous, for it knows neither the network nor how far rounding takes it. A dash
means that there is no such number, and the note says why: a tool that rejects the right gradient too catches
everything, and says nothing.

{sensitivity}

## What this does not say

- The mistakes are those that somebody has thought of. The verdict does not look into the catalogue, only the name of
  the cause comes from there; but how surely other mistakes are caught, nobody has measured.
- An error in all gradients at once is seen sooner than one in a single small entry of a large array: see [what it
  cannot see](judging.md#what-it-cannot-see).
- Random networks have dense layers only. That is all that `scratch/` has.

## Measure it again

```console
nox -s power
```

This takes about an hour. It writes `parity/suite/power.json`, from which every report of `parity run` shows the same
numbers, and then this page, its figure, and the numbers in the README.{environment}
"""


def document(power: Power) -> str:
    """Return the page.

    Args:
        power: what was measured.
    """
    versions = ", ".join(f"{name} {version}" for name, version in sorted(power.environment.items()))
    return PAGE.format(
        totals="\n".join(f"- {escape(text)}" for text in words.totals(power)),
        figure=FIGURE,
        separation=escape(words.separation(power, THRESHOLD)),
        size=len(power.planted),
        steps=STEPS,
        most=MOST_STEPS,
        nothing=NO_NUMBER,
        planted=plain_table(words.planted_table(power)),
        dense=random_networks.MOST_DENSE,
        units=random_networks.MOST_UNITS,
        rows=random_networks.MOST_ROWS,
        epochs=random_networks.EPOCHS,
        network=sensitivity.network().title,
        honest=plain_table(words.honest_table(power)),
        sensitivity=plain_table(words.sensitivity_table(power)),
        environment=f" Last measured with {escape(versions)}." if versions else "",
    )


def in_short(power: Power) -> str:
    """Return everything in one paragraph, for the README."""
    wrong, found = sum(row.planted for row in power.planted), sum(row.caught for row in power.planted)
    alarms, right = sum(row.alarms for row in power.honest), sum(row.networks for row in power.honest)
    compared = sum(row.comparisons for row in power.honest)
    sizes = [f"{words.error(tool.float64)} for `{tool.tool}`" for tool in power.sensitivity if tool.float64]
    smallest = f"{', '.join(sizes[:-1])}{' and ' * (len(sizes) > 1)}{sizes[-1]}" if sizes else "unknown"
    text = (
        f"{sum(row.planted > 0 for row in power.planted)} mistakes of [a catalogue](docs/mistakes.md), planted "
        f"wherever they change a number, make {wrong:,} wrong runs: "
        f"{'all' if found == wrong else f'{found:,}'} are caught. "
        f"Right networks, drawn at random, make {right:,} runs with {compared:,} comparisons: "
        f"{plural(alarms, 'false alarm') if alarms else 'no false alarm'}. "
        f"The smallest relative error of a float64 gradient that is caught is {smallest}. "
        f"[How that was measured, and every mistake](docs/power.md)."
    )
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False) + "\n"


def updated(readme: str, power: Power) -> str:
    """Return the README with the paragraph between its marks.

    Raises:
        ClickException: it has no such marks.
    """
    if readme.count(BEGIN) != 1 or END not in readme.split(BEGIN)[-1]:
        raise click.ClickException(
            f"The README should have one place for the numbers: {BEGIN.strip()} … {END.strip()}"
        )
    before, rest = readme.split(BEGIN)
    return before + BEGIN + in_short(power) + END + rest.partition(END)[2]


@click.command()
@click.option(
    "--figures", type=click.Path(file_okay=False, path_type=Path), help="Folder to write the figure into."
)
@click.option(
    "--readme",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Page to write the numbers into.",
)
def main(figures: Path | None, readme: Path | None) -> None:
    """Write the page on stdout, from what was measured last."""
    power = stored_power()
    if power is None:
        raise click.ClickException(f"{STORED} is not there. Measure first: nox -s power")
    if figures is not None:
        figures.mkdir(parents=True, exist_ok=True)
        (figures / FIGURE).write_text(vector(power, THRESHOLD), encoding="utf-8", newline="\n")
    if readme is not None:
        text = updated(readme.read_text(encoding="utf-8"), power)
        readme.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(document(power))


if __name__ == "__main__":
    main()
