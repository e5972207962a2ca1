"""SHAP values of trees, beside Shapley values summed over all subsets, and laws that they keep."""

from __future__ import annotations

from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeRegressor

from jupyter_gov.assessment._trees import read_trees
from jupyter_gov.errors import InputError

EXACT = 1e-12


def forest(seed: int, columns: int = 5, **settings: Any) -> tuple[Any, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = np.round(rng.normal(size=(120, columns)), 1).astype(np.float32).astype(float)
    y = X[:, 0] * X[:, 1] + np.maximum(X[:, 2], 0) + rng.normal(size=120) * 0.3
    model = RandomForestRegressor(**{"n_estimators": 3, "max_depth": 6, "random_state": seed, **settings}).fit(X, y)
    return model, X


def path_game(tree: Any, x: np.ndarray, known: set[int], groups: list[int], node: int = 0) -> float:
    """Return the mean of a tree's leaves where only the known players' columns are followed."""
    if tree.children_left[node] < 0:
        return float(tree.value[node, 0, 0])
    left, right, j = tree.children_left[node], tree.children_right[node], tree.feature[node]
    if groups[j] in known:
        child = left if x[j] <= tree.threshold[node] else right
        return path_game(tree, x, known, groups, child)
    weight = tree.weighted_n_node_samples
    sides = [weight[c] / weight[node] * path_game(tree, x, known, groups, c) for c in (left, right)]
    return sum(sides)


def worth(model: Any, x: np.ndarray, known: set[int], groups: list[int], background: np.ndarray | None) -> float:
    if background is None:
        return float(np.mean([path_game(t.tree_, x, known, groups) for t in model.estimators_]))
    mixed = background.copy()
    for j, group in enumerate(groups):
        if group in known:
            mixed[:, j] = x[j]
    return float(model.predict(mixed).mean())


def shapley(value: Any, players: int) -> np.ndarray:
    out = np.zeros(players)
    for i in range(players):
        rest = [p for p in range(players) if p != i]
        for size in range(players):
            weight = factorial(size) * factorial(players - size - 1) / factorial(players)
            for subset in combinations(rest, size):
                out[i] += weight * (value({*subset, i}) - value(set(subset)))
    return out


def interaction(value: Any, players: int, i: int, j: int) -> float:
    total = 0.0
    rest = [p for p in range(players) if p not in (i, j)]
    for size in range(players - 1):
        weight = factorial(size) * factorial(players - size - 2) / factorial(players - 1) / 2
        for subset in combinations(rest, size):
            s = set(subset)
            total += weight * (value(s | {i, j}) - value(s | {i}) - value(s | {j}) + value(s))
    return total


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000))
@pytest.mark.parametrize("against", ["paths", "rows"])
def test_values_are_those_summed_over_all_subsets(against: str, seed: int) -> None:
    model, X = forest(seed)
    background = None if against == "paths" else X[50:57]
    trees = read_trees(model)
    values, base = trees.shap_values(X[:3], background=background)
    for x, row in zip(X, values, strict=False):
        whole = shapley(lambda s: worth(model, x, s, [0, 1, 2, 3, 4], background), 5)  # noqa: B023
        np.testing.assert_allclose(row, whole, atol=EXACT)
    assert base == pytest.approx(worth(model, X[0], set(), [0, 1, 2, 3, 4], background), abs=EXACT)


@pytest.mark.parametrize("against", ["paths", "rows"])
def test_columns_made_of_one_are_one_player(against: str) -> None:
    model, X = forest(3)
    groups = [0, 1, 0, 2, 1]
    background = None if against == "paths" else X[50:57]
    trees = read_trees(model)
    values, _ = trees.shap_values(X[:4], background=background, groups=groups)
    assert values.shape == (4, 3)
    for x, row in zip(X, values, strict=False):
        whole = shapley(lambda s: worth(model, x, s, groups, background), 3)  # noqa: B023
        np.testing.assert_allclose(row, whole, atol=EXACT)


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 1000))
def test_interactions_are_those_summed_over_all_subsets(seed: int) -> None:
    model, X = forest(seed)
    pairs = [(0, 1), (2, 0), (3, 4)]
    found = read_trees(model).interactions(X[:2], pairs)
    for x, row in zip(X, found, strict=False):
        whole = [interaction(lambda s: worth(model, x, s, [0, 1, 2, 3, 4], None), 5, i, j) for i, j in pairs]  # noqa: B023
        np.testing.assert_allclose(row, whole, atol=EXACT)


def test_interactions_of_players_that_are_several_columns() -> None:
    model, X = forest(5)
    groups = [0, 1, 0, 2, 1]
    found = read_trees(model).interactions(X[:2], [(1, 0)], groups=groups)
    for x, row in zip(X, found, strict=False):
        assert row[0] == pytest.approx(
            interaction(lambda s: worth(model, x, s, groups, None), 3, 0, 1),  # noqa: B023
            abs=EXACT,
        )


@pytest.mark.parametrize("against", ["paths", "rows"])
def test_values_add_up_to_the_output_of_deep_trees(against: str) -> None:
    X, y = make_classification(1500, 30, n_informative=15, random_state=0)
    model = RandomForestClassifier(10, random_state=0).fit(X, y)
    trees = read_trees(model)
    values, base = trees.shap_values(X[:40], background=None if against == "paths" else X[100:120])
    np.testing.assert_allclose(trees.output(X), model.predict_proba(X)[:, 1], atol=EXACT)
    np.testing.assert_allclose(values.sum(axis=1) + base, trees.output(X[:40]), atol=EXACT)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), rows=st.integers(1, 40))
@pytest.mark.parametrize("against", ["paths", "rows"])
def test_a_row_has_the_same_values_alone_and_beside_others(against: str, seed: int, rows: int) -> None:
    model, X = forest(1)
    order = np.random.default_rng(seed).permutation(len(X))
    background = None if against == "paths" else X[:5]
    trees = read_trees(model)
    whole, _ = trees.shap_values(X, background=background)
    part, _ = trees.shap_values(X[order[:rows]], background=background)
    np.testing.assert_array_equal(part, whole[order[:rows]])


def test_one_background_row_and_the_row_itself_as_background() -> None:
    model, X = forest(2)
    values, base = read_trees(model).shap_values(X[:1], background=X[:1])
    assert not values.any()
    assert base == pytest.approx(model.predict(X[:1])[0], abs=EXACT)


def test_a_tree_that_never_splits_attributes_nothing() -> None:
    X = np.ones((10, 2))
    trees = read_trees(DecisionTreeRegressor().fit(X, np.arange(10.0)))
    for background in (None, X):
        values, base = trees.shap_values(X[:2], background=background)
        assert not values.any()
        assert base == pytest.approx(4.5)
    assert not trees.interactions(X[:2], [(0, 1)]).any()


def test_parts_of_the_training_data_that_weigh_nothing_do_no_harm() -> None:
    model, X = forest(4)
    model.estimators_[0].tree_.weighted_n_node_samples[2:6] = 0
    trees = read_trees(model)
    values, base = trees.shap_values(X)
    assert np.isfinite(values).all()
    np.testing.assert_allclose(values.sum(axis=1) + base, model.predict(X), atol=EXACT)


def test_progress_is_told_until_all_rows_are_done() -> None:
    model, X = forest(6)
    told: list[tuple[int, int]] = []
    read_trees(model).shap_values(np.tile(X, (10, 1)), notify=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (1200, 1200)
    assert len(told) > 2


def test_other_columns_than_the_trees_were_made_for_are_refused() -> None:
    model, X = forest(7)
    trees = read_trees(model)
    for call in (trees.output, trees.shap_values, lambda x: trees.shap_values(X, background=x)):
        with pytest.raises(InputError, match=r"4 columns.*made for 5"):
            call(X[:, :4])


def test_compilation_goes_without_a_folder_to_keep_it_in(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba

    from jupyter_gov.assessment._compiled import compiled

    njit = numba.njit

    def nowhere(**settings: Any) -> Any:
        if settings.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return njit(**settings)

    monkeypatch.setattr(numba, "njit", nowhere)
    assert compiled(lambda x: x + 1)(1) == 2
