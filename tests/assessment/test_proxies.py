"""Which columns give a sensitive attribute away, and what they carry: against scikit-learn, simulations and laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from jupyter_gov.assessment import evaluate
from jupyter_gov.assessment._effects._encoded import coded
from jupyter_gov.assessment._effects._rebuild import FOLDS, alone, folds_of, rebuilt, together
from jupyter_gov.assessment._subject import Subject
from jupyter_gov.errors import InputError


def one(model: Any, X: Any, y: Any, attributes: Any, **options: Any) -> Any:
    [found] = evaluate(model, X, y, include="proxies", attributes=attributes, **options)
    assert found.status == "done", found.reason
    return found.outcome


def value(outcome: Any, measure: str, **where: Any) -> Any:
    found = [v for v in outcome.values if v.measure == measure and all(getattr(v, k) == w for k, w in where.items())]
    assert len(found) == 1, found
    return found[0]


@pytest.fixture(scope="module")
def lending() -> tuple[Any, pd.DataFrame, Any, pd.DataFrame]:
    """A model that relies on a district, which says much of race, and on income, which says nothing of it."""
    rng = np.random.default_rng(0)
    n = 1_500
    race = rng.choice(["Black", "White"], n, p=[0.4, 0.6])
    X = pd.DataFrame(
        {
            "district": rng.normal(size=n) + 1.5 * (race == "White"),
            "income": rng.normal(size=n),
            "unused": rng.normal(size=n) + 1.5 * (race == "White"),
            "noise": rng.normal(size=n),
        }
    )
    score = X["district"] + X["income"] + rng.normal(size=n)
    y = (score > 0.5).astype(int)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X[["district", "income"]], y)

    class Two:
        classes_ = np.array([0, 1])

        def predict_proba(self, table: Any) -> Any:
            return model.predict_proba(table[["district", "income"]])

        def predict(self, table: Any) -> Any:
            return model.predict(table[["district", "income"]])

    return Two(), X, y, pd.DataFrame({"race": race})


def test_a_proxy_rebuilds_and_carries(lending: Any) -> None:
    model, X, y, people = lending
    found = one(model, X, y, people)
    # `unused` tells race as well, and nothing of it reaches the score; income is used and knows nothing of race.
    assert found.parameters["proxies"] == {"race": ["district"]}
    assert found.parameters["direct"] == []
    for name, low, high in (("district", 0.83, 0.88), ("unused", 0.83, 0.88), ("income", 0.45, 0.55)):
        auc = value(found, "rebuild_roc_auc", kind="column", attribute=name)
        assert low < auc.value < high
        assert auc.label == "race"
    assert value(found, "rebuild_roc_auc", kind="estimate", attribute="race").value > 0.9
    share = value(found, "attribution_gap_share", attribute="district")
    assert share.lower < 1 < share.upper
    assert share.value > 0.8


def test_parts_add_up_to_the_difference_in_output(lending: Any) -> None:
    model, X, y, people = lending
    found = one(model, X, y, people)
    total = value(found, "output_gap")
    parts = [v.value for v in found.values if v.measure == "attribution_gap"]
    assert total.value == pytest.approx(sum(parts), abs=1e-12)
    shares = [v.value for v in found.values if v.measure == "attribution_gap_share"]
    assert sum(shares) == pytest.approx(1, abs=1e-12)
    assert (total.group, total.reference, total.label) == ("Black", "rest", "race")


def test_the_difference_is_that_of_the_model() -> None:
    rng = np.random.default_rng(1)
    X = pd.DataFrame(rng.normal(size=(400, 3)), columns=list("abc"))
    sex = np.where(X["a"] + rng.normal(size=400) > 0, "F", "M")
    y = X["a"] - 2 * X["b"]
    model = LinearRegression().fit(X, y)
    found = one(model, X, y, pd.DataFrame({"sex": sex}))
    predicted = model.predict(X)
    # Of two groups the smaller is told, as by the explanation.
    smaller = sex == ("F" if (sex == "F").sum() < 200 else "M")
    gap = predicted[smaller].mean() - predicted[~smaller].mean()
    assert value(found, "output_gap").value == pytest.approx(gap, abs=1e-10)
    part = value(found, "attribution_gap", attribute="a").value
    assert part == pytest.approx(X["a"][smaller].mean() - X["a"][~smaller].mean(), abs=1e-10)


def test_several_groups_each_have_their_own(lending: Any) -> None:
    model, X, y, _ = lending
    rng = np.random.default_rng(2)
    group = np.where(X["unused"] > 2, "C", rng.choice(["A", "B"], len(X)))
    people = pd.DataFrame({"region": np.where(rng.random(len(X)) < 0.1, None, group)})
    found = one(model, X, y, people)
    assert value(found, "rebuild_roc_auc", kind="column", attribute="unused", group="C").value > 0.99
    assert 0.4 < value(found, "rebuild_roc_auc", kind="column", attribute="income", group="A").value < 0.6
    means = [value(found, "rebuild_roc_auc", kind="column", attribute="unused", group=g).value for g in "ABC"]
    assert value(found, "rebuild_roc_auc", kind="column", attribute="unused", group=None).value == pytest.approx(
        np.mean(means)
    )
    assert {v.group for v in found.values if v.measure == "output_gap"} == {"A", "B", "C"}
    known = int(people["region"].notna().sum())
    assert value(found, "rebuild_roc_auc", kind="estimate", attribute="region").n == known


def test_the_attribute_itself_is_not_its_own_proxy(lending: Any) -> None:
    _, X, y, people = lending
    X = X.assign(race=(people["race"] == "White").astype(int))
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    found = one(model, X, y, None, sensitive="race")
    assert found.parameters["direct"] == ["race"]
    assert not [
        v for v in found.values if v.measure == "rebuild_roc_auc" and v.kind == "column" and v.attribute == "race"
    ]
    assert value(found, "attribution_gap", attribute="race").value is not None
    assert "race" not in found.parameters["proxies"]["race"]


def test_text_and_missing_values_tell_too() -> None:
    rng = np.random.default_rng(3)
    sex = rng.choice(["F", "M"], 600)
    X = pd.DataFrame(
        {
            "title": np.where(rng.random(600) < 0.9, np.where(sex == "F", "Ms", "Mr"), "Dr"),
            "gap": np.where((sex == "F") & (rng.random(600) < 0.5), np.nan, 1.0),
            "kind": pd.Categorical(rng.choice(["x", "y"], 600)),
            "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 99, 600), unit="D"),
        }
    )

    class Titles:
        def predict(self, table: Any) -> Any:
            return (table["title"] == "Ms") * 2.0 + table["gap"].isna()

    found = one(Titles(), X, (X["title"] == "Ms") * 2.0, pd.DataFrame({"sex": sex}), task="regression")
    assert value(found, "rebuild_roc_auc", kind="column", attribute="title").value > 0.93
    assert value(found, "rebuild_roc_auc", kind="column", attribute="gap").value == pytest.approx(0.75, abs=0.04)
    assert value(found, "rebuild_roc_auc", kind="q_value", attribute="kind").value > 0.01
    assert found.parameters["proxies"]["sex"][0] == "title"


def test_columns_that_tell_only_together_are_found() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(1_000, 2))
    codes = (x[:, 0] * x[:, 1] > 0).astype(np.int64)
    columns = [coded(x[:, j], f"x{j}") for j in range(2)]
    folds = folds_of(codes, rng)
    apart = [rebuilt(alone(c, codes, 2, folds), codes, [0], folds, 0.95).mean.value for c in columns]
    assert all(0.4 < auc < 0.6 for auc in apart)
    assert rebuilt(together(columns, codes, 2, folds, seed=0), codes, [0], folds, 0.95).mean.value > 0.95


def test_areas_are_scikit_learns_by_fold() -> None:
    rng = np.random.default_rng(5)
    codes = rng.integers(0, 3, 300)
    x = rng.normal(size=300) + codes
    folds = folds_of(codes, rng)
    assert np.bincount(folds).tolist() == [60] * FOLDS
    for group in range(3):
        assert np.ptp(np.bincount(folds[codes == group])) <= 1
    likely = alone(coded(x, "x"), codes, 3, folds)
    found = rebuilt(likely, codes, [0, 1, 2], folds, 0.95)
    for group in range(3):
        theirs = [roc_auc_score(codes[folds == fold] == group, likely[folds == fold, group]) for fold in range(FOLDS)]
        assert found.each[group].value == pytest.approx(np.mean(theirs), abs=1e-12)
    assert found.mean.value == pytest.approx(np.mean([one.value for one in found.each]), abs=1e-12)


def test_shares_by_value_are_learned_from_other_folds() -> None:
    rng = np.random.default_rng(6)
    codes, x = rng.integers(0, 2, 100), rng.integers(0, 4, 100).astype(float)
    folds = folds_of(codes, rng)
    likely = alone(coded(x, "x"), codes, 2, folds)
    for row in range(100):
        others = folds != folds[row]
        same = others & (x == x[row])
        overall = codes[others].mean()
        assert likely[row, 1] == pytest.approx((codes[same].sum() + 5 * overall) / (same.sum() + 5), abs=1e-12)
    assert likely.sum(axis=1) == pytest.approx(1)


def test_where_nothing_tells_groups_apart_few_are_called() -> None:
    rng = np.random.default_rng(7)
    called, mean, held = 0, [], 0
    for _ in range(200):
        codes = (rng.random(150) < 0.3).astype(np.int64)
        folds = folds_of(codes, rng)
        found = rebuilt(alone(coded(rng.normal(size=150), "x"), codes, 2, folds), codes, [0], folds, 0.95)
        called += found.p <= 0.05
        held += found.mean.lower <= 0.5 <= found.mean.upper
        mean.append(found.mean.value)
    assert called <= 17
    assert held >= 182
    assert np.mean(mean) == pytest.approx(0.5, abs=0.01)


def test_small_groups_are_not_rebuilt(lending: Any) -> None:
    model, X, y, _ = lending
    group = np.array(["A"] * len(X), dtype=object)
    group[:10] = "B"
    found = one(model, X, y, pd.DataFrame({"region": group}))
    assert value(found, "rebuild_roc_auc").value is None
    assert any("too few to be rebuilt" in note for note in found.notes)


def test_a_bad_attribute_costs_the_others_nothing(lending: Any) -> None:
    model, X, y, people = lending
    found = one(model, X, y, people.assign(same="x"))
    assert list(found.parameters["proxies"]) == ["race"]
    assert any("constant" in note for note in found.notes)


def test_of_several_classes_only_rebuilding_is_measured(lending: Any) -> None:
    _, X, _, people = lending
    y = pd.qcut(X["district"], 3, labels=["a", "b", "c"]).astype(str)
    found = one(LogisticRegression().fit(X, y), X, y, people)
    assert value(found, "rebuild_roc_auc", kind="column", attribute="district").value > 0.8
    assert not [v for v in found.values if v.measure == "attribution_gap"]
    assert any("several classes" in note for note in found.notes)


def test_without_attributions_rebuilding_still_stands(lending: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Subject) -> Any:
        raise InputError("It would take long.", hint="Wait.")

    monkeypatch.setattr(Subject, "attributions", property(refuse))
    model, X, y, people = lending
    found = one(model, X, y, people)
    assert value(found, "rebuild_roc_auc", kind="column", attribute="district").value > 0.8
    assert any("not measured: It would take long." in note for note in found.notes)
    assert found.parameters["proxies"] == {"race": []}


def test_no_sensitive_column_no_proxies(lending: Any) -> None:
    model, X, y, _ = lending
    [found] = evaluate(model, X, y, include="proxies")
    assert found.status == "skipped"
    assert "No sensitive column" in found.reason


def test_the_same_seed_gives_the_same_numbers_whatever_columns_are_called(lending: Any) -> None:
    model, X, y, people = lending
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    first = one(model, X, y, people, seed=5)
    assert first == one(model, X, y, people, seed=5)
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002
