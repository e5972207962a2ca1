"""Metric functions, scorers and cross-validation in a real kernel: what is recorded, about which model and data."""

from __future__ import annotations

from typing import Any

import pytest

SETUP = """
import numpy as np, pandas as pd
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, get_scorer, make_scorer
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import (
    KFold, cross_val_predict, cross_val_score, cross_validate, learning_curve, permutation_test_score, validation_curve)
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.normal(size=(120, 3)), columns=list("abc")); y = (X["a"] + rng.normal(size=120) > 0).astype(int)
Xt, Xv, yt, yv = X[:80], X[80:], y[:80], y[80:]
"""


@pytest.fixture(scope="module")
def kernel(make_kernel: Any) -> Any:
    started = make_kernel()
    started.run(SETUP)
    return started


def test_cross_validation(kernel: Any) -> None:
    shown = kernel.session(
        "validated",
        "scores = cross_val_score(LogisticRegression(C=0.5), X, y, cv=KFold(3, shuffle=True, random_state=1), "
        "scoring='roc_auc')\nmean = scores.mean()",
        "more = cross_validate(LogisticRegression(), X, y, cv=3, scoring=['accuracy', 'f1'], return_train_score=True, "
        "return_estimator=True)\nmore['estimator'][0].score(Xv, yv)",
        "out = cross_val_predict(LogisticRegression(), X, y, cv=3, method='predict_proba')\n"
        "metrics.roc_auc_score(y, out[:, 1])",
        "learning_curve(LogisticRegression(), X, y, cv=3, train_sizes=[0.5, 1.0])",
        "validation_curve(LogisticRegression(), X, y, param_name='C', param_range=[0.1, 1.0], cv=3)",
        "permutation_test_score(LogisticRegression(), X, y, cv=3, n_permutations=5, "
        "scoring=make_scorer(accuracy_score))",
        "cross_val_score(LogisticRegression(), X, y, cv=3, n_jobs=2)",
        "try: cross_val_score(LogisticRegression(), X, y, cv='no')\nexcept ValueError: pass",
    )
    cells = [c["id"] for c in shown["cells"]]
    fits = {f["cell"]: f for f in shown["fits"]}
    data = {d["name"]: d for d in shown["datasets"]}
    assert [f["method"] for f in shown["fits"]] == [
        "cross_val_score", "cross_validate", "cross_val_predict", "learning_curve", "validation_curve",
        "permutation_test_score", "cross_val_score", "cross_val_score",
    ]  # fmt: skip
    assert fits[cells[1]]["params"]["C"] == 0.5
    assert fits[cells[1]]["datasets"] == [data["X"]["id"], data["y"]["id"]]
    assert fits[cells[1]]["features"] == ["a", "b", "c"]
    assert {f["model_digest"] for f in shown["fits"]} == {""}
    assert shown["fits"][-1]["status"] == "error"
    assert data["X"]["role"] == "train"

    def of(cell: int) -> list[dict[str, Any]]:
        found = [m for m in shown["metrics"] if m["cell"] == cells[cell]]
        assert all(m["fits"] == [fits[cells[cell]]["id"]] for m in found)
        return found

    scores, mean = of(1)
    assert (scores["name"], scores["origin"], scores["split"]) == ("roc_auc", "cross_validation", "validation")
    assert scores["value"] == eval(kernel.run("scores.tolist()").result)
    assert scores["params"]["cv"]["params"] == {"n_splits": 3, "shuffle": True, "random_state": 1}
    assert (mean["name"], mean["origin"], mean["split"]) == ("mean", "by_hand", "validation")
    assert [(m["name"], m["split"]) for m in of(2)] == [
        ("test_accuracy", "validation"), ("train_accuracy", "train"), ("test_f1", "validation"), ("train_f1", "train"),
        ("score", "unknown"),
    ]  # fmt: skip
    (area,) = of(3)
    assert (area["split"], area["identified"], len(area["predictions"])) == ("validation", "identity", 1)
    assert [m["name"] for m in of(4)] == ["train_score", "test_score"]
    assert of(4)[0]["params"]["train_sizes"] == [40, 80]
    assert of(5)[0]["params"]["param_range"] == [0.1, 1.0]
    assert [m["name"] for m in of(6)] == ["score", "permutation_scores", "pvalue"]
    assert of(6)[0]["params"]["scoring"] == "accuracy_score"
    assert of(7)[0]["params"]["n_jobs"] == 2
    assert len(of(7)[0]["value"]) == 3


def test_scorers_clusters_and_curves(kernel: Any) -> None:
    shown = kernel.session(
        "scorers",
        "model = LogisticRegression().fit(Xt, yt)\ndef own(t, p): return (t == p).sum() / len(t)",
        "make_scorer(own)(model, Xv, yv)",
        "get_scorer('neg_log_loss')(model, Xv, yv)",
        "metrics.check_scoring(model, scoring=['accuracy', 'f1'])(model, Xv, yv)",
        "means = KMeans(2, n_init=1, random_state=0); labels = means.fit_predict(X)",
        "metrics.silhouette_score(X, labels)",
        "metrics.calinski_harabasz_score(X, means.labels_), metrics.davies_bouldin_score(X, means.labels_)",
        "means.score(X)",
        "mixture = GaussianMixture(2, random_state=0).fit(X); mixture.score(X)",
        "fpr, tpr, _ = metrics.roc_curve(yv, model.predict_proba(Xv)[:, 1], drop_intermediate=False)\n"
        "metrics.auc(fpr, tpr)",
        "metrics.cohen_kappa_score(model.predict(Xv), yv)",
        "metrics.pairwise_distances(X), metrics.euclidean_distances(X)",
        "wide = pd.DataFrame(rng.normal(size=(300, 3)), columns=list('abc'))\n"
        "metrics.precision_recall_curve(rng.integers(0, 2, 300), model.predict_proba(wide)[:, 1])",
        "from sklearn.inspection import permutation_importance\npermutation_importance(model, Xv, yv, n_repeats=2)",
        "import matplotlib; matplotlib.use('agg')\nmetrics.RocCurveDisplay.from_estimator(model, Xv, yv)",
    )
    cells = [c["id"] for c in shown["cells"]]
    found = [(cells.index(m["cell"]), m["name"], m["origin"]) for m in shown["metrics"]]
    assert found == [
        (2, "own", "scorer"), (3, "log_loss", "scorer"), (4, "accuracy", "scorer"), (4, "f1", "scorer"),
        (6, "silhouette_score", "function"), (7, "calinski_harabasz_score", "function"),
        (7, "davies_bouldin_score", "function"), (8, "score", "scorer"), (9, "score", "scorer"),
        (10, "roc_curve", "function"), (10, "auc", "function"), (11, "cohen_kappa_score", "function"),
        (13, "precision_recall_curve", "function"),
    ]  # fmt: skip
    assert all(len(m["fits"]) == 1 for m in shown["metrics"])
    assert shown["metrics"][1]["value"] > 0
    by_name = {m["name"]: m for m in shown["metrics"]}
    assert by_name["silhouette_score"]["split"] == "train"
    assert [set(v) for v in by_name["precision_recall_curve"]["value"]] == [{"type", "dtype", "shape", "digest"}] * 3
    assert not [g for g in shown["gaps"] if "the model behind" in g["what"]]


def test_which_data_a_model_is_tried_on(kernel: Any) -> None:
    shown = kernel.session(
        "folds",
        "for train, test in KFold(2).split(X):\n"
        "    fold = LogisticRegression().fit(X.iloc[train], y.iloc[train])\n"
        "    accuracy_score(y.iloc[test], fold.predict(X.iloc[test]))",
        "accuracy_score(y.iloc[train], fold.predict(X.iloc[train]))",
        "fold.predict(X.iloc[train]); fold.predict(X.iloc[train])",
    )
    # What the first fold is tried on, the second is fitted on, and not yet when the first is tried.
    assert [m["split"] for m in shown["metrics"]] == ["test", "validation", "train"]
    assert len(shown["predictions"]) == 3
    assert [m["predictions"] for m in shown["metrics"]] == [[p["id"]] for p in shown["predictions"]]
