"""How well one column tells the target: ROC AUC and R² with lower bounds that hold in small samples."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._reading import Codes, Floats

    Bools = NDArray[np.bool_]


def midranks(values: Floats) -> Floats:
    """Return the rank of each value from 1, equal values sharing the mean of theirs; there is no NaN in them."""
    import numpy as np

    order = np.argsort(values, kind="stable")
    ordered = values[order]
    first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    counts = np.diff(np.r_[first, len(values)])
    ranks = np.empty(len(values), np.float64)
    ranks[order] = np.repeat(first + (counts + 1) / 2, counts)
    return ranks


def auc(scores: Floats, positive: Bools) -> float:
    """Return the ROC AUC, ties counted as halves, by the sum of ranks (Mann & Whitney 1947).

    Parameters
    ----------
    scores : ndarray of float64, shape (n,)
        Without NaN.
    positive : ndarray of bool, shape (n,)
        Of which both values occur.
    """
    m = int(positive.sum())
    return float((midranks(scores)[positive].sum() - m * (m + 1) / 2) / (m * (len(scores) - m)))


def auc_with_variance(scores: Floats, positive: Bools) -> tuple[float, float]:
    """Return the ROC AUC and its variance.

    Notes
    -----
    DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837–845, computed from midranks as by Sun & Xu (2014), IEEE
    Signal Processing Letters 21:1389–1393.
    """
    every, chosen = midranks(scores), positive
    m, n = int(chosen.sum()), int((~chosen).sum())
    above = (every[chosen] - midranks(scores[chosen])) / n
    below = 1 - (every[~chosen] - midranks(scores[~chosen])) / m
    variance = (above.var(ddof=1) / m if m > 1 else 0.0) + (below.var(ddof=1) / n if n > 1 else 0.0)
    return float(above.mean()), float(variance)


def auc_bound(value: float, variance: float, positives: int, negatives: int, *, alpha: float) -> float:
    """Return a one-sided lower bound of an AUC near 1.

    Parameters
    ----------
    value, variance : float
        As `auc_with_variance` returns them.
    positives, negatives : int
        Rows of each class.
    alpha : float
        Probability of a bound above the truth.

    Notes
    -----
    A normal interval is far too short where hardly a pair of rows is out of order, so that the lower of two is taken.
    One takes the AUC as a proportion of as many trials as would have its variance, with the exact limit of Clopper and
    Pearson: the effective size of Korn & Graubard (1998), Survey Methodology 24:193–201. Without any pair out of order
    the trials are the rows of the smaller class. The other is normal after one more row of each class has been put in
    the middle of the other class, as Agresti & Coull (1998, Am. Stat. 52:119–126) do with proportions: a class without
    a mistake is not for that reason without variance.
    """
    from scipy.special import betaincinv

    size = value * (1 - value) / variance if variance > 0 else math.inf
    size = min(size, positives + negatives if variance > 0 else min(positives, negatives))
    wrong = (1 - value) * size
    exact = float(betaincinv(max(size - wrong, 1e-9), wrong + 1, alpha))
    added = 1 / positives + 1 / negatives
    drawn = value - (value - 0.5) * added
    spread = math.sqrt(variance + 0.25 / positives**2 + 0.25 / negatives**2)
    return max(min(exact, drawn - NormalDist().inv_cdf(1 - alpha) * spread), 0.0)


def target_rates(codes: Codes, positive: Bools) -> Floats:
    """Return for each row the rate of positives among the other rows with its code: the row itself does not count.

    A code of its own, -1 for missing included, has the rate of all; others are drawn to it by one row's weight.
    """
    import numpy as np

    every = codes + 1
    of = np.bincount(every)
    found = np.bincount(every, weights=positive.astype(np.float64))
    rate = float(positive.mean())
    return np.asarray((found[every] - positive + rate) / of[every])


def r_squared_bound(x: Floats, y: Floats, *, ranks: bool = False, alpha: float) -> float:
    """Return a one-sided lower bound of the square of a correlation.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n,)
        At least four rows, without NaN.
    ranks : bool
        Whether the correlation is that of the ranks (Spearman's).
    alpha : float
        Probability of a bound above the truth.

    Notes
    -----
    Fisher's z (1921, Metron 1:3–32) with the larger of two variances: 1.06 / (n - 3), that of ranks of normal values
    (Fieller, Hartley & Pearson 1957, Biometrika 44:470–481), and one that needs no normal distribution, the mean square
    of the influence of each row (Devlin, Gnanadesikan & Kettenring 1975, Biometrika 62:531–545; of ranks by the
    projection of Hoeffding 1948, Ann. Math. Stat. 19:293–325). As rows far out hide how much they change, the influence
    of each is divided by one less its leverage, as residuals are in HC3 (MacKinnon & White 1985, J. Econometrics
    29:305–325); of a correlation this is taken to be 1/n + (u² + v²)/n, with standardised values.
    """
    import numpy as np

    n = len(x)
    if ranks:
        x, y = midranks(x), midranks(y)
    r = correlation(x, y)
    if r == 0 or abs(r) >= 1 - 1e-15:
        return r**2
    if ranks:
        f, g = (x - 0.5) / n, (y - 0.5) / n
        influence = 12 * (f * g + _mean_above(x, g) + _mean_above(y, f))
        influence = influence - influence.mean()
    else:
        u, v = _standardised(x), _standardised(y)
        size = u**2 + v**2
        influence = (u * v - r * size / 2) / (1 - np.minimum((1 + size) / n, 0.95))
    variance = float(influence @ influence) / (n * (n - 3)) / (1 - r * r) ** 2
    z = NormalDist().inv_cdf(1 - alpha) * math.sqrt(max(variance, 1.06 / (n - 3)))
    return max(math.tanh(math.atanh(abs(r)) - z), 0.0) ** 2


def _standardised(x: Floats) -> Floats:
    import numpy as np

    x = x - x.mean()
    x = x / np.abs(x).max()
    return np.asarray(x / math.sqrt(float(x @ x) / len(x)))


def _mean_above(x: Floats, values: Floats) -> Floats:
    """Return for each row the sum of `values` over rows whose `x` is larger, its own by half, over all rows."""
    import numpy as np

    order = np.argsort(x, kind="stable")
    ordered = values[order]
    found = np.empty(len(x))
    found[order] = (np.cumsum(ordered[::-1])[::-1] - ordered / 2) / len(x)
    return found


def correlation(x: Floats, y: Floats) -> float:
    """Return Pearson's correlation, 0 where one of the two does not vary."""
    import numpy as np

    x, y = x - x.mean(), y - y.mean()
    # A scale of its own each, so that squares neither overflow nor vanish.
    x, y = x / (np.abs(x).max() or 1), y / (np.abs(y).max() or 1)
    size = math.sqrt(float(x @ x) * float(y @ y))
    return float(x @ y) / size if size else 0.0


def alike(values: Floats, codes: Codes) -> tuple[float, float]:
    """Return how alike values of one group are, and how probable that is by chance.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Without NaN.
    codes : ndarray of int64, shape (n,)
        Which group each row is of.

    Returns
    -------
    icc : float
        Intraclass correlation: 1 where groups are uniform, about 0 where they are no more alike than others.
    p : float
        One-sided. Where the F test of the one-way analysis of variance says that it is small, it is the larger of that
        and `_by_shuffling`: F alone is wrong by a factor of a hundred for a rare class in groups of unequal size.

    Notes
    -----
    The analysis of variance estimator for groups of unequal size, Donner (1986), Int. Stat. Review 54:67–82; for a
    target of 0 and 1 see Ridout, Demétrio & Firth (1999), Biometrics 55:137–148.
    """
    import numpy as np
    from scipy.special import fdtrc

    _, codes = np.unique(codes, return_inverse=True)
    counts = np.bincount(codes).astype(np.float64)
    n, k = len(values), len(counts)
    centred = values - values.mean()
    total = float(centred @ centred)
    if k < 2 or n <= k or total == 0:
        return 0.0, 1.0
    sums = np.bincount(codes, weights=centred)
    between = float((sums**2 / counts).sum())
    # What rounding leaves of no difference at all is none.
    within = max(total - between, total * 1e-12)
    usual = (n - float((counts**2).sum()) / n) / (k - 1)
    f = (between / (k - 1)) / (within / (n - k))
    icc, p = (f - 1) / (f - 1 + usual), float(fdtrc(k - 1, n - k, f))
    return icc, p if p > _SMALL else max(p, _by_shuffling(centred, codes, counts, between))


_SMALL = 0.01
_SHUFFLES = 1_000
_MOVED = 20_000_000
"""Times that values are shuffled, and values that are moved in all at the most."""


def _by_shuffling(values: Floats, codes: Codes, counts: Floats, between: float) -> float:
    """Return how probable a sum of squares between groups is when values are dealt to rows at random.

    A gamma distribution with the mean, variance and skewness of shuffled values (Pearson's type III, as by Mielke &
    Berry 2007, Permutation Methods), which reaches further than counting shuffles. They are the same at every call.
    """
    import numpy as np
    from scipy.special import gammaincc

    draw = np.random.default_rng(0)
    times = max(100, min(_SHUFFLES, _MOVED // len(values)))
    found = np.empty(times)
    for i in range(times):
        found[i] = (np.bincount(codes, weights=draw.permutation(values)) ** 2 / counts).sum()
    mean, spread = float(found.mean()), float(found.std(ddof=1))
    if spread == 0:
        return 1.0
    z = (between - mean) / spread
    skew = max(float((((found - mean) / spread) ** 3).mean()), 0.05)
    shape = 4 / skew**2
    return float(gammaincc(shape, max(shape + z * shape**0.5, 0.0)))
