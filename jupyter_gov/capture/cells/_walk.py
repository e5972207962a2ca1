"""Which variables a piece of code uses, binds and could change, by looking at its text only."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ._names import Names, seeds_by_name
from ._scopes import Comprehension, Function, arguments_of, bound_in

_PURE = frozenset({
    "abs", "all", "any", "bool", "bytes", "callable", "chr", "complex", "dict", "display", "divmod", "enumerate",
    "float", "format", "frozenset", "hash", "hex", "id", "int", "isinstance", "issubclass", "iter", "len", "list",
    "max", "min", "oct", "ord", "pow", "print", "range", "repr", "reversed", "round", "set", "slice", "sorted", "str",
    "sum", "tuple", "type", "zip",
})  # fmt: skip
"""Functions that change nothing that they are given, by what they are called."""

_IN_PLACE = frozenset({"fill", "insert", "itemset", "partition", "pop", "put", "resize", "sort", "update"})
"""Methods that change an array or a frame itself."""

_DYNAMIC = frozenset({"delattr", "eval", "exec", "get_ipython", "globals", "locals", "setattr", "vars"})
"""Functions by which code can bind names that do not stand in it."""

_GENERATORS = frozenset({"RandomState", "default_rng"})

_SAME = {
    "AsyncFor": "For", "AsyncFunctionDef": "FunctionDef", "AsyncWith": "With", "DictComp": "Comprehension",
    "GeneratorExp": "Comprehension", "ListComp": "Comprehension", "SetComp": "Comprehension", "TryStar": "Try",
}  # fmt: skip
"""Nodes that are gone through like others."""


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


class _Walk(ast.NodeVisitor):
    """Goes through code in the order of its execution."""

    def __init__(self) -> None:
        self._names = self._top = Names()
        self._scopes: list[frozenset[str]] = []
        self._declared: list[frozenset[str]] = []
        self._place = 0
        self._sure: dict[str, int] = {}
        self._seeders: set[str] = set()

    def of(self, tree: ast.Module) -> Names:
        self._all(tree.body)
        self._top.bound = self._sure
        for name in self._sure:
            self._top.binds[name] = True
        return self._top

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
            if name in self._declared[-1]:
                self._names.binds[name] = False
            return
        self._names.binds.setdefault(name, False)
        self._sure.setdefault(name, self._place)

    def _is_local(self, name: str) -> bool:
        return any(name in scope for scope in self._scopes)

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
            name, steps = _root(node)
            if name and not self._is_local(name):
                self._names.targets[name] = self._names.targets.get(name, False) or steps > 1
            self._names.changes = True

    # -- calls ---------------------------------------------------------------------------------------------------------

    def visit_Expr(self, node: ast.Expr) -> None:
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            name, _ = _root(call.func)
            if name and not self._is_local(name):
                known = call.func.attr in _IN_PLACE or any(k.arg == "inplace" for k in call.keywords)
                self._names.receivers[name] = self._names.receivers.get(name, False) or known
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = _last(node.func)
        if magic := _magic(node):
            self._names.magics.append(magic)
            self._all(a for a in node.args if not isinstance(a, ast.Constant))
            return
        if isinstance(node.func, ast.Name) and called in _DYNAMIC:
            self._names.dynamic = True
        if not (isinstance(node.func, ast.Name) and called in _PURE):
            self._names.changes = True
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            self._names.calls.add((node.func.value.id, called))
        self._names.seeds = self._names.seeds or seeds_by_name(called) or called in self._seeders
        if called in _GENERATORS and not node.keywords and all(_is_none(a) for a in node.args):
            self._top.unseeded.append(called)
        self.generic_visit(node)

    # -- branches ------------------------------------------------------------------------------------------------------

    def _branches(self, *branches: Iterable[ast.AST | None]) -> None:
        """Go through code of which one part runs: what is bound in all of the parts is bound for certain."""
        before, after = dict(self._sure), []
        for branch in branches:
            self._sure = dict(before)
            self._all(branch)
            after.append(self._sure)
        self._sure = {n: max(a[n] for a in after) for n in after[0] if all(n in a for a in after)}

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._branches(node.body, node.orelse)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        # What is gone through may be changed by the name that its parts have in the loop.
        self._names.changes = True
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

    def visit_Lambda(self, node: ast.Lambda) -> None:
        # It is made to be called: what it uses counts at once.
        self._all([*node.args.defaults, *node.args.kw_defaults])
        bound, _ = bound_in([node.body])
        self._inside(bound | {a.arg for a in arguments_of(node.args)}, (), [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._all([*node.decorator_list, *node.bases, *node.keywords])
        bound, declared = bound_in(node.body)
        functions = [n for n in node.body if isinstance(n, Function)]
        self._inside(bound, declared, [n for n in node.body if not isinstance(n, Function)])
        self._defined(node.name, functions, (), declared)

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


def _root(node: ast.expr) -> tuple[str, int]:
    """Return the variable at the beginning of ``a.b[c].d()``, and how many steps lead away from it."""
    steps = 0
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        steps += not isinstance(node, ast.Call)
        node = node.func if isinstance(node, ast.Call) else node.value
    return (node.id, steps) if isinstance(node, ast.Name) else ("", steps)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _magic(node: ast.Call) -> tuple[str, str, str | None] | None:
    """Return a magic's name, the text behind it and its body, as IPython's transformers write it."""
    texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if not (isinstance(node.func, ast.Attribute) and _last_call(node.func.value) == "get_ipython" and texts):
        return None
    if node.func.attr in ("system", "getoutput"):
        return "!", texts[0], None
    if node.func.attr in ("run_line_magic", "run_cell_magic"):
        return texts[0], texts[1] if len(texts) > 1 else "", texts[2] if len(texts) > 2 else None
    return None


def _last_call(node: ast.expr) -> str:
    return _last(node.func) if isinstance(node, ast.Call) else ""
