"""Show how often nominal 95% intervals hold the truth: exactly for rates and pairs of rates, else by simulation.

Usage: ``python benchmarks/interval_coverage.py [SECTION …] [--quick]``; sections are rates, pairs, extremes,
reference, auc, decisions, groups, calibration, regression, means. One core, some minutes for all; ``--quick`` simulates
a tenth. The cards and ``docs/intervals.md`` quote what it prints.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import binom

from jupyter_gov import assessment
from jupyter_gov.assessment._counting._means import Means
from jupyter_gov.assessment._counting._ranking import roc_auc
from jupyter_gov.assessment._counting._rates import Confusion, Measured, proportion
from jupyter_gov.assessment._fairness import _disparity
from jupyter_gov.assessment._intervals import normal_quantile, rate_limits

CONFIDENCE = 0.95
Z = normal_quantile(CONFIDENCE)
TRUTH_ROWS = 2_000_000
"""Rows of the sample that stands for the truth where there is no formula."""
Row = tuple[str, ...]


def rates(_: float) -> Iterator[Row]:
    """Yield the exact coverage of a rate's interval over rates 0.01 to 0.99, by enumeration of all counts."""
    yield "rows", "mean", "least", "at rate", "least where n·p or n·(1 − p) < 10"
    p = np.linspace(0.01, 0.99, 1_961)
    for n in (20, 30, 50, 100, 200, 500, 1_000, 10_000, 100_000):
        lower, upper = rate_limits(np.arange(n + 1) / n, n, Z)
        # Limits grow with the count, so that the counts whose interval holds p are neighbours.
        first, last = np.searchsorted(upper, p), np.searchsorted(lower, p, side="right") - 1
        held = binom.cdf(last, n, p) - binom.cdf(first - 1, n, p)
        few = n * np.minimum(p, 1 - p) < 10
        rare = share(held[few].min()) if few.any() else "–"
        yield f"{n:,}", share(held.mean()), share(held.min()), f"{p[held.argmin()]:.3f}", rare


def pairs(_: float) -> Iterator[Row]:
    """Yield the coverage of differences and ratios of two rates, of ratios among the samples that have one."""
    yield "rows", "difference: mean", "least", "at rates", "ratio: mean", "least", "at rates"
    grid = (0.01, 0.011, 0.02, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.98, 0.99)
    sizes = (20, 20), (20, 100), (100, 20), (50, 50), (200, 200), (20, 2_000), (2_000, 20), (2_000, 2_000)
    for n1, n2 in (*sizes, (100_000, 100_000)):
        at = [(p1, p2) for p1 in grid for p2 in grid]
        held = np.array([_pair(n1, p1, n2, p2) for p1, p2 in at])
        cells = [f"{n1:,} and {n2:,}"]
        for column in held.T:
            worst = at[int(column.argmin())]
            cells += [share(column.mean()), share(column.min()), f"{worst[0]}, {worst[1]}"]
        yield tuple(cells)


def _pair(n1: int, p1: float, n2: int, p2: float, most: int = 200) -> tuple[float, float]:
    """Return both coverages, from all counts of the first group and at most `most` quantiles of the second's."""
    k1 = np.arange(binom.ppf(1e-9, n1, p1), binom.isf(1e-9, n1, p1) + 1)
    k2 = np.arange(binom.ppf(1e-9, n2, p2), binom.isf(1e-9, n2, p2) + 1)
    chance, weight = binom.pmf(k1, n1, p1), binom.pmf(k2, n2, p2)
    if len(k2) > most:
        k2, weight = binom.ppf((np.arange(most) + 0.5) / most, n2, p2), np.full(most, 1 / most)
    totals = np.append(np.full(len(k1), float(n1)), float(n2))
    held = np.zeros(2)
    seen = np.zeros(2)
    for count, w in zip(k2, weight, strict=True):
        measured = proportion(np.append(k1, count), totals, totals, totals.astype(np.int64), weighted=False)
        truths = p1 - p2, p1 / p2
        for i, (compared, truth) in enumerate(
            zip(_disparity.against(measured, len(k1), CONFIDENCE), truths, strict=True)
        ):
            value, lower, upper = (part[:-1] for part in compared)
            held[i] += w * (chance * holds(lower, truth, upper)).sum()
            seen[i] += w * chance[np.isfinite(value)].sum()
    return tuple(held / seen)


SHAPES = tuple((groups, n) for groups in (2, 6, 40) for n in (50, 500, 5_000))
"""Numbers of groups, and of rows in each."""
SPREADS: tuple[Callable[[int], Any], ...] = (
    lambda g: np.full(g, 0.05),
    lambda g: np.full(g, 0.3),
    lambda g: np.where(np.arange(g) % 2, 0.4, 0.2),
    lambda g: np.linspace(0.1, 0.5, g),
)
"""Scenes: the true rates of that many groups."""


def extremes(scale: float) -> Iterator[Row]:
    """Yield the coverage of the largest difference and smallest ratio, and the bias of the plain largest difference."""
    yield "groups", "rows in each", "difference: mean", "least", "ratio: mean", "least", "value − truth, at most"
    rng = np.random.default_rng(0)
    for groups, n in SHAPES:
        scenes = []
        for spread in SPREADS:
            p = spread(groups)
            truths = p.max() - p.min(), p.min() / p.max()
            found = []
            for _ in range(int(2_000 * scale)):
                measured = [selection(rng.binomial(n, p), n)]
                gap, quotient = (f(measured, CONFIDENCE) for f in (_disparity.difference, _disparity.ratio))
                there = np.isfinite(quotient.value)
                kept = holds(quotient.lower, truths[1], quotient.upper) if there else np.nan
                found.append((holds(gap.lower, truths[0], gap.upper), kept, gap.value - truths[0]))
            scenes.append(np.nanmean(found, axis=0))
        held = np.array(scenes)
        cells = [share(x) for column in held.T[:2] for x in (column.mean(), column.min())]
        yield str(groups), f"{n:,}", *cells, f"{held[:, 2].max():.3f}"


def reference(scale: float) -> Iterator[Row]:
    """Yield the least coverage over scenes of comparisons with a chosen group, everybody, and the best group."""
    yield (
        *("groups", "rows in each", "chosen: difference", "ratio", "everybody: difference", "ratio"),
        *("best: each difference", "all of them together"),
    )
    rng = np.random.default_rng(1)
    for groups, n in SHAPES:
        scenes = [
            np.nanmean([_compared(rng, spread(groups), n) for _ in range(int(1_000 * scale))], axis=0)
            for spread in SPREADS
        ]
        yield str(groups), f"{n:,}", *(share(x) for x in np.min(scenes, axis=0))


def _compared(rng: Any, p: Any, n: int) -> list[float]:
    """Return, for one sample, the share of intervals of each kind of comparison that hold the truth."""
    measured = selection(rng.binomial(n, p), n)
    overall = selection(np.array([measured.value.sum() * n]), n * len(p))
    best = int(measured.value.argmax())
    chosen = _disparity.against(measured, 0, CONFIDENCE)
    everybody = _disparity.against(measured, overall, CONFIDENCE)
    picked, _ = _disparity.against(measured, best, CONFIDENCE, picked=True)
    truths = (chosen[0], p - p[0]), (chosen[1], p / p[0]), (everybody[0], p - p.mean()), (everybody[1], p / p.mean())
    held = []
    for found, truth in (*truths, (picked, p - p[best])):
        there = np.isfinite(found.value)
        held.append(holds(found.lower, truth, found.upper)[there])
    return [float(h.mean()) if len(h) else np.nan for h in held] + [float(held[-1].all())]


def auc(scale: float) -> Iterator[Row]:
    """Yield the coverage of ROC AUC for normal scores of both classes."""
    yield "positives", "negatives", *(f"AUC {a}" for a in (0.6, 0.75, 0.9, 0.97))
    rng = np.random.default_rng(2)
    for m, n in ((5, 50), (10, 10), (10, 100), (30, 30), (50, 500), (500, 500), (500, 5_000)):
        cells = []
        for area in (0.6, 0.75, 0.9, 0.97):
            true = np.arange(m + n) < m
            shift = true * np.sqrt(2) * ndtri(area)
            limits = [roc_auc(rng.normal(size=m + n) + shift, true).limits(Z) for _ in range(int(2_000 * scale))]
            cells.append(share(np.mean([lower <= area <= upper for lower, upper in limits])))
        yield f"{m:,}", f"{n:,}", *cells


def means(scale: float) -> Iterator[Row]:
    """Yield the coverage of means by group, and of rates of weighted rows."""
    yield (
        "rows",
        "absolute errors",
        "squared errors",
        "skewed errors",
        "weighted mean",
        "weighted rate 10%",
        "weighted rate 50%",
    )
    rng = np.random.default_rng(3)
    for n in (20, 50, 200, 1_000, 5_000):
        trials = int(min(4_000, 4_000_000 / n) * scale)
        codes = np.repeat(np.arange(trials), n)
        e, weight = rng.normal(size=trials * n), rng.exponential(size=trials * n)
        cells = []
        for x, truth, w in (
            (np.abs(e), np.sqrt(2 / np.pi), None),
            (e * e, 1.0, None),
            (np.exp(e), np.exp(0.5), None),
            (np.abs(e), np.sqrt(2 / np.pi), weight),
        ):
            lower, upper = Means.count(codes, trials, x, w).mean(low=0).limits(Z)
            cells.append(share(holds(lower, truth, upper).mean()))
        for p in (0.1, 0.5):
            hit = rng.random(trials * n) < p
            table = Confusion.count(codes, trials, hit, np.zeros(trials * n, bool), weight)
            lower, upper = table.metrics()["accuracy"].limits(Z)
            cells.append(share(holds(lower, 1 - p, upper).mean()))
        yield f"{n:,}", *cells


def decisions(scale: float) -> Iterator[Row]:
    """Yield the coverage of all that `performance` says of two classes with scores."""

    def draw(rng: Any, n: int, rare: bool) -> tuple[Any, ...]:
        true = rng.random(n) < (0.05 if rare else 0.4)
        score = ndtr(rng.normal(size=n) + 1.2 * true - (2 if rare else 0.6))
        return true, score > 0.5, score

    yield from _simulated(draw, assessment.performance, scale, seed=4)


def calibrated(scale: float) -> Iterator[Row]:
    """Yield the coverage of all that `calibration` says, of probabilities that are right and of some that are not."""

    def draw(rng: Any, n: int, wrong: bool) -> tuple[Any, ...]:
        stated = rng.beta(1, 2, n)
        logit = np.log(stated / (1 - stated))
        return rng.random(n) < 1 / (1 + np.exp(-(0.5 * logit + 0.5 if wrong else logit))), stated

    yield from _simulated(draw, assessment.calibration, scale, seed=5, names=("right", "wrong"), trials=400)


def regression(scale: float) -> Iterator[Row]:
    """Yield the coverage of all that `performance` says of numbers, with normal and with skewed errors."""

    def draw(rng: Any, n: int, skewed: bool) -> tuple[Any, ...]:
        predicted = 10 + np.exp(rng.normal(size=n) / 2 + 1)
        noise = rng.exponential(size=n) - 1 if skewed else rng.normal(size=n)
        return predicted + noise, predicted

    def measure(*data: Any) -> Any:
        return assessment.performance(*data, task="regression")

    yield from _simulated(draw, measure, scale, seed=6, names=("normal", "skewed"))


def groups(scale: float) -> Iterator[Row]:
    """Yield the coverage of what `fairness` says of groups that are alike: each, the largest difference, everybody."""

    def draw(rng: Any, n: int, many: bool) -> tuple[Any, ...]:
        true = rng.random(n) < 0.4
        score = rng.normal(size=n) + 1.2 * true
        stated = 1 / (1 + np.exp(0.72 - np.log(2 / 3) - 1.2 * score))
        return true, stated > 0.45, stated, rng.integers(0, 40 if many else 6, n)

    def measure(true: Any, called: Any, stated: Any, group: Any) -> Any:
        return assessment.fairness(true, called, y_score=stated, sensitive_features={"group": group})

    def key(v: Any) -> str:
        if v.kind == "group" and v.measure != "count":
            return str(v.measure)
        return f"{v.measure}, {v.reference}" if v.kind == "difference" and v.reference != "best" else ""

    names = "6 groups", "40 groups"
    yield from _simulated(draw, measure, scale, seed=7, names=names, sizes=(1_200, 6_000), trials=500, key=key)


def _overall(v: Any) -> str:
    return str(v.measure) if v.kind == "estimate" else ""


def _simulated(
    draw: Callable[[Any, int, bool], tuple[Any, ...]],
    measure: Callable[..., Any],
    scale: float,
    *,
    seed: int,
    names: tuple[str, str] = ("40% positive", "5% positive"),
    sizes: Iterable[int] = (100, 500, 2_000),
    trials: int = 1_000,
    key: Callable[[Any], str] = _overall,
) -> Iterator[Row]:
    """Yield the coverage of an assessment's values that have a key, in two scenes and several sizes."""
    rng = np.random.default_rng(seed)
    table: dict[str, list[str]] = {}
    heads = [f"{name}, {n:,} rows" for name in names for n in sizes]
    for scene in (False, True):
        truth = {key(v): v.value for v in measure(*draw(rng, TRUTH_ROWS, scene)).values if key(v)}
        for n in sizes:
            held: dict[str, list[bool]] = {}
            for _ in range(int(trials * scale)):
                data = draw(rng, n, scene)
                if (data[0] == data[0][0]).all():
                    continue  # one class only: nothing to assess
                for v in measure(*data).values:
                    name = key(v)
                    if v.lower is not None and truth.get(name) is not None:
                        held.setdefault(name, []).append(bool(holds(v.lower, truth[name], v.upper)))
            for name in truth:
                table.setdefault(name, []).append(share(np.mean(held[name])) if name in held else "–")
    yield "measure", *heads
    yield from ((name, *cells) for name, cells in table.items() if set(cells) != {"–"})


def holds(lower: Any, truth: Any, upper: Any) -> Any:
    """Return where limits enclose the truth, give or take rounding."""
    slack = 1e-9 * (1 + np.abs(truth))
    return (lower - slack <= truth) & (truth <= upper + slack)


def selection(counts: Any, n: int) -> Measured:
    """Return selection rates of groups of `n` rows."""
    table = np.zeros((len(counts), 4), np.int64)
    table[:, 0], table[:, 1] = n - counts, counts
    return Confusion(table, table.astype(float), table.astype(float), weighted=False).metrics()["selection_rate"]


def share(x: Any) -> str:
    return f"{100 * x:.1f}%"


SECTIONS: dict[str, Callable[[float], Iterator[Row]]] = {
    "rates": rates,
    "pairs": pairs,
    "extremes": extremes,
    "reference": reference,
    "auc": auc,
    "means": means,
    "decisions": decisions,
    "groups": groups,
    "calibration": calibrated,
    "regression": regression,
}


def main(asked: list[str], scale: float) -> None:
    for name in asked or SECTIONS:
        start = time.perf_counter()
        print(f"\n{name}: {(SECTIONS[name].__doc__ or '').strip('.').removeprefix('Yield ')}\n")
        for i, row in enumerate(SECTIONS[name](scale)):
            print("| " + " | ".join(row) + " |", flush=True)
            if i == 0:
                print("|" + " --- |" * len(row))
        print(f"\n({time.perf_counter() - start:.0f} s)")


if __name__ == "__main__":
    main([a for a in sys.argv[1:] if a != "--quick"], 0.1 if "--quick" in sys.argv else 1.0)
