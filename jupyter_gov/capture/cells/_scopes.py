"""Which names are local to a function, by its text."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from jupyter_gov.records._builtins import keep_builtins

keep_builtins(globals())

Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def arguments_of(arguments: ast.arguments) -> list[ast.arg]:
    """Return the parameters of a function."""
    rest = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]


def bound_in(nodes: Iterable[ast.AST]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that are local to a function because its body binds them, and those it declares global."""
    bound: set[str] = set()
    declared: set[str] = set()
    elsewhere: set[str] = set()
    for node in _same_scope(nodes):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.alias(name=name, asname=asname) if name != "*":
                bound.add(asname or name.partition(".")[0])
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                bound.add(name)
            case ast.MatchMapping(rest=str(name)):
                bound.add(name)
            case ast.Global(names=names):
                declared.update(names)
            case ast.Nonlocal(names=names):
                elsewhere.update(names)
            case _:
                pass
    return frozenset(bound - declared - elsewhere), frozenset(declared)


def _same_scope(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Go through nodes without what has a scope of its own; of a comprehension only its ``:=`` is outside of it."""
    for node in nodes:
        if isinstance(node, Comprehension):
            yield from (n.target for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
            continue
        yield node
        if not isinstance(node, Function | ast.ClassDef | ast.Lambda):
            yield from _same_scope(ast.iter_child_nodes(node))
