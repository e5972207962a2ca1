"""Which variables a piece of code uses, binds and could change, by looking at its text only."""

# ruff: noqa: N802 - the names are those that ast.NodeVisitor calls

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_gov.records._builtins import keep_builtins

from ._calls import (
    ASKING,
    DEFINES,
    DYNAMIC,
    IN_PLACE,
    PURE,
    UNTELLING,
    draws_nothing,
    has_argument,
    last_of,
    magic_of,
    makes_unseeded,
    path_of,
    root_of,
)
from ._flow import Flow, callee_of
from ._names import Names, seeds_by_name, words_of
from ._scopes import Comprehension, Function, arguments_of, bound_in

keep_builtins(globals())


def names_in(source: str) -> Names:
    """Return what Python code does with variables; nothing for code that does not parse, and so will not run.

    Parameters
    ----------
    source : str
        Code as IPython's transformers leave it.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Names()
    return _Walk().of(tree)


class _Walk(Flow):
    """Goes through all of the code."""

    def of(self, tree: ast.Module) -> Names:
        self._all(tree.body)
        self._top.bound = self._sure
        for name in self._sure:
            self._top.binds[name] = True
        return self._top

    # -- assignments ---------------------------------------------------------------------------------------------------

    def visit_Assign(self, node: ast.Assign) -> None:
        self._all([node.value, *node.targets])

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._load(node.target.id)
            # `a += 1` changes an array itself, and every other name that it has.
            self._names.changes = True
        self._all([node.value, node.target])

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._all([node.value, node.annotation])
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.visit(node.target)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._target(node)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._target(node)
        self.generic_visit(node)

    def _target(self, node: ast.Attribute | ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            name, steps = root_of(node)
            if name and not self._is_local(name):
                self._names.targets[name] = self._names.targets.get(name, False) or steps > 1
            self._names.changes = True

    # -- calls ---------------------------------------------------------------------------------------------------------

    def visit_Expr(self, node: ast.Expr) -> None:
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(call, ast.Call):
            name, steps = root_of(call.func)
            if name and steps and not self._is_local(name):
                self._names.receivers.setdefault(name, False)
        self.generic_visit(node)

    def _receive(self, function: ast.Attribute, keywords: Iterable[ast.keyword]) -> None:
        """Take note of whose method is called."""
        name, _ = root_of(function)
        if name and not self._is_local(name):
            self._pass([function.value], path_of(function))
            if function.attr in IN_PLACE or any(k.arg == "inplace" for k in keywords):
                self._names.receivers[name] = True

    def visit_Call(self, node: ast.Call) -> None:
        called = last_of(node.func)
        if magic := magic_of(node):
            self._names.magics.append(magic)
            self._all(a for a in node.args if not isinstance(a, ast.Constant))
            return
        if isinstance(node.func, ast.Name):
            self._names.dynamic |= called in DYNAMIC
            # `vars(x)` is a look into an object.
            self._names.untold |= called in UNTELLING and not (called == "vars" and bool(node.args))
        if not (isinstance(node.func, ast.Name) and called in PURE):
            self._names.changes = True
            self._pass([*node.args, *(k.value for k in node.keywords)], path_of(node.func))
            if isinstance(node.func, ast.Attribute):
                self._receive(node.func, node.keywords)
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            self._names.calls.add((node.func.value.id, called))
        self._names.asks |= called in ASKING
        self.generic_visit(node)
        self._seed(node, called)

    def _seed(self, node: ast.Call, called: str) -> None:
        """Take note of a call that seeds, or that could draw before anything does."""
        seeds = seeds_by_name(called) or called in self._seeders
        self._names.seeds |= seeds
        if makes_unseeded(node) or (seeds_by_name(called) and not has_argument(node)):
            self._top.unseeded.append(called)
        elif self._names is self._top and (seeds or not draws_nothing(node)):
            if self._top.seeds_first is None:
                self._top.seeds_first = seeds
            if seeds and not self._drawn and not self._scopes and not self._depth:
                self._top.seeders.append(path_of(node.func))
            self._drawn |= not seeds
        elif self._names is self._top and not self._drawn:
            self._top.before.add(path_of(node.func))

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._names.words.update(words_of(node.value))

    # -- scopes --------------------------------------------------------------------------------------------------------

    def _inside(self, local: Iterable[str], declared: Iterable[str], nodes: Iterable[ast.AST | None]) -> None:
        self._scopes.append(frozenset(local))
        self._declared.append(frozenset(declared))
        self._all(nodes)
        self._scopes.pop()
        self._declared.pop()

    def _defined(self, name: str, body: Iterable[ast.AST], local: Iterable[str], declared: Iterable[str]) -> None:
        """Go through the body of a function of the notebook's: what it does, it does when it is called."""
        outer = self._names
        if outer is self._top:
            self._names = outer.functions.setdefault(name, Names())
        self._inside(local, declared, body)
        self._names = outer
        self._bind(name)

    def visit_FunctionDef(self, node: Function) -> None:
        arguments = node.args
        self._all([*node.decorator_list, *arguments.defaults, *arguments.kw_defaults])
        self._all([a.annotation for a in arguments_of(arguments)] + [node.returns])
        bound, declared = bound_in(node.body)
        self._defined(node.name, node.body, bound | {a.arg for a in arguments_of(arguments)}, declared)
        self._decorated(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        # It is made to be called: what it uses counts at once.
        self._all([*node.args.defaults, *node.args.kw_defaults])
        bound, _ = bound_in([node.body])
        self._inside(bound | {a.arg for a in arguments_of(node.args)}, (), [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._all([*node.decorator_list, *node.bases, *node.keywords])
        _, declared = bound_in(node.body)
        functions = [n for n in node.body if isinstance(n, Function)]
        self._scopes.append(set())
        self._declared.append(declared)
        for statement in node.body:
            if isinstance(statement, Function):
                self._all([*statement.decorator_list, *statement.args.defaults, *statement.args.kw_defaults])
                self._bind(statement.name)
            else:
                self.visit(statement)
        self._scopes.pop()
        self._declared.pop()
        self._defined(node.name, functions, (), declared)
        self._decorated(node)

    def _decorated(self, node: Function | ast.ClassDef) -> None:
        """Count a function as used that a decorator is given, unless it is one that is known not to call it."""
        if not {last_of(callee_of(d)) for d in node.decorator_list} <= DEFINES and not self._scopes:
            self._place += 1
            self._names.loads.setdefault(node.name, self._place)

    def visit_Comprehension(self, node: Comprehension) -> None:
        first, *rest = node.generators
        self.visit(first.iter)
        bound, _ = bound_in([g.target for g in node.generators])
        parts: list[ast.AST] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        inner: list[ast.AST] = [*first.ifs]
        for generator in rest:
            inner += [generator.iter, *generator.ifs]
        self._names.changes = True
        walrus = bound_in(inner + parts)[0] if not self._scopes else frozenset()
        self._inside(bound, (), inner + parts)
        for name in walrus - bound:
            self._bind(name)
