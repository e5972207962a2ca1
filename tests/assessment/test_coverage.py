"""How often nominal 95% intervals hold the truth; ``benchmarks/interval_coverage.py`` prints the whole tables."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom

from jupyter_gov.assessment._counting._means import Means
from jupyter_gov.assessment._counting._ranking import roc_auc
from jupyter_gov.assessment._counting._rates import Confusion, proportion
from jupyter_gov.assessment._fairness._disparity import against, difference, ratio
from jupyter_gov.assessment._intervals import normal_quantile, rate_limits, wilson

Z = normal_quantile(0.95)
P = np.linspace(0.01, 0.99, 981)
SIZES = [*range(20, 301), 400, 700, 1_000, 3_000, 10_000, 30_000, 100_000]


def rates(hits, rows):
    hits, rows = np.asarray(hits, float), np.broadcast_to(np.asarray(rows, float), np.shape(hits))
    return proportion(hits, rows, rows, rows.astype(np.int64), weighted=False)


def held(lower, truth, upper):
    slack = 1e-9 * (1 + abs(truth))
    return (lower - slack <= truth) & (truth <= upper + slack)


def exact(limits, n):
    """Return the probability that limits hold P, for each P, from all counts of `n` rows."""
    lower, upper = limits(np.arange(n + 1) / n, n, Z)
    first, last = np.searchsorted(upper, P), np.searchsorted(lower, P, side="right") - 1
    return binom.cdf(last, n, P) - binom.cdf(first - 1, n, P)


def test_rates_are_covered_at_every_size_and_rate():
    for n in SIZES:
        coverage = exact(rate_limits, n)
        assert coverage.mean() >= 0.9495, n
        assert coverage.min() >= 0.93, n
        few = n * np.minimum(P, 1 - P) < 10
        assert (coverage[few] >= 0.95).all(), n


def test_wilson_alone_would_not_do():
    assert exact(wilson, 50).min() < 0.9


def test_other_confidences_are_covered():
    for confidence in (0.8, 0.9, 0.99):
        z = normal_quantile(confidence)
        for n in (20, 60, 200):
            lower, upper = rate_limits(np.arange(n + 1) / n, n, z)
            first, last = np.searchsorted(upper, P), np.searchsorted(lower, P, side="right") - 1
            coverage = binom.cdf(last, n, P) - binom.cdf(first - 1, n, P)
            assert coverage.mean() > confidence - 0.001
            assert coverage.min() > confidence - 0.05


GRID = (0.01, 0.011, 0.012, 0.02, 0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)


@pytest.mark.parametrize(("n1", "n2"), [(20, 20), (20, 60), (60, 20), (24, 22), (50, 50), (100, 100)])
def test_differences_and_ratios_are_covered_at_every_pair_of_rates(n1, n2):
    k1, k2 = np.arange(n1 + 1), np.arange(n2 + 1)
    gaps, quotients = [], []
    for k in k2:
        gap, quotient = against(rates(np.append(k1, k), np.append(np.full(n1 + 1, n1), n2)), n1 + 1, 0.95)
        gaps.append(np.stack(gap)[:, :-1])
        quotients.append(np.stack(quotient)[:, :-1])
    gaps, quotients = np.array(gaps), np.array(quotients)
    coverage = []
    for p1 in GRID:
        for p2 in GRID:
            chance = binom.pmf(k2, n2, p2)[:, None] * binom.pmf(k1, n1, p1)
            there = np.isfinite(quotients[:, 0])  # a ratio to zero is not estimable
            coverage.append(
                (
                    (chance * held(gaps[:, 1], p1 - p2, gaps[:, 2])).sum(),
                    (chance * there * held(quotients[:, 1], p1 / p2, quotients[:, 2])).sum() / (chance * there).sum(),
                )
            )
    assert (np.mean(coverage, axis=0) >= 0.95).all()
    assert (np.min(coverage, axis=0) >= 0.927).all()


@pytest.mark.parametrize(("groups", "n"), [(2, 50), (6, 100), (40, 500)])
@pytest.mark.parametrize("spread", ["equal", "two", "many"])
def test_extremes_are_covered_although_they_were_picked(groups, n, spread):
    rng = np.random.default_rng(groups)
    p = {"equal": np.full(groups, 0.3), "two": np.where(np.arange(groups) % 2, 0.4, 0.2)}.get(
        spread, np.linspace(0.1, 0.5, groups)
    )
    truths = np.ptp(p), p.min() / p.max()
    found = []
    for _ in range(300):
        measured = [rates(rng.binomial(n, p), n)]
        pair = difference(measured, 0.95), ratio(measured, 0.95)
        found.append([held(got.lower, truth, got.upper) for got, truth in zip(pair, truths, strict=True)])
    assert (np.mean(found, axis=0) > 0.92).all()  # 0.95 less 2.4 standard errors of the simulation


def test_the_plain_largest_difference_is_biased_and_its_interval_is_not():
    rng = np.random.default_rng(0)
    found = [difference([rates(rng.binomial(50, np.full(40, 0.3)), 50)], 0.95) for _ in range(200)]
    assert np.mean([f.value for f in found]) > 0.25
    assert np.mean([f.lower <= 1e-9 for f in found]) > 0.92


def test_comparisons_with_everybody_and_with_the_best_are_covered():
    rng = np.random.default_rng(1)
    p, n = np.array([0.1, 0.2, 0.25, 0.4, 0.4]), np.array([300, 80, 150, 60, 100])
    table = np.zeros((5, 4), np.int64)
    whole = (p @ n) / n.sum()
    results = []
    for _ in range(500):
        hits = rng.binomial(n, p)
        table[:, 0], table[:, 1] = n - hits, hits
        counts = Confusion(table, table.astype(float), table.astype(float), weighted=False)
        measured = counts.metrics()["selection_rate"]
        everybody = counts.merge(np.zeros(5, np.int64), 1).metrics()["selection_rate"]
        gap, quotient = against(measured, everybody, 0.95)
        best = int(measured.value.argmax())
        picked = against(measured, best, 0.95, picked=True)[0]
        together = held(picked.lower, p - p[best], picked.upper)[np.arange(5) != best].all()
        results.append(
            (
                held(gap.lower, p - whole, gap.upper).mean(),
                held(quotient.lower, p / whole, quotient.upper).mean(),
                together,
            )
        )
    everybody, quotient, best = np.mean(results, axis=0)
    assert 0.935 < everybody < 0.98
    assert 0.935 < quotient < 0.98
    assert best > 0.935


def test_means_and_weighted_rates_are_covered():
    rng = np.random.default_rng(2)
    trials, n = 2_000, 200
    codes = np.repeat(np.arange(trials), n)
    x, weight = np.abs(rng.normal(size=trials * n)), rng.exponential(size=trials * n)
    for w in (None, weight):
        lower, upper = Means.count(codes, trials, x, w).mean().limits(Z)
        assert 0.93 < held(lower, math.sqrt(2 / math.pi), upper).mean() < 0.97
    hit = rng.random(trials * n) < 0.3
    lower, upper = Confusion.count(codes, trials, hit, hit, weight).metrics()["selection_rate"].limits(Z)
    assert held(lower, 0.3, upper).mean() > 0.935


def test_roc_auc_is_covered():
    rng = np.random.default_rng(3)
    true = np.arange(160) < 60
    area = 0.8
    shift = true * 1.1902  # √2 Φ⁻¹(0.8)
    limits = [roc_auc(rng.normal(size=160) + shift, true).limits(Z) for _ in range(600)]
    assert np.mean([lower <= area <= upper for lower, upper in limits]) > 0.93
