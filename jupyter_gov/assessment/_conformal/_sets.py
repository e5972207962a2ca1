"""Split conformal prediction: how far from an answer its truth may lie, by how far others' were."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...errors import InputError
from .._labels import several
from .._prepare import Bools, Floats, Ints
from .._subject import Subject


@dataclass(frozen=True)
class Nonconformity:
    """How badly each possible truth conforms to the answer.

    Attributes
    ----------
    true : ndarray of shape (n,)
        That of what happened: |y − ŷ|, or 1 − the probability of the true class.
    every : ndarray of shape (n, K), or None
        1 − the probability of each class; None of numbers.
    """

    true: Floats
    every: Floats | None

    @classmethod
    def of(cls, subject: Subject) -> Nonconformity:
        """Return that of a subject with probabilities or predicted numbers."""
        if subject.task == "regression":
            error = np.abs(np.asarray(subject.true, np.float64) - np.asarray(subject.predicted, np.float64))
            return cls(error, None)
        if subject.task == "binary":
            stated = subject.scored.values
            every = np.array([stated, 1 - stated]).T
            return cls(np.where(subject.encoded.true, every[:, 1], every[:, 0]), every)
        if subject.probabilities is None:
            raise InputError(subject.no_scores, hint="Use a model with predict_proba.")
        true = several(subject.true, classes=subject.classes).true
        every = 1 - subject.probabilities
        return cls(every[np.arange(len(true)), true], every)

    def __len__(self) -> int:
        return len(self.true)


def threshold(calibration: Floats, level: float) -> float:
    """Return the score up to which a truth belongs to the set: infinite where there are too few rows.

    Parameters
    ----------
    calibration : ndarray of shape (m,)
        Scores of what happened, sorted.
    level : float
        Nominal coverage 1 − α.

    Notes
    -----
    The ⌈(m + 1)(1 − α)⌉-th smallest. A new row that is exchangeable with these has a score of at most that with a
    probability of at least 1 − α, and, without ties, of at most 1 − α + 1 / (m + 1): Vovk, Gammerman & Shafer (2005),
    Algorithmic Learning in a Random World; Lei, G'Sell, Rinaldo, Tibshirani & Wasserman (2018), J. Am. Stat. Assoc.
    113:1094–1111, theorem 2.2.
    """
    rank = math.ceil((len(calibration) + 1) * level - 1e-9)  # rounding must not add a row
    return float(calibration[rank - 1]) if rank <= len(calibration) else math.inf


def threshold_limits(scores: Floats, level: float, confidence: float) -> tuple[float, float]:
    """Return limits of the quantile at `level` of what sorted `scores` are drawn from, whatever that is.

    Notes
    -----
    Order statistics whose ranks are binomial quantiles: Conover (1999), Practical Nonparametric Statistics, section
    3.2. A limit beyond all rows is infinite.
    """
    from scipy.stats import binom

    n = len(scores)
    tail = (1 - confidence) / 2
    low, high = int(binom.ppf(tail, n, level)), int(binom.ppf(1 - tail, n, level)) + 1
    lower = float(scores[low - 1]) if low >= 1 else 0.0
    return lower, float(scores[high - 1]) if high <= n else math.inf


def coverage_law(calibration: int, measured: int, level: float, confidence: float) -> tuple[float, float]:
    """Return between which shares chance alone keeps the coverage of `measured` rows with thresholds from others.

    Notes
    -----
    Without ties the number that is covered is beta-binomial, with parameters k = ⌈(m + 1)(1 − α)⌉ and m + 1 − k of m
    rows that calibrate: Vovk (2012), ACML; Angelopoulos & Bates (2023), Found. Trends Mach. Learn. 16:494–591,
    section 3.2 and appendix C.
    """
    from scipy.stats import betabinom

    rank = math.ceil((calibration + 1) * level - 1e-9)
    if rank > calibration:
        return 1.0, 1.0
    law = betabinom(measured, rank, calibration + 1 - rank)
    below = np.cumsum(law.pmf(np.arange(measured + 1)))
    tail = (1 - confidence) / 2
    low, high = np.searchsorted(below, [tail, 1 - tail]).tolist()
    return low / measured, high / measured


@dataclass(frozen=True)
class Halves:
    """Rows in two halves, each of which is measured with the threshold of the other.

    Attributes
    ----------
    scores : Nonconformity
    halves : tuple of two ndarrays
        Positions of rows.
    """

    scores: Nonconformity
    halves: tuple[Ints, Ints]

    @classmethod
    def draw(cls, scores: Nonconformity, seed: int) -> Halves:
        """Part the rows at random."""
        drawn = np.random.default_rng(seed).permutation(len(scores))
        middle = len(scores) // 2
        return cls(scores, (drawn[:middle], drawn[middle:]))

    def thresholds(self, level: float) -> Floats:
        """Return for each row the threshold that the half without it gives."""
        found = np.empty(len(self.scores))
        for measured, calibrating in (self.halves, self.halves[::-1]):
            found[measured] = threshold(self._sorted[int(calibrating is self.halves[1])], level)
        return found

    def covered(self, thresholds: Floats) -> Bools:
        """Return whether each row's truth is in its set."""
        return np.asarray(self.scores.true <= thresholds)

    @cached_property
    def _sorted(self) -> tuple[Floats, Floats]:
        return np.sort(self.scores.true[self.halves[0]]), np.sort(self.scores.true[self.halves[1]])
