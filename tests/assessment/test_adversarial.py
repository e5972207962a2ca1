"""Adversarial changes: bounds are read, flips are verified, and are the smallest where that can be known."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

import jupyter_gov as gov
from jupyter_gov.assessment import evaluate
from jupyter_gov.assessment._model import Model, Pace
from jupyter_gov.assessment._robustness._asking import Asker
from jupyter_gov.assessment._robustness._changes import GRID, changes_of
from jupyter_gov.assessment._robustness._search import find_flips
from jupyter_gov.assessment._robustness._smallest import smallest_change, turning_points
from jupyter_gov.errors import GovError, InputError, NotFoundError

RNG = np.random.default_rng(11)
N = 240
X = pd.DataFrame(
    {
        "amount": RNG.normal(150, 40, N),
        "savings": RNG.integers(0, 60, N),
        "term": RNG.choice([180, 240, 360], N),
        "purpose": RNG.choice(["car", "home", "other"], N),
        "insured": RNG.random(N) > 0.5,
    }
)
LATENT = -0.03 * (X["amount"] - 150) + 0.05 * (X["savings"] - 30) + 1.0 * (X["purpose"] == "home")
Y = (LATENT + RNG.normal(0, 0.5, N) > 0.4).astype(int)


class Scored:
    """A score in closed form, with the decision at zero."""

    classes_ = np.array([0, 1])

    def decision_function(self, X: Any) -> Any:
        home = (X["purpose"] == "home").to_numpy()
        latent = -0.03 * (X["amount"] - 150) + 0.05 * (X["savings"] - 30) + 0.2 * X["insured"]
        return latent.to_numpy(float) + 1.0 * home - 0.4

    def predict(self, X: Any) -> Any:
        return (self.decision_function(X) > 0).astype(int)


MODEL = Model(estimator=Scored(), task="binary", positive=1)


def assessed(changeable: Any, model: Any = None, table: Any = X, y: Any = Y, **options: Any) -> Any:
    (found,) = evaluate(model or Scored(), table, y, include="adversarial", changeable=changeable, **options)
    return found


def search(raw: Any, rows: Any, model: Any = MODEL, table: Any = X) -> tuple[Any, Any]:
    changes = changes_of(raw, table)
    asker = Asker(model, table, lambda labels: np.asarray(labels).astype(np.int64))
    before = asker.ask([table.iloc[rows]])[0]
    return changes, find_flips(asker, changes, rows, before)


def test_bounds_as_a_mapping_and_as_text() -> None:
    mapping = {"amount": (50, 300), "savings": "increase", "term": [180, 240], "purpose": None, "insured": [True]}
    text = "amount=50:300, savings=increase,term=180|240,purpose,insured=True"
    for raw in (mapping, text):
        amount, savings, term, purpose, insured = changes_of(raw, X).bounds
        assert (amount.options[0], amount.options[-1], amount.between) == (50, 300, True)
        assert len(amount.options) <= GRID + 2
        assert (savings.direction, savings.between) == (1, True)
        assert term.options.tolist() == [180, 240]
        assert not term.between
        assert sorted(purpose.options) == ["car", "home", "other"]
        assert insured.options == [True]
        assert [b.words for b in (savings, term, purpose)] == ["increase", "180, 240", "any level seen"]
    assert changes_of("amount", X).bounds[0].words == "any value seen"
    assert changes_of({"x1": (0, 1)}, np.ones((4, 2))).bounds[0].options[-1] == 1
    days = pd.DataFrame({"day": pd.date_range("2020-01-01", periods=9)})
    limits = changes_of({"day": ("2020-01-02", "2020-01-05")}, days).bounds[0]
    made = changes_of({"day": None}, days).made(np.array([0, 1]), np.array([[limits.options[0]], [limits.options[-1]]]))
    assert made["day"].dt.day.tolist() == [2, 5]
    assert made["day"].dtype == days["day"].dtype


@pytest.mark.parametrize(
    ("raw", "error", "said"),
    [
        ({"amuont": None}, NotFoundError, "Did you mean 'amount'"),
        ({"purpose": ["hom"]}, NotFoundError, "Did you mean 'home'"),
        ({"amount": (300, 50)}, InputError, "not a low and a high one"),
        ({"amount": (1, 2, 3)}, InputError, "not a low and a high one"),
        ({"amount": "sideways"}, InputError, "cannot be read"),
        ({"amount": 7}, InputError, "cannot be read"),
        ({"amount": [float("nan")]}, InputError, "cannot be read"),
        ({"purpose": "increase"}, InputError, "cannot increase"),
        ({}, InputError, "No column is declared changeable"),
        (["amount"], InputError, "not a mapping"),
    ],
)
def test_bounds_that_cannot_be_used(raw: Any, error: type[GovError], said: str) -> None:
    with pytest.raises(error, match=said):
        changes_of(raw, X)


def test_columns_without_values_or_levels() -> None:
    odd = pd.DataFrame({"none": [np.nan, np.nan], "lists": [[1], [2]]})
    for name, said in (("none", "no values"), ("lists", "neither numbers nor levels")):
        with pytest.raises(InputError, match=said):
            changes_of({name: None}, odd.assign(none=odd["none"].astype(float)))


def test_bad_bounds_fail_alone() -> None:
    both = {e.name: e for e in evaluate(Scored(), X, Y, include="adversarial,performance", changeable="amuont")}
    assert both["performance"].status == "done"
    assert both["adversarial"].status == "failed"
    assert "Did you mean 'amount'" in both["adversarial"].reason


def test_without_changeable_it_is_skipped() -> None:
    (found,) = evaluate(Scored(), X, Y, include="adversarial")
    assert found.status == "skipped"
    assert "changeable" in found.reason


def test_the_boundary_of_one_column_is_found_in_closed_form() -> None:
    declined = np.flatnonzero(Scored().predict(X) == 0)
    changes, found = search({"amount": (0, 400)}, declined)
    own = X["amount"].to_numpy()[declined]
    boundary = own + Scored().decision_function(X)[declined] / 0.03
    spread = changes.bounds[0].spread
    flips = boundary > 0
    assert np.array_equal(np.isfinite(found.distance), flips)
    np.testing.assert_allclose(found.values[flips, 0], boundary[flips], atol=0.01 * spread)
    assert (found.values[flips, 0] <= boundary[flips]).all()  # on the far side of it
    np.testing.assert_allclose(found.distance[flips], np.abs(found.values[flips, 0] - own[flips]) / spread)
    assert spread == pytest.approx(1.4826 * np.median(np.abs(X["amount"] - X["amount"].median())))


def test_whole_numbers_and_directions_are_kept() -> None:
    declined = np.flatnonzero(Scored().predict(X) == 0)
    _, found = search({"savings": "increase"}, declined)
    own, top = X["savings"].to_numpy()[declined], X["savings"].max()
    need = np.floor(own - Scored().decision_function(X)[declined] / 0.05) + 1
    flips = np.isfinite(found.distance)
    assert np.array_equal(flips, need <= top)
    assert np.array_equal(found.values[flips, 0], need[flips])
    _, none = search({"savings": "decrease"}, declined)
    assert np.isinf(none.distance).all()


def test_levels_are_searched_as_by_brute_force() -> None:
    table = pd.DataFrame({c: RNG.choice(list("abc"), 40) for c in ("p", "q", "r", "s")})
    worth = {"a": 0, "b": 1, "c": 3}

    class Sum(Scored):
        def decision_function(self, X: Any) -> Any:
            # Additive, so that the beam, which follows the score, must find the fewest columns.
            return np.asarray(sum(X[c].map(worth).astype(float) for c in X)) - 8.5

    model = Model(estimator=Sum(), task="binary", positive=1)
    declined = np.flatnonzero(Sum().predict(table) == 0)
    changes, found = search(dict.fromkeys(table), declined, model, table)
    for i, row in enumerate(declined):
        own = table.iloc[row].tolist()
        flipping = [o for o in itertools.product("abc", repeat=4) if sum(worth[v] for v in o) > 8.5]
        fewest = min(sum(a != b for a, b in zip(o, own, strict=True)) for o in flipping)
        assert found.changed[i].sum() == found.distance[i] == fewest
    made = changes.made(declined, found.values)
    assert (Sum().predict(made) == 1).all()


@pytest.mark.parametrize("final", [LogisticRegression(max_iter=1000), RandomForestClassifier(15, random_state=0)])
def test_every_flip_is_verified_within_bounds_and_nothing_else_changes(final: Any) -> None:
    numbers = X[["amount", "savings", "term"]].assign(home=(X["purpose"] == "home").astype(int))
    model = Model(estimator=final.fit(numbers, Y), task="binary", positive=1)
    declined = np.flatnonzero(final.predict(numbers) == 0)[:60]
    raw = {"amount": (100, 200), "savings": "increase", "home": [1]}
    changes, found = search(raw, declined, model, numbers)
    flips = np.isfinite(found.distance)
    assert flips.any()
    made = changes.made(declined, found.values)
    assert (made.dtypes == numbers.dtypes).all()
    base = numbers.iloc[declined].reset_index(drop=True)
    assert made["term"].tolist() == base["term"].tolist()
    assert (final.predict(made[flips]) == 1).all()
    for j, name in enumerate(raw):
        changed = found.changed[:, j]
        assert np.array_equal(changed, made[name].to_numpy() != base[name].to_numpy())
        if name == "amount":
            assert made[name][changed].between(100, 200).all()
        if name == "savings":
            assert (made[name].to_numpy() >= base[name].to_numpy()).all()
            assert made[name].max() <= numbers["savings"].max()
    assert (found.distance[flips] > 0).all()
    # No column that is changed can be left as it was.
    for i in np.flatnonzero(flips & (found.changed.sum(axis=1) > 1)):
        for j in np.flatnonzero(found.changed[i]):
            less = found.values[[i]].copy()
            less[0, j] = changes.own[declined[i], j]
            assert final.predict(changes.made(declined[[i]], less))[0] == 0


def test_missing_values_and_arrow_text() -> None:
    table = X.assign(savings=X["savings"].astype("Int64").mask(X.index % 7 == 0), purpose=X["purpose"].astype("str"))
    table.loc[table.index % 5 == 0, "purpose"] = None

    class Filled(Scored):
        def decision_function(self, X: Any) -> Any:
            assert (X.dtypes == table.dtypes).all()
            filled = X.assign(savings=X["savings"].fillna(0).astype(int), purpose=X["purpose"].fillna("other"))
            return super().decision_function(filled)

    found = assessed("savings=20:60,purpose,amount=100:200", Filled(), table)
    assert found.status == "done", found.reason
    assert found.outcome.values[0].value > 0.5


def test_the_smallest_change_of_one_row() -> None:
    row = int(np.flatnonzero((Scored().decision_function(X) < -1.2) & (X["purpose"] != "home"))[0])
    changes = changes_of({"amount": (100, 400), "purpose": None, "savings": "increase"}, X)
    found = smallest_change(MODEL, row, changes)
    assert found is not None
    after = X.iloc[[row]].copy()
    for name, before, value in zip(found.columns, found.before, found.after, strict=True):
        assert X[name].iloc[row] == before
        after[name] = pd.Series([value], index=after.index).astype(X[name].dtype)
    assert Scored().predict(after)[0] == 1
    assert smallest_change(MODEL, row, changes_of({"term": None}, X)) is None
    with pytest.raises(InputError, match="decides nothing"):
        smallest_change(Model(estimator=Scored(), task="regression"), row, changes)
    approved = int(np.flatnonzero(Scored().predict(X) == 1)[0])
    turned = smallest_change(MODEL, approved, changes_of({"amount": None}, X))
    assert turned is not None
    flipped = X.iloc[[approved]].assign(amount=turned.after[0])
    assert Scored().predict(flipped)[0] == 0


def test_a_change_has_no_more_digits_than_it_needs() -> None:
    class Fine(Scored):
        def decision_function(self, X: Any) -> Any:
            return X["amount"].to_numpy(float) - 100 * np.pi

    table = X.assign(amount=X["amount"].astype(float))
    model, row = Model(estimator=Fine(), task="binary", positive=1), int(X["amount"].argmin())
    found = smallest_change(model, row, changes_of({"amount": (10, 900)}, table))
    assert found is not None
    least = 100 * np.pi - table["amount"].iloc[row]
    # What is searched first is larger by the last halving at most.
    assert least < found.after[0] - found.before[0] < 1.011 * least
    assert len(str(found.after[0])) <= 6
    assert found.distance == pytest.approx(
        float(changes_of("amount", table).bounds[0].distance(np.array(found.before), np.array(found.after))[0])
    )
    capped = smallest_change(model, row, changes_of({"amount": (10, 314.16)}, table))
    assert capped is not None
    assert capped.after[0] <= 314.16


def test_where_each_column_alone_turns_the_decision() -> None:
    table = X.assign(note=[["a list"]] * len(X))
    row = int(np.flatnonzero((Scored().decision_function(X) < -1.2) & (X["purpose"] != "home"))[0])
    found = turning_points(MODEL, table, row)
    for name in X:
        alone = smallest_change(MODEL, row, changes_of({name: None}, X))
        assert (name in found) == (alone is not None)
        if alone is None:
            continue
        for value, turns in ((found[name], True), (X[name].iloc[row], False)):
            after = X.iloc[[row]].copy()
            after[name] = pd.Series([value], index=after.index).astype(X[name].dtype)
            assert bool(Scored().predict(after)[0] == 1) is turns
    assert turning_points(Model(estimator=Scored(), task="regression"), X, row) == {}
    slow = Model(estimator=Scored(), task="binary", positive=1, pace=Pace(row=1.0), time_limit=10)
    assert turning_points(slow, X, row) == {}
    with pytest.raises(InputError, match="limit"):
        smallest_change(slow, row, changes_of("amount", X))


def test_several_classes_can_flip_to_any_other() -> None:
    y = pd.cut(X["amount"], [-1e9, 130, 170, 1e9], labels=["low", "mid", "high"]).astype(str)
    fitted = LogisticRegression(max_iter=2_000).fit(X[["amount", "savings"]], y)
    found = smallest_change(
        Model(estimator=fitted, task="multiclass"),
        0,
        changes_of("amount", X[["amount", "savings"]]),
    )
    assert found is not None
    assert found.columns == ("amount",)


def test_what_is_recorded() -> None:
    found = assessed({"amount": (100, 200), "savings": "increase", "purpose": None})
    values = {(v.measure, v.attribute): v for v in found.outcome.values}
    rows = np.random.default_rng(0).permutation(np.flatnonzero(Scored().predict(X) == 0))[:100]
    _, direct = search({"amount": (100, 200), "savings": "increase", "purpose": None}, rows)
    flips = np.isfinite(direct.distance)
    assert values["decisions_flipped", None].value == pytest.approx(flips.mean())
    assert values["smallest_change", None].value == pytest.approx(np.median(direct.distance[flips]))
    assert values["fragile_decisions", None].value == pytest.approx((direct.distance <= 0.1).mean())
    assert values["decisions_flipped", "amount"].value == pytest.approx(np.isfinite(direct.alone[:, 0]).mean())
    assert values["part_of_smallest_change", "savings"].value == pytest.approx(direct.changed[flips, 1].mean())
    for value in found.outcome.values:
        assert value.kind == "perturbation"
        assert value.lower is None or value.lower <= value.value <= value.upper
    curve = found.outcome.curves["smallest_change"]
    assert curve["y"][-1] == pytest.approx(flips.mean())
    assert curve["x"] == sorted(curve["x"])
    assert "0" in found.outcome.notes[0]
    again = assessed({"amount": (100, 200), "savings": "increase", "purpose": None})
    assert again.outcome == found.outcome


def test_nobody_is_declined() -> None:
    class Kind(Scored):
        def decision_function(self, X: Any) -> Any:
            return np.ones(len(X))

    found = assessed("amount", Kind())
    assert found.status == "done"
    assert "no decision to flip" in found.outcome.notes[0]


def test_nobody_can_flip() -> None:
    found = assessed("term")
    assert found.outcome.values[0].value == 0
    median = next(v for v in found.outcome.values if v.measure == "smallest_change")
    assert median.value is None


def test_thresholds_and_the_magic_words() -> None:
    result = gov.assess(Scored(), X, Y, include="adversarial", changeable="amount=100:200")["adversarial"]
    assert result.parameters["bounds"] == {"amount": "100 to 200"}
