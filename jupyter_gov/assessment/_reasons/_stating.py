"""Which reasons are stated for rows that were decided unfavourably, and what they leave unsaid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .._prepare import Bools, Floats, Ints
from .._table import column_at
from ._against import Against
from ._columns import contradicted
from ._mapping import Reasons

PRINCIPAL = 0.05
"""Share of what spoke against a row below which a column without a reason is no principal factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What spoke against m rows: reasons, and columns that are no part of one.

    Attributes
    ----------
    reasons : list of str
        The F1 reasons of the mapping.
    names : list of str
        The F2 columns of the table.
    parts : ndarray of shape (m, F2)
        How far each column moved the output against the row.
    value, half : ndarray of shape (m, F1 + F2)
        How far each moved the output against the row, in units of the output, and the half width of its interval.
    significant : ndarray of shape (m, F1 + F2)
        Whether the interval lies above zero.
    apart : ndarray of shape (m, F2)
        Whether a column is no part of a reason: ignored, without an entry, or contradicting its reason.
    against : ndarray of shape (m, F2)
        Whether a column spoke against the row although its value is not what its reason claims to be adverse.
    adverse : ndarray of shape (m, F2)
        Whether a column spoke against the row, beyond its error.
    stated : list of list of int
        For each row the reasons that are given, the weightiest first.
    unnamed : list of list of int
        For each row the columns that weigh as much and have no reason that could be given.
    """

    reasons: list[str]
    names: list[str]
    parts: Floats
    value: Floats
    half: Floats
    significant: Bools
    apart: Bools
    against: Bools
    adverse: Bools
    stated: list[list[int]]
    unnamed: list[list[int]]

    def behind(self, row: int, reason: int, reasons: Reasons) -> list[str]:
        """Return the columns that make a reason count against a row, the weightiest first."""
        named = [
            j
            for j, name in enumerate(self.names)
            if not self.apart[row, j] and reasons.features[name].reason == self.reasons[reason]
        ]
        told = [j for j in named if self.adverse[row, j]] or named
        return [self.names[j] for j in sorted(told, key=lambda j: -self.parts[row, j])]

    def covered(self) -> Floats:
        """Return for each row the share of what spoke against it that the stated reasons are; NaN where nothing did."""
        positive = np.maximum(self.value, 0.0)
        total = positive.sum(axis=1)
        told = np.array([positive[i, listed].sum() for i, listed in enumerate(self.stated)])
        return np.asarray(np.divide(told, total, out=np.full(len(total), np.nan), where=total > 0))


def find_factors(
    found: Against, reasons: Reasons, table: Any, reference: Ints, *, sign: float, confidence: float
) -> Factors:
    """Add attributions up by reason and choose those that are stated.

    Parameters
    ----------
    found : Against
        Of m rows.
    reasons : Reasons
    table : DataFrame or ndarray
        That the rows and the reference are positions in.
    reference : ndarray of positions
        Whose values tell what is high and low.
    sign : float
        1 where a larger output is better for the person, else −1.
    confidence : float
        Of the intervals that must lie above zero.

    Notes
    -----
    The attributions of one reason's columns are added up, part by part of the reference, so that the interval of the
    sum allows for their covariance. A column that contradicts its reason is no part of it. Reasons and single columns
    are put in order by size; those whose interval includes zero are left out. A column without a reason that is among
    the `limit` largest, and at least `PRINCIPAL` of all that spoke against the row, is unnamed.
    """
    texts, names = reasons.texts(), found.names
    adverse = -sign * found.parts
    mean, half = found.spread(adverse, confidence)
    least = max(found.error, 1e-12 * float(np.abs(found.outputs).max(initial=0.0)))
    sure = _above(mean, half, least)
    against = np.zeros(mean.shape, np.bool_)
    listed = np.zeros((len(names), len(texts)))
    for j, name in enumerate(names):
        feature = reasons.features.get(name)
        if feature is None or feature.ignore:
            continue
        listed[j, texts.index(feature.reason)] = 1.0
        against[:, j] = contradicted(feature, column_at(table, j), found.rows, reference)
    against &= sure
    apart = against | ~listed.any(axis=1)
    sums = np.concatenate([np.where(apart, 0.0, adverse) @ listed, np.where(apart, adverse, 0.0)], axis=2)
    value, half = found.spread(sums, confidence)
    significant = _above(value, half, least)
    stated, unnamed = [], []
    for i in range(len(value)):
        order = [int(f) for f in np.argsort(-value[i], kind="stable") if significant[i, f]]
        stated.append([f for f in order if f < len(texts)][: reasons.limit])
        least_share = PRINCIPAL * np.maximum(value[i], 0.0).sum()
        heavy = [f for f in order[: reasons.limit] if f >= len(texts) and value[i, f] >= least_share]
        unnamed.append([f - len(texts) for f in heavy])
    return Factors(
        reasons=texts,
        names=names,
        parts=mean,
        value=value,
        half=half,
        significant=significant,
        apart=apart,
        against=against,
        adverse=sure,
        stated=stated,
        unnamed=unnamed,
    )


def _above(value: Floats, half: Floats, least: float) -> Bools:
    """Return what lies above zero by more than its error; where there is no error to be known, by more than nothing."""
    return np.asarray(value - np.where(np.isfinite(half), half, 0.0) > least)
