"""Conformal coverage: sets of answers that hold the truth as often as stated, and for whom they do not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ...errors import InputError
from ...records import Outcome, Value
from .._calibration._groups import groups_of
from .._counting._groups import Combinations
from .._counting._means import Means
from .._intervals import normal_quantile, rate_limits
from .._prepare import Floats
from .._registry import add_assessment
from .._subject import Subject
from .._values import Interval, estimate
from ._coverage import METHOD, Covered, by_class, by_group
from ._sets import Halves, Nonconformity, coverage_law, threshold_limits

LEVELS = (0.80, 0.90, 0.95)
"""Nominal coverages."""
FEWEST = 40
"""Rows below which one half has no threshold at 95%."""
_CURVE = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.875, 0.9, 0.925, 0.95, 0.975, 0.99)


def _fits(subject: Subject) -> str:
    if len(subject) < FEWEST:
        return f"There are {len(subject)} rows; for two halves it needs {FEWEST}."
    if subject.task == "regression":
        return ""
    if subject.task == "multiclass":
        return "" if subject.probabilities is not None else f"{subject.no_scores} Prediction sets need probabilities."
    if subject.scores is not None and subject.scores.space == "probability":
        return ""
    return f"{subject.no_scores or 'The scores are not probabilities.'} Prediction sets need probabilities."


@add_assessment(
    name="conformal",
    title="Conformal coverage",
    question="How large must a set of answers be to hold the truth in 90 of 100 cases, and for whom does it not?",
    tasks=("binary", "multiclass", "regression"),
    needs="Probabilities or predicted numbers, and at least 40 rows.",
    formula=(
        "The rows are parted in two at random; each half is measured with the threshold of the other, the "
        "⌈(m + 1)(1 − α)⌉-th smallest of its m scores. Scores of numbers are |y − ŷ|: intervals ŷ ± threshold. Of "
        "classes 1 − the probability of the true one (LAC): the set has all classes of at least 1 − threshold."
    ),
    intervals=(
        "Widths: order statistics, exact for any distribution. Coverage of a group, shares of sets: Wilson or exact, "
        "together with what they are at the limits of the threshold; mean sizes: Student's t with the same, none where "
        "all sets are of one size. Largest difference between groups: Newcombe, all pairs at once."
    ),
    coverage=(
        "95% intervals in simulations: 100 to 2,000 rows, four shapes of two groups' errors, one crowded about the "
        "threshold, one rounded (310 to 941 samples each): coverage of a group 95% to 100%, of everybody 96% to 100%, "
        "largest difference 96% to 100%, widths 93% to 100%, mean size and shares of sets 96% to 98%."
    ),
    source=(
        "Vovk, Gammerman & Shafer (2005); Sadinle, Lei & Wasserman (2019), for LAC; Lei et al. (2018); Romano, Sesia & "
        "Candès (2020); Angelopoulos & Bates (2023)"
    ),
    reading=(
        "Over all rows coverage is as stated, by mathematics, if new rows are like these; what differs between models "
        "is the size. A set of several classes says that the model does not know, an empty one that the row is unlike "
        "what it knows. Where a group or class is covered less often than stated, the model's sureness misleads for it."
    ),
    limits=(
        "The guarantee is about the mean over all rows, not about any one row, group or class, and ends where new rows "
        "differ from these. Intervals of numbers are equally wide for all rows, so that they are too wide for the easy "
        "ones and too narrow for the hard ones."
    ),
    cost="One sort of the rows: a million take a second.",
    page="docs/assessments/conformal.md",
    fits=_fits,
)
def conformal(subject: Subject) -> Outcome:
    """Return coverage and size of conformal prediction sets, over all rows and for groups and classes."""
    n = len(subject)
    scores = Nonconformity.of(subject)
    halves = Halves.draw(scores, subject.seed)
    every = np.sort(scores.true)
    sizes = _Sizes(scores, every, subject)
    groups, notes = _groups(subject)
    values: list[Value] = []
    law: dict[str, Any] = {}
    for level in LEVELS:
        limit = halves.thresholds(level)
        covered = Covered(level, scores, every, halves.covered(limit), subject)
        values += covered.by(None, lambda _: {})
        values += sizes.at(level, limit)
        if subject.task != "regression":
            values += by_class(covered)
        if groups is not None:
            values += by_group(covered, groups)
        law[f"{level:.2f}"] = list(coverage_law(n // 2, n - n // 2, level, subject.confidence))
    if subject.weight is not None:
        notes.append("Thresholds count every row once; coverage and sizes are weighted.")
    parameters: dict[str, Any] = {
        "score": "absolute error" if scores.every is None else "1 − probability of the true class (LAC)",
        "levels": list(LEVELS),
        "rows_calibrating": n // 2,
        "coverage_of_one_half_by_chance": law,
        "guarantee": {f"{level:.2f}": [level, min(level + 1 / (n // 2 + 1), 1.0)] for level in LEVELS},
        "seed": subject.seed,
    }
    return Outcome(
        values=tuple(values), parameters=parameters, notes=tuple(notes), curves={sizes.name: sizes.curve(halves)}
    )


class _Sizes:
    """Widths of intervals, or sizes of sets, at a level."""

    def __init__(self, scores: Nonconformity, ordered: Floats, subject: Subject) -> None:
        self.scores, self.ordered, self.subject = scores, ordered, subject
        self.name = "mean_width" if scores.every is None else "mean_set_size"
        if scores.every is not None:
            self.two = np.sort(np.partition(scores.every, 1, axis=1)[:, :2], axis=1)

    def at(self, level: float, thresholds: Floats) -> Iterator[Value]:
        """Yield the mean width, or mean size and the shares of empty, single and larger sets."""
        n, confidence, mark = len(self.scores), self.subject.confidence, f"{100 * level:.0f}"
        low, high = threshold_limits(self.ordered, level, confidence)
        if self.scores.every is None:
            found = self._width(thresholds, low, high)
            yield estimate(f"{self.name}_{mark}", *found, confidence, n, "order statistics")
            return
        yield estimate(
            f"{self.name}_{mark}", *self._mean(self._size, thresholds, low, high), confidence, n, "t, order statistics"
        )
        for name, share in (("empty", self._empty), ("single", self._single), ("several", self._several)):
            one = self._mean(share, thresholds, low, high, rate=True)
            yield estimate(f"{name}_sets_{mark}", *one, confidence, n, METHOD)

    def curve(self, halves: Halves) -> dict[str, Any]:
        """Return mean size by nominal coverage."""
        points = []
        for level in _CURVE:
            limit = halves.thresholds(level)
            low, high = threshold_limits(self.ordered, level, self.subject.confidence)
            one = (
                self._width(limit, low, high) if self.scores.every is None else self._mean(self._size, limit, low, high)
            )
            if all(map(math.isfinite, one)):
                points.append((level, *one))
        x, y, lower, upper = zip(*points, strict=True) if points else ((), (), (), ())
        return {"x": list(x), "y": list(y), "lower": list(lower), "upper": list(upper)}

    def _width(self, thresholds: Floats, low: float, high: float) -> Interval:
        value = 2 * float(thresholds.mean())
        if not math.isfinite(value):
            return Interval(math.nan, math.nan, math.nan)
        return Interval(value, min(2 * low, value), max(2 * high, value) if math.isfinite(high) else math.nan)

    def _mean(
        self,
        of: Callable[[Any], Floats],
        thresholds: Floats,
        low: float,
        high: float,
        *,
        rate: bool = False,
    ) -> Interval:
        """Return a mean over rows, with limits that allow for those of the threshold and for the rows drawn."""
        value, lower, upper = _mean(of(thresholds), self.subject, rate=rate)
        there = [value, *(float(np.average(of(at), weights=self.subject.weight)) for at in (low, high))]
        top = 1.0 if rate else math.inf
        below, above = math.hypot(value - lower, value - min(there)), math.hypot(upper - value, max(there) - value)
        return Interval(value, max(value - below, 0.0), min(value + above, top))

    def _size(self, at: Any) -> Floats:
        every = np.asarray(self.scores.every)
        return np.asarray((every <= (at[:, None] if isinstance(at, np.ndarray) else at)).sum(axis=1), np.float64)

    def _empty(self, at: Any) -> Floats:
        return np.asarray(self.two[:, 0] > at, np.float64)

    def _single(self, at: Any) -> Floats:
        return np.asarray((self.two[:, 0] <= at) & (self.two[:, 1] > at), np.float64)

    def _several(self, at: Any) -> Floats:
        return np.asarray(self.two[:, 1] <= at, np.float64)


def _mean(x: Floats, subject: Subject, *, rate: bool) -> tuple[float, float, float]:
    measured = Means.count(np.zeros(len(x), np.int64), 1, x, subject.weight).mean(low=0.0)
    z = normal_quantile(subject.confidence)
    lower, upper = rate_limits(measured.value, measured.size, z) if rate else measured.limits(z)
    return float(measured.value[0]), float(lower[0]), float(upper[0])


def _groups(subject: Subject) -> tuple[Combinations | None, list[str]]:
    try:
        return subject.combinations, []
    except InputError:  # of one column, which must not cost the groups of others
        groups, notes = groups_of(subject.sensitive, subject.bins)
        return groups, [note.replace("Calibration by", "Coverage by") for note in notes]
