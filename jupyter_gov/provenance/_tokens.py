"""When two executions did the same, and when two of them made the same of a variable."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping

from ..records import Cell

_MAGIC = re.compile(r"^(\s*)[%!?].*$", re.MULTILINE)


class Tokens:
    """A number for each execution, the same for those with the same source that read the same things.

    Parameters
    ----------
    cells : iterable of Cell
        In the order they ran.
    digests : mapping
        Digest of each one's source, by its id.
    """

    def __init__(self, cells: Iterable[Cell], digests: Mapping[str, str]) -> None:
        self._tokens: dict[str, int] = {}
        self._plain: dict[str, Mapping[str, str]] = {}
        numbers: dict[Hashable, int] = {}
        known: dict[str, Mapping[str, str]] = {}
        for cell in cells:
            digest = digests[cell.id]
            if digest not in known:
                known[digest] = plain_values(cell.source)
            self._plain[cell.id] = known[digest]
            reads = frozenset((variable, self.value(variable, writer)) for variable, writer in cell.reads.items())
            self._tokens[cell.id] = numbers.setdefault((digest, reads), len(numbers))

    def __getitem__(self, cell: str) -> int:
        return self._tokens[cell]

    def value(self, variable: str, writer: str | None) -> Hashable:
        """Return the identity of what `writer` made of a variable; of none, of what was there before tracking began."""
        if not writer:
            return (variable, "before")
        plain = self._plain.get(writer, {}).get(variable)
        return (variable, plain) if plain is not None else (variable, self._tokens.get(writer, writer))


def plain_values(source: str) -> Mapping[str, str]:
    """Return the names that a cell binds to something that its code alone says, and what that is.

    These are imports, functions that are made of nothing but their code, numbers, texts and other constants. A name
    that the cell binds in more than one place is none of them.
    """
    if source.lstrip().startswith("%%"):
        return {}
    try:
        tree = ast.parse(_MAGIC.sub(r"\1pass", source))
    except (SyntaxError, ValueError, RecursionError):
        return {}
    bound = Counter(_bindings(tree))
    if "*" in bound:
        return {}
    return {name: value for statement in tree.body for name, value in _plain(statement) if bound[name] == 1}


def _plain(statement: ast.stmt) -> Iterable[tuple[str, str]]:
    if isinstance(statement, ast.Import):
        return [(a.asname or a.name.partition(".")[0], f"import {a.name if a.asname else ''}") for a in statement.names]
    if isinstance(statement, ast.ImportFrom):
        origin = f"{'.' * statement.level}{statement.module or ''}"
        return [(a.asname or a.name, f"from {origin} import {a.name}") for a in statement.names]
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        given = statement.args
        defaults = [d for d in (*given.defaults, *given.kw_defaults) if d is not None]
        if not statement.decorator_list and all(isinstance(d, ast.Constant) for d in defaults):
            return [(statement.name, ast.dump(statement))]
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
        return [(t.id, ast.dump(statement.value)) for t in statement.targets if isinstance(t, ast.Name)]
    return []


def _bindings(tree: ast.AST) -> Iterable[str]:
    """Yield every name that is bound or deleted anywhere in the code, in inner scopes too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest
