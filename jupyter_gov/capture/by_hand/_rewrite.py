"""Cells with a probe around each expression that may hold a number computed from predictions; see `_tree`."""

from __future__ import annotations

import ast
from typing import Any

from ._operands import Scope, Site, operands
from ._shapes import (
    compares,
    computes,
    counts,
    grows,
    is_index,
    is_part,
    is_result,
    is_text,
    is_timing,
    is_try_star,
    picks,
    place_of,
    probed,
    reduces,
    rows_of,
    said_by,
    totals,
    word_of,
)  # fmt: skip
from ._tree import LOOP, REDUCES, REPEATS, WAITS, Awaited, kind_of, mark, probe
from ._words import COMPILERS, SILENT

_NONE: tuple[str, ...] = ()
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Rewriter:
    """Puts probes into one cell.

    Parameters
    ----------
    functions : bool
        Whether to look into functions, too.
    texts : bool
        Whether the cell's text cannot be found again when an expression is to be shown.
    """

    def __init__(self, *, functions: bool = True, texts: bool = False) -> None:
        self._functions = functions
        self._texts = texts
        self._loops = 0

    def rewrite(self, module: Any) -> None:
        """Put probes into a module's statements, or into an expression, in place."""
        if isinstance(module, ast.Expression):
            module.body = self._slot(module.body, Scope(), "")
        else:
            self._statements(getattr(module, "body", []), Scope())

    # -- statements ----------------------------------------------------------------------------------------------------

    def _statements(self, body: list[ast.stmt], scope: Scope) -> None:
        for statement in body:
            self._statement(statement, scope)

    def _statement(self, node: Any, scope: Scope) -> None:
        kind = type(node)
        if kind in _FUNCTIONS:
            self._function(node, scope)
        elif kind is ast.ClassDef:
            self._statements(node.body, scope.klass(node))
        elif kind is ast.Assign:
            node.value = self._assigned(node.value, node.targets, scope)
        elif kind in (ast.AnnAssign, ast.AugAssign):
            if node.value is not None:
                node.value = self._assigned(node.value, [node.target], scope, added=kind is ast.AugAssign)
        elif kind is ast.Return:
            if node.value is not None:
                node.value = self._slot(node.value, scope, scope.name)
        elif kind is ast.Expr and grows(node.value):
            node.value.args = [self._slot(node.value.args[0], scope, "", into=(grows(node.value), ""))]
        elif kind is ast.Expr:
            node.value = self._slot(node.value, scope, "")
        elif kind in (ast.For, ast.AsyncFor):
            self._loop(node, scope)
        elif kind in (ast.If, ast.While, ast.Assert):
            node.test = self._condition(node.test, scope, totals(node.body) if kind is ast.If else _NONE)
        elif kind in (ast.With, ast.AsyncWith):
            for item in node.items:
                item.context_expr = self._slot(item.context_expr, scope, "")
        elif kind is ast.Raise:
            node.exc = node.exc and self._within(node.exc, scope)
        elif kind is ast.Match:
            node.subject = self._slot(node.subject, scope, "")
            for case in node.cases:
                self._statements(case.body, scope)
        if kind in (ast.If, ast.With, ast.AsyncWith, ast.Try, *_LOOPS) or is_try_star(node):
            self._loops += kind in _LOOPS
            for part in ("body", "orelse", "finalbody"):
                self._statements(getattr(node, part, []), scope)
            for handler in getattr(node, "handlers", ()):
                self._statements(handler.body, scope)
            self._loops -= kind in _LOOPS

    def _function(self, node: Any, scope: Scope) -> None:
        given = node.args
        given.defaults = [self._slot(d, scope, "") for d in given.defaults]
        given.kw_defaults = [d and self._slot(d, scope, "") for d in given.kw_defaults]
        if self._functions and not any(word_of(d) in COMPILERS for d in node.decorator_list):
            loops, self._loops = self._loops, 0
            self._statements(node.body, scope.function(node))
            self._loops = loops

    def _assigned(self, value: Any, targets: list[Any], scope: Scope, *, added: bool = False) -> Any:
        target = targets[0]
        name, names, into = "", _NONE, _NONE
        if isinstance(target, ast.Name):
            name = target.id
            # `found += list(…)` puts it into a list, if that is what it is.
            into = (name, "") if added else _NONE
        elif isinstance(target, ast.Tuple | ast.List) and all(isinstance(t, ast.Name) for t in target.elts):
            names = tuple(t.id for t in target.elts if isinstance(t, ast.Name))
            if isinstance(value, ast.Tuple) and len(value.elts) == len(names):
                value.elts = [self._slot(v, scope, n) for v, n in zip(value.elts, names, strict=True)]
                return value
        else:
            name, into = place_of(target)
        return self._slot(value, scope, name, names=names, into=into, added=added)

    def _loop(self, node: Any, scope: Scope) -> None:
        targets = {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
        if computes(node.body, targets):
            self._inside(node.iter, scope)
            node.iter = self._wrap(node.iter, scope, LOOP, names=totals(node.body, targets))
        else:
            node.iter = self._slot(node.iter, scope, "")

    def _condition(self, node: Any, scope: Scope, names: tuple[str, ...] = ()) -> Any:
        if isinstance(node, ast.Compare) and not reduces(node) and self._loops:
            self._inside(node, scope)
            return self._wrap(node, scope, REPEATS, names=names)
        if isinstance(node, ast.BoolOp) and self._loops:
            node.values = [self._condition(v, scope, names) for v in node.values]
            return node
        return (
            self._slot(node, scope, "") if reduces(node) or isinstance(node, ast.BoolOp) else self._within(node, scope)
        )

    def _within(self, node: Any, scope: Scope) -> Any:
        self._inside(node, scope)
        return node

    # -- expressions ---------------------------------------------------------------------------------------------------

    def _slot(
        self,
        node: Any,
        scope: Scope,
        name: str,
        *,
        names: tuple[str, ...] = (),
        into: tuple[str, ...] = (),
        added: bool = False,
    ) -> Any:
        """Return an expression that stands by itself, with probes in and around it."""
        kind = type(node)
        told: dict[str, Any] = {"name": name, "names": names, "into": into, "added": added}
        if kind in (ast.Constant, ast.Name):
            # `frame["predicted"] = predicted`, and `predicted` into a data frame.
            return self._wrap(node, scope, 0, **told) if into and kind is ast.Name else node
        if kind is ast.JoinedStr:
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    part.value = self._slot(part.value, scope, "")
        elif kind is ast.Lambda:
            if self._functions and (reduces(node.body) or compares(node.body)):
                node.body = self._slot(node.body, scope.function(node, name), name)
        elif kind in _COMPREHENSIONS:
            return self._comprehension(node, scope, told)
        elif kind in (ast.List, ast.Tuple, ast.Set):
            node.elts = [self._slot(e, scope, "") for e in node.elts]
        elif kind in (ast.Yield, ast.YieldFrom, ast.Starred):
            node.value = node.value and self._slot(node.value, scope, "")
        elif kind is ast.Dict:
            keys = [k.value if isinstance(k, ast.Constant) and type(k.value) is str else "" for k in node.keys]
            node.values = [self._slot(v, scope, k) for k, v in zip(keys, node.values, strict=True)]
        elif kind is ast.IfExp:
            node.test = self._condition(node.test, scope)
            node.body, node.orelse = self._slot(node.body, scope, name), self._slot(node.orelse, scope, name)
        elif kind is ast.BoolOp:
            node.values = [self._slot(v, scope, "") for v in node.values]
        elif kind is ast.NamedExpr:
            node.value = self._slot(node.value, scope, node.target.id)
        elif kind is ast.Compare and any(reduces(n) for n in (node.left, *node.comparators)):
            # `(predicted == y).mean() > 0.9` is a truth value; the number is inside.
            node.left = self._slot(node.left, scope, "")
            node.comparators = [self._slot(c, scope, "") for c in node.comparators]
        elif kind in (ast.Compare, ast.BinOp, ast.UnaryOp, ast.Subscript, ast.Attribute, ast.Call, ast.Await):
            return self._computed(node, scope, told)
        return node

    def _computed(self, node: Any, scope: Scope, told: dict[str, Any]) -> Any:
        kind = type(node)
        if kind is ast.BinOp and is_text(node):
            node.left, node.right = self._slot(node.left, scope, ""), self._slot(node.right, scope, "")
            return node
        if kind is ast.UnaryOp and isinstance(node.op, ast.Not):
            node.operand = self._condition(node.operand, scope)
            return node
        said = said_by(node, named=bool(told["name"]))
        if kind is not ast.Await and not is_result(node):
            node = Awaited().visit(node)
        self._inside(node, scope)
        if isinstance(said, ast.Name) or (kind is ast.Call and word_of(node.func) in SILENT and not reduces(node)):
            return node
        if is_index(node) or picks(said):
            # Where predictions are is no prediction.
            return node
        flags, told["called"] = kind_of(node, said)
        return self._wrap(node, scope, flags, rows=rows_of(node), **told)

    def _comprehension(self, node: Any, scope: Scope, told: dict[str, Any]) -> Any:
        self._inside(node.generators[0].iter, scope)
        inner = scope.comprehension(node)
        if isinstance(node, ast.DictComp):
            if reduces(node.value) or compares(node.value):
                node.value = self._slot(node.value, inner, "")
        elif reduces(node.elt) or compares(node.elt) or isinstance(node.elt, ast.Tuple | ast.Dict):
            node.elt = self._slot(node.elt, inner, "")
        return self._wrap(node, scope, 0, **told) if isinstance(node, ast.ListComp) else node

    def _inside(self, node: Any, scope: Scope) -> None:
        """Put probes into what an expression hands to functions that are not part of it."""
        kind = type(node)
        if probed(node) is not None:
            self._inside(probed(node), scope)
        elif kind is ast.Call:
            self._inside(node.func, scope)
            if counts(node) or (is_part(node) and word_of(node) != "list"):
                for argument in (*node.args, *(k.value for k in node.keywords)):
                    self._inside(argument, scope)
            else:
                node.args = [self._slot(a, scope, "") for a in node.args]
                for keyword in node.keywords:
                    keyword.value = self._slot(keyword.value, scope, "")
        elif kind is ast.BinOp:
            self._inside(node.left, scope)
            self._inside(node.right, scope)
        elif kind is ast.UnaryOp:
            self._inside(node.operand, scope)
        elif kind is ast.Compare:
            for part in (node.left, *node.comparators):
                self._inside(part, scope)
        elif kind in (ast.Subscript, ast.Attribute, ast.Await):
            self._inside(node.value, scope)
        elif kind is ast.NamedExpr:
            node.value = self._slot(node.value, scope, node.target.id)
        elif kind in _COMPREHENSIONS:
            if compares(node):
                self._comprehension(node, scope, {})
        elif kind is ast.Lambda:
            self._slot(node, scope, "")
        elif kind in (ast.Tuple, ast.List, ast.IfExp, ast.Starred, ast.BoolOp):
            for part in ast.iter_child_nodes(node):
                self._inside(part, scope)

    def _argument(self, node: Any, scope: Scope) -> Any:
        return self._slot(node, scope, "")

    def _wrap(
        self,
        node: Any,
        scope: Scope,
        flags: int,
        *,
        name: str = "",
        names: tuple[str, ...] = (),
        into: tuple[str, ...] = (),
        added: bool = False,
        called: tuple[str, ...] = (),
        rows: str = "",
    ) -> Any:
        """Return the probe around an expression, or the expression where nothing of the user's goes in."""
        waits = any(isinstance(n, ast.Await) or is_result(n) for n in ast.walk(node))
        found = operands(node, scope)
        if not found.operands and not ((found.calls or waits) and (flags & REDUCES or name or names)):
            return node
        local = tuple(dict.fromkeys([*found.local, *(into[:1] if into and scope.binds(into[0]) else ())]))
        place = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        flags |= (REPEATS if self._loops else 0) | (WAITS if waits else 0)
        text = ast.unparse(node) if self._texts else ""
        site = Site(
            flags, name, found.operands, found.labels, found.columns, names, into, added, called, rows, text,
            local, place,
        )  # fmt: skip
        calls = found.calls and not is_timing(node)
        values = [ast.Name(id=n, ctx=ast.Load()) for n in local]
        return probe(mark() if calls else ast.Constant(value=None), node, tuple(site), values)
