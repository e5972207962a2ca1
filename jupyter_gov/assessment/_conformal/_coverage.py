"""How often sets of answers hold the truth, for groups and classes of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from ...records import Value
from .._counting._groups import Combinations, not_too_many
from .._counting._means import Means
from .._counting._rates import Measured
from .._fairness import _disparity
from .._intervals import normal_quantile, rate_limits
from .._labels import several
from .._prepare import Bools, Floats, plain
from .._subject import Subject
from .._values import estimate
from ._sets import Nonconformity, threshold_limits

METHOD = "wilson or exact, order statistics"


@dataclass(frozen=True)
class Covered:
    """Whose truths are in their sets at a level.

    Attributes
    ----------
    level : float
    scores : Nonconformity
    ordered : ndarray of shape (n,)
        The scores of what happened, sorted.
    rows : ndarray of bool, shape (n,)
        Whose are, by the thresholds of the halves.
    subject : Subject
    """

    level: float
    scores: Nonconformity
    ordered: Floats
    rows: Bools
    subject: Subject

    @property
    def name(self) -> str:
        return f"coverage_{100 * self.level:.0f}"

    def of(self, codes: Any, size: int) -> Measured:
        """Return the coverage of groups, with limits that allow for the threshold's chance.

        The threshold is a quantile of all rows. As it lies lower or higher, within the limits that order statistics
        give it, a group's coverage is that of the group's own scores: a group whose scores crowd about it is moved by
        more than others. That and the chance of the group's rows are taken together (root of the sum of squares). Over
        all rows the two cancel, without ties, and limits are the wider of the two.
        """
        weight = self.subject.weight
        counted = Means.count(codes, size, self.rows.astype(np.float64), weight)
        means = counted.mean(low=0.0, high=1.0)
        value = means.value

        def limits(z: float) -> tuple[Floats, Floats]:
            lower, upper = rate_limits(value, means.size, z)
            ends = threshold_limits(self.ordered, self.level, 2 * NormalDist().cdf(z) - 1)
            least, most = (_share(self.scores.true <= end, codes, counted.weight, weight) for end in ends)
            if size == 1:
                return np.minimum(lower, least), np.maximum(upper, most)
            below, above = np.maximum(value - least, 0.0), np.maximum(most - value, 0.0)
            lower, upper = value - np.hypot(value - lower, below), value + np.hypot(upper - value, above)
            return np.maximum(lower, 0.0), np.minimum(upper, 1.0)

        return Measured(value, means.n, limits, METHOD, size=means.size)

    def by(self, codes: Any, where: Callable[[int], Any]) -> Iterator[Value]:
        """Yield the coverage of all rows, or of each group of rows."""
        codes = np.zeros(len(self.rows), np.int64) if codes is None else codes
        found = self.of(codes, int(codes.max()) + 1)
        lower, upper = found.limits(normal_quantile(self.subject.confidence))
        for i, n in enumerate(found.n.tolist()):
            if n:
                one = (float(found.value[i]), float(lower[i]), float(upper[i]))
                yield estimate(self.name, *one, self.subject.confidence, n, METHOD, **where(i))


def _share(rows: Bools, codes: Any, total: Floats, weight: Floats | None) -> Floats:
    """Return the weighted share of rows by group, NaN without rows; `total` is the weight of each group."""
    counted = np.bincount(codes[rows], weights=None if weight is None else weight[rows], minlength=len(total))
    return np.asarray(np.divide(counted, total, out=np.full(len(total), np.nan), where=total > 0))


def by_class(covered: Covered) -> Iterator[Value]:
    subject = covered.subject
    if subject.task == "binary":
        labels = subject.encoded
        codes, classes = labels.true.astype(np.int64), [labels.negative, labels.positive]
    else:
        coded = several(subject.true, classes=subject.classes)
        codes, classes = coded.true, list(coded.classes)
    yield from covered.by(codes, lambda i: {"kind": "class", "label": str(plain(classes[i]))})


def by_group(covered: Covered, groups: Combinations) -> Iterator[Value]:
    """Yield the coverage of each group, and the largest difference between those that are large enough."""
    confidence = covered.subject.confidence
    for family in not_too_many(groups.families())[0]:
        found = covered.of(family.codes[groups.rows], len(family.groups))
        lower, upper = found.limits(normal_quantile(confidence))
        for i, (group, n) in enumerate(zip(family.groups, found.n.tolist(), strict=True)):
            one = (float(found.value[i]), float(lower[i]), float(upper[i]))
            where: dict[str, Any] = {"kind": "group", "attribute": family.name, "group": group}
            yield estimate(covered.name, *one, confidence, n, METHOD, **where)
        keep = (found.n >= covered.subject.minimum) & ~np.array(family.unknown)
        if keep.sum() > 1:
            gap = _disparity.difference([found], confidence, keep=keep)
            where = {"kind": "difference", "attribute": family.name, "reference": "max-min judged"}
            yield estimate(covered.name, *gap, confidence, int(found.n[keep].sum()), _disparity.METHOD, **where)
