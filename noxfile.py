# /// script
# dependencies = ["nox>=2025.2.9"]
# ///
"""Everything that is done here more than once. `nox -l` lists it; `nox -s parity` is the main job."""

import os
import shutil

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "virtualenv"
nox.options.sessions = ["lint", "typing", "tests", "parity"]

PROJECT = nox.project.load_toml("pyproject.toml")
CONSTRAINTS = ("-c", "constraints.txt")

# PyTorch's default wheels bring gigabytes of CUDA packages. Whoever wants the CPU builds names their index here.
TORCH_INDEX = os.environ.get("PARITY_TORCH_INDEX")

# Older and newer frameworks, one row a session: torch, keras, tensorflow.
VERSIONS = [
    ("2.13.0", "3.15.1", "2.21.0"),
    ("2.9.1", "3.12.0", "2.20.0"),
    ("2.6.0", "3.8.0", "2.19.0"),
]


def install(session: nox.Session, *packages: str, group: str = "", constrain: bool = True) -> None:
    """Install packages, and a dependency group, in the versions that constraints.txt names."""
    index = ["--extra-index-url", TORCH_INDEX] if TORCH_INDEX else []
    more = nox.project.dependency_groups(PROJECT, group) if group else ()
    session.install(*(CONSTRAINTS if constrain else ()), *index, *packages, *more)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the test suite, with both frameworks."""
    install(session, ".[all]", group="test")
    session.run("pytest", *session.posargs, env={"PARITY_REQUIRE": "torch,keras"})


@nox.session
def parity(session: nox.Session) -> None:
    """Train every scenario by hand, in PyTorch and in Keras; judge; write reports/latest."""
    install(session, ".[all]")
    session.run("parity", "run", *session.posargs)


@nox.session(default=False)
def report(session: nox.Session) -> None:
    """Render reports/latest again from its results.json, or from the files given."""
    install(session, ".")
    session.run("parity", "report", *(session.posargs or ["reports/latest/results.json"]))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting, and that imports run downwards only."""
    install(session, "-e", ".", group="lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports")


@nox.session
def typing(session: nox.Session) -> None:
    """Check types, strictly."""
    install(session, "-e", ".", group="typing")
    session.run("mypy", *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure speed: ratios side by side in one run."""
    install(session, ".[all]")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session(default=False)
def mutation(session: nox.Session) -> None:
    """Break scratch and the judge in 1,900 small ways, and see that the tests notice (ten minutes)."""
    install(session, ".", group="mutation")
    shutil.rmtree("mutants", ignore_errors=True)  # old verdicts would be kept, although tests have changed
    session.run("mutmut", "run", *session.posargs, env={"OMP_NUM_THREADS": "1"})
    if not session.posargs:
        session.run("python", "-m", "tests.mutation")


@nox.session(default=False)
def calibrate(session: nox.Session) -> None:
    """Measure noise units of every scenario with 20 seeds (a quarter of an hour)."""
    install(session, ".[all]")
    session.run("python", "-m", "parity.suite.calibrate", *session.posargs)


@nox.session(default=False)
def power(session: nox.Session) -> None:
    """Measure what the checks catch, how small an error they see, how often they cry wolf (an hour)."""
    install(session, ".[all]")
    session.install("jax")  # only to be compared with
    session.run("python", "-m", "parity.power", *session.posargs)
    with open("docs/power.md", "w", encoding="utf-8", newline="\n") as page:
        also = ("--figures", "docs", "--readme", "README.md")
        session.run("python", "-m", "parity.power.document", *also, stdout=page)


@nox.session(name="parity-versions", default=False)
@nox.parametrize(("torch", "keras", "tensorflow"), VERSIONS)
def parity_versions(session: nox.Session, torch: str, keras: str, tensorflow: str) -> None:
    """Run the main job with older and newer frameworks (slow: an environment for each row)."""
    frameworks = (f"torch=={torch}", f"keras=={keras}", f"tensorflow=={tensorflow}")
    install(session, ".", *frameworks, constrain=False)
    session.run("parity", "run", "--out", f"reports/torch-{torch}-keras-{keras}", *session.posargs)
