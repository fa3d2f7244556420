"""Stand-ins for modules that are missing, or that checking never needs: quiet until somebody relies on them."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType, FunctionType, ModuleType
from typing import Any, NoReturn, Self

PLOTTING = (
    "matplotlib", "pylab", "mpl_toolkits", "seaborn", "plotly", "bokeh", "altair", "IPython", "ipywidgets", "google",
    "wandb", "tensorboard", "tensorboardX", "visdom", "graphviz", "pydot", "networkx", "cv2", "PIL", "imageio",
    "tkinter", "turtle", "pygame", "colorama", "termcolor",
)  # fmt: skip
"""Modules that only show something: everything in them does nothing."""

HEAVY = (
    "torch", "torchvision", "tensorflow", "keras", "jax", "pandas", "sklearn", "skimage", "theano", "mxnet", "datasets",
    "transformers", "tensorflow_datasets", "mnist", "numba", "requests",
)  # fmt: skip
"""Modules that take seconds to import and that no hand-written network needs; in them everything complains."""

PROGRESS = ("tqdm", "alive_progress", "progressbar")


class StubUsed(ImportError):  # noqa: N818 - the name says what has happened
    """Something was used of a module that is not there."""


class Stub:
    """Something of a module that is not there.

    It may be passed around, subclassed, used as a decorator and in annotations. Whatever needs its value fails with
    a message that names the module and the line.
    """

    _stub: str
    _quiet: bool

    def __init__(self, name: str, quiet: bool) -> None:
        self.__dict__.update(_stub=name, _quiet=quiet, __name__=name)

    def __getattr__(self, name: str) -> "Stub":
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub(f"{self._stub}.{name}", self._quiet)

    def __call__(self, *arguments: Any, **named: Any) -> Any:  # noqa: D102 - it does what Stub says
        if len(arguments) == 1 and not named and isinstance(arguments[0], type | FunctionType):
            return arguments[0]  # a decorator
        return self if self._quiet or _lenient else self._complain()

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (Absent,)

    def __instancecheck__(self, instance: Any) -> bool:
        return False

    def __subclasscheck__(self, subclass: type) -> bool:
        return False

    def __iter__(self) -> Iterator[Any]:
        # fig, ax = plt.subplots()
        return iter((self, self)) if self._quiet else self._complain()

    def __enter__(self) -> Self:
        return self if self._quiet else self._complain()

    def __exit__(self, *error: object) -> None:
        return None

    def __getitem__(self, key: Any) -> Self:
        return self if self._quiet or _lenient else self._complain()

    def __or__(self, other: Any) -> Self:
        return self  # Tensor | None

    __ror__ = __or__

    def __bool__(self) -> bool:
        return False if self._quiet else self._complain()

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value

    def __setitem__(self, key: Any, value: Any) -> None:
        """Do nothing: plt.rcParams["figure.figsize"] = ..."""

    def _complain(self, *arguments: Any) -> NoReturn:
        module = self._stub.partition(".")[0]
        raise StubUsed(f"{module} {_why(module)}, and {self._stub} is used{_users_line()}")

    __len__ = __index__ = __float__ = __int__ = __array__ = __neg__ = __next__ = __await__ = _complain
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _complain
    __matmul__ = __rmatmul__ = __pow__ = __rpow__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = (
        _complain
    )


class Absent:
    """The base of a class whose base is not there."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        pass


class StubModule(ModuleType):
    """A module that is not there: every name in it is a :class:`Stub`, every module below it one of these."""

    def __init__(self, name: str, quiet: bool) -> None:
        super().__init__(name, "A stand-in: this module is not needed to check a network.")
        self.__dict__.update(_quiet=quiet, __path__=[], __all__=[])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub(f"{self.__name__}.{name}", self._quiet)


_lenient: list[bool] = []


@contextmanager
def lenient() -> Iterator[None]:
    """Let calls of stubs pass: decorators and annotations of a definition are only kept, not computed with."""
    _lenient.append(True)
    try:
        yield
    finally:
        _lenient.pop()


class Bar:
    """What tqdm makes of a loop, without the bar."""

    def __init__(self, iterable: Iterable[Any] | None = None, *arguments: Any, **named: Any) -> None:
        self._iterable = () if iterable is None else iterable
        self.n = 0

    def __iter__(self) -> Iterator[Any]:
        return iter(self._iterable)

    def __len__(self) -> int:
        return len(self._iterable)  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *arguments, **named: None  # set_description, update, close ...

    @staticmethod
    def write(*arguments: Any, **named: Any) -> None:
        """Do nothing."""


class ProgressModule(StubModule):
    """``tqdm``: a loop with a bar is a loop."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in ("trange", "tnrange"):
            return lambda *bounds, **named: Bar(range(*bounds))
        return Bar


def make(name: str) -> StubModule:
    """Return the stand-in for a module."""
    top = name.partition(".")[0]
    return ProgressModule(name, True) if top in PROGRESS else StubModule(name, top in PLOTTING)


reasons: dict[str, str] = {}
"""Why a module is not there, where it is not simply missing."""


def _why(module: str) -> str:
    return reasons.get(module) or (
        "is not imported while a network is checked" if module in HEAVY else "is not installed"
    )


def _users_line() -> str:
    """Return where the user's code is that came here."""
    from parity.subject.places import is_known, place_of

    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if is_known(frame.f_code.co_filename):
            return f" in {place_of(frame.f_code.co_filename, frame.f_lineno)}"
        frame = frame.f_back
    return ""
