"""Checks of whole rows: repeated ones, equal rows with different labels, columns that are missing together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .._prepare import Ints
from ._columns import Column
from ._issues import Issue, rows, share

CLASSES = 20
"""Different values up to which a target is taken for classes."""
UNEVEN = 0.2
"""Times its even share below which a class is rare."""
FEW = 10
"""Duplicates up to which they are told, not warned of."""
_PRIME = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Repeats:
    """Rows that are equal.

    Attributes
    ----------
    codes : ndarray of shape (n,)
        For each row the group of rows that it is equal to.
    count : int
        Rows that an earlier one equals.
    by_chance : float
        As many as would be expected if columns had nothing to do with each other.
    """

    codes: Ints
    count: int
    by_chance: float


def row_hashes(columns: Sequence[Column]) -> NDArray[np.uint64]:
    """Return a number for each row that is equal where all values of the row are."""
    found = np.zeros(len(columns[0]), np.uint64)
    with np.errstate(over="ignore"):
        for column in columns:
            found = (found ^ (found >> np.uint64(29))) * _PRIME + column.hashes
    return found


def repeats(columns: Sequence[Column]) -> Repeats:
    """Return which rows are equal in all `columns`."""
    import pandas as pd

    codes, groups = pd.factorize(row_hashes(columns))
    n = len(codes)
    log_match = 0.0
    for column in columns:
        log_match += float(np.log(column.match))
    expected = n * -np.expm1(-(n / 2) * np.exp(log_match))
    return Repeats(np.asarray(codes, np.int64), n - len(groups), float(expected))


def check_repeats(found: Repeats, n: int) -> Iterator[Issue]:
    """Yield duplicate rows, unless chance makes a third as many, as of columns with few values."""
    if found.count > 3 * found.by_chance:
        yield Issue(
            "duplicate_rows",
            None,
            found.count,
            n,
            f"{rows(found.count)} ({share(found.count, n)}) {'repeats' if found.count == 1 else 'repeat'} an earlier "
            f"row in every column; by chance it would be about {found.by_chance:,.0f}.",
            "If they are the same case twice, drop them, and never split them over training and test.",
            "warning" if found.count > FEW and found.count > 0.01 * n else "info",
        )


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Rows whose features are equal and whose labels are not: how many, and how many of them no model can get right."""

    count: int
    floor: int


def conflicts(codes: Ints, labels: Ints) -> Conflicts:
    """Count rows with equal features and different labels.

    Parameters
    ----------
    codes : ndarray of shape (n,)
        For each row the group of rows with equal features.
    labels : ndarray of shape (n,)
        Codes of the labels; −1 where missing, which are left out.
    """
    known = labels >= 0
    codes, labels = codes[known], labels[known]
    if not len(codes):
        return Conflicts(0, 0)
    width = int(labels.max()) + 1
    cells, counts = np.unique(codes * width + labels, return_counts=True)
    group = cells // width
    total = np.bincount(group, weights=counts)
    most = np.zeros(len(total))
    np.maximum.at(most, group, counts)
    several = np.bincount(group) > 1
    return Conflicts(int(total[: len(several)][several].sum()), int((total - most).sum()))


def check_conflicts(found: Conflicts, n: int, name: str) -> Iterator[Issue]:
    """Yield conflicting labels."""
    if found.count:
        yield Issue(
            "conflicting_labels",
            name,
            found.count,
            n,
            f"{rows(found.count)} ({share(found.count, n)}) have the same features as another row and a different "
            f"{name}: whatever the model, at least {rows(found.floor)} ({share(found.floor, n)}) must be wrong.",
            "Look for a column that tells them apart, or for errors in the labels.",
            "warning" if found.floor >= 0.01 * n else "info",
        )


def check_missing_together(columns: Sequence[Column]) -> Iterator[Issue]:
    """Yield columns that are missing in the very same rows, two rows at least and not all."""
    groups: dict[bytes, list[Column]] = defaultdict(list)
    for column in columns:
        if 2 <= column.lacking < len(column):
            groups[np.packbits(column.missing).tobytes()].append(column)
    for found in groups.values():
        if len(found) > 1:
            named = ", ".join(column.name for column in found[:6]) + (", …" if len(found) > 6 else "")
            yield Issue(
                "missing_together",
                None,
                found[0].lacking,
                len(found[0]),
                f"{len(found)} columns are missing in the same {rows(found[0].lacking)}: {named}.",
                "They seem to come from one source, which lacks these rows: one indicator serves for all.",
                "info",
            )


def check_imbalance(target: Column, n: int) -> Iterator[Issue]:
    """Yield a target with a rare class, and missing labels."""
    if target.lacking:
        yield Issue(
            "missing_labels",
            target.name,
            target.lacking,
            n,
            f"{target.name}, the target, is missing in {rows(target.lacking)} ({share(target.lacking, n)}).",
            "Nothing can be learned or measured on these rows: find out why, before they are dropped.",
            "warning",
        )
    if 2 <= target.distinct <= CLASSES:
        counts = target.frequencies
        least = int(counts.min())
        if least < UNEVEN / target.distinct * counts.sum():
            yield Issue(
                "imbalance",
                target.name,
                least,
                n,
                f"The rarest of {target.distinct} classes of {target.name} has {rows(least)} "
                f"({share(least, int(counts.sum()))}).",
                "Judge a model by precision, recall and costs rather than by accuracy, and split by class.",
                "warning" if least < 0.01 * counts.sum() or least < 30 else "info",
            )
