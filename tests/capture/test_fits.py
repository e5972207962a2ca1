"""What a record of a fit says, and how fits inside fits become a tree."""

from __future__ import annotations

from typing import Any

import pytest

SETUP = """
import numpy as np, pandas as pd
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import RandomForestClassifier, StackingClassifier
from sklearn.experimental import enable_halving_search_cv
from sklearn.feature_selection import RFECV, SequentialFeatureSelector
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, RandomizedSearchCV
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.svm import SVC
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.random((200, 3)), columns=list("abc")); y = (X.a + rng.normal(size=200) / 5 > 0.5).astype(int)
"""


@pytest.fixture(scope="module")
def kernel(make_kernel: Any) -> Any:
    started = make_kernel()
    started.run(SETUP)
    return started


def _named(shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f["name"]: f for f in shown["fits"] if f["name"]}


def _inside(shown: dict[str, Any], name: str) -> list[tuple[str, str]]:
    """Return step and class of the fits directly inside the one that a variable holds."""
    outer = _named(shown)[name]["id"]
    return [(f["step"], f["class"].rpartition(".")[2]) for f in shown["fits"] if f["parent"] == outer]


def test_estimators_around_estimators(kernel: Any) -> None:
    shown = kernel.session(
        "around",
        "cal = CalibratedClassifierCV(LogisticRegression(), cv=3).fit(X, y)",
        "two = [('a', LogisticRegression()), ('b', RandomForestClassifier(3, random_state=0))]\n"
        "stack = StackingClassifier(two, final_estimator=LogisticRegression(C=2)).fit(X, y)",
        "labels = np.where(rng.random(200) < 0.3, -1, y)\nself_ = SelfTrainingClassifier(LogisticRegression())\n"
        "self_.fit(X, labels)",
        "multi = MultiOutputRegressor(Ridge()).fit(X, np.c_[y, y])",
        "union = FeatureUnion([('s', StandardScaler()), ('m', MinMaxScaler())]); Z = union.fit_transform(X)",
        "target = TransformedTargetRegressor(Ridge(), transformer=StandardScaler()).fit(X, y)",
        "away = StackingClassifier(two, n_jobs=2, cv=2).fit(X, y)",
    )
    assert _inside(shown, "cal") == [("", "LogisticRegression")] * 3
    parts = [("a", "LogisticRegression"), ("b", "RandomForestClassifier")]
    assert _inside(shown, "stack") == [*parts, ("final_estimator", "LogisticRegression")]
    assert _inside(shown, "self_") == [("estimator", "LogisticRegression")]
    assert _inside(shown, "multi") == [("", "Ridge")] * 2
    assert _inside(shown, "union") == [("s", "StandardScaler"), ("m", "MinMaxScaler")]
    assert _inside(shown, "target") == [("transformer", "StandardScaler"), ("regressor", "Ridge")]
    # What joblib's processes fitted is described by the fit that sent it there.
    assert _inside(shown, "away")[:2] == parts
    fits = _named(shown)
    assert fits["union"]["method"] == "fit_transform"
    assert all(f["model_digest"].startswith("jg1:") for f in shown["fits"])
    assert all(f["cpu_seconds"] is not None for f in fits.values())
    inner = [f for f in shown["fits"] if f["parent"] == fits["away"]["id"]]
    assert [f["params"]["random_state"] for f in inner[:2]] == [None, 0]


def test_searches_say_what_they_tried(kernel: Any) -> None:
    shown = kernel.session(
        "searches",
        "pipe = Pipeline([('scale', StandardScaler()), ('model', LogisticRegression())])\n"
        "grid = GridSearchCV(pipe, {'model__C': [0.1, 1.0, 10.0]}, cv=3).fit(X, y)",
        "several = GridSearchCV(SVC(), {'C': [1, 2]}, scoring=['accuracy', 'roc_auc'], refit='roc_auc', cv=2, n_jobs=2)"
        ".fit(X, y)",
        "halving = HalvingGridSearchCV(LogisticRegression(), {'C': [1, 2, 3]}, cv=2, random_state=0).fit(X, y)",
        "rfecv = RFECV(LogisticRegression(), cv=2).fit(X, y)",
        "chosen = RandomizedSearchCV(LogisticRegression(), {'C': [1, 2, 3, 4]}, n_iter=2, cv=2, refit=False,"
        " random_state=0).fit(X, y)",
        "steps = SequentialFeatureSelector(LogisticRegression(), n_features_to_select=1, cv=2).fit(X, y)",
        "results = grid.cv_results_['mean_test_score'].tolist(), grid.cv_results_['rank_test_score'].tolist()",
    )
    fits = _named(shown)
    grid = fits["grid"]
    assert [c["params"] for c in grid["candidates"]] == [{"model__C": 0.1}, {"model__C": 1}, {"model__C": 10}]
    assert set(grid["candidates"][0]["scores"]) == {"mean_test_score", "std_test_score"}
    scores, ranks = map(list, eval(kernel.run("results").result))
    assert [c["scores"]["mean_test_score"] for c in grid["candidates"]] == scores
    assert [c["rank"] for c in grid["candidates"]] == ranks
    assert _inside(shown, "grid") == [("best_estimator", "Pipeline")]
    several = fits["several"]["candidates"]
    assert {"mean_test_accuracy", "mean_test_roc_auc", "rank_test_accuracy"} <= set(several[0]["scores"])
    assert sorted(c["rank"] for c in several) == [1, 2]
    assert {c["scores"]["iter"] for c in fits["halving"]["candidates"]} == {0, 1}
    assert [c["params"] for c in fits["rfecv"]["candidates"]] == [{"n_features": n} for n in (1, 2, 3)]
    assert _inside(shown, "rfecv") == [("estimator", "LogisticRegression")]
    assert len(fits["chosen"]["candidates"]) == 2
    assert _inside(shown, "chosen") == []
    gaps = [g["what"] for g in shown["gaps"] if "candidates" in g["what"]]
    assert gaps == ["the candidates of sklearn.feature_selection._sequential.SequentialFeatureSelector.fit"]


def test_fits_that_go_on_from_others(kernel: Any) -> None:
    shown = kernel.session(
        "chains",
        "linear = SGDClassifier(random_state=0)\n"
        "for i in range(3): linear.partial_fit(X[i * 50:i * 50 + 50], y[i * 50:i * 50 + 50], classes=[0, 1])",
        "forest = RandomForestClassifier(2, warm_start=True, random_state=0).fit(X, y)\n"
        "forest.n_estimators = 4; forest.fit(X, y)",
        "plain = LogisticRegression().fit(X, y); plain.fit(X, y)",
        "many = SGDClassifier(random_state=0)\nfor i in range(130): many.partial_fit(X, y, classes=[0, 1])",
    )
    by_name: dict[str, list[dict[str, Any]]] = {}
    for fit in shown["fits"]:
        by_name.setdefault(fit["name"], []).append(fit)
    first, second, third = by_name["linear"]
    assert [f["previous"] for f in by_name["linear"]] == [None, first["id"], second["id"]]
    assert {f["method"] for f in by_name["linear"]} == {"partial_fit"}
    assert len({f["model_digest"] for f in (first, second, third)}) == 3
    assert len({f["datasets"][0] for f in (first, second, third)}) == 3
    assert [f["previous"] for f in by_name["forest"]] == [None, by_name["forest"][0]["id"]]
    assert [f["previous"] for f in by_name["plain"]] == [None, None]
    assert by_name["plain"][0]["model_digest"] == by_name["plain"][1]["model_digest"]
    assert len(by_name["many"]) == 100
    assert any("SGDClassifier.partial_fit beyond the first 100" in g["what"] for g in shown["gaps"])


def test_seeds_and_what_was_drawn_without_one(kernel: Any) -> None:
    shown = kernel.session(
        "random",
        "loose = Pipeline([('scale', StandardScaler()), ('model', RandomForestClassifier(2))]).fit(X, y)",
        "np.random.seed(3); held = RandomForestClassifier(2).fit(X, y)",
        "own = RandomForestClassifier(2, random_state=7).fit(X, y)",
    )
    fits = _named(shown)
    assert fits["loose"]["seeds"] == {"model__random_state": None}
    assert fits["own"]["seeds"] == {"random_state": 7}
    assert [fits[n]["randomness"] for n in ("loose", "held", "own")] == ["unseeded", "seeded", ""]
    raised = [f for f in shown["findings"] if f["check"] == "unseeded_randomness"]
    assert [f["cells"] for f in raised] == [[fits["loose"]["cell"]]]
    assert "Pipeline.fit" in raised[0]["message"]


def test_a_digest_that_cannot_be_had_is_a_gap(kernel: Any) -> None:
    shown = kernel.session(
        "digest",
        "class Holds(LogisticRegression):\n    def fit(self, X, y):\n        self.kept_ = (i for i in ())\n"
        "        return super().fit(X, y)",
        "holds = Holds().fit(X, y)",
    )
    assert _named(shown)["holds"]["model_digest"] == ""
    (gap,) = [g for g in shown["gaps"] if g["what"] == "the digest of __main__.Holds"]
    assert "kept_" in gap["reason"]
