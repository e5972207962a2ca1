"""Explaining rows until the ranking of the columns is stable."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression

from jupyter_gov.assessment import Model, explanation
from jupyter_gov.assessment._explanation._sampling import STABLE, rank_correlation, sample_attributions, spearman


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=3, max_size=8), st.integers(0, 1_000))
def test_spearman_is_scipys(values, seed):
    one = np.array(values, float)
    many = np.random.default_rng(seed).integers(0, 4, (3, len(one))).astype(float)
    for found, other in zip(spearman(one, many), many, strict=True):
        if np.ptp(one) and np.ptp(other):
            assert found == pytest.approx(spearmanr(one, other).statistic, abs=1e-12)
        else:
            assert found == float(not np.ptp(one) and not np.ptp(other))


def table(n, columns=12, seed=0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(n, columns)), columns=[f"c{j}" for j in range(columns)])
    return X, X.to_numpy() @ np.linspace(0.1, 3, columns) ** 2


def test_rows_are_explained_until_the_ranking_is_stable():
    X, y = table(3_000)
    got = explanation(LinearRegression().fit(X, y), X, task="regression")
    assert 500 <= got.parameters["rows"] < 3_000
    assert got.parameters["rank_correlation"] >= STABLE
    assert got.notes[0].startswith("The ranking of the columns is stable: ")
    few = explanation(LinearRegression().fit(X, y), X, task="regression", max_rows=20)
    assert few.parameters["rank_correlation"] < STABLE
    assert few.notes[0].startswith("The ranking of the columns is not stable yet: 20 of 3,000 rows")
    everything = explanation(LinearRegression().fit(X, y), X.iloc[:100], task="regression")
    assert (everything.parameters["rows"], everything.parameters["rank_correlation"]) == (100, 1.0)


def test_neighbours_that_cannot_be_told_apart_are_named():
    X, _ = table(400, 3)
    got = explanation(LinearRegression().fit(X, X.c0 * 3 + X.c1 + X.c2), X, task="regression")
    assert got.notes == ("Which of them comes first could be chance: 'c2' and 'c1'.",) or got.notes == (
        "Which of them comes first could be chance: 'c1' and 'c2'.",
    )


def test_batches_are_prefixes_of_one_order():
    X, y = table(1_200)
    model = Model(estimator=HistGradientBoostingRegressor(max_iter=3).fit(X, y), task="regression")
    most = sample_attributions(model, X)
    few = sample_attributions(model, X, max_rows=40)
    np.testing.assert_array_equal(few.rows, most.rows[:40])
    np.testing.assert_allclose(few.values, most.values[:40], atol=1e-12)
    assert len(np.unique(most.rows)) == len(most.rows)


def test_the_expected_rank_correlation_is_about_what_happens():
    """What is expected of one sample is what samples do on average."""
    rng = np.random.default_rng(0)
    values = rng.standard_exponential((2_000, 20)) * np.linspace(1, 1.6, 20)
    truth = values.mean(axis=0)
    expected, seen = [], []
    for _ in range(40):
        sample = values[rng.permutation(2_000)[:200]]
        expected.append(rank_correlation(sample, 2_000))
        seen.append(spearman(truth, sample.mean(axis=0)[None])[0])
    assert np.mean(expected) == pytest.approx(np.mean(seen), abs=0.02)
    assert rank_correlation(values, 2_000) == 1.0
    assert rank_correlation(values[:, :1], 9_000) == 1.0
    assert np.isnan(rank_correlation(values[:1], 2_000))


def test_a_seed_gives_the_same_numbers_and_leaves_numpys_state_alone():
    X, y = table(300, 5)
    model = HistGradientBoostingRegressor(max_iter=3).fit(X, y)
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    assert explanation(model, X, task="regression", seed=3) == explanation(model, X, task="regression", seed=3)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_intervals_hold_the_mean_over_the_population():
    X, y = table(4_000, 4)
    model = LinearRegression().fit(X, y)
    truth = np.abs((X - X.mean()).to_numpy() * model.coef_).mean(axis=0)
    held = []
    for seed in range(100):
        got = explanation(model, X, task="regression", max_rows=60, seed=seed)
        by = {v.attribute: v for v in got.values if v.kind == "importance"}
        held += [by[name].lower <= truth[j] <= by[name].upper for j, name in enumerate(X.columns)]
    assert 0.92 <= np.mean(held) <= 0.99
