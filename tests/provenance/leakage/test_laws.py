"""What preparation over all rows leaves behind in the numbers, and that nothing else does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prepared_cases import fit, folds, parts, sample

from jupyter_gov.provenance.leakage import Case
from jupyter_gov.provenance.leakage._computed import computed
from jupyter_gov.provenance.leakage._laws import encoded, filled, ranked, standard

SEEDS = st.integers(0, 2**32 - 1)


def natural(rng: np.random.Generator, n: int) -> dict[str, np.ndarray[Any, Any]]:
    """Return columns as data have them, those by design included."""
    hours = np.arange(n) % 24
    return {
        "amount": rng.lognormal(3, 1, n),
        "age": rng.integers(18, 90, n).astype(float),
        "price": np.round(rng.gamma(2, 50, n), 2),
        "share": rng.beta(0.5, 0.5, n).round(2),
        "pixel": np.clip(rng.integers(-10, 27, n), 0, 16) / 16,
        "flag": (rng.random(n) < 0.1).astype(float),
        "code": rng.permutation(np.tile([-1.0, 1.0], n // 2 + 1)[:n]),
        "contrast": np.tile(np.array([-1, 0, 1]) * np.sqrt(1.5), n // 3 + 1)[:n],
        "count": rng.poisson(0.6, n).astype(float),
        "row": np.arange(1, n + 1, dtype=float),
        "grid": np.linspace(0, 1, n),
        "sine": np.sin(2 * np.pi * hours / 24),
        "cosine": np.cos(2 * np.pi * hours / 24),
        "sine of the day": np.sin(4 * np.pi * hours / 24),
        "short": rng.normal(size=n).astype(np.float32).astype(float),
        "spiked": np.where(rng.random(n) < 0.4, 0.0, rng.lognormal(0, 1, n)),
        "constant": np.full(n, 3.0),
        "holes": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
    }


def prepared(rng: np.random.Generator, n: int, how: str) -> tuple[dict[str, Any], Any]:
    """Return columns that were prepared over all of their rows."""
    a, b, c = rng.lognormal(1, 1, n), rng.normal(50, 9, n), rng.gamma(2, 3, n)
    y = (rng.random(n) < 0.4).astype(float)
    holes = rng.random(n) < 0.15
    town = rng.integers(0, max(4, n // 12), n)
    if how == "standardised":
        return {"a": (a - a.mean()) / a.std(), "b": b}, y
    if how == "standardised as pandas does":
        return {"a": (a - a.mean()) / a.std(ddof=1), "b": b}, y
    if how == "standardised in 32 bits":
        s = a.astype(np.float32)
        return {"a": ((s - s.mean()) / s.std()).astype(float)}, y
    if how == "scaled to a range":
        return {k: (v - v.min()) / (v.max() - v.min()) for k, v in (("a", a), ("b", b), ("c", c))}, y
    if how == "robustly scaled":
        low, middle, high = np.percentile(a, (25, 50, 75))
        return {"a": (a - middle) / (high - low)}, y
    if how == "filled":
        return {"a": np.where(holes, a[~holes].mean(), a), "b": b}, y
    if how == "filled with an age":
        age = rng.integers(18, 90, n).astype(float)
        return {"age": np.where(holes, age[~holes].mean(), age)}, y
    if how == "filled by the median":
        holes[0] ^= (~holes).sum() % 2 == 1
        return {"a": np.where(holes, np.median(a[~holes]), a)}, y
    if how == "ranks":
        return {k: (np.argsort(np.argsort(v)) + 1) / n for k, v in (("a", a), ("b", b))}, y
    if how == "ranks with ties":
        v = rng.integers(0, n // 3, n)
        return {"a": np.array([(v < x).sum() + ((v == x).sum() + 1) / 2 for x in v])}, y
    if how == "components":
        X = np.stack([a, b, c, a + c + rng.normal(size=n)], 1)
        X = X - X.mean(0)
        scores = X @ np.linalg.svd(X, full_matrices=False)[2].T
        return {f"pc{i}": scores[:, i] for i in range(3)}, y
    sums, counts = np.bincount(town, y), np.bincount(town)
    if how == "means of the target":
        return {"town": (sums / np.maximum(counts, 1))[town], "b": b}, y
    assert how == "shrunk means of the target"
    return {"town": ((sums + 10 * y.mean()) / (counts + 10))[town], "b": b}, y


LAWS = {
    "standardised": "standardised",
    "standardised as pandas does": "standardised",
    "standardised in 32 bits": "standardised",
    "scaled to a range": "scaled to a range",
    "robustly scaled": "robustly scaled",
    "filled": "filled",
    "filled with an age": "filled",
    "filled by the median": "filled",
    "ranks": "ranks",
    "ranks with ties": "ranks",
    "components": "components",
    "means of the target": "target mean",
    "shrunk means of the target": "target mean",
}


@pytest.mark.parametrize("how", LAWS)
def test_preparation_over_all_rows_is_shown(how: str) -> None:
    for seed in range(10):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(150, 800))
        columns, y = prepared(rng, n, how)
        test = rng.permutation(n)[: n // 3]
        if how == "scaled to a range":
            # Where the training rows hold all ends, the scale would have been the same without the test.
            test = np.union1d(test, [np.argmax(columns["a"])])
        assert [f.law for f in computed(parts(columns, test, y=y))] == [LAWS[how]], seed
        assert [f.law for f in computed(folds(columns, y=y))] == [LAWS[how]], seed


@pytest.mark.parametrize("how", LAWS)
def test_the_same_by_the_training_rows_is_not(how: str) -> None:
    """Both parts are taken from one table, and the training rows alone are prepared together."""
    for seed in range(10):
        rng = np.random.default_rng(seed)
        columns, y = prepared(rng, 400, how)
        more = {k: rng.choice(v, 150) * 1.01 + 0.003 for k, v in columns.items()}
        both = {k: np.concatenate([v, more[k]]) for k, v in columns.items()}
        targets = np.concatenate([y, rng.choice(y, 150)])
        assert list(computed(parts(both, np.arange(400, 550), y=targets))) == [], seed


@settings(max_examples=80, deadline=None)
@given(SEEDS, st.integers(24, 1500), st.booleans())
def test_natural_columns_show_nothing(seed: int, n: int, whole_days: bool) -> None:
    rng = np.random.default_rng(seed)
    n = n - n % 24 if whole_days else n
    columns = natural(rng, n)
    y = rng.integers(0, 2, n).astype(float) if seed % 2 else columns["amount"] * 2 + rng.normal(size=n)
    test = rng.permutation(n)[: max(1, int(n * rng.choice([0.1, 0.25, 0.5])))]
    assert list(computed(parts(columns, test, y=y))) == []
    assert list(computed(folds(columns, y=y))) == []


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=0, max_size=60), SEEDS)
def test_any_numbers_can_be_asked(values: list[float], seed: int) -> None:
    column = np.array(values, float)
    y = np.random.default_rng(seed).integers(0, 2, len(column)).astype(float)
    assert standard(column) in (True, False)
    filled(column)
    ranked(column)
    encoded(column, y)


def test_each_part_by_its_own_statistics() -> None:
    rng = np.random.default_rng(3)
    a = rng.lognormal(size=300)
    test = np.arange(200, 300)
    a[:200], a[200:] = (a[:200] - a[:200].mean()) / a[:200].std(), (a[200:] - a[200:].mean()) / a[200:].std()
    (found,) = computed(parts({"a": a}, test))
    assert "test rows by themselves" in found.proof
    assert "100" in found.proof


def test_a_part_that_is_neither_trained_on_nor_tested() -> None:
    """A table prepared as a whole and cut in three is seen by what the rows were taken from."""
    rng = np.random.default_rng(4)
    a = rng.lognormal(size=600)
    a = (a - a.mean()) / a.std()
    train, test = np.arange(300), np.arange(450, 600)

    case = Case(
        fit=fit("a.Model"),
        use="test",
        train=sample("train", {"a": a[train]}, origins={"source": train}),
        test=sample("test", {"a": a[test]}, origins={"source": test}),
        sources={"source": sample("source", {"a": a})},
    )
    (found,) = computed(case)
    assert "600" in found.proof


def test_a_text_column_and_a_target_that_is_gone() -> None:
    rng = np.random.default_rng(5)
    columns, _ = prepared(rng, 200, "means of the target")
    assert list(computed(parts(columns, np.arange(50)))) == []
