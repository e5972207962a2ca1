"""How much worse rows are than all others, on rows by which they were not chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...records import Value
from .._counting._means import Means
from .._intervals import effective_size, normal_quantile, rate_limits
from .._pairs import gap_above, gap_below
from .._prepare import Bools, Floats
from .._values import Interval, estimate

RATE = "error_rate"


@dataclass(frozen=True)
class Measure:
    """Losses of n rows by name, and how sure to be of their means.

    Attributes
    ----------
    losses : mapping of name to ndarray of shape (n,)
    weight : ndarray of shape (n,), or None
    confidence : float
    """

    losses: dict[str, Floats]
    weight: Floats | None
    confidence: float

    def share(self, mask: Bools) -> Interval:
        """Return the share of rows in a slice, with Wilson's or exact limits."""
        weight = np.ones(len(mask)) if self.weight is None else self.weight
        share = float(weight[mask].sum() / weight.sum())
        lower, upper = rate_limits(share, effective_size(self.weight, len(mask)), normal_quantile(self.confidence))
        return Interval(share, float(lower), float(upper))

    def compare(self, mask: Bools, name: str) -> tuple[Interval, Interval, str]:
        """Return the mean loss inside, its difference from that of the others, and how limits are made."""
        value, lower, upper, method = self._means(mask.astype(np.int64), 2, name)
        (rest, inside), below, above = value, value - lower, upper - value
        gap = Interval(
            float(inside - rest),
            float(gap_below(inside, below[1], rest, above[0])),
            float(gap_above(inside, above[1], rest, below[0])),
        )
        return Interval(float(inside), float(lower[1]), float(upper[1])), gap, method

    def everywhere(self) -> list[Value]:
        """Return the mean losses of all rows."""
        found = []
        for name, loss in self.losses.items():
            value, lower, upper, method = self._means(np.zeros(len(loss), np.int64), 1, name)
            one = (float(value[0]), float(lower[0]), float(upper[0]))
            found.append(estimate(name, *one, self.confidence, len(loss), method))
        return found

    def p_value(self, mask: Bools, name: str) -> float:
        """Test whether the mean loss inside is larger than elsewhere; one-sided.

        Notes
        -----
        Of 0/1 losses without weights Fisher's exact test; else Welch's t test (1947, Biometrika 34:28–35), which
        errs on the side of caution where losses are skewed upward and the slice is the smaller part. Rows that are all
        wrong show no spread, but are drawn from some: of 0/1 losses with weights each part's squared error is at least
        p (1 − p) / n, with the rate p of all rows and the part's effective number n of rows.
        """
        from scipy.special import stdtr
        from scipy.stats import hypergeom

        loss = self.losses[name]
        if self.test(name) == "fisher":
            return float(hypergeom.sf(loss[mask].sum() - 1, len(loss), loss.sum(), np.count_nonzero(mask)))
        means = Means.count(mask.astype(np.int64), 2, loss, self.weight).mean()
        size, variance = np.asarray(means.size, np.float64), np.nan_to_num(np.asarray(means.error, np.float64)) ** 2
        if name == RATE:
            rate = float(np.average(loss, weights=self.weight))
            variance = np.maximum(variance, rate * (1 - rate) / size)
        if not variance.sum() > 0:
            return 1.0 if means.value[1] <= means.value[0] else math.nan
        freedom = variance.sum() ** 2 / (variance**2 / np.maximum(size - 1, 1e-9)).sum()
        return float(stdtr(freedom, -(means.value[1] - means.value[0]) / math.sqrt(variance.sum())))

    def test(self, name: str) -> str:
        """Return the name of the test of a loss."""
        return "fisher" if name == RATE and self.weight is None else "welch"

    def _means(self, codes: NDArray[np.int64], groups: int, name: str) -> tuple[Floats, Floats, Floats, str]:
        means = Means.count(codes, groups, self.losses[name], self.weight)
        z = normal_quantile(self.confidence)
        if name == RATE:
            measured = means.mean(low=0.0, high=1.0)
            return measured.value, *rate_limits(measured.value, measured.size, z), "wilson or exact"
        measured = means.mean(low=0.0)
        return measured.value, *measured.limits(z), measured.method


def adjusted(p: Sequence[float]) -> list[float]:
    """Return p-values adjusted for all of them by Holm (1979), Scand. J. Stat. 6:65–70; NaN counts as one.

    That any true hypothesis has one of at most α has a probability of at most α, however they depend on each other.
    """
    values = np.where(np.isnan(np.asarray(p, np.float64)), 1.0, np.asarray(p, np.float64))
    order = np.argsort(values, kind="stable")
    stepped = np.minimum(np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1)), 1.0)
    found = np.empty(len(values))
    found[order] = stepped
    return [float(one) for one in found]
