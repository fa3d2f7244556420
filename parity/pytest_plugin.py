"""The pytest plugin: the fixture ``parity``, and ``--parity-…`` options.

    def test_backprop(parity):
        parity.assert_parity("mynet.py")

pytest loads this in every run of everybody who has parity installed, so nothing is imported before a test asks for it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from parity.checking.findings import Check
    from parity.checking.session import Session
    from parity.oracles.findings import GradientCheck

FRAMEWORKS = ("torch", "keras")
KEY: "pytest.StashKey[Session]" = pytest.StashKey()


def assert_parity(net: Any, **options: Any) -> "Check":
    """Check a network that you wrote, and fail unless its backprop is right; see :func:`parity.assert_parity`."""
    __tracebackhide__ = True
    from parity.checking.asserting import assert_parity as do

    return do(net, **options)


class Parity:
    """What a test gets from the fixture ``parity``.

    Attributes:
        against: the frameworks that networks are compared with, those that are missing left out.
    """

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request
        self._session = _session(request.config)
        self._against = self._session.against
        self._lacking = self._session.lacking
        self.against = tuple(name for name in self._against if name not in self._lacking)

    def check(self, net: Any, **options: Any) -> "Check":
        """Return what :func:`parity.check` finds out; true only if the network is right.

        Args:
            net: the path of a file, ``mynet.py`` or ``mynet.py:Net``, or the network itself.
            options: those of :func:`parity.check`; by default it is compared with the frameworks of the session.
        """
        from parity.checking.api import check

        found: Check = check(net, **({"against": self.against} | options))
        self._session.add(self._request.node.nodeid, found)
        return found

    def assert_parity(self, net: Any, *, strict: bool = False, **options: Any) -> "Check":
        """Fail unless a network is right: a subtest for everything that was judged, and one message with the cause.

        Args:
            net: as for :meth:`check`.
            strict: a constant factor, or the gradient of another loss than the one reported, is wrong too.
            options: as for :meth:`check`.

        A network that is right, but was not compared with a framework because that is missing, skips the test; with
        ``--parity-require`` it fails.
        """
        __tracebackhide__ = True
        lacking = {} if "against" in options else self._lacking
        required = [why for name, why in lacking.items() if name in self._session.required]
        if required:
            pytest.fail("; ".join(required) + " (--parity-require)", pytrace=False)
        found = self.check(net, **options)
        subtests = _subtests(self._request)
        if subtests is not None:
            _one_by_one(subtests, found)
        if found.exit_code(strict):
            from parity.checking.asserting import message

            pytest.fail(message(found), pytrace=False)
        if lacking:  # passing would say more than is known
            self._session.not_compared(lacking)
            pytest.skip("right, but " + "; ".join(lacking.values()))
        return found

    def check_gradient(self, loss: Any, params: Any, grads: Any, **options: Any) -> "GradientCheck":
        """Return what :func:`parity.check_gradient` finds out; true only if the gradient holds."""
        from parity.checking.gradients import as_check
        from parity.oracles.gradient import check_gradient

        found = check_gradient(loss, params, grads, **options)
        self._session.add(self._request.node.nodeid, as_check(found, "check_gradient"))
        return found


def _subtests(request: pytest.FixtureRequest) -> Any:
    """Return the fixture ``subtests`` of pytest 9, or of the plugin of that name; None where there is none."""
    try:
        return request.getfixturevalue("subtests")
    except pytest.FixtureLookupError:
        return None


def _one_by_one(subtests: Any, found: "Check") -> None:
    from parity.checking.asserting import part_line
    from parity.checking.findings import Outcome

    for part in found.parts:
        with subtests.test(part.what):
            if part.outcome.mistaken or part.outcome is Outcome.FAILED:
                pytest.fail(part_line(part), pytrace=False)
            if part.outcome is Outcome.UNCLEAR:
                pytest.skip(part.message or "could not tell")


@pytest.fixture
def parity(request: pytest.FixtureRequest) -> Parity:
    """Check networks that you wrote by hand: parity.assert_parity("mynet.py")."""
    return Parity(request)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, each with a twin for the configuration file."""
    group = parser.getgroup("parity", "parity: backprop written by hand")
    about: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("against", "FRAMEWORKS", "compare with: torch,keras, or none; by default both", {}),
        (
            "require",
            "FRAMEWORKS",
            "fail, instead of skipping, where these are missing; without a value: all",
            {"nargs": "?", "const": "all"},
        ),
        ("report", "DIR", "write index.html and checks.json with all checks of the session", {}),
    )
    for name, metavar, said, more in about:
        group.addoption(f"--parity-{name}", dest=f"parity_{name}", metavar=metavar, help=said, **more)
        parser.addini(f"parity_{name}", f"see --parity-{name}")


def _setting(config: pytest.Config, name: str) -> str:
    given = config.getoption(f"parity_{name}")
    return str(config.getini(f"parity_{name}") or "" if given is None else given)


def _frameworks(option: str, value: str, words: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Read ``torch,keras``, or a word that stands for several.

    Raises:
        pytest.UsageError: it is something else.
    """
    if value in words:
        return words[value]
    names = tuple(part.strip() for part in value.split(",") if part.strip())
    if unknown := [name for name in names if name not in FRAMEWORKS]:
        possible = ", ".join([*FRAMEWORKS, *(word for word in words if word)])
        raise pytest.UsageError(
            f"--{option} is {', '.join(map(repr, unknown))}, but should be one or more of: {possible}; "
            f"write --{option}=torch, the value right behind"
        )
    return names


def pytest_configure(config: pytest.Config) -> None:
    """Check the options before anything is run."""
    _frameworks("parity-against", _setting(config, "against"), {"": FRAMEWORKS, "none": ()})
    _required(config)


def _required(config: pytest.Config) -> Sequence[str]:
    words = {"": (), "all": FRAMEWORKS, "true": FRAMEWORKS, "false": ()}
    return _frameworks("parity-require", _setting(config, "require").lower(), words)


def _session(config: pytest.Config) -> "Session":
    """Return what is remembered of this session; made when the first test asks for it."""
    if KEY not in config.stash:
        from parity.checking.session import Session

        words = {"": FRAMEWORKS, "none": ()}
        against = _frameworks("parity-against", _setting(config, "against"), words)
        config.stash[KEY] = Session(against, _required(config), _folder(config), _worker(config))
    return config.stash[KEY]


def _folder(config: pytest.Config) -> Any:
    report = _setting(config, "report")
    return config.rootpath / report if report else None


def _worker(config: pytest.Config) -> str:
    """Return the name of this worker of pytest-xdist; empty in the process that the user started."""
    return str(getattr(config, "workerinput", {}).get("workerid", ""))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Forget the report of an earlier session, which would be merged with ours."""
    config = session.config
    if _folder(config) and not _worker(config):
        _session(config).begin()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what a worker knows to the process that started it; there, write the report."""
    config = session.config
    if KEY not in config.stash:
        return
    ours = config.stash[KEY]
    if _worker(config):
        config.workeroutput["parity_not_compared"] = ours.uncompared  # type: ignore[attr-defined]
    elif ours.folder:
        ours.write()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker of pytest-xdist knows; one that crashed has said nothing."""
    found = getattr(node, "workeroutput", {}).get("parity_not_compared", {})
    if found:
        _session(node.config).take_over(found)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say aloud what was not compared, and where the report is."""
    if KEY not in config.stash:
        return
    lines = list(config.stash[KEY].summary())
    if lines:
        terminalreporter.section("parity")
    for line in lines:
        terminalreporter.line(line)
