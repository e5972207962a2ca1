"""How many more rows would decide: against a search for the sample size at which the interval really clears."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from jupyter_gov.assessment import fairness
from jupyter_gov.policy._rows import rows_to_decide

Z = stats.norm.ppf(0.975)


def wilson(p: float, n: float) -> tuple[float, float]:
    """Wilson's interval (Journal of the American Statistical Association 22, 1927)."""
    middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return middle - half, middle + half


def clears(p: float, threshold: float, start: int) -> int:
    """Return the first sample size at which the interval does not hold the threshold any more."""
    n = start
    while wilson(p, n)[0] < threshold < wilson(p, n)[1]:
        n += 1
    return n


@pytest.mark.parametrize("p", [0.3, 0.5, 0.7, 0.85])
@pytest.mark.parametrize("gap", [-0.1, -0.05, 0.03, 0.05, 0.1])
def test_rates_agree_with_wilsons_interval(p: float, gap: float) -> None:
    threshold = p + gap
    truth = clears(p, threshold, 10)
    for share in (0.3, 0.6, 0.9):
        n = max(20, int(share * truth))
        lower, upper = wilson(p, n)
        if not lower < threshold < upper:
            continue
        more = rows_to_decide(p, lower, upper, threshold, n)
        assert more is not None
        assert n + more == pytest.approx(truth, rel=0.3)


def test_ratios_agree_on_the_logarithmic_scale() -> None:
    def interval(n: int) -> tuple[float, float]:
        half = Z * math.sqrt(4.0 / n)
        return 0.85 * math.exp(-half), 0.85 * math.exp(half)

    truth = next(n for n in range(100, 100_000) if interval(n)[0] > 0.8)
    more = rows_to_decide(0.85, *interval(300), 0.8, 300, ratio=True)
    assert more is not None
    assert 300 + more == pytest.approx(truth, abs=1)


def test_the_end_of_an_extreme_ratio_tells_nothing_of_its_width() -> None:
    free = rows_to_decide(0.7, 0.5, 0.98, 0.8, 100, ratio=True)
    held = rows_to_decide(0.7, 0.5, 1.0, 0.8, 100, ratio=True, smallest=True)
    assert free is not None
    assert held == pytest.approx(free, rel=0.1)
    difference = rows_to_decide(0.05, 0.0, 0.15, 0.1, 100, smallest=True)
    assert difference == 300


@pytest.mark.parametrize(
    ("rates", "sizes"), [((0.5, 0.43), (300, 200)), ((0.8, 0.7), (400, 150)), ((0.5, 0.35), (250, 120))]
)
def test_the_fairness_assessments_own_intervals_clear_there(rates: tuple[float, float], sizes: tuple[int, int]) -> None:
    def interval(times: float) -> tuple[float, float, float]:
        counts = [round(size * times) for size in sizes]
        chosen = np.concatenate([np.arange(n) < round(rate * n) for rate, n in zip(rates, counts, strict=True)])
        groups = np.repeat(["a", "b"], counts)
        found = fairness(chosen.astype(int), chosen.astype(int), sensitive_features={"group": groups}).disparities
        of = found[(found.metric == "selection_rate") & (found.kind == "ratio") & (found.reference == "max-min")]
        return tuple(of[["value", "lower", "upper"]].iloc[0])

    value, lower, upper = interval(1)
    more = rows_to_decide(value, lower, upper, 0.8, sum(sizes), ratio=True, smallest=True)
    assert more is not None
    needed = 1 + more / sum(sizes)
    _, lower, upper = interval(0.9 * needed)
    assert lower < 0.8 < upper
    _, lower, upper = interval(1.1 * needed)
    assert not lower < 0.8 < upper


@given(
    value=st.floats(0.05, 0.95),
    half=st.floats(0.01, 0.5),
    threshold=st.floats(0.05, 0.95),
    further=st.floats(1.05, 3),
    n=st.integers(1, 10**6),
)
def test_the_number_falls_as_the_estimate_moves_away(
    value: float, half: float, threshold: float, further: float, n: int
) -> None:
    assume(abs(value - threshold) > 1e-3)
    away = threshold + (value - threshold) * further
    near = rows_to_decide(value, value - half, value + half, threshold, n)
    far = rows_to_decide(away, away - half, away + half, threshold, n)
    # None where it would take more rows than anybody is told of.
    assert near is None or (far is not None and far <= near)


@pytest.mark.parametrize(
    ("value", "lower", "upper", "threshold", "n"),
    [
        (0.8, 0.7, 0.9, 0.8, 100),
        (float("nan"), 0.7, 0.9, 0.8, 100),
        (0.85, float("-inf"), 0.9, 0.8, 100),
        (0.85, 0.7, 0.9, 0.8, 0),
        (0.8 + 1e-12, 0.7, 0.9, 0.8, 100),
    ],
)
def test_no_number_is_told_where_none_can_be(
    value: float, lower: float, upper: float, threshold: float, n: int
) -> None:
    assert rows_to_decide(value, lower, upper, threshold, n) is None


def test_a_ratio_of_zero_has_no_logarithm() -> None:
    assert rows_to_decide(0.0, 0.0, 0.9, 0.8, 100, ratio=True) is None
    assert rows_to_decide(0.9, 0.0, 1.0, 0.8, 100, ratio=True) is None
