"""How many more rows, against the variances of rates themselves."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jupyter_gov.mitigation import METHODS, Problem, more_data
from jupyter_gov.mitigation._more_data import more_rows
from jupyter_gov.records import Value


def rate(p: float, n: int, group: str) -> Value:
    half = 1.96 * math.sqrt(p * (1 - p) / n)
    return Value(
        measure="selection_rate",
        kind="group",
        attribute="race",
        group=group,
        value=p,
        lower=p - half,
        upper=p + half,
        n=n,
    )


def between(first: Value, second: Value, kind: str = "difference") -> Value:
    a, b = sorted([first.value or 0.0, second.value or 0.0])
    halves = [((v.upper or 0.0) - (v.lower or 0.0)) / 2 for v in (first, second)]
    if kind == "ratio":
        half = math.hypot(halves[0] / (first.value or 1), halves[1] / (second.value or 1))
        value, lower, upper = a / b, a / b * math.exp(-half), a / b * math.exp(half)
    else:
        value, lower, upper = b - a, b - a - math.hypot(*halves), b - a + math.hypot(*halves)
    return Value(
        measure="selection_rate",
        kind=kind,
        attribute="race",
        reference="max-min",
        value=value,
        lower=lower,
        upper=upper,
    )


@given(st.floats(0.1, 0.9), st.floats(0.1, 0.9), st.integers(50, 5_000), st.integers(50, 5_000), st.floats(0.1, 0.95))
def test_with_so_many_rows_the_interval_is_as_wide_as_is_needed(p: float, q: float, n: int, m: int, by: float) -> None:
    first, second = rate(p, n, "a"), rate(q, m, "b")
    found = more_rows(first, second, by=by)
    assert found is not None
    now = math.hypot(*(((v.upper or 0) - (v.lower or 0)) / 2 for v in (first, second)))
    part = found.both / (n + m)
    later = math.hypot(
        1.96 * math.sqrt(p * (1 - p) / (n * (1 + part))), 1.96 * math.sqrt(q * (1 - q) / (m * (1 + part)))
    )
    assert later <= by * now * 1.0001
    assume(found.rows is not None)
    more = {"a": (n + (found.rows or 0), m), "b": (n, m + (found.rows or 0))}[found.group]
    later = math.hypot(1.96 * math.sqrt(p * (1 - p) / more[0]), 1.96 * math.sqrt(q * (1 - q) / more[1]))
    assert later <= by * now * 1.0001


def test_a_small_group_is_named_with_the_rows_that_would_decide() -> None:
    large, small = rate(0.60, 4_000, "White"), rate(0.52, 120, "Black")
    (told,) = more_data([large, small, between(large, small)], target=0.05)
    assert told.startswith("The selection rate, difference between groups of race: About ")
    assert "more assessed rows of 'Black' would decide whether it keeps 0.05" in told
    rows = int(told.split("About ")[1].split(" ")[0].replace(",", ""))
    enough, fewer = (between(large, rate(0.52, 120 + n, "Black")) for n in (rows, rows * 9 // 10))
    assert (enough.lower or 0) > 0.0499
    assert (fewer.lower or 0) < 0.05


def test_a_ratio_is_judged_on_its_logarithm() -> None:
    large, small = rate(0.60, 9_000, "White"), rate(0.44, 150, "Black")
    (told,) = more_data([large, small, between(large, small, "ratio")], target=0.8, kind="ratio")
    rows = int(told.split("About ")[1].split(" ")[0].replace(",", ""))
    assert (between(large, rate(0.44, 150 + rows, "Black"), "ratio").upper or 1) < 0.801


def test_where_one_group_alone_cannot_do_it_both_are_told() -> None:
    first, second = rate(0.5, 200, "a"), rate(0.45, 200, "b")
    (told,) = more_data([first, second, between(first, second)], target=0.049)
    assert "No number of rows of 'a' alone" in told
    assert "more of both groups together would" in told


def test_what_is_decided_or_has_no_target_is_told_how_to_halve_it() -> None:
    first, second = rate(0.5, 400, "a"), rate(0.2, 40, "b")
    values = [first, second, between(first, second)]
    assert more_data(values, target=0.05) == more_data(values)
    assert "would halve the interval" in more_data(values)[0]
    assert more_data([first, second]) == ()
    assert more_data([between(first, second)]) == ()


def test_the_method_advises_and_makes_nothing() -> None:
    first, second = rate(0.5, 400, "a"), rate(0.45, 40, "b")
    problem = Problem(
        model=None, X_train=None, y_train=None, values=(first, second, between(first, second)), target=0.1
    )
    method = METHODS["more_data"]
    assert method.applies(problem) == ""
    assert list(method.make(problem)) == []
    assert method.advise(problem) == more_data(problem.values, target=0.1)
    with pytest.raises(StopIteration):
        next(method.make(problem))
