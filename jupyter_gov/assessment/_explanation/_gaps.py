"""Which columns move the output of some groups more than that of the rest."""

from __future__ import annotations

from typing import Any

from ...records import Value
from .._attribution_gaps import Gaps, attribution_gaps, compared
from .._counting._groups import Combinations
from .._tests import false_discovery
from .._values import Interval, estimate
from ._attributions import Attributions

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
        SHAP values); and for the latter a p-value of Welch's test and a q-value over all of them.
    """
    values: list[Value] = []
    tested: list[tuple[dict[str, Any], float, int]] = []
    for attribute in people.attributes:
        for group, known, inside in compared(attribute, found.rows, minimum):
            parts = found.values[known]
            where = {"group": group, "reference": "rest", "label": attribute.name}
            whole = attribution_gaps(parts.sum(axis=1, keepdims=True), inside, confidence=confidence)
            values.append(_gap("output_gap", whole, 0, confidence, where))
            each = attribution_gaps(parts, inside, confidence=confidence)
            for j in largest[:COLUMNS]:
                column = {**where, "attribute": found.names[j]}
                values.append(_gap("attribution_gap", each, j, confidence, column))
                tested.append((column, float(each.p[j]), each.n))
    q = false_discovery([p for _, p, _ in tested])
    for (column, p, n), adjusted in zip(tested, q.tolist(), strict=True):
        if p == p:
            about: dict[str, Any] = {"measure": "attribution_gap", "n": n, **column}
            values.append(Value(kind="p_value", value=p, method="welch", **about))
            values.append(Value(kind="q_value", value=adjusted, method="benjamini-hochberg", **about))
    return values


def _gap(measure: str, found: Gaps, j: int, confidence: float, where: dict[str, Any]) -> Value:
    interval = Interval(float(found.value[j]), float(found.lower[j]), float(found.upper[j]))
    return estimate(measure, *interval, confidence, found.n, "welch", kind="attribution", **where)
