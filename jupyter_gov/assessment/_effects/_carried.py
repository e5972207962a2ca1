"""What columns carry of the difference in output between a group and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ...errors import GovError
from .._attribution_gaps import attribution_gaps, compared, gap_shares
from .._counting._groups import Attribute
from .._prepare import Floats
from .._subject import Subject

SHARE = 0.1
"""Share of the difference in output that a column carries to be called a proxy: a convention of ours."""


class Carried(NamedTuple):
    """What columns carry between a group and the rest.

    Attributes
    ----------
    group : str
    total : ndarray of shape (3,)
        The difference in mean output, with its limits.
    parts, shares : ndarray of shape (3, columns)
        Of each column, with their limits.
    columns : list of str
    n : int
        Explained rows of the group.
    """

    group: str
    total: Floats
    parts: Floats
    shares: Floats
    columns: list[str]
    n: int


def carried(
    subject: Subject, attributes: list[Attribute], names: list[str], notes: list[str]
) -> dict[str, list[Carried]]:
    """Return for each attribute what columns carry between each group and the rest; nothing where it cannot be."""
    if subject.model is None:
        notes.append(f"What columns carry is not measured: {subject.no_model}")
        return {}
    if subject.task == "multiclass":
        notes.append("Of several classes there is no single output whose difference could be shared out.")
        return {}
    try:
        explained = subject.attributions
    except GovError as error:
        notes.append(f"What columns carry is not measured: {error}")
        return {}
    out: dict[str, list[Carried]] = {}
    for attribute in attributes:
        out[attribute.name] = []
        for group, known, inside in compared(attribute, explained.rows, subject.minimum):
            values = explained.values[known]
            gaps = attribution_gaps(values, inside, confidence=subject.confidence)
            total = attribution_gaps(values.sum(axis=1, keepdims=True), inside, confidence=subject.confidence)
            out[attribute.name].append(
                Carried(
                    group,
                    np.array([total.value[0], total.lower[0], total.upper[0]]),
                    np.array([gaps.value, gaps.lower, gaps.upper]),
                    np.array(gap_shares(values, inside, confidence=subject.confidence)),
                    names,
                    gaps.n,
                )
            )
    return out


def named(found: list[Carried], q: Mapping[str, float], level: float) -> list[str]:
    """Return the columns that rebuild and carry, those with the largest gaps first."""
    most: dict[str, float] = {}
    for one in found:
        for j, column in enumerate(one.columns):
            told = one.parts[1, j] > 0 or one.parts[2, j] < 0
            if q[column] <= level and told and one.shares[0, j] >= SHARE:
                most[column] = max(most.get(column, 0.0), abs(float(one.parts[0, j])))
    return sorted(most, key=lambda column: -most[column])
