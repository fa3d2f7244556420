"""Run a program's definitions, statement by statement: one that fails stops no other."""

import __future__

import ast
from collections.abc import Callable
from typing import Any

from attrs import define, field

from parity.subject import stubs
from parity.subject.imports import ProgramFinder
from parity.subject.statements import Definitions
from parity.subject.timing import TimeLimit, time_limit
from parity.subject.traces import first_line

SECONDS = 2.0
"""What a statement that defines something may take; an import, five times as long."""

CATCHES_IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")


@define
class Execution:
    """One module's statements on their way into its namespace.

    Attributes:
        namespace: the module's.
        file: what tracebacks call it.
        place: the name of a line, for people.
        finder: finds what is imported.
        flags: of the compiler, see :func:`future_flags`.
        deferred: the statements that were not run, in their order.
        notes: why not, where that is no matter of course.
    """

    namespace: dict[str, Any]
    file: str
    place: Callable[[int], str]
    finder: ProgramFinder
    flags: int = 0
    deferred: list[ast.stmt] = field(factory=list)
    notes: list[str] = field(factory=list)

    def run(self, statements: list[ast.stmt]) -> None:
        """Run those statements that define something; keep the others for later."""
        definitions = Definitions(self.namespace)
        for statement in statements:
            if _is_text(statement):
                continue
            if not definitions.defines(statement):
                self.deferred.append(statement)
                continue
            try:
                with time_limit(SECONDS * (5 if isinstance(statement, ast.Import | ast.ImportFrom) else 1)):
                    self._run(statement)
            except (Exception, SystemExit, TimeLimit) as error:  # noqa: BLE001 - whatever it is, the next may work
                self.deferred.append(statement)
                what = f"{type(error).__name__}: {first_line(error)}".removesuffix(": ")
                self.notes.append(f"{self.place(statement.lineno)} was not run: {what}")

    def _run(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Import() | ast.ImportFrom():
                self._import(statement)
            case ast.If():
                self.run(statement.body if self._value(statement.test) else statement.orelse)
            case ast.Try() if any(map(_catches_import_errors, statement.handlers)):
                with self.finder.strict():
                    self._execute(statement)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                with stubs.lenient():
                    self._execute(statement)
            case _:
                self._execute(statement)

    def _execute(self, *statements: ast.stmt) -> None:
        module = ast.Module(list(statements), type_ignores=[])
        code = compile(module, self.file, "exec", flags=self.flags, dont_inherit=True)
        exec(code, self.namespace)  # noqa: S102 - that is what we are here for

    def _value(self, expression: ast.expr) -> Any:
        tree = ast.Expression(expression)
        return eval(compile(tree, self.file, "eval", flags=self.flags, dont_inherit=True), self.namespace)  # noqa: S307

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        """Import each name; put a stub where that fails."""
        for alias in statement.names:
            try:
                self._execute(_only(statement, alias))
            except Exception as error:  # a library that is too old or too new may raise anything
                if alias.name == "*":
                    raise
                self._substitute(statement, alias, error)

    def _substitute(self, statement: ast.Import | ast.ImportFrom, alias: ast.alias, error: Exception) -> None:
        origin = alias.name if isinstance(statement, ast.Import) else statement.module or "."
        top = origin.partition(".")[0] or "."
        missing = isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] == top
        if not missing:
            stubs.reasons[top] = f"cannot be imported ({type(error).__name__}: {first_line(error)})"
        self.finder.stubs[top] = None
        if isinstance(statement, ast.ImportFrom):
            self.namespace[alias.asname or alias.name] = stubs.Stub(f"{origin}.{alias.name}", quiet=False)
        else:
            self.namespace[alias.asname or top] = stubs.make(alias.name if alias.asname else top)


def future_flags(tree: ast.Module) -> int:
    """Return the compiler flags of a program's ``from __future__ import``: each statement is compiled alone."""
    flags = 0
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for alias in statement.names:
                flags |= getattr(getattr(__future__, alias.name, None), "compiler_flag", 0)
    return flags


def _only(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.stmt:
    if isinstance(statement, ast.Import):
        return ast.copy_location(ast.Import([alias]), statement)
    return ast.copy_location(ast.ImportFrom(statement.module, [alias], statement.level), statement)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _catches_import_errors(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(
        isinstance(node, ast.Name) and node.id in CATCHES_IMPORT_ERRORS for node in ast.walk(handler.type)
    )
