"""Which pairs of columns move the output together in a way that neither does alone."""

from __future__ import annotations

import math
from itertools import combinations

from ...records import Value
from .._counting._groups import CROSS
from .._values import NOT_ESTIMABLE, Interval, estimate
from ._attributions import Attributions
from ._intervals import size_interval

COLUMNS = 5
"""Columns whose pairs are looked at."""


def interactions(found: Attributions, largest: list[int], confidence: float) -> list[Value]:
    """Return the interactions of the pairs of the most important columns, largest first.

    Parameters
    ----------
    found : Attributions
    largest : list of int
        Positions of columns, largest importance first.
    confidence : float

    Returns
    -------
    list of Value
        Of kind ``interaction``: ``shap_interaction``, the root of the mean over rows of the squared Shapley interaction
        index; none for linear models, which have no interactions, and where the explainer does not know them.

    Notes
    -----
    Squares are products of two independent estimates of a row's index, so that noise does not look like interaction;
    the limits are the roots of those of `size_interval` for the mean of the products.
    """
    pairs = list(combinations([j for j in largest[:COLUMNS] if found.values[:, j].any()], 2))
    estimated = found.interactions(found.rows, pairs) if pairs else None
    if estimated is None:
        return []
    values = []
    for p, (i, j) in enumerate(pairs):
        interval = _root(size_interval(estimated[0, :, p] * estimated[1, :, p], confidence))
        name = CROSS.join((found.names[i], found.names[j]))
        values.append(
            estimate(
                "shap_interaction", *interval, confidence, estimated.shape[1], "t", kind="interaction", attribute=name
            )
        )
    return sorted(values, key=lambda v: -(v.value or 0.0))


def _root(square: Interval) -> Interval:
    if math.isnan(square.value):
        return NOT_ESTIMABLE
    return Interval(*(math.sqrt(max(limit, 0.0)) if limit == limit else math.nan for limit in square))
