"""A metric names the model that was scored, as it was then, and says what its data were for."""

from __future__ import annotations

from typing import Any

import pytest

SETUP = """
import copy, pickle, warnings
import numpy as np, pandas as pd
from sklearn.cluster import KMeans, k_means
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingClassifier, IsolationForest
from sklearn.ensemble import RandomForestClassifier
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier, lasso_path
from sklearn.metrics import accuracy_score, f1_score, make_scorer, mean_squared_error, r2_score, roc_auc_score
from sklearn.metrics import silhouette_score
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
rng = np.random.default_rng(0)
X = rng.random((300, 3)); y = (X[:, 0] + rng.normal(size=300) / 5 > 0.5).astype(int)
X_fit, X_val, X_test = X[:150], X[150:220], X[220:]
y_fit, y_val, y_test = y[:150], y[150:220], y[220:]
"""


@pytest.fixture(scope="module")
def kernel(make_kernel: Any) -> Any:
    started = make_kernel()
    started.run(SETUP)
    return started


def _gaps(shown: dict[str, Any]) -> list[str]:
    return [g["what"] for g in shown["gaps"]]


@pytest.mark.parametrize(
    "fit",
    [
        "make_pipeline(StandardScaler(), lgb.LGBMClassifier(n_estimators=3, verbose=-1))"
        ".fit(X_fit, y_fit, lgbmclassifier__eval_set=[(X_val, y_val)])",
        "lgb.LGBMClassifier(n_estimators=3, verbose=-1).fit(X_fit, y_fit, eval_X=(X_val,), eval_y=(y_val,))",
        "lgb.LGBMClassifier(n_estimators=3, verbose=-1).fit(X_fit, y_fit, None, None, [(X_val, y_val)])",
        "HistGradientBoostingClassifier(max_iter=3, early_stopping=True).fit(X_fit, y_fit, X_val=X_val, y_val=y_val)",
        "xgb.XGBClassifier(n_estimators=3, n_jobs=1).fit(X_fit, y_fit, eval_set=[(X_val, y_val)], verbose=False)",
    ],
)
def test_what_early_stopping_watched_is_no_test_data(kernel: Any, fit: str) -> None:
    shown = kernel.session(
        "watched",
        "import lightgbm as lgb, xgboost as xgb",
        f"with warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n    model = {fit}",
        "with warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n"
        "    accuracy_score(y_val, model.predict(X_val)); f1_score(y_test, model.predict(X_test))",
    )
    assert {m["name"]: m["split"] for m in shown["metrics"]} == {"accuracy_score": "validation", "f1_score": "test"}
    outer = next(f for f in shown["fits"] if not f["parent"])
    assert len(outer["datasets"]) == 2


def test_boosters_that_are_trained_on(kernel: Any) -> None:
    shown = kernel.session(
        "on",
        "import lightgbm as lgb, xgboost as xgb\nquiet = {'objective': 'binary:logistic', 'nthread': 1}",
        "train = xgb.DMatrix(X_fit, y_fit); booster = xgb.train(quiet, train, 2)",
        "booster.update(train, 2); booster.update(train, 3)",
        "auc = roc_auc_score(y_test, booster.predict(xgb.DMatrix(X_test)))",
        "light = lgb.Booster({'objective': 'binary', 'verbose': -1}, lgb.Dataset(X_fit, y_fit)); _ = light.update()",
        "refitted = light.refit(X_val, y_val)",
        "late = roc_auc_score(y_test, refitted.predict(X_test))",
        "inside = xgb.XGBClassifier(n_estimators=2, n_jobs=1).fit(X_fit, y_fit)\n"
        "more = roc_auc_score(y_test, inside.get_booster().predict(xgb.DMatrix(X_test)))",
    )
    first, second, third, light, refitted, own = shown["fits"]
    assert [f["method"] for f in shown["fits"]] == ["train", "update", "update", "update", "refit", "fit"]
    assert (second["previous"], third["previous"]) == (first["id"], second["id"])
    assert refitted["previous"] == light["id"]
    assert len({f["model_digest"] for f in shown["fits"]}) == 6
    assert len(third["datasets"]) == 2
    assert [m["fits"] for m in shown["metrics"]] == [[third["id"]], [refitted["id"]], [own["id"]]]


def test_the_last_of_many_partial_fits(kernel: Any) -> None:
    shown = kernel.session(
        "many",
        "many = SGDClassifier(random_state=0)\n"
        "for i in range(130): _ = many.partial_fit(X_fit[i:i + 20], y_fit[i:i + 20], classes=[0, 1])",
        "share = accuracy_score(y_test, many.predict(X_test))",
        "from jupyter_gov.fingerprints import fingerprint_model; print(fingerprint_model(many))",
    )
    assert len(shown["fits"]) == 101
    last = shown["fits"][-1]
    assert last["previous"] == shown["fits"][-2]["id"]
    assert last["cell"] == shown["fits"][0]["cell"]
    assert last["model_digest"] == kernel.run("print(fingerprint_model(many))").text().strip()
    assert [m["fits"] for m in shown["metrics"]] == [[last["id"]]]


def test_copies_are_found_by_what_they_have_learned(kernel: Any) -> None:
    shown = kernel.session(
        "copies",
        "model = LogisticRegression().fit(X_fit, y_fit); other = LogisticRegression(C=0.1)",
        "loaded = pickle.loads(pickle.dumps(model)); copied = copy.deepcopy(model)",
        "accuracy_score(y_test, loaded.predict(X_test)); f1_score(y_val, copied.predict(X_val))",
        "copied.score(X_test, y_test); other.__dict__.update(model.__dict__, C=0.2); other.score(X_test, y_test)",
    )
    (fit,) = shown["fits"]
    assert [(m["fits"], m["identified"]) for m in shown["metrics"]] == [([fit["id"]], "content")] * 3 + [([], "")]


def test_a_copy_of_what_two_fits_led_to_is_ambiguous(kernel: Any) -> None:
    shown = kernel.session(
        "alike",
        "one = LogisticRegression().fit(X_fit, y_fit); two = LogisticRegression().fit(X_fit, y_fit)",
        "accuracy_score(y_test, copy.deepcopy(one).predict(X_test))",
    )
    (metric,) = shown["metrics"]
    assert (metric["fits"], metric["identified"]) == ([f["id"] for f in shown["fits"]], "ambiguous")


def test_what_else_is_a_prediction(kernel: Any) -> None:
    shown = kernel.session(
        "others",
        "process = GaussianProcessRegressor().fit(X_fit, y_fit)\n"
        "mean, spread = process.predict(X_test, return_std=True)",
        "mean_squared_error(y_test, mean)",
        "labels = KMeans(2, n_init=1, random_state=0).fit_predict(X); silhouette_score(X, labels)",
        "clusters = KMeans(3, n_init=1, random_state=0).fit(X); silhouette_score(X, clusters.labels_)",
        "odd = IsolationForest(n_estimators=5, random_state=0).fit_predict(X); share = (odd == -1).mean()",
        "boosted = GradientBoostingRegressor(n_estimators=3, random_state=0).fit(X_fit, y_fit)\n"
        "errors = [mean_squared_error(y_test, p) for p in boosted.staged_predict(X_test)]",
        "forest = RandomForestClassifier(3, random_state=0).fit(X_fit, np.c_[y_fit, 1 - y_fit])\n"
        "first, second = forest.predict_proba(X_test); roc_auc_score(y_test, first[:, 1])",
        "scorer = make_scorer(f1_score); model = LogisticRegression().fit(X_fit, y_fit)\n"
        "scorer(estimator=model, X=X_test, y_true=y_test)",
        "k_means(X, 2, n_init=1, random_state=0); lasso_path(X, y); None",
    )
    assert all(len(m["fits"]) == 1 for m in shown["metrics"])
    classes = {f["id"]: f["class"].rpartition(".")[2] for f in shown["fits"]}
    assert [classes[m["fits"][0]] for m in shown["metrics"]] == [
        "GaussianProcessRegressor", "KMeans", "KMeans", "IsolationForest", *["GradientBoostingRegressor"] * 3,
        "RandomForestClassifier", "LogisticRegression",
    ]  # fmt: skip
    gaps = _gaps(shown)
    assert "what k_means fitted" in gaps
    assert "what lasso_path fitted" in gaps
    assert not [g for g in gaps if "scorer" in g]


def test_what_statsmodels_keeps_and_foresees(kernel: Any) -> None:
    shown = kernel.session(
        "statsmodels",
        "import statsmodels.api as sm, statsmodels.formula.api as smf\nfrom statsmodels.tsa.api import AutoReg",
        "table = pd.DataFrame(X_fit, columns=list('abc')).assign(y=X_fit @ [1, 2, 3] + rng.normal(size=150))\n"
        "new = pd.DataFrame(X_test, columns=list('abc'))",
        "line = smf.ols('y ~ a + b', table).fit()",
        "r2_score(table.y, line.fittedvalues)",
        "expected = line.get_prediction(new).summary_frame()['mean']; mean_squared_error(new.a, expected)",
        "series = AutoReg(table.y.to_numpy(), 1).fit(); ahead = series.forecast(4)",
        "mean_squared_error([1, 2, 3, 4], ahead)",
    )
    classes = {f["id"]: f["class"].rpartition(".")[2] for f in shown["fits"]}
    found = [([classes[f] for f in m["fits"]], m["split"]) for m in shown["metrics"]]
    assert found == [(["OLS"], "train"), (["OLS"], "test"), (["AutoReg"], "unknown")]


def test_threads_are_not_processes(kernel: Any) -> None:
    shown = kernel.session(
        "threads",
        "forest = RandomForestClassifier(4, n_jobs=2, random_state=0).fit(X_fit, y_fit); forest.score(X_test, y_test)",
        "from multiprocessing.pool import ThreadPool\nwith ThreadPool(2) as pool:\n"
        "    fits = pool.map(lambda C: LogisticRegression(C=C).fit(X_fit, y_fit), [1, 2])",
        "from joblib import Parallel, delayed, parallel_backend\n"
        "Parallel(n_jobs=2, backend='threading')(delayed(LogisticRegression().fit)(X_fit, y_fit) for _ in range(2))",
    )
    assert not [g for g in _gaps(shown) if "ran" in g.split()]
    assert len(shown["fits"]) == 5


def test_what_is_timed_is_one_gap(kernel: Any) -> None:
    shown = kernel.session(
        "timed",
        "def once(): return LogisticRegression().fit(X_fit, y_fit).score(X_test, y_test)",
        "%timeit -n 20 -r 1 once()",
        "%%timeit -n 5 -r 2\nmodel = Ridge().fit(X_fit, y_fit)\nr2_score(y_test, model.predict(X_test))",
        "%time timed = once()",
    )
    assert [f["class"].rpartition(".")[2] for f in shown["fits"]] == ["LogisticRegression"]
    assert [m["name"] for m in shown["metrics"]] == ["score"]
    assert len([g for g in _gaps(shown) if "%timeit" in g]) == 1


def test_an_interrupt_while_data_are_read_leaves_nothing_behind(kernel: Any) -> None:
    shown = kernel.session(
        "interrupted",
        "from jupyter_gov.capture import _active\nfrom jupyter_gov.capture.metrics import _validation\n"
        "def stopped(*_): raise KeyboardInterrupt\nkept = _validation._begin\n"
        "_validation._begin = stopped\n"
        "try:\n    cross_val_score(Ridge(), X, y)\nexcept KeyboardInterrupt: pass\n"
        "_validation._begin = kept; left = len(_active.stack.calls)\n"
        "print(left); Ridge().fit(X_fit, y_fit).score(X_test, y_test)",
    )
    assert [m["name"] for m in shown["metrics"]] == ["score"]
    assert kernel.run("print(left)").text().strip() == "0"
