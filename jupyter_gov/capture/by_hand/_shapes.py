"""What can be told of an expression by its form."""

from __future__ import annotations

import ast
from typing import Any

from ._words import BLIND, COMPARES, GROWS, INDICES, PROBE, REDUCTIONS, ROUNDING, STEPS, TIMES


def word_of(node: Any) -> str:
    """Return the last word of ``a.b.word`` or ``word(…)``."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def is_try_star(node: Any) -> bool:
    return type(node).__name__ == "TryStar"


def probed(node: Any) -> Any:
    """Return the expression inside a probe; None where there is none."""
    called = node.func if isinstance(node, ast.Call) else None
    held = called.value if isinstance(called, ast.Attribute) else None
    return node.args[0].elts[1] if isinstance(held, ast.Constant) and held.value == PROBE else None


def grows(node: Any) -> str:
    """Return the variable of the list that ``name.append(…)`` or ``name.extend(…)`` puts something into."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in GROWS:
        return node.func.value.id if isinstance(node.func.value, ast.Name) and len(node.args) == 1 else ""
    return ""


def place_of(target: Any) -> tuple[str, tuple[str, ...]]:
    """Return the name of what is assigned to, and the `into` of a `Site`."""
    if isinstance(target, ast.Attribute):
        return target.attr, ()
    if not isinstance(target, ast.Subscript):
        return "", ()
    held, key = target.value, target.slice
    if isinstance(held, ast.Attribute) and held.attr in ("loc", "at"):
        held, key = held.value, key.elts[-1] if isinstance(key, ast.Tuple) and key.elts else key
    if not isinstance(held, ast.Name):
        return "", ()
    label = key.value if isinstance(key, ast.Constant) and type(key.value) is str else ""
    whole = isinstance(key, ast.Slice) and key.lower is None and key.upper is None and key.step is None
    return label, (held.id, label or (":" if whole else ""), *(("rows",) if held is not target.value else ()))


def computes(body: list[Any], names: set[str]) -> bool:
    """Say whether statements compute with any of some variables: compare them, add them up, put them into lists."""
    return any(
        isinstance(n, ast.Compare | ast.BinOp | ast.AugAssign) or grows(n)
        for statement in body
        for n in ast.walk(statement)
        if any(isinstance(m, ast.Name) and m.id in names for m in ast.walk(n))
    )


def totals(body: list[Any], names: set[str] | None = None) -> tuple[str, ...]:
    """Return the variables that statements add to, as in ``n += …`` and ``n = n + …``.

    Parameters
    ----------
    body : list of ast.stmt
        The statements.
    names : set of str, optional
        Only those into which, or into the condition around which, one of these variables goes.
    """
    found: dict[str, None] = {}
    for statement in body:
        if names is None or computes([statement], names):
            for node in ast.walk(statement):
                target = node.target if isinstance(node, ast.AugAssign) else None
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
                    own = next((t for t in node.targets if isinstance(t, ast.Name)), None)
                    used = any(
                        isinstance(n, ast.Name) and own is not None and n.id == own.id for n in ast.walk(node.value)
                    )
                    target = own if used else None
                if isinstance(target, ast.Name):
                    found[target.id] = None
    return tuple(found)


def compares(node: Any) -> bool:
    """Say whether a function whose name says that it compares a truth with predictions is called in an expression."""
    return any(isinstance(n, ast.Call) and COMPARES.search(word_of(n)) for n in ast.walk(node))


def is_timing(node: Any) -> bool:
    """Say whether an expression asks how long something takes."""
    return any(isinstance(n, ast.Call) and TIMES.search(word_of(n)) for n in ast.walk(node))


def is_result(node: Any) -> bool:
    """Say whether a call gives what another thread worked out, as ``future.result()`` does."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "result"


def picks(node: Any) -> bool:
    """Say whether a call chooses one of several things, as ``max(thresholds, key=…)`` does: that is no metric."""
    return isinstance(node, ast.Call) and word_of(node) in ("max", "min") and any(k.arg == "key" for k in node.keywords)


def is_index(node: Any) -> bool:
    """Say whether an expression says where values are, and not what they are."""
    if isinstance(node, ast.Subscript):
        return is_index(node.value)
    word = word_of(node) if isinstance(node, ast.Call) else ""
    return word in INDICES or (word == "where" and len(node.args) == 1 and not node.keywords)


def counts(node: ast.Call) -> bool:
    """Say whether a call is ``len(values[condition])`` or ``len([… for … if condition])``."""
    first = node.args[0] if word_of(node) == "len" and len(node.args) == 1 else None
    if isinstance(first, ast.ListComp):
        return any(g.ifs for g in first.generators)
    return isinstance(first, ast.Subscript) and isinstance(first.slice, ast.Compare | ast.BinOp | ast.UnaryOp)


def rows_of(node: Any) -> str:
    """Return the variable of which an expression reduces chosen rows, as in ``values[condition].mean()``."""
    while isinstance(node, ast.Call) and word_of(node) in ROUNDING and node.args:
        node = node.args[0]
    if not isinstance(node, ast.Call) or word_of(node) not in REDUCTIONS:
        return ""
    node = node.func.value if isinstance(node.func, ast.Attribute) and not node.args else next(iter(node.args), None)
    chosen = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Compare | ast.BinOp | ast.UnaryOp)
    return node.value.id if chosen and isinstance(node.value, ast.Name) else ""


def path_of(node: Any) -> tuple[str, ...]:
    """Return the variable and the attributes that hold the function that is called; nothing where it is computed."""
    path: list[str] = []
    while isinstance(node, ast.Attribute):
        path.append(node.attr)
        node = node.value
    return (node.id, *reversed(path)) if isinstance(node, ast.Name) else ()


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
        if picks(node):
            return False
        if word in REDUCTIONS:
            return not is_index(node.args[0] if node.args else getattr(node.func, "value", None))
        if word == "len":
            return counts(node)
        inner = isinstance(node.func, ast.Attribute) and reduces(node.func.value)
        return inner or (word not in BLIND and is_part(node) and any(reduces(a) for a in node.args))
    if kind is ast.BinOp:
        return isinstance(node.op, ast.MatMult) or reduces(node.left) or reduces(node.right)
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
