"""Probes in cells change nothing: no value, output or traceback, nothing that can be inspected or sent elsewhere."""

from __future__ import annotations

import re
from typing import Any

import pytest

SETUP = """
import gc, inspect, sys, warnings
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
X = np.random.default_rng(0).normal(size=(40, 2)); y = (X[:, 0] > 0).astype(int)
"""

MODEL = "m = LogisticRegression().fit(X[:20], y[:20]); pred = m.predict(X); proba = m.predict_proba(X)"

CELLS = [
    "(pred == y).mean()",
    "(pred == y).mean();",
    "def rate(t, p):\n    '''The share that is right.'''\n    return (t == p).mean()\nrate(y, pred), rate.__doc__",
    "print(inspect.getsource(rate)); rate.__code__.co_firstlineno, rate.__code__.co_varnames",
    "from __future__ import annotations\ndef typed(a: unknown = (pred == y).mean()) -> unknown: return a\ntyped()",
    "import asyncio\nawait asyncio.sleep(0)\nvalue = (await asyncio.sleep(0, pred) == y).mean(); value",
    "f'{(pred == y).mean():>8.3f}|{rate(y, pred)!r}|{proba[0, 1]:.{2}f}'",
    "[(t, float(((proba[:, 1] > t) == y).mean())) for t in (0.2, 0.5) if t]",
    "class C:\n    rows = pred == y\n    share = rows.mean()\n    both = [r for r in (share, rows.sum())]\n"
    "    def __init__(self): super().__init__(); self.__hidden = (pred == y).sum()\nC.both, vars(C())",
    "def outer():\n    total = 0\n    def add(a, b):\n        nonlocal total\n        total += (a == b).sum()\n"
    "    add(pred, y)\n    return total\nouter()",
    "def gone():\n    big = pred == y\n    share = big.mean()\n    del big\n    return sorted(locals())\ngone()",
    "def steps():\n    got = yield (pred == y).mean()\n    yield (yield (pred == y).sum() if got else got)\n"
    "s = steps(); next(s), s.send(1)",
    "match pred.sum() > 1:\n    case True: share = (pred == y).mean()\nshare",
    "1 + undefined_name + (pred == y).mean()",
    "return (pred == y).mean()",
    "(pred == y).mean() is 1",
    "[f.result().mean() for f in ()], (await asyncio.sleep(0, pred)).sum()",
    "n = 0\nfor i in range(len(pred)):\n    if pred[i] == y[i] and n >= 0: n = n + 1\nn, len(pred[pred == y])",
    "kept = []\nkept.append(pred[0] == y[0]); kept.extend(pred[:2] - y[:2]); kept += list(pred[2:4]); kept",
    "def bad(p):\n    first = (p == y).mean()\n    return (p[:3] == y).mean() + first + np.ones(2) @ np.ones(3)\n"
    "\nbad(pred)",
    "round((pred == y).mean(),\n      'three')",
    "(lambda p: (p / None).mean())(\n    pred)",
    "sorted(n for n in vars() if n == 'pred')",
    "%time share = (pred == y).mean()\nshare",
    "%%capture held\nprint((pred == y).mean())",
    "held.stdout",
]


def _seen(ran: Any) -> Any:
    own = [o["content"] for o in ran.outputs if o["type"] in ("execute_result", "display_data")]
    shown = [content["data"]["text/plain"] for content in own if "jupyter_gov" not in content["metadata"]]
    text = re.sub(r"(CPU times|Wall time).*", "", ran.text())
    trace = re.sub(r"In\[\d+\]|0x[0-9a-f]+|ipykernel_\d+/\d+", "", ran.traceback)
    return shown, text, re.sub(r"ipykernel_\d+/\d+", "", ran.text("stderr")), ran.error, trace


def test_cells_do_the_same(make_kernel: Any) -> None:
    kernel = make_kernel()
    kernel.run(SETUP)
    kernel.run(MODEL)
    without = [_seen(kernel.run(cell, check=False)) for cell in CELLS]
    # Again, for what Python does only once.
    without = [_seen(kernel.run(cell, check=False)) for cell in CELLS]
    kernel.track("on")
    kernel.run(MODEL)
    for cell, before in zip(CELLS, without, strict=True):
        assert _seen(kernel.run(cell, check=False)) == before, cell
    kernel.untrack()
    assert [_seen(kernel.run(cell, check=False)) for cell in CELLS] == without
    kernel.stop()


# Inside the kernel, so that the tracker that is really there looks on.
LAW = """
import ast, contextlib, io, traceback
from hypothesis import HealthCheck, given, settings, strategies as st

atoms = st.sampled_from(["pred", "y", "proba", "frame", "frame['p']", "rows", "2", "0.5", "None", "missing", "'p'"])
atoms |= st.just("numbers")
methods = st.sampled_from(["mean", "sum", "astype", "max", "groupby"])
def grow(inner):
    two = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(inner, methods).map(lambda t: f"({t[0]}).{t[1]}()"),
        st.tuples(inner, st.sampled_from(["==", "-", "+", "*", "/", "&", ">", "%", "and", "or", "is", "<"]), inner)
        .map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        two.map(lambda t: f"np.where({t[0]}, {t[1]}, 0)"),
        two.map(lambda t: f"({t[0]} if {t[1]} is None else {t[0]})"),
        two.map(lambda t: f"[{t[0]} for i in ({t[1]}, 1)]"),
        two.map(lambda t: f"sum(i * {t[0]} for i in (1, 2))"),
        inner.map(lambda e: f"(lambda p: {e})(pred)"),
        inner.map(lambda e: f"(w := {e})"),
        inner.map(lambda e: f"round({e}, 2)"),
        inner.map(lambda e: f"twice({e}).sum()"),
        inner.map(lambda e: e if "'" in e or "\\n" in e else f"f'{{{e}}}'"),
        inner.map(lambda e: f"{{'k': {e}}}['k']"),
        inner.map(lambda e: f"np.mean(\\n    {e})"),
    )
expressions = st.recursive(atoms, grow, max_leaves=6)
statements = st.one_of(
    expressions.map(lambda e: f"a = {e}"), expressions.map(lambda e: f"a, b = {e}"),
    expressions.map(lambda e: f"frame['new'] = {e}"), expressions.map(lambda e: f"numbers.append({e})"),
    expressions.map(lambda e: f"for c in {e}:\\n    a += (c == 1)\\n    break"),
    expressions.map(lambda e: f"def g(p, q=3):\\n    z = {e}\\n    return z\\na = g(pred)"),
    expressions.map(lambda e: f"class K:\\n    k = {e}\\na = K.k"),
    expressions.map(lambda e: f"if {e} is not None:\\n    a = {e}"),
    expressions.map(lambda e: f"assert {e} is not None, {e}"),
)
programs = st.lists(statements, min_size=1, max_size=3).map("\\n".join)

def plain(v, depth=3):
    if not depth: return
    if isinstance(v, pd.DataFrame): return v.shape, v.to_dict("list")
    if isinstance(v, (pd.Series, np.ndarray)): return type(v).__name__, v.shape, v.tolist()
    if isinstance(v, dict): return {k: plain(x, depth - 1) for k, x in v.items()}
    if isinstance(v, (list, tuple)): return type(v), [plain(x, depth - 1) for x in v]
    return type(v).__name__, repr(v) if isinstance(v, (int, float, str, bool, np.generic)) or v is None else ""

def outcome(code, extra):
    frame = pd.DataFrame({"p": pred, "y": y})
    space = {"np": np, "pred": pred, "y": y, "proba": proba, "frame": frame, "rows": pred == y, "a": 0,
             "numbers": [(pred == y).mean()], "twice": lambda v: v * 2, "__name__": "__main__", **extra}
    out, where = io.StringIO(), []
    with contextlib.redirect_stdout(out), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            exec(code, space)
        except Exception as error:
            lines = [(f.f_code.co_name, n) for f, n in traceback.walk_tb(error.__traceback__)]
            columns = [e.colno for e in traceback.extract_tb(error.__traceback__)]
            where = [type(error), str(error), lines[1:], columns[1:2]]
    return repr({k: plain(space.get(k)) for k in ("a", "b", "w", "frame", "numbers")}), out.getvalue(), where

shell = get_ipython()

@settings(max_examples=400, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(programs)
def law(source):
    try:
        plainly = compile(ast.parse(source), "<cell>", "exec")
    except SyntaxError:
        # A walrus where Python does not want one.
        return
    without = outcome(plainly, {})
    probed = shell.compile(ast.parse(source), "<cell>", "exec")
    assert outcome(probed, {}) == without, source
"""


def test_programs_do_the_same(make_kernel: Any) -> None:
    kernel = make_kernel()
    kernel.run(SETUP)
    run = kernel.track("law")
    kernel.run(MODEL)
    kernel.run("share = (pred == y).mean()")
    kernel.run(LAW)
    kernel.run("law()", timeout=300)
    kernel.untrack()
    gaps = kernel.show(run)["gaps"]
    assert not [g for g in gaps if g["what"].startswith("a number computed by hand") and "captured" in g["reason"]]
    assert [m for m in kernel.show(run)["metrics"] if m["origin"] == "by_hand"]
    kernel.stop()


@pytest.fixture(scope="module")
def kernel(make_kernel: Any) -> Any:
    started = make_kernel()
    started.run(SETUP)
    return started


def test_it_is_taken_out(kernel: Any) -> None:
    kernel.run("import codeop; call, code = codeop.Compile.__call__, codeop.Compile.__call__.__code__")
    kernel.run("before = list(get_ipython().ast_transformers); names = set(dir())")
    same = (
        "codeop.Compile.__call__ is call and call.__code__ is code and not vars(call)"
        " and all(a is b for a, b in zip(get_ipython().ast_transformers, before, strict=True))"
    )
    kernel.track("one")
    kernel.run(MODEL)
    kernel.run("share = (pred == y).mean()")
    kernel.run("def rate(p): return (p == y).mean()")
    assert kernel.run("call.__code__ is code").result == "False"
    assert kernel.run("[n for n in (*dir(), *get_ipython().user_ns_hidden) if 'gov' in n]").result == "[]"
    assert "gov" not in kernel.run("%who").text()
    kernel.untrack()
    assert kernel.run(same).result == "True"
    # A function goes on to work.
    assert kernel.run("bool(rate(pred) == np.mean(pred == y))").result == "True"


def test_no_name_is_looked_up(kernel: Any) -> None:
    kernel.track("names")
    kernel.run(MODEL)
    kernel.run("def rate(p, t): return (p == t).mean()\nimport types")
    assert kernel.run("types.FunctionType(rate.__code__, {'np': np})(pred, y) == rate(pred, y)").result == "np.True_"
    assert kernel.run("'gov' in str(rate.__code__.co_names)").result == "False"
    gone = "for n in [n for n in globals() if n not in ('pred', 'y', 'In', 'Out', '_oh', '_dh', '_ih', 'get_ipython')]:"
    assert kernel.run(f"{gone} del globals()[n]\nprint((pred == y).mean())").text()
    ran = kernel.run("%reset -f\nimport numpy as np\nprint((np.array([1, 0]) == np.array([1, 1])).mean())")
    assert ran.text().strip() == "0.5"
    kernel.untrack()
    kernel.run(SETUP)


def test_reset_and_deleting(kernel: Any) -> None:
    run = kernel.track("reset")
    kernel.run(MODEL)
    kernel.run("def rate(p):\n    return (p == y).mean()\nrate(pred)")
    kernel.run("import builtins; builtins.kept = rate")
    kernel.run("%reset -f")
    kernel.run(SETUP)
    kernel.run(MODEL)
    kernel.run("after = (pred == y).mean(); again = kept(pred)")
    kernel.run("del pred\nimport builtins; del builtins.kept")
    kernel.run("try: (pred == y).mean()\nexcept NameError as error: print(error)")
    kernel.untrack()
    names = [m["name"] for m in kernel.show(run)["metrics"]]
    assert names == ["rate", "after", "rate"]


def test_functions_in_other_processes(kernel: Any) -> None:
    run = kernel.track("processes")
    kernel.run(MODEL)
    kernel.run(
        "def rate(p, t):\n    return float((p == t).mean()) + len(helper(p))\ndef helper(p): return np.unique(p)"
    )
    kernel.run("from joblib import Parallel, delayed\nimport cloudpickle")
    kernel.run("there = Parallel(n_jobs=2)(delayed(rate)(pred, y) for _ in range(3))")
    assert kernel.run("there == [rate(pred, y)] * 3").result == "True"
    # Where this package is missing, the function works as well.
    assert kernel.run("b'jupyter_gov' in cloudpickle.dumps(rate)").result == "False"
    kernel.untrack()
    metrics = kernel.show(run)["metrics"]
    assert len([m for m in metrics if m["name"] == "rate"]) == 1


def test_threads_and_compilers(kernel: Any) -> None:
    run = kernel.track("threads")
    kernel.run(MODEL)
    kernel.run(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def one(c):\n    fitted = LogisticRegression(C=c).fit(X[:20], y[:20])\n"
        "    return (fitted.predict(X) == y).mean()\n"
        "with ThreadPoolExecutor(8) as pool: shares = list(pool.map(one, range(1, 9)))"
    )
    kernel.run("def jit(f): return f.__code__.co_names\n@jit\ndef compiled(p): return (p == y).mean()")
    assert kernel.run("compiled").result == "('y', 'mean')"
    kernel.run("slow = [sum((a, 1)) / 2 for a in range(5000)]")
    kernel.untrack()
    shown = kernel.show(run)
    fits = {f["params"]["C"]: f["id"] for f in shown["fits"] if f["name"] != "m"}
    found = [m for m in shown["metrics"] if m["name"] == "one"]
    assert sorted(m["fits"][0] for m in found) == sorted(fits.values())
    assert all(len(m["fits"]) == 1 for m in found)
