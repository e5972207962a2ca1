from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from statistics import NormalDist

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact, ttest_ind
from statsmodels.stats.multitest import multipletests

from jupyter_gov.assessment import evaluate_predictions
from jupyter_gov.assessment._columns import one_column
from jupyter_gov.assessment._slices._columns import code_column, code_columns
from jupyter_gov.assessment._slices._measure import Measure, adjusted
from jupyter_gov.assessment._slices._search import Rows, find_slices, number_of_slices

CLOSE = {"rel": 1e-10, "abs": 1e-10}


def table(rng: np.random.Generator, n: int) -> pd.DataFrame:
    frame = pd.DataFrame({f"x{i}": rng.normal(size=n) for i in range(3)})
    frame["g"] = rng.choice(list("abcd"), n)
    frame["k"] = rng.integers(0, 4, n)
    frame.loc[rng.random(n) < 0.1, "x1"] = np.nan
    return frame


def assess(y, pred=None, score=None, *, features, **more):
    (found,) = evaluate_predictions(y, pred, score, features=features, include="slices", **more)
    return found


def met(frame: pd.DataFrame, words: str) -> np.ndarray:
    """Rows that meet conditions, read from their words."""
    inside = np.ones(len(frame), bool)
    for part in words.split(" & "):
        if part.endswith(" missing"):
            inside &= frame[part.removesuffix(" missing")].isna().to_numpy()
        elif " = " in part:
            name, level = part.split(" = ")
            number = pd.api.types.is_numeric_dtype(frame[name])
            inside &= (frame[name] == (float(level) if number else level)).to_numpy()
        elif part.count("<") + part.count("≤") == 2:
            low, _, name, _, high = part.split()
            inside &= ((frame[name] > float(low)) & (frame[name] <= float(high))).to_numpy()
        else:
            name, sign, edge = part.split()
            inside &= (frame[name] <= float(edge) if sign == "≤" else frame[name] > float(edge)).to_numpy()
    return inside


@pytest.mark.parametrize("weighted", [False, True])
def test_the_search_finds_what_looking_at_every_slice_does(weighted):
    rng = np.random.default_rng(3)
    frame = table(rng, 400)
    loss = rng.exponential(1, 400) + 2 * ((frame.g == "b") & (frame.x0 > 0.3))
    weight = rng.random(400) + 0.5 if weighted else None
    coded = code_columns(frame, 30)[0]
    given_ = Rows(np.arange(400), loss.to_numpy(), weight, 30)
    found = [one for one in find_slices(coded, given_) if len(one.columns) < 3]

    w = np.ones(400) if weight is None else weight
    best: dict[int, tuple[float, str]] = {}
    singles = [(c, s) for c in range(len(coded)) for s in range(len(coded[c].members))]
    for k, number in ((1, number_of_slices(coded)[0]), (2, number_of_slices(coded)[1])):
        z = NormalDist().inv_cdf(1 - 0.05 / number)
        for chosen in combinations(singles, k):
            if len({c for c, _ in chosen}) < k:
                continue
            inside = np.logical_and.reduce([coded[c].members[s][coded[c].codes] for c, s in chosen])
            n = int(inside.sum())
            if not 30 <= n <= 200:
                continue
            gap = np.average(loss[inside], weights=w[inside]) - np.average(loss[~inside], weights=w[~inside])
            bound = gap - z * loss.std(ddof=0) * np.sqrt(1 / n + 1 / (400 - n))
            words = " & ".join(coded[c].words[s] for c, s in chosen)
            if gap > 0 and bound > best.get(k, (-np.inf, ""))[0]:
                best[k] = (bound, words)
    for k, (bound, words) in best.items():
        first = next(one for one in found if len(one.columns) == k)
        assert first.bound == pytest.approx(bound, **CLOSE)
        assert first.words(coded) == words
    assert [one.bound for one in found] == sorted((one.bound for one in found), reverse=True)


def test_how_many_slices_there_are():
    coded = code_columns(table(np.random.default_rng(1), 300), 30)[0]
    sizes = [len(c.members) for c in coded]
    expected = tuple(sum(int(np.prod(some)) for some in combinations(sizes, k)) for k in (1, 2, 3))
    assert number_of_slices(coded) == expected


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6), st.integers(-3, 3).map(float)), min_size=60, max_size=90),
    st.integers(1, 20),
)
def test_conditions_say_which_rows_they_pick(values, minimum):
    frame = pd.DataFrame({"x": pd.Series(values, dtype=float)})
    coded = code_column("x", frame["x"], minimum)
    if coded is None:
        return
    for member, words in zip(coded.members, coded.words, strict=True):
        picked = member[coded.codes]
        assert picked.sum() >= minimum
        np.testing.assert_array_equal(picked, met(frame, words), err_msg=words)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["a", None, "b"] * 40, dtype=object),
        pd.Series(["a", None, "b"] * 40, dtype="string"),
        pd.Series(pd.Categorical(["lo", "mid", "hi"] * 40, ["lo", "mid", "hi"], ordered=True)),
        pd.Series([True, False, False] * 40),
        pd.Series(pd.date_range("2020-01-01", periods=120)),
        pd.Series(pd.date_range("2020-01-01", periods=120, tz="Europe/Paris")),
        pd.array([1, 2, None] * 40, dtype="Int64"),
        np.arange(120, dtype=np.float32),
        np.array(["u", "v", "v"] * 40),
    ],
)
def test_any_type_of_column_has_conditions(column):
    coded = code_column("c", column, 10)
    assert coded is not None
    assert all(word.startswith("c ") or " < c ≤ " in word for word in coded.words)
    assert (coded.members @ np.bincount(coded.codes, minlength=coded.members.shape[1]) >= 10).all()


def test_objects_are_read_as_what_they_hold():
    days = pd.Series(pd.date_range("2020-01-01", periods=120).date)
    numbers = pd.Series([Decimal(i) for i in range(120)])
    for column in (days, days.astype(pd.ArrowDtype(pa.date32()))):
        coded = code_column("day", column, 10)
        assert coded is not None
        assert coded.words == code_column("day", pd.to_datetime(days), 10).words
    assert code_column("n", numbers, 10).words == code_column("n", numbers.astype(float), 10).words


def test_text_of_polars_has_conditions():
    column = one_column(pl.Series("sex", ["M", "F", None] * 40), "sex")
    coded = code_column("sex", column, 10)
    assert coded is not None
    assert coded.words == ("sex = F", "sex = M", "sex missing")


def test_rare_levels_and_constant_columns_have_no_conditions():
    assert code_column("c", pd.Series([f"name {i}" for i in range(100)]), 5) is None
    assert code_column("c", pd.Series(np.ones(100)), 5) is None
    held = code_column("c", pd.Series(["often"] * 90 + [f"rare {i}" for i in range(10)]), 5)
    assert held is not None
    assert held.words == ("c = often",)


def test_a_planted_slice_is_found_and_measured_where_it_was_not_searched():
    rng = np.random.default_rng(0)
    n = 4_000
    frame = table(rng, n)
    bad = ((frame.g == "a") & (frame.x0 > 0.2)).to_numpy()
    score = rng.uniform(0.02, 0.3, n)
    y = (rng.random(n) < np.where(bad, 0.6, score)).astype(int)
    found = assess(y, None, score, features=frame, threshold=0.5)
    assert found.status == "done"
    first = found.outcome.parameters["slices"][0]
    assert first["confirmed"]
    inside = met(frame, first["slice"])
    assert (inside & bad).sum() > 0.8 * inside.sum()

    measured = np.sort(np.random.default_rng(0).permutation(n)[n // 2 :])
    loss = -np.log(np.clip(np.where(y == 1, score, 1 - score), 1e-3, 1))[measured]
    wrong = (y != (score >= 0.5)).astype(float)[measured]
    at = inside[measured]
    by = {(v.measure, v.reference): v for v in found.outcome.values if v.group == first["slice"] and v.kind == "slice"}
    assert by["log_loss", None].value == pytest.approx(loss[at].mean(), **CLOSE)
    assert by["log_loss", "rest"].value == pytest.approx(loss[at].mean() - loss[~at].mean(), **CLOSE)
    assert by["error_rate", None].value == pytest.approx(wrong[at].mean(), **CLOSE)
    assert by["error_rate", "rest"].value == pytest.approx(wrong[at].mean() - wrong[~at].mean(), **CLOSE)
    assert by["share_of_rows", None].value == pytest.approx(at.mean(), **CLOSE)
    assert all(v.lower <= v.value <= v.upper and v.n for v in by.values())
    p = {v.group: v.value for v in found.outcome.values if v.kind == "p_value"}
    raw = []
    for one in p:
        some = met(frame, one)[measured]
        raw.append(ttest_ind(loss[some], loss[~some], equal_var=False, alternative="greater").pvalue)
    assert list(p.values()) == pytest.approx(multipletests(raw, method="holm")[1], rel=1e-6, abs=1e-12)


def test_tests_are_scipys():
    rng = np.random.default_rng(5)
    wrong, mask = (rng.random(200) < 0.3).astype(float), rng.random(200) < 0.3
    cells = [[np.sum(wrong[mask] == v), np.sum(wrong[~mask] == v)] for v in (1, 0)]
    measure = Measure({"error_rate": wrong}, None, 0.95)
    assert measure.p_value(mask, "error_rate") == pytest.approx(fisher_exact(cells, "greater").pvalue, rel=1e-10)
    assert adjusted([0.01, 0.04, np.nan, 0.03]) == pytest.approx(multipletests([0.01, 0.04, 1, 0.03], method="holm")[1])
    assert adjusted([]) == []


def test_rows_that_are_all_wrong_are_not_surely_worse():
    rng = np.random.default_rng(6)
    wrong, mask = (rng.random(300) < 0.9).astype(float), np.arange(300) < 30
    wrong[mask] = 1.0
    even, uneven = (Measure({"error_rate": wrong}, w, 0.95) for w in (np.ones(300), rng.exponential(size=300) ** 2))
    gap = 1 - wrong[30:].mean()
    rate = wrong.mean()
    rest = max(wrong[30:].var(ddof=1), rate * (1 - rate)) / 270
    z = gap / np.sqrt(rate * (1 - rate) / 30 + rest)
    assert even.p_value(mask, "error_rate") == pytest.approx(1 - NormalDist().cdf(z), abs=0.01)
    assert uneven.p_value(mask, "error_rate") > 0.05


def test_edges_have_no_more_digits_than_keep_them_apart():
    column = pd.Series(1_700_000_000 + np.random.default_rng(0).random(500) * 1_000)
    coded = code_column("t", column, 10)
    assert coded is not None
    assert not any("." in words for words in coded.words)
    assert len(coded.words) == 35  # all runs of eight bins but the whole


@pytest.mark.parametrize("losses", ["even", "skewed"])
def test_with_nothing_to_find_hardly_ever_is_a_slice_confirmed(losses):
    confirmed = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        frame = table(rng, 300)
        error = rng.normal(size=300) if losses == "even" else rng.exponential(1, 300)
        found = assess(error, np.zeros(300), features=frame, seed=seed)
        confirmed += found.outcome.values[0].value > 0
    assert confirmed <= 10  # of 100: 5 expected at 5%, 10 at most with 99%


def test_being_found_does_not_make_a_slice_look_worse():
    off, held, total = [], 0, 0
    for seed in range(25):
        rng = np.random.default_rng(seed)
        frame = table(rng, 1_200)
        bad = (frame.g == "c").to_numpy()
        error = rng.normal(size=1_200) * np.where(bad, 1.6, 1.0)
        found = assess(error, np.zeros(1_200), features=frame, seed=seed)
        for v in found.outcome.values:
            if v.kind == "slice" and v.reference == "rest":
                inside = met(frame, v.group)
                truth = 0.6 * np.sqrt(2 / np.pi) * (bad[inside].mean() - bad[~inside].mean())
                off.append(v.value - truth)
                held += v.lower <= truth <= v.upper
                total += 1
    assert abs(np.mean(off)) < 3 * np.std(off) / np.sqrt(len(off))
    assert held / total > 0.9


def test_names_and_seeds():
    rng = np.random.default_rng(8)
    frame, error = table(rng, 500), rng.normal(size=500) ** 3
    one = assess(error, np.zeros(500), features=frame)
    assert assess(error, np.zeros(500), features=frame).outcome == one.outcome
    other = assess(error, np.zeros(500), features=frame.rename(columns={"x0": "z", "g": "h"}))
    assert [v.value for v in other.outcome.values] == [v.value for v in one.outcome.values]
    assert assess(error, np.zeros(500), features=frame, seed=1).outcome != one.outcome


def test_sensitive_columns_are_searched_too_and_few_rows_are_refused():
    rng = np.random.default_rng(9)
    n = 1_000
    group = rng.choice(["u", "v", "w", "x"], n)
    y = (rng.random(n) < 0.5).astype(int)
    pred = np.where((group == "u") & (rng.random(n) < 0.5), 1 - y, y)
    (found,) = evaluate_predictions(y, pred, sensitive_features={"who": group}, include="slices")
    assert found.outcome.parameters["slices"][0] == {
        "slice": "who = u",
        "confirmed": True,
        "adjusted_p": found.outcome.parameters["slices"][0]["adjusted_p"],
    }
    assert found.outcome.parameters["loss_measure"] == "error_rate"
    few = assess(y[:100], pred[:100], features=pd.DataFrame({"a": rng.normal(size=100)}))
    assert few.status == "skipped"
    assert "it needs 120" in few.reason
    (none,) = evaluate_predictions(y, pred, include="slices")
    assert none.status == "skipped"
    right = assess(y, y, features=pd.DataFrame({"a": rng.normal(size=n)}))
    assert right.status == "done"
    assert "same loss" in right.outcome.notes[0]


def test_losses_too_large_to_be_squared_are_said_to_be():
    rng = np.random.default_rng(12)
    found = assess(rng.normal(size=200) * 1e200, np.full(200, 0.5), features=pd.DataFrame({"a": rng.normal(size=200)}))
    assert found.status == "done"
    assert "too large" in found.outcome.notes[-1]


def test_what_cannot_be_compared_costs_no_other_column():
    rng = np.random.default_rng(11)
    X = pd.DataFrame({"a": rng.normal(size=200), "lists": [[1]] * 200})
    found = assess(rng.normal(size=200), np.zeros(200), features=X)
    assert found.status == "done"
    assert "lists" in found.outcome.notes[-1]
    assert found.outcome.parameters["columns"] == 1


def test_several_classes_weights_and_arrays():
    rng = np.random.default_rng(10)
    n = 600
    y = rng.choice(["a", "b", "c"], n)
    table_ = pd.DataFrame(rng.dirichlet([1, 1, 1], n), columns=["a", "b", "c"])
    X = rng.normal(size=(n, 4))
    (found,) = evaluate_predictions(y, table_, features=X, include="slices", sample_weight=rng.random(n))
    assert found.status == "done"
    assert found.outcome.parameters["loss_measure"] == "log_loss"
    assert all("x" in one["slice"] for one in found.outcome.parameters["slices"])
    overall = next(v for v in found.outcome.values if v.measure == "log_loss" and v.kind == "estimate")
    assert overall.n == n
