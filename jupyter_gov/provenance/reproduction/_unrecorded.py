"""What can change a result and is on no record: the order of sets, and what environment variables were set to."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ...records import Cell, Environment, Record

_SEED = "PYTHONHASHSEED"
_SETS = ("set", "frozenset")


def hashes_vary(records: Sequence[Record]) -> bool:
    """Say whether texts had other hashes in a run than they have in the next kernel, and so sets another order."""
    found = next((r for r in reversed(records) if isinstance(r, Environment)), None)
    return found is not None and _SEED not in found.variables


def makes_sets(cell: Cell) -> bool:
    """Say whether a cell's code makes a set."""
    return any(
        isinstance(n, ast.Set | ast.SetComp) or (isinstance(n, ast.Call) and _name(n.func) in _SETS)
        for n in _nodes(cell)
    )


def variables_read(cell: Cell) -> list[str]:
    """Return the environment variables that a cell's code reads by names that stand in it."""
    found = []
    for node in _nodes(cell):
        match node:
            case ast.Subscript(value=value, slice=ast.Constant(value=str() as name), ctx=ast.Load()):
                read = _name(value) == "environ"
            case ast.Call(func=func, args=[ast.Constant(value=str() as name), *_]):
                of = getattr(func, "value", None)
                read = _name(func) == "getenv" or (_name(func) == "get" and _name(of) == "environ")
            case _:
                continue
        found += [name] if read else []
    return list(dict.fromkeys(found))


def _nodes(cell: Cell) -> Iterator[ast.AST]:
    """Yield what a cell's Python consists of; nothing where it is none."""
    lines = ("" if line.lstrip().startswith(("%", "!")) else line for line in cell.source.splitlines())
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError):
        return
    yield from ast.walk(tree)


def _name(node: object) -> str:
    """Return the last part of a dotted name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
