"""Which columns move the output of some groups more than that of the rest."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...records import Value
from .._counting._groups import Combinations
from .._prepare import Bools
from .._tests import false_discovery
from .._values import estimate
from ._attributions import Attributions
from ._intervals import welch

COLUMNS = 10
"""Columns whose gaps are given."""


def gaps(
    found: Attributions, people: Combinations, largest: list[int], *, confidence: float, minimum: int
) -> list[Value]:
    """Return the mean attribution of each group minus that of the rest, by column.

    Parameters
    ----------
    found : Attributions
    people : Combinations
        Of all rows of the table.
    largest : list of int
        Positions of columns, largest importance first.
    confidence : float
    minimum : int
        Explained rows that a group, and the rest, must have.

    Returns
    -------
    list of Value
        Of kind ``attribution``: ``output_gap``, the gap in the mean output, and ``attribution_gap`` for each column,
        which add up to it over all columns (Lundberg 2020, Explaining quantitative measures of fairness: linearity of
        SHAP values); and for the latter a p-value of Welch's test and a q-value over all of them. Of two groups the
        smaller is compared with the other.
    """
    values: list[Value] = []
    tested: list[tuple[dict[str, Any], float, int]] = []
    for attribute in people.attributes:
        codes = np.asarray(attribute.codes)[found.rows]
        sizes = np.bincount(codes[codes >= 0], minlength=len(attribute.groups))
        judged = [k for k in np.argsort(sizes, kind="stable") if minimum <= sizes[k] <= len(codes) - minimum]
        judged = sorted(judged[:1] if len(np.flatnonzero(sizes)) == 2 else judged)
        for k in judged:
            inside: Bools = codes == k
            n = int(sizes[k])
            where = {"group": attribute.groups[k], "reference": "rest", "label": attribute.name}
            output = found.values.sum(axis=1)
            gap = welch(output[inside], output[~inside], confidence)
            values.append(estimate("output_gap", *gap.interval, confidence, n, "welch", kind="attribution", **where))
            for j in largest[:COLUMNS]:
                gap = welch(found.values[inside, j], found.values[~inside, j], confidence)
                column = {**where, "attribute": found.names[j]}
                values.append(
                    estimate("attribution_gap", *gap.interval, confidence, n, "welch", kind="attribution", **column)
                )
                tested.append((column, gap.p, n))
    q = false_discovery([p for _, p, _ in tested])
    for (column, p, n), adjusted in zip(tested, q.tolist(), strict=True):
        if p == p:
            about: dict[str, Any] = {"measure": "attribution_gap", "n": n, **column}
            values.append(Value(kind="p_value", value=p, method="welch", **about))
            values.append(Value(kind="q_value", value=adjusted, method="benjamini-hochberg", **about))
    return values
