"""The ``parity`` command. Nothing heavy is imported before a command needs it."""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import click

from parity.commands import check, grade, watch
from parity.commands.options import list_of
from parity.errors import ParityError

MOST_PROBLEMS = 20


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="backprop-parity", prog_name="parity")
def cli() -> None:
    """Is my hand-written backprop right, or is it rounding?

    One network in NumPy, PyTorch and Keras, from the same initial weights; every number judged in noise units: 1 is
    what rounding alone does.

    Exit codes: 0 parity holds, 1 parity broken, 2 wrong usage or input, 3 something could not run, 4 could not tell.
    """


for command in (check, watch, grade):
    cli.add_command(command)


@cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_scenarios(as_json: bool) -> None:
    """List the scenarios that come with parity."""
    from parity.scenarios.catalogue import titles

    if as_json:
        click.echo(json.dumps(titles(), indent=2, ensure_ascii=False))
        return
    width = max(map(len, titles()))
    for name, title in titles().items():
        click.echo(f"{name:{width}}  {title}")


@cli.command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO|FILE.toml]...")
@click.option(
    "--against",
    default="torch,keras",
    callback=list_of("against"),
    show_default=True,
    help="Frameworks, or none.",
)
@click.option(
    "--dtype",
    "dtypes",
    default="float64,float32",
    callback=list_of("dtype"),
    show_default=True,
    help="Number types.",
)
@click.option(
    "--seed", type=click.IntRange(min=0, max=2**32 - 1), help="Takes the place of every scenario's own seeds."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("reports/latest"),
    show_default=True,
    help="Folder of the report.",
)
@click.option(
    "--plant",
    metavar="CODE",
    help="Put a mistake into the network by hand first (parity explain lists them).",
)
@click.option(
    "--save-weights",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Also write the initial weights as DIR/SCENARIO.safetensors.",
)
@click.option("--json", "as_json", is_flag=True, help="Print results.json on stdout instead of the table.")
@click.option("-q", "--quiet", is_flag=True, help="No progress; only the verdict.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Also show what the tutorials claim, and what was measured."
)
def run(
    scenarios: tuple[str, ...],
    against: tuple[str, ...],
    dtypes: tuple[str, ...],
    seed: int | None,
    out: Path,
    plant: str | None,
    save_weights: Path | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Train scenarios by hand and in each framework, judge every number, and write a report.

    Without names all scenarios that come with parity are run.
    """
    from parity import report
    from parity.api import run as run_parity
    from parity.console import Console, progress

    report.check(out)
    if save_weights is not None:
        _save_weights(scenarios, seed, save_weights)
    with progress(quiet) as watcher:
        result = run_parity(
            scenarios or None, against=against, dtypes=dtypes, seed=seed, plant=plant, watcher=watcher
        )
    page = report.write(result.results, out)
    _publish(result.results)
    _show(result.results, page, as_json, quiet, verbose, Console())
    sys.exit(result.exit_code)


@cli.command("report")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RESULTS.json...")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("reports/latest"),
    show_default=True,
    help="Folder of the report.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the merged results on stdout instead of the table."
)
@click.option("-q", "--quiet", is_flag=True, help="Only the verdict.")
def render(files: tuple[Path, ...], out: Path, as_json: bool, quiet: bool) -> None:
    """Render a report again from results.json; several files are merged."""
    from parity import report
    from parity.console import Console
    from parity.results import load, merge
    from parity.results.verdicts import exit_code

    problems: list[str] = []
    loaded = []
    for file in files:
        try:
            loaded.append(load(file))
        except ParityError as error:
            problems += error.problems
    if problems:
        raise ParityError(problems, hint="parity run --out DIR  writes DIR/results.json")
    results = merge(loaded)
    page = report.write(results, out)
    _publish(results)
    _show(results, page, as_json, quiet, False, Console())
    sys.exit(exit_code(results.verdict))


@cli.command()
@click.argument("scenario", metavar="SCENARIO|FILE.toml")
@click.option(
    "--digits", type=click.IntRange(1, 1000), default=20, show_default=True, help="Digits to prove."
)
@click.option(
    "--epochs", type=click.IntRange(min=1), help="Passes over the data; else those of the scenario."
)
@click.option(
    "--quantity",
    type=click.Choice(["loss", "gradient", "weights", "predictions"]),
    help="The loss before the last update (default), the first and last gradient, or what is there after it.",
)
@click.option("--time-limit", type=click.FloatRange(min=0), default=300, show_default=True, help="Seconds.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def certify(
    scenario: str,
    digits: int,
    epochs: int | None,
    quantity: Any,
    time_limit: float,
    as_json: bool,
) -> None:
    """Prove digits of the exact training run, in ball arithmetic.

    Initial weights, data and learning rate are taken as the float64 numbers they are. The first and the last gradient
    are proved a second time, without backward. Proofs are kept in a cache.
    """
    from parity.oracles.certify import certify as prove
    from parity.oracles.showing import lines, progress
    from parity.results.verdicts import exit_code
    from parity.scenarios import build, load

    problem = build(load(scenario))
    with progress(problem.scenario.name) as watch:
        certificate = prove(
            problem, quantity, epochs=epochs, digits=digits, time_limit=time_limit, watch=watch
        )
    click.echo(json.dumps(certificate.as_dict(), indent=2) if as_json else "\n".join(lines(certificate)))
    sys.exit(exit_code(certificate.verdict))


@cli.command()
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(codes: tuple[str, ...], as_json: bool) -> None:
    """Explain a mistake of the catalogue, or list them all.

    A mistake is a few wrong lines in the place of right ones. When the numbers of a broken network are the ones that a
    mistake gives, `parity run` names its code.
    """
    from parity.diagnosis import explaining
    from parity.diagnosis.catalogue import CATALOGUE

    bugs = [explaining.find(code) for code in codes]
    if as_json:
        click.echo(json.dumps([explaining.as_dict(bug) for bug in bugs or CATALOGUE.values()], indent=2))
    elif bugs:
        click.echo("\n\n\n".join(explaining.explain(bug) for bug in bugs))
    else:
        click.echo(explaining.listing())


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool) -> None:
    """Check that everything needed is installed and works."""
    from parity.doctor import examine

    findings = examine()
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in findings], indent=2))
    else:
        for finding in findings:
            click.echo(f"{'ok  ' if finding.well else 'FAIL'}  {finding.what:12} {finding.message}")
            if finding.hint:
                click.echo(f"{'':18} {finding.hint}")
    sys.exit(0 if all(finding.well for finding in findings) else 3)


def _show(results: Any, page: Path, as_json: bool, quiet: bool, verbose: bool, console: Any) -> None:
    from parity.report.terminal import print_claims, print_results, verdict_line

    if as_json:
        click.echo((page.parent / "results.json").read_text(encoding="utf-8"))
    elif quiet:
        click.echo(verdict_line(results))
    else:
        if verbose:
            print_claims(results, console)
        print_results(results, console, page)


def _publish(results: Any) -> None:
    """Show the report in CI; the verdict does not depend on whether that works."""
    from parity import report

    try:
        report.publish_summary(results)
    except ParityError as error:
        click.echo(f"warning: {error}", err=True)


def _save_weights(scenarios: tuple[str, ...], seed: int | None, folder: Path) -> None:
    from parity.scenarios import build, load_all, write_weights

    for scenario in load_all(scenarios):
        problem = build(scenario, "float64", seed)
        if problem.params:
            folder.mkdir(parents=True, exist_ok=True)
            write_weights(folder / f"{problem.scenario.name}.safetensors", problem.params)


def main() -> None:
    """Run the command; a user's mistake becomes a message and an exit code, never a traceback."""
    try:
        with cli.make_context(
            "parity", sys.argv[1:]
        ) as context:  # cli.main() would make a closed pipe exit with 1
            cli.invoke(context)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except ParityError as error:
        for problem in error.problems[:MOST_PROBLEMS]:
            click.echo(f"error: {problem}", err=True)
        if len(error.problems) > MOST_PROBLEMS:
            click.echo(f"error: and {len(error.problems) - MOST_PROBLEMS} more", err=True)
        if error.hint:
            click.echo(f"hint:  {error.hint}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # `parity list | head`: what a program that died of it would exit with
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)
    except Exception:  # noqa: BLE001 - a mistake of ours must not look like a verdict
        import traceback

        traceback.print_exc()
        click.echo("error: parity itself failed; please report this, with the lines above", err=True)
        sys.exit(3)
