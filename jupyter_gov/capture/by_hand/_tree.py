"""Probes, as parts of a syntax tree.

``accuracy = (predicted == y).mean()`` becomes ``accuracy = PROBE.__call__((None, (predicted == y).mean(), SITE))``: the
probe gives back the second item. ``PROBE`` is a text whose place the probe takes once the cell is compiled, ``SITE`` a
constant that says which variables went in; the values of those that are local to a function follow it. Line and column
numbers stay as they were.
"""

from __future__ import annotations

import ast
from typing import Any

from ._operands import Site
from ._shapes import is_part, is_result, path_of, reduces, word_of
from ._words import MARK, PROBE, REDUCTIONS

REDUCES, OPAQUE, LOOP, GROUPS, COMPUTES, REPEATS, WAITS, AWAITED = (1 << n for n in range(8))
"""What is known of an expression: it is a number made of many; a call of something else; what a loop runs over; its
last step makes numbers of many, so that several are one for each group; it computes a number of others; it stands in a
loop; it waits for other tasks, or is what was waited for."""


def kind_of(node: Any, said: Any) -> tuple[int, tuple[str, ...]]:
    """Return what is known of an expression, and what it calls where it is a call of something else.

    Parameters
    ----------
    node : ast.expr
        The expression.
    said : ast.expr
        That of which it only says the number again; else the same.
    """
    inner = said
    while isinstance(inner, ast.Subscript | ast.Attribute | ast.Await):
        inner = inner.value
    if reduces(node):
        return REDUCES | (GROUPS if isinstance(said, ast.Call) and word_of(said.func) in REDUCTIONS else 0), ()
    if isinstance(inner, ast.Call) and not is_part(inner):
        return OPAQUE, path_of(inner.func)
    return 0 if isinstance(node, ast.Compare | ast.Subscript | ast.Attribute | ast.Await) else COMPUTES, ()


def mark() -> Any:
    """Return the call that says how far predictions had come."""
    return _call(MARK, [])


def probe(before: Any, node: Any, site: tuple[Any, ...], values: list[Any]) -> Any:
    """Return the probe around an expression.

    Parameters
    ----------
    before : ast.expr
        What is evaluated first: a `mark`, or None.
    node : ast.expr
        The expression.
    site : tuple
        A `Site`, as a constant.
    values : list of ast.expr
        The variables whose values are told.
    """
    told = [before, node, ast.Constant(value=site), *values]  # type: ignore[arg-type]
    made = _call(PROBE, [ast.Tuple(elts=told, ctx=ast.Load())])
    waiting: list[Any] = [made]
    while waiting:
        new = waiting.pop()
        if new is not node:
            ast.copy_location(new, node)
            waiting.extend(n for n in ast.iter_child_nodes(new) if not isinstance(n, ast.expr_context))
    return made


class Awaited(ast.NodeTransformer):
    """Puts probes around what an expression waits for: only this, not what was predicted meanwhile, is its own."""

    def visit_Await(self, node: Any) -> Any:
        place = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        site = Site(AWAITED, "", (), (), (), (), (), False, (), "", "", (), place)
        return probe(ast.Constant(value=None), node, tuple(site), [])

    def visit_Call(self, node: ast.Call) -> Any:
        return self.visit_Await(node) if is_result(node) else self.generic_visit(node)

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        return node


def _call(constant: str, args: list[Any]) -> ast.Call:
    # A call of the constant itself would have Python warn of a text that is called.
    called = ast.Attribute(value=ast.Constant(value=constant), attr="__call__", ctx=ast.Load())
    return ast.Call(func=called, args=args, keywords=[])
