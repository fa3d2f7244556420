"""What a gradient check found, and how it reads."""

from collections.abc import Iterable
from html import escape
from math import floor, inf, log10

from attrs import field, frozen

from parity.results import Verdict, combine
from scratch.tree import Array

LIMIT = 10.0
"""Noise units beyond which a gradient is wrong, the limit of every other comparison in parity."""

SHOWN = 8
"""Wrong tensors that are shown in full."""

LISTED = 3
"""Wrong entries of a tensor that are shown."""

SIGNS = {Verdict.HOLDS: "✓", Verdict.BROKEN: "✗", Verdict.UNCLEAR: "?", Verdict.FAILED: "!"}


@frozen
class Entry:
    """One entry of a gradient, and what it should be.

    Attributes:
        index: its place in the tensor.
        got: what ``grads`` says.
        want: the derivative of the loss.
    """

    index: tuple[int, ...]
    got: float
    want: float

    def __str__(self) -> str:
        gap = abs(self.got - self.want) / max(abs(self.got), abs(self.want), 1e-300)
        digits = min(max(3 - floor(log10(gap)), 4), 17) if 0 < gap < inf else 4
        return f"{list(self.index)}: got {self.got:.{digits}g}, want {self.want:.{digits}g}"


@frozen(eq=False)
class TensorCheck:
    """The gradient of one parameter.

    Attributes:
        path: of the parameter, ``dense_1/kernel``.
        verdict: holds, broken or could not tell.
        reason: why, where the numbers alone do not say it.
        error: relative difference of the derivatives along one random direction.
        noise_units: the same as a multiple of what rounding may do; beyond 10 it is a mistake.
        detectable: the smallest relative error that would have been called broken.
        method: ``complex step`` or ``central differences``.
        entries: wrong entries, worst first; of many a few. Of a verdict "could not tell", the uncertain ones.
        more: how many more are known to be wrong.
        extent: ``all entries``, ``at least 8 entries``, ``1 entry``: how much of the gradient is wrong.
        ratio: got over want, where it is the same for every entry that was looked at.
        cosine: of the angle between got and want over the entries that were looked at.
        jacobian: the true gradient, where it was asked for.
    """

    path: str
    verdict: Verdict
    reason: str = ""
    error: float = 0.0
    noise_units: float = 0.0
    detectable: float = 0.0
    method: str = ""
    entries: tuple[Entry, ...] = ()
    more: int = 0
    extent: str = ""
    ratio: float | None = None
    cosine: float | None = None
    jacobian: Array | None = field(default=None, repr=False)

    def lines(self) -> Iterable[str]:
        """Yield what there is to say, line by line."""
        yield f"  gradient of {self.path}   {self._size()}"
        if self.reason:
            yield f"    {self.reason}"
        first = "worst at" if self.verdict is Verdict.BROKEN else "      at"
        for number, entry in enumerate(self.entries[:LISTED]):
            yield f"    {'     and' if number else first} {entry}"
        if more := len(self.entries[LISTED:]) + self.more:
            yield f"    and {more:,} more in .entries" if not self.more else f"    and {more:,} more"
        if self.verdict is not Verdict.BROKEN:
            return
        similar = [f"{self.extent} wrong"] if self.extent else []
        similar += [f"ratio {self.ratio:.9g} everywhere"] if self.ratio is not None else []
        similar += [f"cosine {self.cosine:.6f}"] if self.cosine is not None else []
        if similar:
            yield f"    {', '.join(similar)}"

    def _size(self) -> str:
        if not self.method:
            return str(self.verdict)
        return f"{self.noise_units:.2g} noise units, {LIMIT:g} allowed   relative error {self.error:.2g}"


@frozen(eq=False)
class GradientCheck:
    """The result of :func:`parity.check_gradient`; true in an ``if`` or an ``assert`` only if the gradient holds.

    Attributes:
        tensors: one check for every parameter, worst first.
        warnings: what to know: where nothing could be seen, what is odd about the loss.
        loss: its value.
    """

    tensors: tuple[TensorCheck, ...]
    warnings: tuple[str, ...]
    loss: float

    @property
    def verdict(self) -> Verdict:
        """The worst of the tensors; those without entries do not count, and of none at all one cannot tell."""
        return combine(tensor.verdict for tensor in self.tensors if tensor.reason != EMPTY)

    def __bool__(self) -> bool:
        """Whether the gradient holds; "could not tell" is not enough."""
        return self.verdict is Verdict.HOLDS

    def __str__(self) -> str:
        bad = [tensor for tensor in self.tensors if tensor.verdict is not Verdict.HOLDS]
        lines = [self.headline()]
        for tensor in bad[:SHOWN]:
            lines += tensor.lines()
        if len(bad) > SHOWN:
            lines.append(f"  and {len(bad) - SHOWN} more in .tensors")
        lines += [f"  note  {warning}" for warning in self.warnings]
        return "\n".join(lines)

    def headline(self) -> str:
        """Return the verdict in one line."""
        count = {v: sum(t.verdict is v for t in self.tensors) for v in Verdict}
        sign, total = SIGNS[self.verdict], len(self.tensors)
        if self.verdict is Verdict.HOLDS:
            used = ", ".join(sorted({t.method for t in self.tensors if t.method}))
            seen = max(t.detectable for t in self.tensors)
            return f"{sign} GRADIENT HOLDS  {total} of {total}  by {used}; an error of {seen:.1g} would have been seen"
        if self.verdict is Verdict.BROKEN:
            return f"{sign} GRADIENT BROKEN  {count[Verdict.BROKEN]} of {total} wrong"
        if not count[Verdict.UNCLEAR]:
            return f"{sign} COULD NOT TELL  there is nothing to check"
        return f"{sign} COULD NOT TELL  {count[Verdict.UNCLEAR]} of {total} uncertain, none seen to be wrong"

    def _repr_html_(self) -> str:
        """Show the tensors as a table in a notebook."""
        heads = ("", "gradient of", "noise units", "relative error", "would be seen", "method", "what")
        rows = []
        for t in self.tensors:
            what = "; ".join([t.reason, *map(str, t.entries[:2])]).strip("; ")
            cells = (
                f"{SIGNS[t.verdict]} {t.verdict}",
                t.path,
                f"{t.noise_units:.2g}",
                f"{t.error:.2g}",
                f"{t.detectable:.1g}",
                t.method,
                what,
            )
            rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
        head = "".join(f"<th>{name}</th>" for name in heads)
        notes = "".join(f"<li>{escape(warning)}</li>" for warning in self.warnings)
        return (
            f"<p><strong>{escape(self.headline())}</strong></p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
            + (f"<ul>{notes}</ul>" if notes else "")
        )


EMPTY = "it has no entries"
