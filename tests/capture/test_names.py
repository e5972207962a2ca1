"""What a piece of code does with variables, by its text: Python's own scopes are the law."""

from __future__ import annotations

import symtable
import textwrap
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.capture.cells._walk import names_in


def _names(source: str) -> Any:
    return names_in(textwrap.dedent(source))


@pytest.mark.parametrize(
    ("source", "reads", "binds"),
    [
        ("x = 1; print(x + y)", {"print", "y"}, {"x": True}),
        ("if a: x = 1\nprint(x)", {"a", "print", "x"}, {"x": False}),
        ("if a: x = 1\nelse: x = 2\nx", {"a"}, {"x": True}),
        ("for i in rows: t = i\nt", {"rows", "t"}, {"i": False, "t": False}),
        ("[q * w for q in z if (v := q)]", {"w", "z"}, {"v": True}),
        ("x += 1", {"x"}, {"x": True}),
        ("x: int = y\nz: str", {"int", "y", "str"}, {"x": True}),
        ("try:\n    p = 1\nexcept E as e:\n    p = e\np", {"E"}, {"p": True, "e": False}),
        ("match v:\n    case {'a': k, **r}: k\n    case [1, *o]: o", {"v"}, {"k": False, "r": False, "o": False}),
        ("with a as b, c: b", {"a", "c"}, {"b": True}),
        ("import a.b, c.d as e\nfrom f import g as h, i", set(), {"a": True, "e": True, "h": True, "i": True}),
        ("lambda u, *v, w=d: (u, v, w, s)", {"d", "s"}, {}),
        ("def f(a, b=d):\n    x = y\n    return a", {"d"}, {"f": True}),
        ("@deco\nclass C(B):\n    k = j\n    def m(self): return later", {"deco", "B", "j"}, {"C": True}),
        ("f'{a!r:>{w}}'", {"a", "w"}, {}),
        ("while (n := nxt()): pass\nn", {"nxt"}, {"n": True}),
        ("x = (", set(), {}),
    ],
)
def test_reads_and_binds(source: str, reads: set[str], binds: dict[str, bool]) -> None:
    names = _names(source)
    assert names.reads == reads
    assert names.binds == binds


def test_what_a_function_does_counts_when_it_is_called() -> None:
    names = _names("""
        def outer(a):
            global made
            def inner():
                nonlocal b
                b = seen
                return a
            b = [c for c in rows]
            made = other
            del gone
            return inner
    """)
    assert names.reads == set()
    body = names.functions["outer"]
    assert body.reads == {"seen", "rows", "other"}
    assert body.binds == {"made": False}
    assert _names("class C:\n    def m(self): self.x = helper(K)").functions["C"].reads == {"helper", "K"}


def test_objects_that_could_change() -> None:
    names = _names("df['x'] = 1; config['a']['b'] = 2; rows.append(3); df.drop('x', inplace=True); del m.n; a.b.c()")
    assert names.targets == {"df": False, "config": True, "m": False}
    assert names.receivers == {"rows": False, "df": True, "a": False}
    assert names.changes
    assert not _names("x = len(rows) + sum(rows)").changes
    assert _names("for r in rows: r").changes
    assert not _names("def f(own):\n    own['x'] = 1").functions["f"].targets


def test_seeds_generators_and_what_binds_unseen_names() -> None:
    for source in ("np.random.seed(1)", "from numpy.random import seed as s\ns(1)", "pl.seed_everything(2)",
                   "random.setstate(x)", "def f(): np.random.seed(1)\nf()"):  # fmt: skip
        names = _names(source)
        assert names.seeds or names.functions["f"].seeds, source
    assert not _names("RandomForestClassifier(random_state=seed).fit(X, y)").seeds
    assert _names("np.random.default_rng(); default_rng(None); default_rng(1)").unseeded == ["default_rng"] * 2
    assert _names("from m import *").dynamic
    assert _names("exec(text)").dynamic
    assert not _names("get_ipython().run_line_magic('time', 'x')").dynamic
    assert _names("get_ipython().run_cell_magic('time', '-q', 'y')").magics == [("time", "-q", "y")]


_NAMES = st.sampled_from("abcd")
_EXPRESSIONS = st.recursive(
    _NAMES,
    lambda inner: st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("[{} for {} in {} if {}]".format, inner, _NAMES, inner, inner),
        st.builds("(lambda {}: {})".format, _NAMES, inner),
        st.builds("f({}, {})".format, inner, inner),
    ),
    max_leaves=6,
)


@st.composite
def _functions(draw: st.DrawFn) -> str:
    lines = [f"def g({draw(_NAMES)}):"]
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["{n} = {e}", "{e}", "for {n} in {e}: {e}", "import {n}", "def {n}(): return {e}",
                                     "with {e} as {n}: {e}"]))  # fmt: skip
        lines.append("    " + kind.format(n=draw(_NAMES), e=draw(_EXPRESSIONS)))
    return "\n".join(lines)


def _globals(table: symtable.SymbolTable) -> set[str]:
    found = {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
    return found.union(*(_globals(child) for child in table.get_children()))


@settings(max_examples=200, deadline=None)
@given(_functions())
def test_the_global_names_of_a_function_are_those_that_python_finds(source: str) -> None:
    (function,) = symtable.symtable(source, "cell", "exec").get_children()
    assert names_in(source).functions["g"].reads == _globals(function)
