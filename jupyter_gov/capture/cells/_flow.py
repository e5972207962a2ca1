"""Which names code has bound for certain, whatever branches it takes."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_gov.records._builtins import keep_builtins

from ._calls import LOOP, SWALLOWS, path_of
from ._names import Names, seeds_by_name

keep_builtins(globals())

_SAME = {
    "AsyncFor": "For", "AsyncFunctionDef": "FunctionDef", "AsyncWith": "With", "DictComp": "Comprehension",
    "GeneratorExp": "Comprehension", "ListComp": "Comprehension", "SetComp": "Comprehension", "TryStar": "Try",
}  # fmt: skip
"""Nodes that are gone through like others."""


class Flow(ast.NodeVisitor):
    """Goes through code in the order of its execution: what is bound for certain at each place of it."""

    def __init__(self) -> None:
        self._names = self._top = Names()
        # What a class's body binds is local from there on, and only in the body itself.
        self._scopes: list[frozenset[str] | set[str]] = []
        self._declared: list[frozenset[str]] = []
        self._place = 0
        self._sure: dict[str, int] = {}
        self._seeders: set[str] = set()
        self._depth = 0
        """Branches that the code is within."""
        self._drawn = False

    def visit(self, node: ast.AST) -> None:
        name = type(node).__name__
        getattr(self, f"visit_{_SAME.get(name, name)}", self.generic_visit)(node)

    def _all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    # -- names ---------------------------------------------------------------------------------------------------------

    def _load(self, name: str) -> None:
        self._place += 1
        if self._is_local(name):
            return
        self._names.loads.setdefault(name, self._place)
        if self._names is not self._top or name not in self._sure:
            self._names.reads.add(name)

    def _bind(self, name: str) -> None:
        self._place += 1
        if self._scopes:
            here = self._scopes[-1]
            if name in self._declared[-1]:
                self._names.binds[name] = False
            elif isinstance(here, set):
                here.add(name)
            return
        self._names.binds.setdefault(name, False)
        self._sure.setdefault(name, self._place)

    def _is_local(self, name: str) -> bool:
        if self._scopes and name in self._scopes[-1]:
            return True
        return any(name in scope for scope in self._scopes if not isinstance(scope, set))

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._load(node.id)
        elif isinstance(node.ctx, ast.Store):
            self._bind(node.id)
        elif not self._scopes or node.id in self._declared[-1]:
            self._names.deletes.add(node.id)
            self._sure.pop(node.id, None)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._all([node.value, node.target])

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._bind(alias.asname or alias.name.partition(".")[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self._names.dynamic = True
                continue
            self._bind(alias.asname or alias.name)
            if seeds_by_name(alias.name):
                self._seeders.add(alias.asname or alias.name)

    def _pass(self, given: Iterable[ast.AST], path: tuple[str, ...]) -> None:
        """Take note of what is given to a function, which could change it."""
        for node in given:
            for name in {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}:
                self._names.passed.setdefault(name, set()).add(path)

    # -- branches ------------------------------------------------------------------------------------------------------

    def _branches(self, *branches: Iterable[ast.AST | None]) -> None:
        """Go through code of which one part runs: what is bound in all of the parts is bound for certain."""
        before, after = dict(self._sure), []
        self._depth += 1
        for branch in branches:
            self._sure = dict(before)
            self._all(branch)
            after.append(self._sure)
        self._depth -= 1
        self._sure = {n: max(a[n] for a in after) for n in after[0] if all(n in a for a in after)}

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._branches(node.body, node.orelse)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.visit(node.test)
        self._branches([node.body], [node.orelse])

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self.visit(node.values[0])
        self._branches(node.values[1:], [])

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        # What is gone through may be changed by the name that its parts have in the loop.
        self._names.changes = True
        self._pass([node.iter], LOOP)
        self._branches([node.target, *node.body], [])
        self._branches(node.orelse, [])

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self._branches(node.body, [])
        self._branches(node.orelse, [])

    def visit_Try(self, node: ast.Try) -> None:
        self._branches([*node.body, *node.orelse], *([h.type, h] for h in node.handlers))
        self._all(node.finalbody)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name)
        self._all(node.body)
        if node.name and not self._scopes:
            # Python deletes it when the handler ends.
            self._sure.pop(node.name, None)

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self._all([item.context_expr, item.optional_vars])
        if any(SWALLOWS.search(n) for item in node.items for n in path_of(callee_of(item.context_expr))):
            self._branches(node.body, [])
        else:
            self._all(node.body)

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        self._branches(*([c.pattern, c.guard, *c.body] for c in node.cases), [])

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self._all([node.pattern])
        if node.name:
            self._bind(node.name)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.generic_visit(node)
        if node.rest:
            self._bind(node.rest)


def callee_of(node: ast.expr) -> ast.expr:
    """Return what is called; of anything else itself."""
    return node.func if isinstance(node, ast.Call) else node
