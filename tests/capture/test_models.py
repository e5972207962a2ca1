"""Fits, data and metrics of scikit-learn in a real kernel."""

from __future__ import annotations

from typing import Any

import pytest

SETUP = """
import numpy as np, pandas as pd
from pandas import read_csv as aliased_reader
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score as aliased_metric, get_scorer, make_scorer, roc_auc_score
from functools import partial
from sklearn.base import BaseEstimator, ClassifierMixin
rng = np.random.default_rng(0)
frame = pd.DataFrame(rng.normal(size=(200, 3)), columns=["a", "b", "c"])
frame.loc[3, "b"] = np.nan
frame["y"] = (frame["a"] + rng.normal(size=200) > 0).astype(int)
frame.to_csv("data.csv", index=False)
X, y = frame[["a", "c"]], frame["y"]
X_train, X_test, y_train, y_test = X[:150], X[150:], y[:150], y[150:]
"""


@pytest.fixture(scope="module")
def kernel(make_kernel: Any) -> Any:
    started = make_kernel()
    started.run(SETUP)
    return started


def _fits(shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f["name"] or f["step"] or f["class"].rpartition(".")[2]: f for f in shown["fits"]}


def _data(shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {d["name"]: d for d in shown["datasets"]}


def test_data_read_fitted_and_scored(kernel: Any) -> None:
    shown = kernel.session(
        "data",
        "loans = aliased_reader('data.csv')",
        "model = LogisticRegression(C=0.5).fit(X_train, y_train); predicted = model.predict(X_test)",
    )
    data = _data(shown)
    assert data["loans"]["role"] == "source"
    assert data["loans"]["source"] == "data.csv"  # from the working folder
    assert data["loans"]["rows"] == 200
    assert [(c["name"], c["missing"]) for c in data["loans"]["columns"]] == [("a", 0), ("b", 1), ("c", 0), ("y", 0)]
    assert data["X_train"]["role"] == data["y_train"]["role"] == "train"
    assert data["X_test"]["role"] == "test"
    assert all(d["digest"].startswith("jg1:") for d in shown["datasets"])
    assert data["X_train"]["cell"] == shown["cells"][2]["id"]
    (fit,) = shown["fits"]
    assert fit["class"] == "sklearn.linear_model._logistic.LogisticRegression"
    assert fit["params"]["C"] == 0.5
    assert set(fit["params"]) == set(_parameters())
    assert fit["datasets"] == [data["X_train"]["id"], data["y_train"]["id"]]
    assert fit["features"] == ["a", "c"]
    assert fit["seconds"] > 0
    assert fit["cell"] == shown["cells"][2]["id"]


def _parameters() -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression

    return dict(LogisticRegression().get_params(deep=True))


def test_pipelines_and_searches_are_trees(kernel: Any) -> None:
    shown = kernel.session(
        "trees",
        "from sklearn.pipeline import Pipeline\nfrom sklearn.compose import ColumnTransformer\n"
        "from sklearn.preprocessing import StandardScaler, OneHotEncoder\nfrom sklearn.impute import SimpleImputer\n"
        "from sklearn.model_selection import GridSearchCV\nfrom sklearn.decomposition import PCA",
        "columns = ColumnTransformer([('num', Pipeline([('impute', SimpleImputer()), ('scale', StandardScaler())]),"
        " ['a']), ('cat', OneHotEncoder(handle_unknown='ignore'), ['c'])])\n"
        "pipe = Pipeline([('columns', columns), ('classify', LogisticRegression())]).fit(X_train, y_train)",
        "search = GridSearchCV(Pipeline([('scale', StandardScaler()), ('classify', LogisticRegression())]),"
        " {'classify__C': [0.1, 1.0]}, cv=3).fit(X_train, y_train)",
        "scaler = StandardScaler(); scaled = scaler.fit_transform(X_train)",
        "pca = PCA(2); reduced = pca.fit_transform(X_train)",
        "from sklearn.cluster import KMeans\nmeans = KMeans(2, n_init=1, random_state=0)\n"
        "labels = means.fit_predict(X)",
        "from sklearn.ensemble import RandomForestClassifier, VotingClassifier\n"
        "forest = RandomForestClassifier(20, random_state=0).fit(X_train, y_train)",
        "vote = VotingClassifier([('one', LogisticRegression(C=1)), ('two', forest)]).fit(X_train, y_train)",
        "parallel = VotingClassifier([('one', LogisticRegression()), ('two', LogisticRegression())], n_jobs=2)"
        ".fit(X_train, y_train)",
    )
    fits = shown["fits"]
    names = {f["id"]: f["name"] or f["step"] for f in fits}
    tree = [(names.get(f["parent"], ""), f["name"] or f["step"], f["class"].rpartition(".")[2]) for f in fits]
    assert tree == [
        ("", "pipe", "Pipeline"),
        ("pipe", "columns", "ColumnTransformer"),
        ("columns", "num", "Pipeline"),
        ("num", "impute", "SimpleImputer"),
        ("num", "scale", "StandardScaler"),
        ("columns", "cat", "OneHotEncoder"),
        ("pipe", "classify", "LogisticRegression"),
        ("", "search", "GridSearchCV"),
        ("search", "best_estimator", "Pipeline"),
        ("best_estimator", "scale", "StandardScaler"),
        ("best_estimator", "classify", "LogisticRegression"),
        ("", "scaler", "StandardScaler"),
        ("", "pca", "PCA"),
        ("", "means", "KMeans"),
        ("", "forest", "RandomForestClassifier"),
        ("", "vote", "VotingClassifier"),
        ("vote", "one", "LogisticRegression"),
        ("vote", "two", "RandomForestClassifier"),
        ("", "parallel", "VotingClassifier"),
        ("parallel", "one", "LogisticRegression"),
        ("parallel", "two", "LogisticRegression"),
    ]
    best = fits[8]
    assert [f["parent"] for f in fits[9:11]] == [best["id"], best["id"]]
    assert best["params"]["classify__C"] in (0.1, 1.0)
    assert fits[7]["params"]["best_params_"] == {"classify__C": best["params"]["classify__C"]}
    assert fits[2]["params"]["impute__strategy"] == "mean"


def test_eight_fits_at_once(kernel: Any) -> None:
    kernel.run(
        "from concurrent.futures import ThreadPoolExecutor\nfrom joblib import Parallel, delayed\nimport threading"
    )
    shown = kernel.session(
        "threads",
        "models = [LogisticRegression(C=1 + i) for i in range(8)]\n"
        "with ThreadPoolExecutor(8) as pool:\n    done = list(pool.map(lambda m: m.fit(X_train, y_train), models))",
        "with ThreadPoolExecutor(8) as pool:\n"
        "    done = [f.result() for f in [pool.submit(LogisticRegression(C=21 + i).fit, X_train, y_train) for i "
        "in range(8)]]",
        "threads = [threading.Thread(target=LogisticRegression(C=41 + i).fit, args=(X_train, y_train)) for i in "
        "range(8)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]; None",
        "done = Parallel(2, prefer='threads')(delayed(LogisticRegression(C=61 + i).fit)(X_train, y_train) for i "
        "in range(8))",
    )
    fits = shown["fits"]
    assert sorted(f["params"]["C"] for f in fits) == [b + i for b in (1, 21, 41, 61) for i in range(8)]
    assert {f["cell"] for f in fits} == {c["id"] for c in shown["cells"][1:5]}
    assert all(len(f["datasets"]) == 2 and f["seconds"] > 0 and f["parent"] is None for f in fits)
    assert len([d for d in shown["datasets"] if d["role"] == "train"]) == 2


CLASS = """
class Mine(ClassifierMixin, BaseEstimator):
    def __init__(self, threshold=0.0, *, column="a"):
        self.threshold = threshold
        self.column = column
    def fit(self, X, y=None, sample_weight=None):
        import warnings
        if self.threshold < 0: raise ValueError("threshold is negative")
        if self.threshold > 9: warnings.warn("large threshold", DeprecationWarning, stacklevel=2)
        self.classes_ = np.unique(y)
        self.inner_ = LogisticRegression().fit(X[[self.column]], y)
        return self
    def predict(self, X):
        return (self.inner_.decision_function(X[[self.column]]) > self.threshold).astype(int)
"""


def test_estimators_that_the_notebook_defines(kernel: Any) -> None:
    shown = kernel.session(
        "own",
        CLASS,
        "own = Mine(0.1).fit(X_train, y_train)",
        "from sklearn.model_selection import cross_val_score\n"
        "scores = cross_val_score(Mine(), X, y, n_jobs=2, cv=3); scores.shape",
        "import pickle, cloudpickle\ncopy = cloudpickle.loads(cloudpickle.dumps(Mine))\n"
        "copy().fit(X, y).predict(X).shape",
        "own.score(X_test, y_test)",
    )
    fits = _fits(shown)
    assert fits["own"]["class"] == "__main__.Mine"
    assert fits["own"]["params"] == {"threshold": 0.1, "column": "a"}
    inner = next(f for f in shown["fits"] if f["parent"] == fits["own"]["id"])
    assert inner["class"].endswith("LogisticRegression")
    folds, score = shown["metrics"]
    assert folds["origin"] == "cross_validation"
    assert len(folds["value"]) == 3
    assert score["name"] == "score"
    assert score["origin"] == "scorer"
    assert score["fits"] == [fits["own"]["id"]]
    assert score["split"] == "test"


def test_a_fit_that_raises_and_one_that_warns(kernel: Any) -> None:
    kernel.run(CLASS)
    run = kernel.track("raises")
    failed = kernel.run("bad = Mine(-1)\nbad.fit(X_train, y_train)", check=False)
    assert failed.error == "ValueError: threshold is negative"
    assert "jupyter_gov" not in failed.traceback
    assert "observe" not in failed.traceback
    # The warning names the user's line, and so is shown: IPython shows deprecations of the user's own code only.
    warned = kernel.run("m = Mine(10).fit(X_train, y_train)").text("stderr")
    assert "DeprecationWarning: large threshold" in warned
    assert "jupyter_gov" not in warned
    kernel.untrack()
    fits = kernel.show(run)["fits"]
    assert [(f["name"], f["status"]) for f in fits if f["parent"] is None] == [("bad", "error"), ("m", "ok")]


def test_metrics_however_they_are_reached(kernel: Any) -> None:
    shown = kernel.session(
        "metrics",
        "model = LogisticRegression().fit(X_train, y_train)\npredicted = model.predict(X_test)\n"
        "probability = model.predict_proba(X_test)",
        "accuracy_score(y_test, predicted)",
        "aliased_metric(y_test, predicted)",
        "partial(accuracy_score, normalize=False)(y_test, predicted)",
        "get_scorer('roc_auc')(model, X_test, y_test)",
        "roc_auc_score(y_test, probability[:, 1])",
        "roc_auc_score(y_test, model.predict_proba(X_test)[:, 1].copy())",
        "model.score(X_train, y_train)",
        "accuracy_score(y_true=y_test, y_pred=list(predicted), sample_weight=np.ones(50))",
        "import sklearn.metrics as module; module.log_loss(y_test, probability)",
        "from sklearn.metrics import confusion_matrix; confusion_matrix(y_test, predicted)",
    )
    (fit,) = shown["fits"]
    metrics = shown["metrics"]
    assert [m["name"] for m in metrics] == [
        "accuracy_score", "f1_score", "accuracy_score", "roc_auc_score", "roc_auc_score", "roc_auc_score", "score",
        "accuracy_score", "log_loss", "confusion_matrix",
    ]  # fmt: skip
    assert [m["origin"] for m in metrics] == ["function"] * 3 + ["scorer"] + ["function"] * 2 + ["scorer"] + [
        "function"
    ] * 3
    assert all(m["fits"] == [fit["id"]] for m in metrics)
    assert [m["split"] for m in metrics] == ["test"] * 6 + ["train"] + ["test"] * 3
    assert [m["cell"] for m in metrics] == [c["id"] for c in shown["cells"][2:12]]
    data = _data(shown)
    assert metrics[0]["datasets"] == [data["X_test"]["id"], data["y_test"]["id"]]
    assert metrics[2]["params"] == {"normalize": False}
    assert metrics[7]["params"] == {}
    assert metrics[3]["value"] == metrics[4]["value"] == metrics[5]["value"]
    assert sum(map(sum, metrics[9]["value"])) == 50
    assert not [g for g in shown["gaps"] if "the model behind" in g["what"]]


def test_what_cannot_be_linked_is_a_gap_or_ambiguous(kernel: Any) -> None:
    kernel.run("earlier = LogisticRegression(C=0.3).fit(X_train, y_train)")
    shown = kernel.session(
        "links",
        "one = LogisticRegression().fit(X_train, y_train); two = LogisticRegression().fit(X_train, y_train)\n"
        "first, second = one.predict(X_test), two.predict(X_test)",
        "accuracy_score(y_test, first)",
        "np.save('kept.npy', first); accuracy_score(y_test, np.load('kept.npy'))",
        "np.save('kept.npy', 1 - first); aliased_metric(y_test, np.load('kept.npy'))",
        "earlier.score(X_test, y_test)",
        "roc_auc_score(y_test, earlier.decision_function(X_test) * 2)",
        "second[:5] = 1; aliased_metric(y_test, second)",
    )
    one, two = (f["id"] for f in shown["fits"])
    assert [m["fits"] for m in shown["metrics"]] == [[one], [one, two], [], [], [], [two]]
    assert [m["identified"] for m in shown["metrics"]] == ["identity", "ambiguous", "", "", "", "identity"]
    gaps = {g["what"]: g for g in shown["gaps"]}
    assert gaps["the model behind f1_score"]["cell"] == shown["cells"][4]["id"]
    assert gaps["the fit of the model behind score"]["remedy"]
    assert "the fit of the model behind roc_auc_score" in gaps
    assert gaps["the change to the predictions given to f1_score"]["cell"] == shown["cells"][7]["id"]


def test_what_a_library_evaluates_is_not_the_users_metric(kernel: Any) -> None:
    shown = kernel.session(
        "inside",
        "from sklearn.model_selection import cross_validate, GridSearchCV\n"
        "def own(estimator, X, y): return accuracy_score(y, estimator.predict(X))",
        "results = cross_validate(LogisticRegression(), X, y, scoring=own, cv=3)",
        "results = cross_validate(LogisticRegression(), X, y, scoring=make_scorer(lambda t, p: "
        "aliased_metric(t, p)), cv=3)",
        "search = GridSearchCV(LogisticRegression(), {'C': [1, 2]}, scoring=own, cv=3).fit(X, y)",
        "own(search, X_test, y_test)",
    )
    cells = [c["id"] for c in shown["cells"]]
    assert [(m["name"], m["cell"]) for m in shown["metrics"]] == [
        ("test_score", cells[2]), ("test_score", cells[3]), ("accuracy_score", cells[5])
    ]  # fmt: skip
    assert [f["method"] for f in shown["fits"] if f["parent"] is None] == ["cross_validate", "cross_validate", "fit"]


def test_modules_imported_after_tracking_began(make_kernel: Any) -> None:
    fresh = make_kernel()
    shown = fresh.session(
        "late",
        "import pandas as pd, numpy as np\npd.DataFrame({'a': [1., 2., 3., 4.], 'y': [0, 1, 0, 1]}).to_csv('d.csv')",
        "d = pd.read_csv('d.csv')\narray = np.loadtxt('d.csv', delimiter=',', skiprows=1)",
        "from sklearn.decomposition import PCA\nfrom sklearn.linear_model import LogisticRegression\n"
        "from sklearn.metrics import accuracy_score",
        "pca = PCA(1); Z = pca.fit_transform(d[['a']])\nm = LogisticRegression().fit(Z, d['y'])\n"
        "value = accuracy_score(d['y'], m.predict(Z))",
    )
    assert [f["name"] for f in shown["fits"]] == ["pca", "m"]
    assert [m["name"] for m in shown["metrics"]] == ["accuracy_score"]
    assert {"d", "array", "Z"} <= set(_data(shown))
    fresh.stop()


def test_memory_is_given_back(kernel: Any) -> None:
    shown = kernel.session(
        "memory",
        "import gc, weakref\nbig = LogisticRegression().fit(X_train, y_train)\nseen = weakref.ref(big)\n"
        "p = big.predict(X_test); kept = weakref.ref(p)",
        "del big, p\n_ = gc.collect()\nassert seen() is None and kept() is None",
        "alive = []\nclass Counted(LogisticRegression):\n    def fit(self, X, y):\n"
        "        alive.append(weakref.ref(self)); self.most_ = max(0, sum(r() is not None for r in alive))\n"
        "        return super().fit(X, y)",
        "from sklearn.model_selection import GridSearchCV\n"
        "s = GridSearchCV(Counted(), {'C': list(range(1, 31))}, cv=3).fit(X, y); gc.collect()\n"
        "assert len(alive) == 91 and s.best_estimator_.most_ < 10, s.best_estimator_.most_",
    )
    assert all(c["status"] == "ok" for c in shown["cells"])
