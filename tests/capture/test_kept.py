"""What models have learned and predicted is kept with a run, and which data a fit only watched is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from jupyter_gov.fingerprints import learned
from jupyter_gov.services import kept

SETUP = """
import numpy as np, pandas as pd
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
rng = np.random.default_rng(0)
X = rng.normal(size=(300, 4)); y = (X[:, 0] + rng.normal(size=300) > 0).astype(int)
X_fit, X_val, X_test = X[:150], X[150:200], X[200:]
y_fit, y_val, y_test = y[:150], y[150:200], y[200:]
"""


@pytest.fixture(scope="module")
def kernel(make_kernel: Any) -> Any:
    started = make_kernel(OMP_NUM_THREADS="1")
    started.run(SETUP)
    return started


def top(shown: dict[str, Any]) -> dict[str, Any]:
    """Return the fits that are inside no other, by name."""
    return {f["name"]: f for f in shown["fits"] if f["parent"] is None}


def test_what_a_fit_has_learned(kernel: Any) -> None:
    shown = kernel.session(
        "learned",
        "model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X_fit, y_fit)\n"
        "true_coef = model[-1].coef_.copy()\n"
        "model[-1].coef_ += 1",
        "print(true_coef.tolist())",
    )
    fits = top(shown)
    found = kept(fits["model"]["id"], "learned", kernel.store, run=shown["id"])
    assert found is not None
    coef = found["steps.logisticregression.coef_"]
    assert coef.tolist() == eval(kernel.run("print(true_coef.tolist())").text())
    assert found["steps.standardscaler.mean_"].shape == (4,)
    # Of what is inside another fit, the other's has everything.
    inner = [f["id"] for f in shown["fits"] if f["parent"] is not None]
    assert inner
    assert all(kept(key, "learned", kernel.store) is None for key in inner)
    assert all(f["model_digest"] for f in shown["fits"])


def test_the_same_as_outside_of_a_run(kernel: Any) -> None:
    shown = kernel.session("outside", "forest = RandomForestClassifier(5, random_state=3).fit(X_fit, y_fit)")
    found = kept(top(shown)["forest"]["id"], "learned", kernel.store)
    from sklearn.ensemble import RandomForestClassifier

    X = np.random.default_rng(0).normal(size=(300, 4))
    y = np.array(eval(kernel.run("print(y.tolist())").text()))
    again = learned(RandomForestClassifier(5, random_state=3).fit(X[:150], y[:150]))
    assert found is not None
    assert found.keys() == again.keys()
    assert all(np.array_equal(found[way], again[way], equal_nan=False) for way in found)


def test_what_models_predicted(kernel: Any) -> None:
    shown = kernel.session(
        "predicted",
        "model = LogisticRegression().fit(X_fit, y_fit)\n"
        "labels = model.predict(X_test); chances = model.predict_proba(X_test)\n"
        "again = model.predict(X_test)\n"
        "before = chances.tolist(); chances[:] = 0",
        "names = LogisticRegression().fit(X_fit, np.where(y_fit, 'yes', 'no')).predict(X_test)",
    )
    held = {p["method"]: kept(p["id"], "predictions", kernel.store) for p in shown["predictions"][:2]}
    assert held["predict"]["values"].tolist() == eval(kernel.run("print(labels.tolist())").text())  # type: ignore[index]
    assert held["predict_proba"]["values"].tolist() == eval(kernel.run("print(before)").text())  # type: ignore[index]
    texts = kept(shown["predictions"][2]["id"], "predictions", kernel.store)
    assert texts is not None
    assert set(texts["values"]) <= {"yes", "no"}
    assert len(shown["predictions"]) == 3
    assert not [g for g in shown["gaps"] if "artifact" in g["what"]]


def test_searches_clusters_and_boosters(kernel: Any) -> None:
    shown = kernel.session(
        "others",
        "search = GridSearchCV(LogisticRegression(), {'C': [0.1, 1.0]}, cv=3).fit(X_fit, y_fit)",
        "clusters = KMeans(2, random_state=0, n_init=1).fit(X_fit)",
        "import lightgbm as lgb, xgboost as xgb\n"
        "booster = lgb.train({'verbose': -1, 'num_threads': 1}, lgb.Dataset(X_fit, y_fit), 2)\n"
        "trees = xgb.train({'verbosity': 0, 'nthread': 1}, xgb.DMatrix(X_fit, y_fit), 2)",
    )
    fits = top(shown)
    ways = {name: set(kept(fits[name]["id"], "learned", kernel.store) or ()) for name in fits}
    assert {"best_estimator_.coef_", "cv_results_['mean_test_score']"} <= ways["search"]
    assert "cluster_centers_" in ways["clusters"]
    assert "model['Tree=1']['leaf_value']" in ways["booster"]
    assert any(way.endswith("['trees'][1]['base_weights']") for way in ways["trees"])
    (labels,) = [p for p in shown["predictions"] if p["method"] == "labels_"]
    assert kept(labels["id"], "predictions", kernel.store)["values"].shape == (150,)  # type: ignore[index]


def test_what_cannot_be_identified_is_not_kept(kernel: Any) -> None:
    shown = kernel.session(
        "odd",
        "import threading\nodd = LogisticRegression(); odd.lock_ = threading.Lock(); odd.fit(X_fit, y_fit)",
    )
    fit = top(shown)["odd"]
    assert fit["model_digest"] == ""
    assert kept(fit["id"], "learned", kernel.store) is None
    assert [g["what"] for g in shown["gaps"] if "digest" in g["what"]]


def test_what_is_too_large_is_one_gap(kernel: Any) -> None:
    shown = kernel.session(
        "large",
        "from sklearn.neighbors import KNeighborsClassifier\nlarge = rng.normal(size=(600_000, 2))\n"
        "for i in range(2):\n    neighbours = KNeighborsClassifier(algorithm='brute').fit(large, large[:, i] > 0)",
    )
    (gap,) = [g for g in shown["gaps"] if "learned" in g["what"]]
    assert "8 MB" in gap["reason"]
    assert "c.Governance.kept_each_mb" in gap["remedy"]


def test_what_a_fit_only_watched(kernel: Any) -> None:
    shown = kernel.session(
        "watched",
        "import lightgbm as lgb, xgboost as xgb\n"
        "one = lgb.LGBMClassifier(n_estimators=3, n_jobs=1, verbose=-1)"
        ".fit(X_fit, y_fit, eval_set=[(X_fit, y_fit), (X_val, y_val)])",
        "two = xgb.XGBClassifier(n_estimators=3, n_jobs=1).fit(X_fit, y_fit, eval_set=[(X_val, y_val)], verbose=False)",
        "data = lgb.Dataset(X_fit, y_fit); watched = lgb.Dataset(X_val, y_val, reference=data)\n"
        "three = lgb.train({'verbose': -1, 'num_threads': 1}, data, 2, valid_sets=[watched, data])",
        "four = LogisticRegression().fit(X_fit, y_fit)",
    )
    names = {d["id"]: d["name"] for d in shown["datasets"]}
    fits = {name: [names[i] for i in fit["watched"]] for name, fit in top(shown).items()}
    assert fits == {"one": ["X_val", "y_val"], "two": ["X_val", "y_val"], "three": ["X_val", "y_val"], "four": []}
