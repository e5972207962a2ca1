"""Drift between two data sets, against SciPy, brute force, and the laws of permutation tests."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn.linear_model import LogisticRegression

from jupyter_gov.assessment import Model, drift, evaluate_drift
from jupyter_gov.assessment._drift._columns import MISSING, OTHERS, Pair, pair
from jupyter_gov.assessment._drift._counts import Counts, count
from jupyter_gov.assessment._drift._distance import ks_distance
from jupyter_gov.assessment._drift._measures import (
    detectable_shift,
    distance_interval,
    jensen_shannon,
    psi,
    share_difference,
)
from jupyter_gov.assessment._drift._permutation import draw_rows, p_values, permute_rows
from jupyter_gov.errors import InputError, NotFoundError
from jupyter_gov.records import Outcome

SHAPES = {
    "normal": lambda rng, n: rng.standard_normal(n),
    "heavy": lambda rng, n: rng.standard_cauchy(n) ** 3,
    "few values": lambda rng, n: rng.integers(0, 5, n).astype(float),
    "seconds": lambda rng, n: 1.7e9 + 8e4 * rng.random(n),
    "zeros and large": lambda rng, n: np.where(rng.random(n) < 0.5, 0, 1e9 + rng.random(n)),
    "tiny and signed": lambda rng, n: rng.choice([-1, 1], n) * 1e-310 * rng.random(n),
    "infinite": lambda rng, n: np.where(rng.random(n) < 0.1, np.inf, rng.standard_normal(n)),
}


def people(n: int, seed: int, shift: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "income": rng.normal(3 + shift, 1, n),
            "age": rng.integers(18, 80, n),
            "purpose": rng.choice(["car", "home", "study"], n),
            "ratio": np.where(rng.random(n) < 0.1, np.nan, rng.random(n)),
            "married": rng.random(n) < 0.5,
        }
    )


def alarm(outcome: Outcome) -> bool:
    return bool(outcome.parameters["alarm"])


def found(outcome: Outcome, measure: str, attribute: str | None = None, kind: str = "column") -> Any:
    (value,) = [v for v in outcome.values if (v.measure, v.attribute, v.kind) == (measure, attribute, kind)]
    return value


def of(reference: Any, current: Any) -> Counts:
    return count(Pair(name="x", reference=np.asarray(reference, float), current=np.asarray(current, float)))


# --- the distance ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("n", "m"), [(2, 3), (50, 50), (700, 3_000), (60_000, 40_000)])
def test_ks_distance_is_scipys(shape: str, n: int, m: int) -> None:
    rng = np.random.default_rng([n, m])
    a, b = SHAPES[shape](rng, n), SHAPES[shape](rng, m) * 1.01
    truth = stats.ks_2samp(a, b, method="asymp").statistic
    assert ks_distance(a, b, tolerance=0) == pytest.approx(truth, abs=1e-12)
    assert truth - 1e-4 < ks_distance(a, b) <= truth + 1e-12


@given(
    st.lists(st.floats(allow_nan=False), min_size=1, max_size=40),
    st.lists(st.floats(allow_nan=False), min_size=1, max_size=40),
)
@settings(max_examples=150, deadline=None)
def test_ks_distance_of_any_floats_is_the_definition(a: list[float], b: list[float]) -> None:
    x, y = np.array(a), np.array(b)
    truth = max(abs((x <= v).mean() - (y <= v).mean()) for v in [*a, *b])
    assert ks_distance(x, y, tolerance=0) == pytest.approx(truth, abs=1e-12)
    assert ks_distance(y, x, tolerance=0) == pytest.approx(truth, abs=1e-12)


def test_missing_values_come_last() -> None:
    a, b = np.array([1.0, 2, 3, np.nan]), np.array([1.0, np.nan, np.nan, -np.nan])
    large = [np.where(np.isnan(v), 9, v) for v in (a, b)]
    assert ks_distance(a, b, tolerance=0) == pytest.approx(stats.ks_2samp(*large).statistic, abs=1e-12)
    assert np.isnan(ks_distance(a, np.array([])))


# --- permutations ---------------------------------------------------------------------------------------------------


def statistic(a: Any, b: Any) -> float:
    """The statistic of an ordered column without missing values, from its definition."""
    points, n, m = np.unique(np.concatenate([a, b])), len(a), len(b)
    gaps = np.array([(a <= v).mean() - (b <= v).mean() for v in points[:-1]])
    share = np.array([np.concatenate([a <= v, b <= v]).mean() for v in points[:-1]])
    mass = np.array([np.concatenate([a == v, b == v]).mean() for v in points])
    darling = (gaps**2 / (share * (1 - share)) * (mass[:-1] + mass[1:]) / 2).sum()
    most, least = max(gaps.max(), 0.0), min(gaps.min(), 0.0)
    return float(n * m / (n + m) * (darling + 2 * max(most, -least) ** 2 + (most - least) ** 2))


def test_p_value_is_that_of_all_permutations() -> None:
    rng = np.random.default_rng(3)
    a, b = np.round(rng.normal(0, 1, 6), 1), np.round(rng.normal(1.2, 1, 5), 1)
    pool = np.concatenate([a, b])
    every = [
        statistic(np.delete(pool, list(chosen)), pool[list(chosen)])
        for chosen in combinations(range(len(pool)), len(b))
    ]
    exact = np.mean(np.round(every, 9) >= round(statistic(a, b), 9))
    drawn = permute_rows([of(a, b)], np.arange(6), np.arange(5), seed=1).together
    assert drawn == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 999))


def test_statistic_of_levels_is_pearsons() -> None:
    from jupyter_gov.assessment._drift._kernels import LEVELS, ORDER, ORDER_AND_MISSING
    from jupyter_gov.assessment._drift._kernels import statistic as compiled

    left, right = np.array([20, 30, 5]), np.array([10, 40, 20])
    truth = stats.chi2_contingency(np.stack([left, right]), correction=False).statistic
    assert compiled(left, left + right, 55, LEVELS) == pytest.approx(truth, rel=1e-12)
    lost = stats.chi2_contingency([[5, 50], [20, 50]], correction=False).statistic
    more = compiled(left, left + right, 55, ORDER_AND_MISSING) - compiled(left, left + right, 55, ORDER)
    assert more == pytest.approx(lost / 2, rel=1e-12)


def test_statistic_is_its_definition_on_bins_of_single_values() -> None:
    from jupyter_gov.assessment._drift._kernels import ORDER
    from jupyter_gov.assessment._drift._kernels import statistic as compiled

    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 9, 40).astype(float), rng.integers(0, 12, 30).astype(float)
    one = of(a, b)
    value = compiled(one.left, one.left + one.right, 40, ORDER)
    assert value == pytest.approx(statistic(a, b), rel=1e-12)
    assert value == pytest.approx(compiled(one.right, one.left + one.right, 30, ORDER), rel=1e-12)


def test_tail_p_values_agree_with_the_law_that_they_follow() -> None:
    draws = np.random.default_rng(0).chisquare(1, (1_000, 50))
    draws[0] = stats.chi2.isf(1e-4, 1)
    p = p_values(draws)
    assert p[0].mean() == pytest.approx(1.3e-4, rel=0.5)
    assert (p[0] > 2e-5).all()
    middle = np.abs(draws - stats.chi2.isf(0.3, 1)) < 0.01
    assert p[middle] == pytest.approx(0.3, abs=0.06)


def test_equal_tables_have_equal_statistics() -> None:
    # With as many rows on both sides, exchanging the sides is a permutation like any other.
    a, b = np.repeat([0.0, 1], [3, 5]), np.repeat([0.0, 1], [5, 3])
    both = [permute_rows([of(*sides)], np.arange(8), np.arange(8), seed=2).together for sides in ((a, b), (b, a))]
    exact = stats.fisher_exact([[3, 5], [5, 3]]).pvalue
    assert both == pytest.approx([exact, exact], abs=0.05)


@pytest.mark.parametrize(("n", "m", "columns"), [(60, 40, 1), (40, 40, 4)])
def test_alarms_by_chance_are_as_many_as_stated(n: int, m: int, columns: int) -> None:
    alarms = 0
    for seed in range(300):
        rng = np.random.default_rng([seed, columns])
        common = rng.standard_normal((n + m, 1))
        rows = np.ascontiguousarray(0.8 * common + 0.6 * rng.standard_normal((n + m, columns)))
        sides = [of(rows[:n, j], rows[n:, j]) for j in range(columns)]
        alarms += permute_rows(sides, np.arange(n), np.arange(m), seed=seed).together <= 0.05
    assert 0.02 <= alarms / 300 <= 0.085  # within three standard errors of 5%


RARE: dict[str, Any] = {
    "few values that are not zero": lambda rng, n, share: np.where(rng.random(n) < share, 100 * rng.random(n), 0.0),
    "few missing values": lambda rng, n, share: np.where(rng.random(n) < share, np.nan, np.round(rng.normal(size=n))),
    "a rare level": lambda rng, n, share: rng.random(n) < share,
}


@pytest.mark.parametrize("make", RARE.values(), ids=RARE)
def test_what_is_rare_in_many_rows_is_no_alarm_unless_it_has_changed(make: Any) -> None:
    # Of the 2,000 rows that would change sides hardly any has it: they do not know by how much chance moves it.
    n, alarms = 30_000, 0
    drawn = draw_rows(n, n, 0)
    for seed in range(80):
        rng = np.random.default_rng([seed, 77])
        sides = pair("x", make(rng, n, 2e-4), make(rng, n, 2e-4))
        alarms += permute_rows([count(sides)], *drawn, seed=seed).together <= 0.05
    assert alarms <= 10
    changed = pair("x", make(rng, n, 2e-4), make(rng, n, 2e-3))
    assert permute_rows([count(changed)], *drawn, seed=0).together <= 0.01


def test_columns_with_and_without_rare_values_are_tested_together() -> None:
    rng = np.random.default_rng(5)
    before, after = ({"x": rng.normal(size=9_000), "rare": rng.random(9_000) < 0.002} for _ in range(2))
    assert not alarm(drift(before, after))
    assert drift(before, {**after, "x": after["x"] + 0.15}).parameters["drifted"] == ["x"]
    assert drift(before, {**after, "rare": rng.random(9_000) < 0.008}).parameters["drifted"] == ["rare"]


# --- measures -------------------------------------------------------------------------------------------------------


def test_measures_are_those_of_the_literature() -> None:
    left, right = np.array([30, 50, 20]), np.array([10, 60, 50])
    assert jensen_shannon(left, right) == pytest.approx(jensenshannon(left, right, base=2), abs=1e-12)
    f, g = (left + 0.5) / 101.5, (right + 0.5) / 121.5
    assert psi(left, right) == pytest.approx(stats.entropy(f, g) + stats.entropy(g, f), abs=1e-12)
    assert jensen_shannon(left, left) == psi(left, left) == 0


def test_missing_share_has_newcombes_interval() -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    gap = share_difference((480, 560), (800, 700), 0.95)
    truth = confint_proportions_2indep(560, 700, 480, 800, method="newcomb", compare="diff")
    assert gap == pytest.approx((0.2, *truth), abs=1e-10)


def test_deciles_are_frozen_on_the_reference() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=1_000), rng.normal(0.5, 1, 800)
    one = of(a, b)
    edges = np.sort(a)[np.arange(100, 1_000, 100)]
    truth = [np.bincount(np.searchsorted(edges, side, side="right"), minlength=10) for side in (a, b)]
    left, right = one.frozen
    # Values nearer to each other than a narrow bin fall on the same side of an edge.
    assert np.abs(left - truth[0]).max() <= 4
    assert np.abs(right - truth[1]).max() <= 4


def test_total_variation_and_levels() -> None:
    a, b = ["x"] * 50 + ["y"] * 50, ["x"] * 30 + ["y"] * 50 + ["z"] * 20
    outcome = drift({"c": a}, {"c": b})
    value = found(outcome, "distance", "c")
    assert value.value == pytest.approx(0.2)
    assert value.lower < 0.2 < value.upper
    assert found(outcome, "new_levels", "c").value == 1
    assert found(outcome, "vanished_levels", "c").value == 0


@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_intervals_of_distances_hold_the_truth(shift: float) -> None:
    truth = 2 * stats.norm.cdf(shift / 2) - 1
    inside = levels = 0
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.5 - shift / 2, 0.3, 0.2 + shift / 2])
    for seed in range(200):
        rng = np.random.default_rng(seed)
        value = distance_interval(of(rng.normal(size=300), rng.normal(shift, 1, 200)), 0.95, seed)
        sides = {"reference": rng.choice(3, 300, p=p), "current": rng.choice(3, 200, p=q)}
        level = distance_interval(count(Pair(name="c", levels=("a", "b", "c"), **sides)), 0.95, seed)
        inside += value.lower <= truth <= value.upper
        levels += level.lower <= shift / 2 <= level.upper
    assert inside >= 184
    assert levels >= 184


def test_detectable_shift_is_found_as_often_as_stated() -> None:
    shift, hits = detectable_shift(300, 200, 1, 0.05), 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        one = of(rng.normal(size=300), rng.normal(shift, 1, 200))
        hits += permute_rows([one], np.arange(300), np.arange(200), seed=seed).together <= 0.05
    assert 0.68 <= hits / 120 <= 0.92


# --- the whole ------------------------------------------------------------------------------------------------------


def test_a_shift_is_found_and_named() -> None:
    outcome = drift(people(800, 0), people(600, 1, shift=0.4))
    assert alarm(outcome)
    assert outcome.parameters["drifted"] == ["income"]
    assert found(outcome, "drift", None, "p_value").value <= 0.0012
    assert next(iter(outcome.curves)) == "distribution:income"
    assert found(outcome, "domain_classifier_roc_auc", None, "estimate").lower > 0.5


def test_no_change_is_no_alarm_and_says_what_would_have_been_found() -> None:
    outcome = drift(people(800, 0), people(600, 2))
    assert not alarm(outcome)
    assert outcome.parameters["drifted"] == []
    assert 0.1 < float(str(outcome.parameters["detectable_shift"])) < 0.3


def test_a_shift_of_a_tenth_is_found_at_5000_rows() -> None:
    # In 95% of such data, as simulated.
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(5_000, 10)), rng.normal(size=(5_000, 10))
    b[:, 4] += 0.1
    assert drift(a, b).parameters["drifted"] == ["x4"]


def test_a_change_of_dependence_alone_is_found_by_the_classifier() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 1_500, 3))
    b[:, 1] = np.sort(a[:, 1])[np.argsort(np.argsort(b[:, 0]))]
    outcome = drift(a, b)
    assert alarm(outcome)
    assert "x1" not in str(outcome.parameters["drifted"])
    assert found(outcome, "domain_classifier_roc_auc", None, "estimate").lower > 0.6


def test_missing_values_are_found() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.random((1_000, 2)), rng.random((1_000, 2))
    b[rng.random(1_000) < 0.04, 0] = np.nan
    outcome = drift(a, b)
    assert outcome.parameters["drifted"] == ["x0"]
    assert found(outcome, "missing_rate_difference", "x0").lower > 0


def test_the_floor_keeps_small_changes_quiet() -> None:
    rng = np.random.default_rng(0)
    a, b = {"x": rng.normal(size=20_000)}, {"x": rng.normal(0.1, 1, 20_000)}
    assert alarm(drift(a, b))
    assert not alarm(drift(a, b, floor=0.1))
    assert drift(a, {"x": np.asarray(b["x"]) + 0.5}, floor=0.1).parameters["drifted"] == ["x"]


def test_rows_and_names_do_not_matter() -> None:
    a, b = people(300, 0), people(200, 1, shift=0.3)
    first = drift(a, b)
    again = drift(a.copy(), b.copy())
    assert first == again
    other = drift(a.sample(frac=1, random_state=1), b.sample(frac=1, random_state=2))
    for value in first.values:
        if value.kind == "column" and value.measure in {"distance", "psi", "jensen_shannon"}:
            twin = found(other, value.measure, value.attribute)
            assert twin.value == pytest.approx(value.value, abs=1e-12)


@pytest.mark.parametrize(
    "turn",
    [pl.from_pandas, pa.Table.from_pandas, lambda t: {c: t[c] for c in t}, lambda t: t.convert_dtypes()],
    ids=["polars", "arrow", "mapping", "nullable"],
)
def test_tables_of_all_libraries_give_the_same(turn: Any) -> None:
    a, b = people(300, 0), people(200, 1, shift=0.3)
    first, other = drift(a, b), drift(turn(a), turn(b))
    for one, two in zip(first.values, other.values, strict=True):
        assert (one.measure, one.attribute, one.value) == (two.measure, two.attribute, two.value)


def test_columns_of_all_types() -> None:
    days = pd.date_range("2024-01-01", periods=6)
    assert pair("d", days, days.tz_localize("UTC")).ordered
    assert pair("t", days - days[0], days - days[0]).ordered
    grades = pd.Categorical(["a", "b", None], categories=["b", "a"], ordered=True)
    assert pair("g", grades, grades).reference.tolist()[:2] == [1, 0]
    assert not pair("g", grades, pd.Categorical(["a"], categories=["a", "b"], ordered=True)).ordered
    assert not pair("b", np.array([True, False]), np.array([True, True])).ordered
    assert pair("o", np.array([1, 2.5, None], dtype=object), np.array([3], dtype=object)).ordered
    mixed = pair("m", np.array([1, 2, 3]), np.array(["1", "2", "x"]))
    assert mixed.levels is not None
    assert (mixed.fresh, mixed.gone) == (1, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.arange(200) % 2 == 0, np.arange(200) % 2),
        (pd.Categorical([0, 1] * 100), pd.Categorical([0.0, 1.0] * 100)),
        (np.array([1, 2, "x"] * 60, dtype=object), np.array([1.0, 2.0, "x"] * 60, dtype=object)),
    ],
    ids=["truth and numbers", "categories", "objects"],
)
def test_the_same_values_in_another_type_are_no_change(one: Any, other: Any) -> None:
    assert found(drift({"a": one}, {"a": other}), "distance", "a").value == 0


def test_dates_and_durations_of_arrow_are_in_their_order() -> None:
    days = pd.date_range("2024-01-01", periods=300).to_series()
    table = pd.DataFrame(
        {
            "d": pd.array(days.dt.date, dtype=pd.ArrowDtype(pa.date32())),
            "t": pd.array(days - days.iloc[0], dtype=pd.ArrowDtype(pa.duration("us"))),
        }
    )
    outcome = drift(table[:150], table[150:])
    assert [found(outcome, "distance", name).value for name in ("d", "t")] == [1, 1]
    assert str(outcome.curves["distribution:d"]["labels"]).startswith("['from 2023-12-")


def test_what_few_rows_share_is_not_named() -> None:
    rng = np.random.default_rng(0)
    names = np.array([f"Person {i}" for i in range(120)])
    table = {
        "name": names,
        "nearly": np.where(np.arange(120) == 70, "Person 70", "x"),
        "age": np.where(np.arange(120) == 3, 97, rng.integers(1, 4, 120)),
        "income": np.round(rng.lognormal(8, 1, 120), 2),
    }
    outcome = drift({k: v[:60] for k, v in table.items()}, {k: v[60:] for k, v in table.items()})
    assert "Person" not in str(outcome)
    assert outcome.curves["distribution:age"]["labels"] == ["1", "2", "3", OTHERS]
    assert not set(table["income"]) & set(outcome.curves["distribution:income"]["x"])


def test_the_largest_floats_are_drawn() -> None:
    rng = np.random.default_rng(0)
    sides = [{"x": np.clip(rng.normal(size=200), -2.9, 2.9) * 6e307} for _ in range(2)]
    edges = np.array(drift(*sides).curves["distribution:x"]["x"])
    assert np.isfinite(edges).all()
    assert (np.diff(edges) > 0).all()


def test_a_column_without_any_value_has_a_distance_without_limits() -> None:
    value = found(drift({"a": [None] * 9}, {"a": [None] * 9}), "distance", "a")
    assert (value.value, value.lower, value.upper) == (0, None, None)


def test_sets_that_share_rows_are_told_so() -> None:
    table = people(400, 0)
    outcome = drift(table, table)
    assert any("seem to share rows" in note for note in outcome.notes)
    assert not [v for v in outcome.values if v.kind == "estimate"]


def test_rare_levels_are_one() -> None:
    names = np.array([f"id {i}" for i in range(500)])
    assert pair("id", names[:300], names[300:]).levels == (OTHERS,)
    lost = np.where(np.arange(300) < 9, None, names[:300])
    assert pair("id", lost, names[300:]).levels == (OTHERS, MISSING)
    outcome = drift({"id": names[:300]}, {"id": names[300:]})
    assert not alarm(outcome)
    assert "a value of its own in id" in outcome.notes[0]


def test_constant_and_empty_columns_are_no_change() -> None:
    a = pd.DataFrame({"one": 1.0, "none": np.nan, "text": "x"}, index=range(40))
    outcome = drift(a, a.iloc[:30])
    assert not alarm(outcome)
    assert found(outcome, "distance", "one").value == 0


# --- what a model says ----------------------------------------------------------------------------------------------


def modelled() -> tuple[Any, pd.DataFrame, pd.DataFrame]:
    a, b = (people(500, seed, shift)[["income", "age"]] for seed, shift in ((0, 0.0), (1, 0.5)))
    rng = np.random.default_rng(0)
    return LogisticRegression().fit(a, a["income"] + rng.normal(size=500) > 3), a, b


def test_predictions_and_attributions_are_compared() -> None:
    model, a, b = modelled()
    done = evaluate_drift(a, b, model=model).outcome
    drifted = done.parameters["drifted"]
    assert isinstance(drifted, list)
    assert {"income", "prediction", "attribution of income"} <= set(drifted)
    assert done.parameters["roles"] == {"prediction": "prediction"}
    score = [model.predict_proba(side)[:, 1] for side in (a, b)]
    truth = stats.ks_2samp(*score).statistic
    assert found(done, "distance", "prediction").value == pytest.approx(truth, abs=1e-12)


def test_what_a_model_says_of_rows_that_it_knows_is_not_tested() -> None:
    model, a, b = modelled()
    done = evaluate_drift(a, b, model=model, known=True).outcome
    assert not [v for v in done.values if v.kind == "p_value" and v.attribute == "prediction"]
    assert found(done, "attribution_distance", "income").value > 0
    assert any("was trained on the reference" in note for note in done.notes)


def test_labels_are_a_column() -> None:
    a, b = people(400, 0), people(400, 2)
    y = np.arange(400) % 2
    done = evaluate_drift(a.assign(y=y), b.assign(y=np.r_[y[:200], np.ones(200)].astype(int)), target="y").outcome
    assert done.parameters["drifted"] == ["label"]
    pairwise = evaluate_drift(a, b, target=(y, y)).outcome
    assert found(pairwise, "distance", "label").value == 0


def test_a_model_that_cannot_predict_costs_only_itself() -> None:
    model, a, b = modelled()
    done = evaluate_drift(a.drop(columns="age"), b.drop(columns="age"), model=model).outcome
    assert "income" in str(done.parameters["drifted"])
    assert any("What the model says is" in note for note in done.notes)


def test_several_classes_and_numbers() -> None:
    _, a, b = modelled()
    classes = LogisticRegression(max_iter=500).fit(a, np.digitize(a["income"], [2.5, 3.5]))
    assert found(evaluate_drift(a, b, model=classes).outcome, "new_levels", "prediction").value == 0

    class Line:
        def predict(self, X: Any) -> Any:
            return 2.0 * X["income"].to_numpy()

    assert Model(estimator=Line(), task="regression").scores(a).values.shape == (500,)
    assert "prediction" in str(evaluate_drift(a, b, model=Line()).outcome.parameters["drifted"])


# --- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "current", "options", "told"),
    [
        ({"a": [1, 2, 3, 4, 5]}, {"b": [1, 2, 3, 4, 5]}, {}, "share no column"),
        ({"a": [1, 2, 3]}, {"a": [1, 2, 3, 4, 5]}, {}, "The reference has 3 rows"),
        (3, {"a": [1, 2, 3, 4, 5]}, {}, "not a table"),
        ({}, {"a": [1, 2, 3, 4, 5]}, {}, "is empty"),
        (np.ones(9), np.ones((9, 1)), {}, "1 dimensions"),
        (np.ones((9, 1)), np.ones((9, 1)), {"floor": 2}, "The floor is 2"),
        (np.ones((9, 1)), np.ones((9, 1)), {"level": 0}, "The level is 0"),
        (np.ones((9, 1)), np.ones((9, 1)), {"target": [1, 2, 3]}, "not that of two data sets"),
        (np.ones((9, 1)), np.ones((9, 1)), {"target": (np.ones(9), np.ones(3))}, "The label has 3 rows"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(reference: Any, current: Any, options: Any, told: str) -> None:
    with pytest.raises(InputError, match=told):
        evaluate_drift(reference, current, **options)


def test_a_target_that_is_not_there_is_named() -> None:
    table = pd.DataFrame({"approve": np.ones(9)})
    with pytest.raises(NotFoundError, match="approve"):
        evaluate_drift(table, table, target="aprove")


def test_columns_that_only_one_has_are_named() -> None:
    a, b = people(60, 0), people(60, 1)
    outcome = drift(a.assign(old=1), b.assign(new=2, newer=3))
    assert outcome.notes == ("Only the reference has old.", "Only the current data have new, newer.")
    assert outcome.parameters["missing_columns"] == ["old"]
    assert outcome.parameters["new_columns"] == ["new", "newer"]
