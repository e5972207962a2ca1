"""The tree that imitates a model: against scikit-learn, models that are trees, and rules a person can apply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, r2_score
from sklearn.tree import DecisionTreeRegressor

from jupyter_gov.assessment import evaluate
from jupyter_gov.assessment._effects import _surrogate
from jupyter_gov.assessment._effects._encoded import by_mean, coded
from jupyter_gov.assessment._effects._tree import DEPTH, grow, leaves
from jupyter_gov.assessment._table import round_number


def one(model: Any, X: Any, y: Any, **options: Any) -> Any:
    [found] = evaluate(model, X, y, include="surrogate", **options)
    assert found.status == "done", found.reason
    return found.outcome


def value(outcome: Any, measure: str) -> Any:
    [found] = [v for v in outcome.values if v.measure == measure]
    return found


def nodes(tree: Any) -> Iterator[Any]:
    yield tree
    for answer in ("yes", "no"):
        if answer in tree:
            yield from nodes(tree[answer])


class Output:
    """A model that is a function."""

    def __init__(self, function: Any) -> None:
        self.predict = function


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    n = 600
    return pd.DataFrame(
        {
            "income": np.round(rng.lognormal(3, 1, n), 2),
            "city": rng.choice(["Rome", "Oslo", "Bonn", "Bern"], n),
            "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, n), unit="D"),
            "grade": pd.Categorical(rng.choice(["low", "mid", "high"], n), ["low", "mid", "high"], ordered=True),
            "owner": rng.random(n) < 0.5,
            "debt": np.where(rng.random(n) < 0.3, np.nan, rng.random(n)),
        }
    )


def test_a_model_that_is_a_shallow_tree_is_found_again(table: pd.DataFrame) -> None:
    def function(X: pd.DataFrame) -> Any:
        return np.where(
            X["owner"], np.where(X["city"].isin(["Oslo", "Bern"]), 9.0, 5.0), np.where(X["income"] > 20, 2, 0)
        )

    found = one(Output(function), table, function(table), task="regression")
    fidelity = value(found, "surrogate_r2")
    assert fidelity.value == 1.0
    assert found.notes == ()
    tree = found.parameters["tree"]
    assert tree["column"] == "owner"
    assert {tree["rule"], tree["otherwise"]} == {"owner = True", "owner = False"}
    asked = {node.get("rule") for node in nodes(tree)} | {node.get("otherwise") for node in nodes(tree)}
    assert asked & {"city in {Oslo, Bern}", "city in {Bern, Oslo}", "city in {Rome, Bonn}", "city in {Bonn, Rome}"}
    assert "income ≤ 20" in asked
    shares = [v for v in found.values if v.measure == "share_of_rows"]
    assert sum(v.value for v in shares) == pytest.approx(1)
    means = {v.group: v.value for v in found.values if v.measure == "mean_output"}
    assert set(means.values()) == {9.0, 5.0, 2.0, 0.0}


@pytest.mark.parametrize(
    ("function", "rule"),
    [
        (lambda X: (X["day"] > pd.Timestamp("2021-03-05")) * 1.0, "day < 2021-03-06"),
        (lambda X: (X["grade"] == "high") * 1.0, "grade ≤ mid"),
        (lambda X: X["debt"].isna() * 1.0, "debt known"),
        (lambda X: X["debt"].fillna(0).gt(0.5) * 1.0, "(debt ≤ 0.5 or missing)"),
        (lambda X: (X["city"] == "Rome") * 1.0, "city ≠ Rome"),
    ],
    ids=["date", "order", "missing", "missing with the low", "text"],
)
def test_rules_are_in_words(table: pd.DataFrame, function: Any, rule: str) -> None:
    table["day"] = table["day"].where(table.index % 2 == 0, pd.Timestamp("2021-03-05"))
    found = one(Output(function), table, function(table), task="regression")
    assert value(found, "surrogate_r2").value == 1.0
    assert found.parameters["tree"]["rule"] == rule


def test_fidelity_is_that_of_its_own_predictions_on_the_other_half(table: pd.DataFrame) -> None:
    X = table[["income", "debt"]].fillna(0)
    y = (X["income"] > 25).to_numpy().astype(int)
    y[::7] = 1 - y[::7]
    fitted = LogisticRegression().fit(X, y)
    found = one(fitted, X, y)
    drawn = np.random.default_rng([0, 22]).permutation(len(X))
    score, decided = fitted.predict_proba(X)[drawn, 1], fitted.predict(X)[drawn]
    half = len(X) // 2
    columns = [coded(X.iloc[drawn, j], name) for j, name in enumerate(X.columns)]
    root = grow(columns, score[:, None], np.arange(half), seed=0)
    imitated, agreed = _surrogate._imitate(root, score[:, None], decided, np.arange(half))
    assert value(found, "surrogate_r2").value == pytest.approx(r2_score(score[half:], imitated[half:, 0]), abs=1e-12)
    agreement = value(found, "surrogate_agreement")
    assert agreed is not None
    assert agreement.value == pytest.approx(accuracy_score(decided[half:], agreed[half:]))
    most = pd.Series(decided[:half]).mode()[0]
    assert value(found, "constant_agreement").value == pytest.approx((decided[half:] == most).mean())
    gain = value(found, "surrogate_agreement_gain")
    assert gain.value == pytest.approx(agreement.value - value(found, "constant_agreement").value)
    assert gain.lower < gain.value < gain.upper


def test_it_is_scikit_learns_tree() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(300, 4))
    target = (X[:, 0] * X[:, 1] + X[:, 2])[:, None]
    root = grow([coded(X[:, j], f"x{j}") for j in range(4)], target, np.arange(300), seed=0)
    theirs = DecisionTreeRegressor(max_depth=DEPTH, min_samples_leaf=10, random_state=0).fit(X, target)
    ours = np.empty(300)
    for leaf, inside, path in leaves(root, np.ones(300, bool)):
        ours[inside] = leaf.mean[0]
        assert 1 <= len(path) <= DEPTH
    assert ours == pytest.approx(theirs.predict(X), abs=1e-12)


def test_large_numbers_are_not_cut_to_32_bits() -> None:
    x = 2.0**53 - np.arange(100)[::-1]
    target = (x > x[40])[:, None] * 1.0
    root = grow([coded(x, "id")], target, np.arange(100), seed=0)
    assert [leaf.mean[0] for leaf, _, _ in leaves(root, np.ones(100, bool))] == [0.0, 1.0]


def test_several_classes_are_imitated_together(table: pd.DataFrame) -> None:
    X = table[["income", "debt"]].fillna(0)
    y = np.where(X["income"] > 40, "high", np.where(X["income"] < 10, "low", "mid"))
    fitted = LogisticRegression(max_iter=1_000).fit(X, y)
    found = one(fitted, X, y)
    assert found.parameters["output"] == "probability"
    assert {v.label for v in found.values if v.measure == "mean_output"} <= {"high", "mid", "low"}
    assert value(found, "surrogate_agreement").value > 0.8
    assert found.parameters["tree"]["label"] in {"high", "mid", "low"}


def test_where_it_imitates_badly_it_says_so() -> None:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(400, 6))
    found = one(Output(lambda Z: np.sin(5 * Z).sum(axis=1)), X, X[:, 0], task="regression")
    assert value(found, "surrogate_r2").value < 0.5
    assert any("do not read it as an explanation of the model" in note for note in found.notes)


def test_of_one_output_there_is_nothing_to_imitate(table: pd.DataFrame) -> None:
    found = one(Output(lambda X: np.ones(len(X))), table, table["income"], task="regression")
    assert value(found, "surrogate_r2").value is None
    assert any("nothing to imitate" in note for note in found.notes)
    assert [v.group for v in found.values if v.kind == "slice"] == ["all rows"] * 2


def test_few_rows_are_refused(table: pd.DataFrame) -> None:
    [found] = evaluate(
        Output(lambda X: X["income"]), table[:39], table["income"][:39], include="surrogate", task="regression"
    )
    assert found.status == "failed"
    assert "39 rows, too few" in found.reason


def test_it_is_done_on_request_only(table: pd.DataFrame) -> None:
    found = {e.name: e for e in evaluate(Output(lambda X: X["income"]), table, table["income"], task="regression")}
    assert found["surrogate"].status == "skipped"
    assert "surrogate" in found["surrogate"].reason


def test_what_few_have_is_not_told() -> None:
    rng = np.random.default_rng(3)
    names = pd.Series([f"person {i}" for i in range(200)])
    X = pd.DataFrame({"who": names.where(rng.random(200) < 0.3, rng.choice(["a", "b"], 200))})
    score = (X["who"] == "a") * 1.0 + X["who"].str.len() / 100
    found = one(Output(lambda Z: (Z["who"] == "a") * 1.0 + Z["who"].str.len() / 100), X, score, task="regression")
    assert "person" not in str(found)


def test_levels_are_ranked_by_their_mean() -> None:
    column = coded(pd.Series(["b"] * 6 + ["a"] * 6 + ["c"] * 2 + [None]), "x")
    target = np.r_[np.full(6, 2.0), np.full(6, 1.0), 9.0, 9.0, 5.0]
    found = by_mean(column, target, np.arange(15))
    assert found.values[[0, 6, 12]].tolist() == [1, 0, 2]
    assert np.isnan(found.values[14])
    assert found.few.tolist() == [False, False, True]


@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e6))
def test_a_threshold_is_round_and_parts_the_same_values(below: float, gap: float) -> None:
    above = below + gap
    if above > below:
        assert below <= round_number(below, above) < above


@pytest.mark.parametrize(
    ("below", "above", "told"), [(39.7, 40.3, 40), (-1, 3, 0), (0.12, 0.19, 0.2 - 0.05), (1234, 1301, 1300), (5, 6, 5)]
)
def test_thresholds_are_short(below: float, above: float, told: float) -> None:
    found = round_number(below, above)
    assert below <= found < above
    assert len(f"{found:.15g}") <= len(f"{told:.15g}")


def test_the_same_seed_gives_the_same_tree(table: pd.DataFrame) -> None:
    model = Output(lambda X: X["income"] + X["owner"])
    assert one(model, table, table["income"], task="regression") == one(
        model, table, table["income"], task="regression"
    )
