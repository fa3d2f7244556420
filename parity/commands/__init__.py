"""The commands about networks that users wrote: ``parity check``, ``parity watch``, ``parity grade``."""

from parity.commands.check import check
from parity.commands.grade import grade
from parity.commands.watch import watch

__all__ = ["check", "grade", "watch"]
