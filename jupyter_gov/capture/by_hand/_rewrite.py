"""Cells with a probe around each expression that may hold a number computed from predictions.

``accuracy = (predicted == y).mean()`` becomes ``accuracy = __gov_probe__((None, (predicted == y).mean(), SITE))``: the
probe gives back the second item. ``SITE`` is a constant that says which variables went in; the values of those that are
local to a function follow it. Line and column numbers stay as they were.
"""

from __future__ import annotations

import ast
from typing import Any

from ._operands import Scope, Site, operands
from ._shapes import appends, is_part, is_text, is_try_star, reduces, said_by, summand, word_of
from ._words import COMPILERS, REDUCTIONS, SILENT, STEPS

PROBE, MARK = "__gov_probe__", "__gov_mark__"

REDUCES, OPAQUE, LOOP, GROUPS = 1, 2, 4, 8
"""What is known of an expression: it is a number made of others, a call of something else, what a loop runs over; its
last step makes numbers of many, so that several are one for each group."""

_NONE: tuple[str, ...] = ()
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Rewriter:
    """Puts probes into one cell.

    Parameters
    ----------
    functions : bool
        Whether to look into functions, too.

    Attributes
    ----------
    probes : int
        How many were put in.
    lasting : bool
        Whether any is inside a function, which may be called when tracking is long over.
    """

    def __init__(self, *, functions: bool = True) -> None:
        self._functions = functions
        self.probes = 0
        self.lasting = False

    def rewrite(self, module: Any) -> None:
        """Put probes into a module's statements, in place."""
        self._statements(getattr(module, "body", []), Scope())

    # -- statements ----------------------------------------------------------------------------------------------------

    def _statements(self, body: list[ast.stmt], scope: Scope) -> None:
        for statement in body:
            self._statement(statement, scope)

    def _statement(self, node: Any, scope: Scope) -> None:
        kind = type(node)
        if kind in _FUNCTIONS:
            if self._functions and not any(word_of(d) in COMPILERS for d in node.decorator_list):
                self._statements(node.body, scope.function(node))
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
        elif kind is ast.Expr:
            node.value = self._slot(node.value, scope, "")
        elif kind in (ast.For, ast.AsyncFor):
            self._loop(node, scope)
        elif kind in (ast.If, ast.While, ast.Assert):
            node.test = self._condition(node.test, scope)
        elif kind in (ast.With, ast.AsyncWith):
            for item in node.items:
                self._inside(item.context_expr, scope)
        elif kind is ast.Match:
            for case in node.cases:
                self._statements(case.body, scope)
        if kind in (ast.If, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.For, ast.AsyncFor) or is_try_star(node):
            for part in ("body", "orelse", "finalbody"):
                self._statements(getattr(node, part, []), scope)
            for handler in getattr(node, "handlers", ()):
                self._statements(handler.body, scope)

    def _assigned(self, value: Any, targets: list[Any], scope: Scope, *, added: bool = False) -> Any:
        target = targets[0]
        name, names, into = "", _NONE, _NONE
        if isinstance(target, ast.Name):
            name = target.id
        elif isinstance(target, ast.Tuple | ast.List) and all(isinstance(t, ast.Name) for t in target.elts):
            names = tuple(t.id for t in target.elts if isinstance(t, ast.Name))
            if isinstance(value, ast.Tuple) and len(value.elts) == len(names):
                value.elts = [self._slot(v, scope, n) for v, n in zip(value.elts, names, strict=True)]
                return value
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            key = target.slice
            if isinstance(key, ast.Constant) and type(key.value) is str:
                name, into = key.value, (target.value.id, key.value)
        elif isinstance(target, ast.Attribute):
            name = target.attr
        return self._slot(value, scope, name, names=names, into=into, added=added)

    def _loop(self, node: Any, scope: Scope) -> None:
        adds = [n for s in node.body for n in ast.walk(s) if isinstance(n, ast.AugAssign) or appends(n)]
        if adds and not isinstance(node.iter, ast.Constant):
            whole = ast.Tuple(elts=[node.iter, *(summand(n) for n in adds)], ctx=ast.Load())
            node.iter = self._wrap(node.iter, scope, LOOP, about=whole)
        else:
            self._inside(node.iter, scope)

    def _condition(self, node: Any, scope: Scope) -> Any:
        if isinstance(node, ast.Compare | ast.BoolOp | ast.NamedExpr | ast.UnaryOp | ast.Call):
            return self._slot(node, scope, "") if reduces(node) or isinstance(node, ast.BoolOp) else node
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
            if reduces(node.body) and self._functions:
                node.body = self._slot(node.body, scope.function(node, name), name)
        elif kind in _COMPREHENSIONS:
            return self._comprehension(node, scope, told)
        elif kind in (ast.List, ast.Tuple, ast.Set):
            node.elts = [self._argument(e, scope) for e in node.elts]
        elif kind is ast.Dict:
            keys = [k.value if isinstance(k, ast.Constant) and type(k.value) is str else "" for k in node.keys]
            node.values = [self._slot(v, scope, k) for k, v in zip(keys, node.values, strict=True)]
        elif kind is ast.IfExp:
            node.body, node.orelse = self._slot(node.body, scope, name), self._slot(node.orelse, scope, name)
        elif kind is ast.BoolOp:
            node.values = [self._slot(v, scope, "") for v in node.values]
        elif kind is ast.NamedExpr:
            node.value = self._slot(node.value, scope, node.target.id)
        elif kind is ast.Compare and any(reduces(n) for n in (node.left, *node.comparators)):
            # `(predicted == y).mean() > 0.9` is a truth value; the number is inside.
            node.left = self._slot(node.left, scope, "")
            node.comparators = [self._slot(c, scope, "") for c in node.comparators]
        elif kind in (ast.Compare, ast.BinOp, ast.UnaryOp, ast.Subscript, ast.Attribute, ast.Call):
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
        self._inside(node, scope)
        if isinstance(said, ast.Name) or (kind is ast.Call and word_of(node.func) in SILENT and not reduces(node)):
            return node
        if isinstance(said, ast.Call):
            flags = OPAQUE
            if word_of(said.func) in REDUCTIONS:
                flags = REDUCES | GROUPS
            elif word_of(said.func) in STEPS or reduces(said):
                flags = REDUCES
        elif kind is ast.Compare:
            flags = 0
        elif kind in (ast.Subscript, ast.Attribute):
            flags = REDUCES if reduces(node) else 0
        else:
            flags = REDUCES
        return self._wrap(node, scope, flags, **told)

    def _comprehension(self, node: Any, scope: Scope, told: dict[str, Any]) -> Any:
        self._inside(node.generators[0].iter, scope)
        inner = scope.comprehension(node)
        if isinstance(node, ast.DictComp):
            if reduces(node.value):
                node.value = self._slot(node.value, inner, "")
        elif reduces(node.elt) or isinstance(node.elt, ast.Tuple | ast.Dict):
            node.elt = self._slot(node.elt, inner, "")
        return self._wrap(node, scope, 0, **told) if isinstance(node, ast.ListComp) else node

    def _inside(self, node: Any, scope: Scope) -> None:
        """Put probes into what an expression hands to functions that are not part of it."""
        kind = type(node)
        if kind is ast.Call:
            if isinstance(node.func, ast.Attribute):
                self._inside(node.func.value, scope)
            if is_part(node):
                for argument in (*node.args, *(k.value for k in node.keywords)):
                    self._inside(argument, scope)
            else:
                node.args = [self._argument(a, scope) for a in node.args]
                for keyword in node.keywords:
                    keyword.value = self._argument(keyword.value, scope)
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

    def _argument(self, node: Any, scope: Scope) -> Any:
        if isinstance(node, ast.Starred):
            self._inside(node.value, scope)
            return node
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
        about: Any = None,
    ) -> Any:
        """Return the probe around an expression, or the expression where nothing of the user's goes in."""
        found = operands(about or node, scope)
        if not found.operands and not (found.calls and (flags & REDUCES or name or names)):
            return node
        local = tuple(dict.fromkeys([*found.local, *(into[:1] if into and scope.binds(into[0]) else ())]))
        place = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        site = Site(
            flags, name, found.operands, found.labels, found.columns, names, into, added, local, place
        )  # fmt: skip
        self.probes += 1
        self.lasting = self.lasting or scope.inner
        mark = _call(MARK, []) if found.calls else ast.Constant(value=None)
        told = [
            mark,
            node,
            ast.Constant(value=tuple(site)),  # type: ignore[arg-type]
            *(ast.Name(id=n, ctx=ast.Load()) for n in local),
        ]
        made = _call(PROBE, [ast.Tuple(elts=told, ctx=ast.Load())])
        for new in (made, made.func, made.args[0], *told[:1], *told[2:], getattr(mark, "func", made)):
            ast.copy_location(new, node)
        return made


def _call(name: str, args: list[Any]) -> ast.Call:
    return ast.Call(func=ast.Name(id=name, ctx=ast.Load()), args=args, keywords=[])
