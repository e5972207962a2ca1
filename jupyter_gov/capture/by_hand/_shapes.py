"""What can be told of an expression by its form."""

from __future__ import annotations

import ast
from typing import Any

from ._words import BLIND, REDUCTIONS, ROUNDING, STEPS


def word_of(node: Any) -> str:
    """Return the last word of ``a.b.word`` or ``word(…)``."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def is_try_star(node: Any) -> bool:
    return type(node).__name__ == "TryStar"


def appends(node: Any) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append"


def summand(node: Any) -> Any:
    """Return what a loop adds up, as an expression whose variables are looked at but not loaded."""
    value = node.value if isinstance(node, ast.AugAssign) else ast.Tuple(elts=list(node.args), ctx=ast.Load())
    return ast.Lambda(args=_NO_ARGUMENTS, body=value)


_NO_ARGUMENTS = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])


def is_text(node: ast.BinOp) -> bool:
    """Say whether ``+`` or ``%`` makes a text."""
    return any(
        isinstance(side, ast.JoinedStr)
        or (isinstance(side, ast.Constant) and type(side.value) is str)
        or (isinstance(side, ast.BinOp) and is_text(side))
        or (word_of(side) in ("str", "format", "repr") and isinstance(side, ast.Call))
        for side in (node.left, node.right)
    )


def is_part(call: ast.Call) -> bool:
    """Say whether what a call is given belongs to the same expression as the call."""
    return word_of(call.func) in REDUCTIONS or word_of(call.func) in STEPS


def reduces(node: Any) -> bool:
    """Say whether an expression makes a number of many."""
    kind = type(node)
    if kind is ast.Call:
        word = word_of(node.func)
        if word in REDUCTIONS:
            return True
        inner = isinstance(node.func, ast.Attribute) and reduces(node.func.value)
        return inner or (word not in BLIND and is_part(node) and any(reduces(a) for a in node.args))
    if kind is ast.BinOp:
        return reduces(node.left) or reduces(node.right)
    if kind is ast.UnaryOp:
        return reduces(node.operand)
    if kind is ast.Compare:
        return reduces(node.left) or any(reduces(c) for c in node.comparators)
    if kind in (ast.Subscript, ast.Attribute, ast.NamedExpr, ast.FormattedValue):
        return reduces(node.value)
    if kind is ast.JoinedStr:
        return any(reduces(v) for v in node.values)
    if kind is ast.IfExp:
        return reduces(node.body) or reduces(node.orelse)
    if kind in (ast.Tuple, ast.List):
        return any(reduces(e) for e in node.elts)
    if kind is ast.Dict:
        return any(reduces(v) for v in node.values)
    return False


def said_by(node: Any, *, named: bool) -> Any:
    """Return the expression whose number is only said again by ``round(accuracy, 3)`` or ``accuracy * 100``."""
    while isinstance(node, ast.Call) and word_of(node.func) in ROUNDING and node.args:
        node = node.args[0]
    if not named and isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, ast.Constant) and (isinstance(other, ast.Name) or _is_foreign(other)):
                return other
    return node


def _is_foreign(node: Any) -> bool:
    """Say whether an expression is a call of something that is not known to compute a number of many."""
    return isinstance(node, ast.Call) and not is_part(node) and not reduces(node)
