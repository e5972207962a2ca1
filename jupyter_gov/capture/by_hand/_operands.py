"""Which variables go into an expression, and where they are bound."""

from __future__ import annotations

import ast
import re
from typing import Any, NamedTuple

from ._shapes import counts, probed
from ._words import BLIND, REDUCTIONS, SHAPE, STEPS, TIMES

Step = str | tuple[str, Any]
"""``.attribute``, ``("[", key)`` for a key that is a constant, ``("$", name)`` for one that a variable holds."""

Operand = tuple[str, tuple[Step, ...]]
"""A variable, and the way from it to what is used."""

Column = tuple[str, tuple[Operand, ...], bool]
"""A name that an expression gives to a value, what goes into that, and whether it calls something."""


class Site(NamedTuple):
    """What a probe is told about its expression; as a plain tuple, since that is what code can hold.

    Attributes
    ----------
    labels : tuple of str
        Every constant text and attribute in it: any may be the name of a column.
    names : tuple of str
        The variables that the value is unpacked into.
    into : tuple of str
        The variable and the key of ``frame["column"] = …``.
    added : bool
        Whether the value is added to the variable `name`.
    called : tuple of str
        The variable and the attributes that hold the function whose result this is.
    rows : str
        The variable of which it reduces chosen rows.
    text : str
        The expression, where it cannot be read from the cell's file.
    local : tuple of str
        Variables whose values the probe is given; the others are the module's.
    place : tuple of int
        First line and column, last line and column, as Python's parser counts them.
    """

    flags: int
    name: str
    operands: tuple[Operand, ...]
    labels: tuple[str, ...]
    columns: tuple[Column, ...]
    names: tuple[str, ...]
    into: tuple[str, ...]
    added: bool
    called: tuple[str, ...]
    rows: str
    text: str
    local: tuple[str, ...]
    place: tuple[int, int, int, int]


_MAX_LABEL = 200

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


class Scope:
    """Where an expression stands: a module, or something inside it with variables of its own.

    Attributes
    ----------
    name : str
        Of the function.
    inner : bool
        Whether this is inside a function, class or comprehension.
    """

    def __init__(self, name: str = "", bound: frozenset[str] = frozenset(), sure: frozenset[str] = frozenset()) -> None:
        self.name = name
        self.inner = False
        self._bound = bound
        self._sure = sure

    def binds(self, name: str) -> bool:
        """Say whether a name may be a variable that is not the module's."""
        return name in self._bound

    def is_sure(self, name: str) -> bool:
        """Say whether a variable has a value from the beginning to the end."""
        return name in self._sure

    def function(self, node: Any, name: str = "") -> Scope:
        """Return the scope inside a function or lambda."""
        arguments = frozenset(_arguments(node.args))
        stored, deleted = _stored(node.body if isinstance(node.body, list) else [node.body])
        return self._enter(getattr(node, "name", name), arguments | stored, arguments - deleted)

    def klass(self, node: ast.ClassDef) -> Scope:
        """Return the scope of a class statement."""
        return self._enter("", _stored(node.body)[0], frozenset())

    def comprehension(self, node: Any) -> Scope:
        """Return the scope inside a comprehension."""
        return self._enter(self.name, _stored([g.target for g in node.generators])[0], frozenset())

    def _enter(self, name: str, bound: frozenset[str], sure: frozenset[str]) -> Scope:
        made = Scope(name, self._bound | bound, (self._sure - bound) | sure)
        made.inner = True
        return made


def _arguments(args: ast.arguments) -> list[str]:
    found = [*args.posonlyargs, *args.args, *args.kwonlyargs, *(a for a in (args.vararg, args.kwarg) if a)]
    return [a.arg for a in found]


def _stored(body: list[Any]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that statements bind, nested functions' included, and those that they delete."""
    stored, deleted = set(), set()
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                stored.add(node.id)
            elif isinstance(node.ctx, ast.Del):
                deleted.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            stored.add(node.name)
        elif isinstance(node, ast.arg):
            stored.add(node.arg)
        elif isinstance(node, ast.alias):
            stored.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            stored.add(node.name)
            deleted.add(node.name)
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            stored.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            stored.add(node.rest)
        waiting.extend(ast.iter_child_nodes(node))
    return frozenset(stored), frozenset(deleted)


class Operands:
    """What goes into an expression.

    Attributes
    ----------
    calls : bool
        Whether it calls something that could predict.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._operands: dict[Operand, None] = {}
        self._local: dict[str, None] = {}
        self._labels: dict[str, None] = {}
        self._columns: list[Column] = []
        self.calls = False

    @property
    def operands(self) -> tuple[Operand, ...]:
        """The variables, each with the way to what is used of it."""
        return tuple(self._operands)

    @property
    def local(self) -> tuple[str, ...]:
        """Those variables that are not the module's."""
        return tuple(self._local)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every constant text and attribute in it: any may be the name of a column."""
        return tuple(self._labels)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The names that ``DataFrame({"a": …})`` and ``assign(a=…)`` give to values, with what goes into each."""
        return tuple(self._columns)

    def walk(self, node: Any, hidden: frozenset[str] = frozenset(), *, sure: bool = True) -> None:
        """Take in a part of the expression.

        Parameters
        ----------
        node : ast.AST
            The part.
        hidden : frozenset of str
            Variables that a comprehension or lambda around it has for itself.
        sure : bool
            Whether it is evaluated whenever the whole is.
        """
        kind = type(node)
        if kind in (ast.Name, ast.Attribute, ast.Subscript):
            self._chain(node, hidden, sure)
        elif kind is ast.Call:
            self._call(node, hidden, sure)
        elif kind is ast.Constant:
            self._label(node.value)
        elif kind is ast.Lambda:
            self.walk(node.body, hidden | frozenset(_arguments(node.args)), sure=False)
        elif kind in _COMPREHENSIONS:
            self.walk(node.generators[0].iter, hidden, sure=sure)
            hidden = hidden | _stored([g.target for g in node.generators])[0]
            parts = [*(g.iter for g in node.generators[1:]), *(i for g in node.generators for i in g.ifs)]
            for part in (*parts, *([node.key, node.value] if kind is ast.DictComp else [node.elt])):
                self.walk(part, hidden, sure=False)
        elif kind in (ast.IfExp, ast.BoolOp):
            first, *others = [node.test, node.body, node.orelse] if kind is ast.IfExp else node.values
            self.walk(first, hidden, sure=sure)
            for part in others:
                self.walk(part, hidden, sure=False)
        elif kind is ast.Compare:
            # `a < b < c` looks at `c` only where `a < b`.
            for place, part in enumerate((node.left, *node.comparators)):
                self.walk(part, hidden, sure=sure and place < 2)
        elif kind is ast.Dict:
            self._dict(node, hidden, sure)
        else:
            for part in ast.iter_child_nodes(node):
                self.walk(part, hidden, sure=sure)

    def _chain(self, node: Any, hidden: frozenset[str], sure: bool) -> None:
        """Take in ``name.attribute["key"]``."""
        path: list[Step] = []
        while isinstance(node, ast.Attribute | ast.Subscript):
            if isinstance(node, ast.Attribute):
                if node.attr in SHAPE:
                    return
                path.append(f".{node.attr}")
                self._label(node.attr)
            else:
                key = node.slice
                if isinstance(key, ast.Constant) and type(key.value) in (str, int):
                    path.append(("[", key.value))
                elif isinstance(key, ast.Name):
                    path.append(("$", key.id))
                else:
                    path.append(("[", None))
                self.walk(key, hidden, sure=sure)
            node = node.value
        if not isinstance(node, ast.Name):
            self.walk(node, hidden, sure=sure)
        elif node.id not in hidden and self._reachable(node.id, sure):
            self._operands[node.id, tuple(reversed(path))] = None

    def _reachable(self, name: str, sure: bool) -> bool:
        if self._scope.binds(name):
            if not sure and not self._scope.is_sure(name):
                # Perhaps it has no value: to ask for it would raise.
                return False
            self._local[name] = None
        return True

    def _call(self, node: ast.Call, hidden: frozenset[str], sure: bool) -> None:
        inner = probed(node)
        if inner is not None:
            self.walk(inner, hidden, sure=sure)
            return
        word = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if word in BLIND and not counts(node):
            return
        self.calls = self.calls or not (word in REDUCTIONS or word in STEPS or word in BLIND or TIMES.search(word))
        if not isinstance(node.func, ast.Name):
            self.walk(node.func, hidden, sure=sure)
        for argument in node.args:
            self.walk(argument, hidden, sure=sure)
        for keyword in node.keywords:
            self.walk(keyword.value, hidden, sure=sure)
            if word == "assign" and keyword.arg:
                self._column(keyword.arg, keyword.value, hidden, sure)

    def _dict(self, node: ast.Dict, hidden: frozenset[str], sure: bool) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and type(key.value) is str:
                self._column(key.value, value, hidden, sure)
            self.walk(value, hidden, sure=sure)

    def _column(self, label: str, value: Any, hidden: frozenset[str], sure: bool) -> None:
        inner = Operands(self._scope)
        inner.walk(value, hidden, sure=sure)
        self._columns.append((label, inner.operands, inner.calls))

    def _label(self, value: Any) -> None:
        if type(value) is str and len(value) <= _MAX_LABEL:
            self._labels[value] = None
            if not value.isidentifier():
                # As in `frame.query("predicted == y")`.
                self._labels.update(dict.fromkeys(re.findall(r"\w+", value)))


def operands(node: Any, scope: Scope) -> Operands:
    """Return what goes into an expression that stands in `scope`."""
    found = Operands(scope)
    found.walk(node)
    return found
