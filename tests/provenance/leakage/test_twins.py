"""Rows of equal values: how many there are, beside a search by hand, and how many chance would give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.provenance.leakage import CHECKS, Case, Sample, folded
from jupyter_gov.provenance.leakage import _sketch as sketches
from jupyter_gov.provenance.leakage import _twins as twins
from jupyter_gov.provenance.leakage._chance import expected_twins
from jupyter_gov.records import Fit

identical, near_identical = CHECKS["identical_rows"], CHECKS["near_identical_rows"]


def hashed(columns):
    """Return a number for each row that equal rows have in common."""
    return np.array([hash(row) & (2**64 - 1) for row in zip(*(c.tolist() for c in columns), strict=True)], np.uint64)


def sample(**columns):
    rows = len(next(iter(columns.values())))
    near = [folded(c) for c in columns.values()]
    made = {"values": columns.get, "hashes": lambda: hashed(columns.values()), "near": lambda: hashed(near)}
    return Sample(id=str(rows), name="data", rows=rows, columns=tuple(columns), **made)


def case(train, test, use="test"):
    return Case(fit=Fit(class_="m"), use=use, train=train, test=test)


@given(st.lists(st.integers(0, 30), max_size=20), st.lists(st.integers(0, 30), max_size=20))
def test_twins_are_those_found_one_by_one(train, test):
    found = list(identical(case(sample(a=np.array(train, float)), sample(a=np.array(test, float)))))
    wanted = sum(value in train for value in test)
    assert [f.count for f in found] == ([wanted] if wanted else [])


def test_few_values_repeat_by_chance():
    rng = np.random.default_rng(0)
    a = rng.integers(0, 6, 2000).astype(float)
    columns = {"a": a, "b": (a + rng.integers(0, 3, 2000)) % 6, "c": rng.integers(0, 6, 2000).astype(float)}
    train = sample(**{n: c[:1500] for n, c in columns.items()})
    test = sample(**{n: c[1500:] for n, c in columns.items()})
    (found,) = identical(case(train, test))
    assert found.severity == "info"
    assert found.expected == pytest.approx(found.count, rel=0.02)


@pytest.mark.parametrize("cells", [5, 40])
def test_independent_columns_give_what_the_formula_gives(cells):
    rng = np.random.default_rng(1)
    train, test = (sample(**{n: rng.integers(0, cells, k).astype(float) for n in "abc"}) for k in (2000, 1000))
    expected = 1000 * (1 - (1 - cells**-3) ** 2000)
    assert expected_twins(train, test) == pytest.approx(expected, rel=0.1)


def measured(rng, rows):
    return {
        "a": rng.normal(size=rows),
        "b": rng.gamma(2, 1000, size=rows),
        "word": np.array(["x y", "Z"], object)[rng.integers(0, 2, rows)],
    }


def split(columns, rng):
    order = rng.permutation(len(columns["a"]))
    part = len(order) * 3 // 4
    return (sample(**{n: c[at] for n, c in columns.items()}) for at in (order[:part], order[part:]))


def test_copies_of_measurements_are_beyond_chance():
    rng = np.random.default_rng(2)
    copied = {n: np.concatenate([c, c[:100]]) for n, c in measured(rng, 1000).items()}
    (found,) = identical(case(*split(copied, rng)))
    assert found.severity == "warning"
    assert found.count > 20 > 10 * found.expected
    assert not list(near_identical(case(*split(measured(rng, 1000), rng))))


def test_near_copies_are_told_from_exact_ones():
    rng = np.random.default_rng(3)
    held = measured(rng, 800)
    again = {"a": held["a"][:100] * (1 + 1e-10), "b": held["b"][:100] * (1 - 1e-10)}
    again["word"] = np.array([f" {word.upper()}  " for word in held["word"][:100]], object)
    train, test = sample(**held), sample(**again)
    assert not list(identical(case(train, test)))
    (found,) = near_identical(case(train, test))
    assert (found.severity, found.check) == ("warning", "near_identical_rows")
    # One or two of two hundred numbers may lie where rounding turns.
    assert found.count >= 98


def test_a_column_that_follows_from_another_one_proves_nothing():
    rng = np.random.default_rng(4)
    a = np.round(rng.normal(size=2000), 2)
    columns = {"a": a, "square": a**2, "scaled": a / 7}
    train, test = ({n: c[at] for n, c in columns.items()} for at in (slice(1500), slice(1500, None)))
    (found,) = identical(case(sample(**train), sample(**test)))
    assert found.severity == "info"


def test_other_columns_cannot_be_compared():
    one = sample(a=np.ones(3))
    assert not list(identical(case(one, sample(b=np.ones(3)))))
    assert not list(identical(case(one, one, use="cross_validation")))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_six_digits_decide_which_numbers_are_near(value):
    near = float(f"{value:.5e}")
    both = folded(np.array([value, near, -0.0, 0.0, np.nan]))
    # Written with six digits, a number has no others that could be rounded.
    assert both[1] == folded(np.array([float(f"{near:.5e}")]))[0]
    assert both[2] == both[3]
    assert (both[0] == both[1]) or abs(value) < 1e-300 or abs(value) > 1e300 or _on_the_edge(value)


def _on_the_edge(value):
    digits = f"{abs(value):.16e}".split("e")[0].replace(".", "")
    return digits[6:12] in ("499999", "500000")


def test_very_many_rows_are_compared_by_a_sketch(monkeypatch):
    monkeypatch.setattr(twins, "EXACT", 1000)
    rng = np.random.default_rng(5)
    train = {"a": rng.normal(size=30_000), "b": rng.normal(size=30_000)}
    test = {n: np.concatenate([rng.normal(size=8_000), c[:2_000]]) for n, c in train.items()}
    (found,) = identical(case(sample(**train), sample(**test)))
    assert found.severity == "warning"
    assert found.evidence["lower"] <= 2_000 <= found.evidence["upper"]
    assert found.count == pytest.approx(2_000, rel=0.05)
    assert "sketch" in found.message


def test_a_sketch_tells_the_error_that_it_has():
    rng = np.random.default_rng(6)
    values = rng.integers(0, 2**63, 400_000).astype(np.uint64)
    found = sketches.estimate_shared(values[:300_000], values[200_000:])
    assert found.lower < 100_000 < found.upper
    assert found.upper - found.lower < 0.05 * found.value
