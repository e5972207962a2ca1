"""Reason codes: the mapping is checked, the right reasons are stated, and the model is held to them."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from jupyter_gov.assessment import evaluate
from jupyter_gov.assessment._reasons._columns import contradicted, is_level
from jupyter_gov.assessment._reasons._form import C1
from jupyter_gov.assessment._reasons._mapping import Feature, Located, read_reasons
from jupyter_gov.assessment._reasons._monotone import GRID, measure_monotonicity
from jupyter_gov.assessment._reasons._row import explain_row
from jupyter_gov.assessment._table import crossed, ordered
from jupyter_gov.errors import InputError
from jupyter_gov.records import Value

RNG = np.random.default_rng(11)
N = 600
X = pd.DataFrame(
    {
        "debt": RNG.gamma(4, 8, N).round(1),
        "ratio": RNG.gamma(3, 9, N).round(1),
        "income": RNG.lognormal(8, 0.5, N).round(),
        "home": RNG.choice(["owned", "rented", "other"], N),
    }
)
LOGIT = 2.5 - 0.05 * X["debt"] - 0.04 * X["ratio"] + 0.0005 * X["income"] - 1.5 * (X["home"] == "rented")
Y = (LOGIT + RNG.logistic(0, 1, N) > 0).astype(int)
OBLIGATIONS = "Excessive obligations in relation to income"
INCOME = "Income insufficient for amount of credit requested"
REASONS: dict[str, Any] = {
    "reference": "approved",
    "features": {
        "debt": {"reason": OBLIGATIONS, "adverse": "high"},
        "ratio": {"reason": OBLIGATIONS, "adverse": "high"},
        "income": {"reason": INCOME, "adverse": "low"},
        "home": {"reason": "Does not own a home", "custom": True, "adverse": ["rented"]},
    },
}


def fitted(final: Any) -> Any:
    prepare = make_column_transformer(
        (StandardScaler(), ["debt", "ratio", "income"]), (OneHotEncoder(sparse_output=False), ["home"])
    )
    return make_pipeline(prepare, final).fit(X, Y)


MODEL = fitted(LogisticRegression())
REFUSED = np.flatnonzero(MODEL.predict(X) == 0)


def without(*columns: str, **more: Any) -> dict[str, Any]:
    made = copy.deepcopy(REASONS)
    for column in columns:
        del made["features"][column]
    return {**made, **more}


def changed(column: str, **parts: Any) -> dict[str, Any]:
    made = copy.deepcopy(REASONS)
    made["features"][column] = parts
    return made


def codes(model: Any, reasons: Any, **options: Any) -> Any:
    (found,) = evaluate(model, X, Y, include="reason_codes", reasons=reasons, **options)
    assert found.status == "done", found.reason
    return found.outcome


def find(outcome: Any, measure: str, about: str | None = None) -> Value:
    return next(v for v in outcome.values if v.measure == measure and (v.group or v.attribute) == about)


def test_the_wording_is_that_of_the_form() -> None:
    assert len(C1) == len(set(C1)) == 23
    assert C1[0] == "Credit application incomplete"
    assert C1[-1] == "Value or type of collateral not sufficient"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (changed("debt", reason="Excessive obligation in relation to income", adverse="high"), "Did you mean"),
        (changed("debt", reason="Too many cats", adverse="high"), "custom: true"),
        (changed("debt", reason=OBLIGATIONS), "what is adverse"),
        (changed("debt", reason=OBLIGATIONS, adverse="up"), "'up'"),
        (changed("debt", reason=OBLIGATIONS, adverse=[]), "adverse of 'debt'"),
        (changed("debt", reason="", adverse="high"), "has no reason"),
        (changed("debt", ignore=""), "not said why"),
        (changed("debt", ignore="x", reason=OBLIGATIONS), "is ignored and has a reason"),
        (changed("debt", reasons=OBLIGATIONS), "Did you mean 'reason'"),
        (changed("dept", reason=OBLIGATIONS, adverse="high"), "Did you mean 'debt'"),
        ({**REASONS, "limit": 5}, "from 1 to 4"),
        ({**REASONS, "reference": "everybody"}, "no reference"),
        ({"features": {}}, "has no features"),
        ({"features": ["debt"]}, "not a mapping"),
        (["debt"], "not a mapping"),
        ({"feature": {}}, "Did you mean 'features'"),
        ({"features": {"debt": "high"}}, "has a str"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_said(raw: Any, text: str) -> None:
    with pytest.raises(InputError, match=text):
        read_reasons(raw, list(X))


def test_errors_name_the_key_or_the_line() -> None:
    with pytest.raises(InputError, match=r"Reasons, features\.debt\.adverse: "):
        read_reasons(changed("debt", reason=OBLIGATIONS, adverse="up"))
    held = Located(reason=OBLIGATIONS, adverse="up")
    held.places = {"adverse": "reasons.yaml, line 7"}
    with pytest.raises(InputError, match=r"Reasons, reasons\.yaml, line 7: "):
        read_reasons({"features": {"debt": held}})


def test_reasons_are_the_sums_of_their_columns_in_order() -> None:
    place = int(REFUSED[np.argmax(X["debt"].to_numpy()[REFUSED])])
    found = explain_row(MODEL, X, place, reasons=REASONS)
    told = found.outcome.parameters
    parts = {v.attribute: -v.value for v in found.outcome.values if v.measure == "shap_value"}
    sums = {OBLIGATIONS: 0.0, INCOME: parts["income"], "Does not own a home": parts["home"]}
    aside = set(told["contradicted"])
    sums[OBLIGATIONS] = sum(parts[c] for c in ("debt", "ratio") if c not in aside)
    stated = [v for v in found.outcome.values if v.measure == "adverse_attribution"]
    assert [v.group for v in stated] == told["reasons"]
    assert told["reasons"] == [r for r in sorted(sums, key=lambda r: -sums[r]) if sums[r] > 0 and r in told["reasons"]]
    assert told["reasons"][0] == OBLIGATIONS
    behind = [c for c in ("debt", "ratio") if c not in aside and parts[c] > 0]
    assert told["reason_columns"][OBLIGATIONS] == sorted(behind, key=lambda c: -parts[c])
    for v in stated:
        assert v.value == pytest.approx(sums[v.group])
        assert 0 < v.lower <= v.value <= v.upper
    assert len(explain_row(MODEL, X, place, reasons={**REASONS, "limit": 1}).outcome.parameters["reasons"]) == 1


def test_a_factor_without_a_reason_is_named() -> None:
    place = int(REFUSED[np.argmax(X["debt"].to_numpy()[REFUSED])])
    gap = explain_row(MODEL, X, place, reasons=without("debt"))
    assert "debt" in gap.outcome.parameters["unnamed"]
    assert any("'debt'" in note and "has no reason" in note for note in gap.outcome.notes)
    ignored = explain_row(MODEL, X, place, reasons=changed("debt", ignore="we say so"))
    assert any("'debt'" in note and "we say so" in note for note in ignored.outcome.notes)
    assert ignored.outcome.parameters["covered"] < 0.9


def test_a_reason_that_the_row_contradicts_is_not_stated() -> None:
    # The mapping says that high income is adverse; the model says that low income is.
    place = int(REFUSED[np.argmin(X["income"].to_numpy()[REFUSED])])
    wrong = explain_row(MODEL, X, place, reasons=changed("income", reason=INCOME, adverse="high"))
    assert INCOME not in wrong.outcome.parameters["reasons"]
    assert "income" in wrong.outcome.parameters["contradicted"]
    right = explain_row(MODEL, X, place, reasons=REASONS)
    assert INCOME in right.outcome.parameters["reasons"]
    assert "income" not in right.outcome.parameters["contradicted"]


def test_reasons_are_for_the_refused() -> None:
    place = int(np.flatnonzero(MODEL.predict(X) == 1)[0])
    found = explain_row(MODEL, X, place, reasons=REASONS)
    assert "reasons" not in found.outcome.parameters
    assert any("not the unfavourable one" in note for note in found.outcome.notes)
    turned = explain_row(MODEL, X, place, reasons={**REASONS, "unfavourable": 1})
    assert turned.outcome.parameters["refused"] is True


def test_what_is_high_is_high_beside_the_reference() -> None:
    column = np.array([0.0, 1.0, 1.0, 10.0, 2.0, np.nan])
    rows, reference = np.arange(6), np.arange(4)
    high = contradicted(Feature(column="c", reason="r", adverse="high"), column, rows, reference)
    assert high.tolist() == [True, False, False, False, False, True]
    low = contradicted(Feature(column="c", reason="r", adverse="low"), column, rows, reference)
    assert low.tolist() == [False, False, False, True, True, True]
    # Most have the lowest value: it is not high. A few are huge: what is above nearly all is not low.
    usual = np.array([1.0, 1.0, 1.0, 3.0])
    assert contradicted(Feature(column="c", reason="r", adverse="high"), usual, rows[:4], reference)[0]
    huge = np.array([1.0, 2.0, 3.0, 1e9, 400.0])
    assert contradicted(Feature(column="c", reason="r", adverse="low"), huge, np.array([4]), reference).all()
    levels = contradicted(Feature(column="c", reason="r", adverse=(1,)), column, rows, reference)
    assert levels.tolist() == [True, False, False, True, True, True]
    assert not contradicted(Feature(column="c", reason="r"), column, rows, reference).any()


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pd.Series([True, False]), [1.0, 0.0]),
        (pd.Series([1, None], dtype="Int64"), [1.0, np.nan]),
        (pd.Series([1, 2], dtype="category"), None),
        (pd.Categorical(["b", "a", None], categories=["b", "a"], ordered=True), [0.0, 1.0, np.nan]),
        (pd.Series(["2020-01-01", None], dtype="datetime64[ns]"), [18262.0, np.nan]),
        (pd.Series(["a", "b"]), None),
        (pd.Series(["a", "b"], dtype="category"), None),
        (pd.Series([1.5, None], dtype=object), [1.5, np.nan]),
    ],
)
def test_which_columns_have_an_order(column: Any, expected: Any) -> None:
    found = ordered(column)
    assert (found is None) == (expected is None)
    if expected is not None:
        np.testing.assert_array_equal(found, expected)


def test_levels_are_told_by_what_they_are() -> None:
    assert is_level(np.array([4.0, 3.0]), (4,)).tolist() == [True, False]
    assert is_level(pd.Series(["a", "b"]), ("a",)).tolist() == [True, False]
    assert is_level(pd.Series(["4", "b"]), (4,)).tolist() == [True, False]


def test_monotonicity_is_what_brute_force_finds() -> None:
    model = fitted(GradientBoostingClassifier(n_estimators=15, random_state=0))
    found = codes(model, REASONS)
    assert found.parameters["rows_moved"] == 200
    rng = np.random.default_rng([0, 4])
    rng.permutation(np.flatnonzero(model.predict(X) == 0))
    rows = rng.permutation(N)[:200]
    for column, falling in (("debt", True), ("income", False)):
        grid = np.unique(np.quantile(X[column], np.linspace(0, 1, GRID), method="nearest"))
        many = X.iloc[np.repeat(rows, len(grid))].assign(**{column: np.tile(grid if falling else grid[::-1], 200)})
        violating = flipped = 0
        largest = 0.0
        for line in model.predict_proba(many)[:, 1].reshape(200, -1):
            pairs = [(line[b] - line[a], line[a] < 0.5 <= line[b]) for b in range(len(line)) for a in range(b)]
            gain = max(g for g, _ in pairs)
            violating += gain > 1e-6
            flipped += any(f for _, f in pairs)
            largest = max(largest, gain)
        rate = find(found, "monotonicity_violation_rate", column)
        exact = binomtest(violating, 200).proportion_ci(0.95)
        assert rate.value == pytest.approx(violating / 200, abs=1e-12)
        assert (rate.lower, rate.upper) == pytest.approx((exact.low, exact.high))
        assert find(found, "decision_violation_rate", column).value == pytest.approx(flipped / 200)
        assert find(found, "largest_monotonicity_violation", column).value == pytest.approx(largest)


def test_a_linear_model_keeps_or_breaks_every_direction() -> None:
    kept = codes(MODEL, REASONS)
    broken = codes(MODEL, changed("income", reason=INCOME, adverse="high"))
    for column in X:
        assert find(kept, "monotonicity_violation_rate", column).value == 0
    assert find(broken, "monotonicity_violation_rate", "income").value == 1
    assert find(broken, "contradiction_rate", "income").value > 0.9
    assert any("'income'" in note for note in broken.notes)
    levels = codes(MODEL, changed("home", reason="Owns a home", custom=True, adverse=["owned"]))
    assert find(levels, "monotonicity_violation_rate", "home").value == 1


def test_monotonicity_keeps_types() -> None:
    table = X.assign(home=X["home"].astype("category"), late=pd.array([1, None] * (N // 2), dtype="Int64"))
    many = crossed(table, np.array([0, 5]), 3, np.array([1, 2, 3]))
    assert dict(many.dtypes) == dict(table.dtypes)
    assert many["home"].tolist() == table["home"].iloc[[1, 1, 2, 2, 3, 3]].tolist()
    assert many["debt"].tolist() == table["debt"].iloc[[0, 5, 0, 5, 0, 5]].tolist()
    odd = table.rename(columns={"debt": "self", "ratio": 0})
    for position in (0, 1):
        there = crossed(odd, np.array([0]), position, np.array([7]))
        assert there.iloc[0, position] == odd.iloc[7, position]


def test_shares_are_counts_of_what_single_rows_are_told() -> None:
    some = REFUSED[:25]
    rows = np.concatenate([some, np.flatnonzero(MODEL.predict(X) == 1)])
    table = X.iloc[rows]
    (evaluation,) = evaluate(MODEL, table, Y.iloc[rows], include="reason_codes", reasons=REASONS)
    found = evaluation.outcome
    assert found.parameters["refused"] == 25 == found.parameters["rows"]
    # A linear model has the same attributions in both; so every row is told the same.
    told = [explain_row(MODEL, table, int(i), reasons=REASONS).outcome.parameters for i in some]
    for reason in (OBLIGATIONS, INCOME, "Does not own a home"):
        hits = sum(reason in one["reasons"] for one in told)
        rate = find(found, "reason_rate", reason)
        exact = binomtest(hits, 25).proportion_ci(0.95)
        assert rate.value == pytest.approx(hits / 25)
        assert (rate.lower, rate.upper) == pytest.approx((exact.low, exact.high))
    covered = np.array([one["covered"] for one in told])
    assert find(found, "reason_coverage").value == pytest.approx(covered.mean())


def test_gaps_are_of_columns_that_count() -> None:
    wide = X.assign(unused=RNG.random(N))
    (found,) = evaluate(MODEL, wide, Y, include="reason_codes", reasons=without("income"))
    assert found.outcome.parameters["without_reason"] == ["income"]
    assert find(found.outcome, "columns_without_reason").value == 1
    assert find(found.outcome, "unnamed_principal_factor_rate").value > 0


def test_names_of_columns_do_not_matter() -> None:
    first = codes(MODEL, REASONS)
    renamed = {c: f"_{c}" for c in X}
    reasons = {**REASONS, "features": {renamed[c]: f for c, f in REASONS["features"].items()}}
    table = X.rename(columns=renamed)
    prepare = make_column_transformer(
        (StandardScaler(), ["_debt", "_ratio", "_income"]), (OneHotEncoder(sparse_output=False), ["_home"])
    )
    model = make_pipeline(prepare, LogisticRegression()).fit(table, Y)
    (other,) = evaluate(model, table, Y, include="reason_codes", reasons=reasons)
    assert other.status == "done", other.reason
    assert [replace(v, attribute=renamed.get(v.attribute or "", v.attribute)) for v in first.values] == list(
        other.outcome.values
    )


def test_bad_reasons_cost_no_other_result() -> None:
    found = {e.name: e for e in evaluate(MODEL, X, Y, include=["performance", "reason_codes"], reasons={"features": 5})}
    assert found["performance"].status == "done"
    assert found["reason_codes"].status == "failed"
    assert "not a mapping" in found["reason_codes"].reason
    (text,) = evaluate(MODEL, X, Y, include="reason_codes",
                       reasons=changed("home", reason="Owns", custom=True, adverse="high"))  # fmt: skip
    assert "'home' is said to be adverse when high" in text.reason
    (left,) = evaluate(MODEL, X, Y, include="reason_codes")
    assert left.status == "skipped"
    assert "option reasons" in left.reason


def test_nobody_refused() -> None:
    kind = fitted(LogisticRegression())
    kind[-1].intercept_ += 1_000
    (found,) = evaluate(kind, X, Y, include="reason_codes", reasons=REASONS)
    assert found.status == "done", found.reason
    assert any("nobody to give reasons to" in note for note in found.outcome.notes)


def test_directions_of_arrays() -> None:
    table = X[["debt", "ratio", "income"]].to_numpy()
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(table, Y)
    reasons = {"features": {"x0": {"reason": OBLIGATIONS, "adverse": "high"}, "x1": {"ignore": "no"},
                            "x2": {"reason": INCOME, "adverse": "any"}}}  # fmt: skip
    (found,) = evaluate(model, table, Y, include="reason_codes", reasons=reasons)
    assert [v.attribute for v in found.outcome.values if v.measure == "monotonicity_violation_rate"] == ["x0"]
    lines = measure_monotonicity(
        _model(model), table, np.arange(5), read_reasons(reasons), sign=1.0, threshold=None
    )  # fmt: skip
    assert (lines[0].flipped, lines[0].violating, lines[0].rows) == (None, 0, 5)


def _model(estimator: Any) -> Any:
    from jupyter_gov.assessment import Model

    return Model(estimator=estimator, task="binary", positive=1)
