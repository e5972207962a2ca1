"""Turning tracking off gives back every function, attribute and hook: by identity."""

from __future__ import annotations

from typing import Any

STATE = r"""
import builtins, gc, inspect, sys, types
import numpy as np, pandas as pd, joblib, concurrent.futures.process, multiprocessing.pool
import sklearn, sklearn.ensemble, sklearn.experimental.enable_halving_search_cv, sklearn.feature_selection
import sklearn.linear_model, sklearn.metrics, sklearn.model_selection, sklearn.pipeline, sklearn.base
import lightgbm, statsmodels.api, statsmodels.formula.api, statsmodels.tsa.api, xgboost
import own_package
class Duck:
    def fit(self, X, y=None): return self
    def predict(self, X): return X
def _look():
    '''Return code and attributes of all functions of these libraries, and all attributes of their classes.'''
    roots = {'sklearn', 'lightgbm', 'xgboost', 'statsmodels', 'joblib', 'concurrent', 'multiprocessing', 'pandas',
             'numpy', 'own_package', '__main__'}
    found = {}
    for thing in gc.get_objects():
        kind = type(thing)
        if kind is types.FunctionType and str(thing.__module__).partition('.')[0] in roots:
            if thing.__name__.startswith('_look'): continue
            found[id(thing)] = (thing, thing.__code__, thing.__defaults__, thing.__kwdefaults__, thing.__closure__,
                                dict(vars(thing)), thing.__doc__)
        elif issubclass(kind, type) and str(thing.__dict__.get('__module__')).partition('.')[0] in roots:
            found[id(thing)] = (thing, dict(vars(thing)))
    shell = get_ipython()
    found['rest'] = (list(sys.meta_path), dict(vars(builtins)), list(shell.ast_transformers),
                     {k: list(v) for k, v in shell.events.callbacks.items()}, sys.getprofile(), sys.gettrace())
    return found
def _differs(a, b):
    if type(a) is not type(b): return True
    if type(a) in (tuple, list): return len(a) != len(b) or any(_differs(x, y) for x, y in zip(a, b))
    if type(a) is dict: return set(a) != set(b) or any(_differs(a[k], b[k]) for k in a)
    if type(a) in (types.WrapperDescriptorType, types.MethodType): return a != b
    return a is not b
def _changed(before, now): return [k for k in before if k in now and _differs(before[k], now[k])]
"""

OWN = """
class Thing:
    def fit(self, X, y=None): return self
    def transform(self, X): return X
"""


USE = """
X = np.random.default_rng(0).random((40, 2)); y = (X[:, 0] > 0.5).astype(int)
Duck().fit(X, y); own_package.Thing().fit(X)
xgboost.train({'objective': 'binary:logistic', 'nthread': 1}, xgboost.DMatrix(X, y), 1)
lightgbm.train({'objective': 'binary', 'verbose': -1}, lightgbm.Dataset(X, y), 1)
statsmodels.api.OLS(y, X).fit(); None
"""

LATE = """
import later_package
later_package.Thing().fit(X)
class Late(sklearn.base.BaseEstimator):
    def fit(self, X): return self
class LateModel(statsmodels.api.OLS):
    def fit(self): return super().fit()
LateModel(y, X).fit(); Late().fit(X); None
"""


def test_everything_is_given_back(make_kernel: Any) -> None:
    kernel = make_kernel()
    (kernel.folder / "own_package.py").write_text(OWN, encoding="utf-8")
    (kernel.folder / "later_package.py").write_text(OWN, encoding="utf-8")
    kernel.run(STATE)
    # What the libraries keep of their first use is no work of ours.
    kernel.run(USE)
    kernel.run("_before = _look()")
    kernel.track("off")
    kernel.run("_now = _look()")
    changed = kernel.run("sorted({str(_before[k][0].__module__).partition('.')[0] for k in _changed(_before, _now) "
                         "if k != 'rest'})").result  # fmt: skip
    for package in ("__main__", "own_package", "sklearn", "lightgbm", "xgboost", "statsmodels", "joblib", "pandas"):
        assert f"'{package}'" in str(changed)
    kernel.run(USE)
    kernel.run(LATE)
    kernel.untrack()
    kernel.run("_now = _look()")
    assert kernel.run("[_before[k][0] for k in _changed(_before, _now)]").result == "[]"
    late = "[vars(c)[m] for c, m in ((Late, 'fit'), (LateModel, 'fit'), (later_package.Thing, 'fit'))]"
    assert kernel.run(
        f"[('__wrapped__' in vars(f), 'jupyter_gov' in f.__code__.co_filename) for f in {late}]"
    ).result == ("[(False, False), (False, False), (False, False)]")
    assert kernel.run("'__init_subclass__' in vars(sklearn.base.BaseEstimator)").result == "False"
    assert kernel.run("'exec_module' in vars(later_package.__loader__)").result == "False"
