"""Explaining as many rows as it takes for the ranking of the columns to be stable."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

from .._influence import mean_interval
from .._model import Model
from .._prepare import Floats
from .._table import names_of
from ._attributions import Attributions, Part, Progress
from ._explainers import explainers

MAX_ROWS = 20_000
"""Rows beyond which none are explained, however unstable the ranking."""
STABLE = 0.995
"""Expected rank correlation with the ranking over all rows from which a ranking is called stable."""
ENOUGH = 0.998
"""The one at which no more rows are explained: above `STABLE`, as means over a sample lie farther apart than the true
ones do, so that what is expected is a little too high."""
_DRAWS = 200
_NEIGHBOURS = 8


def sample_attributions(
    model: Model,
    table: Any,
    *,
    background: Any = None,
    max_rows: int = MAX_ROWS,
    seed: int = 0,
    notify: Progress = lambda _done, _total: None,
) -> Attributions:
    """Explain rows of a table, in batches of one random order, until the ranking of its columns is stable.

    The parameters are those of `attribute`; of the rows at most `max_rows` are explained, fewer if the explainer's work
    for them is above what it may take, and no more than it takes for `rank_correlation` to reach `ENOUGH`.

    Returns
    -------
    Attributions
        Of a prefix of one random order, so that a costly model is explained on a part of the rows a cheap one would be.
    """
    total = int(table.shape[0])
    order = np.random.default_rng(seed).permutation(total)[:max_rows]
    for explainer in explainers(model, table, background, seed):
        limit = explainer.affordable(order)
        parts: list[Part] = []
        done, target = 0, explainer.batch
        while done < limit:
            upto = min(target, limit)
            part = explainer.explain(order[done:upto], _from(notify, done, limit))
            if not explainer.trusted and not part.adds_up:
                break
            parts.append(part)
            done, target = upto, 2 * upto
            if rank_correlation(np.concatenate([p.values for p in parts]), total, seed=seed) >= ENOUGH:
                limit = done
        if done == limit:
            notify(done, done)
            return explainer.attributions(order[:done], names_of(table), parts)
    raise AssertionError("the last explainer is trusted")


def rank_correlation(values: Floats, total: int, *, seed: int = 0) -> float:
    """Return the expected Spearman correlation of a ranking over sampled rows with that over all rows.

    Parameters
    ----------
    values : ndarray of shape (m, columns)
        Attributions of rows that were drawn without replacement; columns are ranked by their mean absolute value.
    total : int
        Rows that they were drawn of.
    seed : int

    Returns
    -------
    float
        1 where all rows are there or there is one column; NaN for a single row of several.

    Notes
    -----
    The means over all rows are drawn from the normal approximation: the means over the sample plus noise with the
    covariance of columns' absolute attributions over m, less the share of rows that are known, 1 − m / total (Cochran
    1977, Sampling Techniques, section 2.6). The noise is a random combination of the sample's own deviations, so that
    no covariance matrix is made.
    """
    m, columns = values.shape
    if m >= total or columns == 1:
        return 1.0
    if m == 1:
        return math.nan
    size = np.abs(values)
    mean = size.mean(axis=0)
    scale = math.sqrt((1 - m / total) / (m * (m - 1)))
    noise = np.random.default_rng([seed, 3]).standard_normal((_DRAWS, m)) @ (size - mean) * scale
    return float(np.mean(spearman(mean, mean + noise)))


def ranking_notes(found: Attributions, largest: list[int], total: int, *, seed: int, confidence: float) -> list[str]:
    """Return whether the ranking of columns is stable, and which neighbours in it cannot be told apart, in sentences.

    Parameters
    ----------
    found : Attributions
    largest : list of int
        Positions of columns, largest importance first.
    total : int
        Rows of the table.
    seed : int
    confidence : float
        Neighbours are told apart if the t interval of the mean difference of their absolute attributions leaves out
        zero.
    """
    n, notes = len(found), []
    if n < total:
        correlation = rank_correlation(found.values, total, seed=seed)
        stable = "stable" if correlation >= STABLE else "not stable yet"
        notes.append(
            f"The ranking of the columns is {stable}: {n:,} of {total:,} rows were explained, and its expected rank "
            f"correlation with that over all rows is {correlation:.3f}."
        )
    size = np.abs(found.values)
    alike = []
    for i, j in pairwise(largest[:_NEIGHBOURS]):
        gap = mean_interval(size[:, i] - size[:, j], None, confidence)
        if not gap.lower > 0 and size[:, i].any():
            alike.append(f"{found.names[i]!r} and {found.names[j]!r}")
    if alike:
        notes.append(f"Which of them comes first could be chance: {', '.join(alike)}.")
    return notes


def spearman(one: Floats, many: Floats) -> Floats:
    """Return Spearman's rank correlation of numbers with each row of `many`; 1 where neither has an order.

    Parameters
    ----------
    one : ndarray of shape (columns,)
    many : ndarray of shape (k, columns)
    """
    from scipy.stats import rankdata

    a, b = rankdata(one) - (len(one) + 1) / 2, rankdata(many, axis=1) - (len(one) + 1) / 2
    spread = np.sqrt((a @ a) * (b * b).sum(axis=1))
    same = (a @ a) + (b * b).sum(axis=1) == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 0, (b @ a) / spread, np.where(same, 1.0, 0.0))


def _from(notify: Progress, start: int, limit: int) -> Progress:
    return lambda done, _total: notify(start + done, limit)
