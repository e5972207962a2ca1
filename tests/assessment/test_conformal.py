from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom

from jupyter_gov.assessment import evaluate_predictions
from jupyter_gov.assessment._conformal._sets import coverage_law, threshold, threshold_limits

CLOSE = {"rel": 1e-12, "abs": 1e-12}


def assess(y, pred=None, score=None, **more):
    (found,) = evaluate_predictions(y, pred, score, include="conformal", **more)
    return found


def values(found, kind="estimate"):
    return {v.measure: v for v in found.outcome.values if v.kind == kind}


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 60), st.sampled_from([0.5, 0.8, 0.9, 0.95]), st.integers(0, 9))
def test_the_threshold_is_the_smallest_score_that_covers_enough(m, level, seed):
    scores = np.sort(np.round(np.random.default_rng(seed).random(m), 1))
    got = threshold(scores, level)
    enough = [s for s in scores if (scores <= s).sum() >= (m + 1) * level - 1e-9]
    assert got == (min(enough) if enough else math.inf)


def twin(scores, seed, level):
    """Thresholds row by row, the slow way."""
    n = len(scores)
    drawn = np.random.default_rng(seed).permutation(n)
    one, other = set(drawn[: n // 2].tolist()), set(drawn[n // 2 :].tolist())
    at = []
    for i in range(n):
        others = sorted(scores[j] for j in (other if i in one else one))
        k = math.ceil((len(others) + 1) * level - 1e-9)
        at.append(others[k - 1] if k <= len(others) else math.inf)
    return np.array(at)


@pytest.mark.parametrize("seed", [0, 4])
def test_sets_are_those_of_a_twin_that_looks_at_every_row(seed):
    rng = np.random.default_rng(1)
    n, classes = 101, ["a", "b", "c"]
    stated = rng.dirichlet([1, 2, 1], n)
    y = np.array([rng.choice(classes, p=p) for p in stated])
    group = rng.choice(["u", "v"], n)
    found = assess(y, pd.DataFrame(stated, columns=classes), sensitive_features={"who": group}, seed=seed)
    score = 1 - stated[np.arange(n), [classes.index(label) for label in y]]
    for level, mark in ((0.8, "80"), (0.9, "90"), (0.95, "95")):
        at = twin(score, seed, level)
        sets = [{c for c, p in zip(classes, row, strict=True) if 1 - p <= t} for row, t in zip(stated, at, strict=True)]
        covered = np.array([label in some for label, some in zip(y, sets, strict=True)])
        sizes = np.array([len(some) for some in sets])
        got = values(found)
        assert got[f"coverage_{mark}"].value == pytest.approx(covered.mean(), **CLOSE)
        assert got[f"mean_set_size_{mark}"].value == pytest.approx(sizes.mean(), **CLOSE)
        assert got[f"empty_sets_{mark}"].value == pytest.approx((sizes == 0).mean(), **CLOSE)
        assert got[f"single_sets_{mark}"].value == pytest.approx((sizes == 1).mean(), **CLOSE)
        assert got[f"several_sets_{mark}"].value == pytest.approx((sizes > 1).mean(), **CLOSE)
        for kind, of in (("class", y), ("group", group)):
            for v in found.outcome.values:
                if v.kind == kind and v.measure == f"coverage_{mark}":
                    rows = of == (v.label or v.group)
                    assert v.value == pytest.approx(covered[rows].mean(), **CLOSE)
                    assert v.n == rows.sum()
        gap = next(v for v in found.outcome.values if v.kind == "difference" and v.measure == f"coverage_{mark}")
        by = [covered[group == g].mean() for g in ("u", "v")]
        assert gap.value == pytest.approx(max(by) - min(by), **CLOSE)
    assert all(v.lower <= v.value <= v.upper for v in found.outcome.values)


def test_intervals_of_numbers():
    rng = np.random.default_rng(2)
    f = rng.normal(size=200)
    y = f + rng.standard_t(3, 200)
    found = assess(y, f)
    for level, mark in ((0.8, "80"), (0.9, "90"), (0.95, "95")):
        at = twin(np.abs(y - f), 0, level)
        assert values(found)[f"coverage_{mark}"].value == pytest.approx((np.abs(y - f) <= at).mean(), **CLOSE)
        width = values(found)[f"mean_width_{mark}"]
        assert width.value == pytest.approx(2 * at.mean(), **CLOSE)
        assert width.lower <= width.value <= width.upper
    assert not any(v.kind == "class" for v in found.outcome.values)
    curve = found.outcome.curves["mean_width"]
    assert curve["y"] == sorted(curve["y"])
    assert len({len(part) for part in curve.values()}) == 1


def test_two_classes_are_as_a_table_of_two():
    rng = np.random.default_rng(3)
    p = rng.random(150)
    y = (rng.random(150) < p).astype(int)
    one = assess(y, None, p, threshold=0.5)
    two = assess(np.where(y, "b", "a"), pd.DataFrame({"a": 1 - p, "b": p}), task="multiclass")
    for name, v in values(one).items():
        assert v.value == pytest.approx(values(two)[name].value, **CLOSE)


def test_coverage_follows_the_beta_binomial_law():
    m, n, level = 60, 40, 0.9
    rng = np.random.default_rng(4)
    hits = []
    for _ in range(2_000):
        scores = rng.random(m + n)
        hits.append((scores[m:] <= threshold(np.sort(scores[:m]), level)).sum())
    k = math.ceil((m + 1) * level)
    law = betabinom(n, k, m + 1 - k)
    assert np.mean(hits) == pytest.approx(law.mean(), abs=4 * law.std() / np.sqrt(2_000))
    seen = np.bincount(hits, minlength=n + 1) / 2_000
    assert np.abs(np.cumsum(seen) - law.cdf(np.arange(n + 1))).max() < 0.044  # Kolmogorov at 0.1%
    low, high = coverage_law(m, n, level, 0.95)
    assert (low, high) == (law.ppf(0.025) / n, law.ppf(0.975) / n)
    assert level <= law.mean() / n <= level + 1 / (m + 1)  # Lei et al. (2018), theorem 2.2
    assert coverage_law(5, 10, 0.9, 0.95) == (1.0, 1.0)


def test_limits_of_a_quantile_hold_it():
    rng = np.random.default_rng(5)
    held = []
    for _ in range(1_000):
        low, high = threshold_limits(np.sort(rng.exponential(1, 80)), 0.9, 0.95)
        held.append(low <= -math.log(0.1) <= high)
    assert np.mean(held) > 0.935


def test_limits_of_a_groups_coverage_hold_what_it_would_be():
    held, sizes = [], []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        n = 300
        group = rng.random(n) < 0.25
        y = rng.normal(size=n) * np.where(group, 2.0, 1.0)
        found = assess(y, np.zeros(n), sensitive_features={"g": np.where(group, "wide", "usual")}, seed=seed)
        got = next(v for v in found.outcome.values if v.group == "wide" and v.measure == "coverage_90")
        held.append(got.lower <= 0.7067 <= got.upper)
        width = values(found)["mean_width_90"]
        sizes.append(width.lower <= 2 * 2.1018 <= width.upper)
    assert np.mean(held) > 0.925
    assert np.mean(sizes) > 0.925


def test_limits_of_a_group_whose_scores_crowd_about_the_threshold_hold_what_it_would_be():
    held, apart = [], []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        group = rng.random(400) < 0.15
        y = np.where(group, rng.uniform(1.5, 1.8, 400), rng.normal(size=400))
        found = assess(y, np.zeros(400), sensitive_features={"g": np.where(group, "narrow", "usual")}, seed=seed)
        by = {v.group or v.kind: v for v in found.outcome.values if v.measure == "coverage_80"}
        q = 1.59009  # 0.85 (2 Φ(q) − 1) + 0.15 (q − 1.5) / 0.3 = 0.8
        narrow, usual = (q - 1.5) / 0.3, math.erf(q / math.sqrt(2))
        held.append(by["narrow"].lower <= narrow <= by["narrow"].upper)
        apart.append(by["difference"].lower <= usual - narrow <= by["difference"].upper)
    assert np.mean(held) > 0.93
    assert np.mean(apart) > 0.93


def test_ties_at_the_threshold_are_within_the_limits_of_coverage():
    y = np.r_[np.zeros(79), np.ones(21)]  # the quantile at 80% is 1 here, and might as well be 0
    v = values(assess(y, np.zeros(100), task="regression"))["coverage_80"]
    assert v.value == 1
    assert v.lower <= 0.79


def test_sets_that_are_all_of_one_size_have_no_interval_of_their_mean():
    y = np.arange(200) % 2
    found = values(assess(y, None, np.full(200, 0.5), threshold=0.5))
    assert found["mean_set_size_90"].value == 2
    assert found["mean_set_size_90"].lower is None
    assert found["several_sets_90"].lower < found["several_sets_90"].upper == 1


def test_what_it_needs():
    rng = np.random.default_rng(6)
    y = rng.integers(0, 2, 100)
    (labels_only,) = evaluate_predictions(y, y, include="conformal")
    assert labels_only.status == "skipped"
    assert "probabilities" in labels_only.reason
    few = assess(rng.normal(size=30), np.zeros(30))
    assert few.status == "skipped"
    assert "it needs 40" in few.reason
    p = rng.random(100)
    weighted = assess(y, None, p, threshold=0.5, sample_weight=rng.random(100))
    assert weighted.status == "done"
    assert "weighted" in weighted.outcome.notes[0]
    same = assess(np.arange(60) / 7, np.arange(60) / 7)
    assert values(same)["mean_width_90"].value == 0
