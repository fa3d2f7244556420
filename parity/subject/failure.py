"""What can go wrong with somebody else's program: a verdict, never a traceback of ours."""


class SubjectFailure(Exception):  # noqa: N818 - not a mistake in our program: a verdict on another
    """The subject could not do what it was asked to.

    Attributes:
        kind: ``crashed`` (its process is dead), ``timed out``, ``refused`` (it wanted what it may not, or cannot be
            read), ``raised`` (an exception of its own) or ``garbled`` (what it sent is no message).
        message: what happened, in a sentence.
        hint: what to do next.
        trace: where, innermost last, in the user's own files only: ``mynet.py:12, in forward()``.
    """

    def __init__(self, kind: str, message: str, hint: str = "", trace: tuple[str, ...] = ()) -> None:
        self.kind, self.message, self.hint, self.trace = kind, message, hint, trace
        super().__init__(message)
