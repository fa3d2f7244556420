"""Python 2 made Python 3, with fissix: the lib2to3 that Python no longer has. Imported only when it is needed."""

import logging
import os

FIXERS = (
    "apply", "basestring", "dict", "except", "exec", "funcattrs", "getcwdu", "has_key", "imports", "input",
    "isinstance", "itertools", "long", "map", "filter", "metaclass", "methodattrs", "ne", "next", "nonzero",
    "numliterals", "operator", "paren", "print", "raise", "raw_input", "renames", "repr", "standarderror", "sys_exc",
    "throw", "tuple_params", "types", "unicode", "xrange", "zip",
)  # fmt: skip
"""lib2to3's, without those that add lines (``reduce`` gets an import): line numbers are to stay."""


def convert(text: str) -> str | None:
    """Return a program of Python 2 in Python 3, or None if it is neither."""
    # It keeps its grammars in the user's cache, where the program that is checked may not write: here is as good.
    os.environ["XDG_CACHE_HOME"] = os.path.join(os.getcwd(), ".cache")
    from fissix.pgen2.parse import ParseError
    from fissix.pgen2.tokenize import TokenError
    from fissix.refactor import RefactoringTool

    logging.getLogger("RefactoringTool").setLevel(logging.CRITICAL)
    fixers = [f"fissix.fixes.fix_{name}" for name in FIXERS]
    # First with print as the statement that it was, then, as some programs mix them, as the function.
    for options in ({}, {"print_function": True}):
        try:
            tool = RefactoringTool(fixers, options)
            return str(tool.refactor_string(text if text.endswith("\n") else text + "\n", "program"))
        except (ParseError, TokenError, IndentationError, SyntaxError, RecursionError, AttributeError):
            continue
    return None
