"""What all threads of a process share is the user's: tracking and its own threads leave it as it is."""

from __future__ import annotations

import json
from typing import Any

LOOK = """
import decimal as _decimal, faulthandler as _faulthandler, gc as _gc, json as _json, locale as _locale
import logging as _logging, os as _os, random as _random, signal as _signal, socket as _socket, sys as _sys
import threading as _threading, warnings as _warnings

def _state():
    found = {
        "warning filters": [repr(f) for f in _warnings.filters],
        "who shows warnings": [repr(_warnings.showwarning), repr(_warnings._showwarnmsg_impl), repr(_warnings.warn)],
        "who handles logs": [repr(_logging.root.handlers), _logging.root.level, repr(_logging.getLoggerClass()),
                             _logging.raiseExceptions, repr(_logging.lastResort), _logging.root.manager.disable],
        "where modules are": [*_sys.path],
        "variables": sorted(_os.environ.items()),
        "folder": _os.getcwd(),
        "mask": [_os.umask(18), _os.umask(18)][0],
        "locale": _locale.setlocale(_locale.LC_ALL),
        "signals": [repr(_signal.getsignal(s)) for s in sorted(_signal.valid_signals())],
        "timers": [_signal.getitimer(t) for t in (0, 1, 2)],
        "random": repr(_random.getstate()),
        "recursion": _sys.getrecursionlimit(),
        "switching": _sys.getswitchinterval(),
        "decimal": [repr(_decimal.getcontext().prec), repr(_decimal.DefaultContext)],
        "tracing": [repr(_sys.gettrace()), repr(_sys.getprofile()), repr(_threading._trace_hook),
                    repr(_threading._profile_hook)],
        "hooks": [repr(h) for h in (_sys.displayhook, _sys.excepthook, _sys.unraisablehook, _threading.excepthook,
                                    _sys.breakpointhook, _sys.stdin)],
        "memory": [_gc.isenabled(), _gc.get_threshold(), _gc.get_debug(), _faulthandler.is_enabled()],
        "sockets": _socket.getdefaulttimeout(),
        "digits": _sys.get_int_max_str_digits(),
    }
    numpy, pandas = _sys.modules.get("numpy"), _sys.modules.get("pandas")
    if numpy is not None and "numpy.random" in _sys.modules:
        found["NumPy's random"] = repr(numpy.random.get_state())
        found["NumPy"] = [numpy.geterr(), {k: str(v) for k, v in numpy.get_printoptions().items()}]
    if pandas is not None:
        found["pandas"] = repr([pandas.get_option(o) for o in ("mode.copy_on_write", "display.max_rows")])
    return found

_entered = []
_enter = _warnings.catch_warnings.__enter__
def _noted(self):
    _entered.append(_threading.current_thread().name)
    return _enter(self)
_warnings.catch_warnings.__enter__ = _noted
"""

LIBRARIES = """
import numpy as np, pandas as pd, polars as pl, pyarrow as pa, duckdb, scipy.sparse, xgboost, lightgbm, statsmodels.api
import matplotlib; matplotlib.use("agg")
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
rng = np.random.default_rng(0)
pd.DataFrame({"email": [f"a{i}@b.org" for i in range(300)], "a": rng.normal(size=300), "b": rng.normal(size=300),
              "when": pd.date_range("2020", periods=300), "odd": [None, "x", 3] * 100}).to_csv("data.csv")
"""

WORK = [
    "frame = pd.read_csv('data.csv', parse_dates=['when']); table = pl.read_csv('data.csv'); arrow = table.to_arrow()",
    "rows = duckdb.sql('select * from arrow').df()\n"
    "mixed = pd.DataFrame({'o': [1, 'x', None, 2.5j], 'p': [[1], 2, {}, 0]})",
    "X = frame[['a', 'b']]; y = (frame.a > 0).astype(int)\n"
    "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)",
    "model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X_train, y_train)\n"
    "accuracy_score(y_test, model.predict(X_test)), (model.predict(X_test) == y_test).mean()",
    "search = GridSearchCV(RandomForestClassifier(5, random_state=0), {'max_depth': [1, 2]}, cv=2).fit(X, y)",
    "cross_val_score(LogisticRegression(), scipy.sparse.csr_matrix(X), y, cv=3)",
    "big = np.random.default_rng(0).normal(size=(200_000, 20)); big[0, 0] = np.nan; LogisticRegression().fit(X + 1, y)",
    "booster = xgboost.train({}, xgboost.DMatrix(X, y), 2); forest = lightgbm.LGBMClassifier(verbose=-1).fit(X, y)",
    "strange = pd.DataFrame({'a': [np.inf, -np.inf, np.nan] * 100, 'b': [1e308] * 300}); LogisticRegression().fit",
    "try:\n    LogisticRegression().fit(strange, y)\nexcept ValueError: pass",
    "statsmodels.api.OLS(y.astype(float), X).fit().params.shape",
]


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for key, was in before.items():
        now = after[key]
        if was != now:
            lists = isinstance(was, list) and isinstance(now, list)
            found[key] = ([x for x in was if x not in now], [x for x in now if x not in was]) if lists else (was, now)
    return found


def _look(kernel: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(kernel.run("print(_json.dumps(_state()))").text())
    return found


def _entered(kernel: Any) -> list[str]:
    found = json.loads(kernel.run("print(_json.dumps([t for t in _entered if t != 'MainThread']))").text())
    return [name for name in found if name.startswith("jupyter-gov")]


def test_of_a_notebook_that_uses_little(make_kernel: Any) -> None:
    kernel = make_kernel()
    kernel.run(LOOK)
    # It adds filters for warnings when it is imported, whoever does that.
    kernel.run("import numpy")
    before = _look(kernel)
    kernel.track("little")
    kernel.run("x = 1")
    kernel.flush()
    assert _differences(before, _look(kernel)) == {}
    kernel.untrack()
    assert _differences(before, _look(kernel)) == {}
    assert _entered(kernel) == []


def test_of_a_notebook_that_uses_much(make_kernel: Any) -> None:
    kernel = make_kernel()
    kernel.run(LOOK)
    kernel.run(LIBRARIES)
    # Some libraries set up a part of themselves when they are used first.
    for cell in WORK:
        kernel.run(cell)
    before = _look(kernel)
    kernel.track("much")
    assert _differences(before, _look(kernel)) == {}
    kernel.run(LIBRARIES)
    for cell in WORK:
        kernel.run(cell)
    kernel.flush()
    assert _differences(before, _look(kernel)) == {}
    kernel.untrack()
    assert _differences(before, _look(kernel)) == {}
    assert _entered(kernel) == []
