"""Columns that tell groups of rows apart, and how groups lie across a split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._case import Case
from ._folds import folds_of, knows_groups
from ._names import is_person, is_place
from ._reading import Beside, code, columns_beside

if TYPE_CHECKING:
    from ._reading import Codes

FEWEST_GROUPS = 5
ROWS_EACH = 1.5
"""Mean rows of a group from which it is one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Grouping:
    """A column that identifies groups, and how it lies across the split.

    Attributes
    ----------
    beside : Beside
    codes : ndarray of int64
        The group of each row, -1 where it is missing.
    count, both : int
        Groups, and those of which rows are on both sides.
    shared, tested : int
        Test rows whose group has training rows too; test rows with a group.
    """

    beside: Beside
    codes: Codes
    count: int
    both: int
    shared: int
    tested: int


def groupings(case: Case) -> Iterator[Grouping]:
    """Yield the columns that identify groups by their name and by having several rows for each of many values."""
    for beside in columns_beside(case, lambda name: is_person(name) or is_place(name)):
        if beside.values.dtype.kind in "mM" or _is_measured(beside):
            continue
        codes, count = code(beside.values)
        known = int((codes >= 0).sum())
        if count < FEWEST_GROUPS or known < ROWS_EACH * count or known < 0.5 * len(codes):
            continue
        yield _across(case, beside, codes, count)


def divided_by_group(case: Case) -> bool:
    """Return whether no group is on both sides, for a column that identifies groups: rows were divided by it."""
    return knows_groups(case) or any(g.both == 0 and g.tested for g in groupings(case))


def _is_measured(beside: Beside) -> bool:
    """Return whether values are numbers that are not whole: those measure something."""
    import numpy as np

    values = beside.values
    return values.dtype.kind == "f" and bool((values[np.isfinite(values)] % 1).any())


def _across(case: Case, beside: Beside, codes: Codes, count: int) -> Grouping:
    import numpy as np

    known = codes >= 0
    if case.use == "cross_validation":
        folds = folds_of(case)
        # At random, rows of a group with several are in several folds; side by side, they are where a fold ends.
        parts = np.arange(case.train.rows) if folds is None else folds
        pairs = np.unique(np.stack([codes, parts[beside.rows]])[:, known], axis=1)
        split = np.bincount(pairs[0], minlength=count) > 1
        shared = int(split[codes[known]].sum())
        return Grouping(
            beside=beside, codes=codes, count=count, both=int(split.sum()), shared=shared, tested=int(known.sum())
        )
    trained = np.bincount(codes[known & ~beside.tested], minlength=count) > 0
    held = np.bincount(codes[known & beside.tested], minlength=count)
    return Grouping(
        beside=beside,
        codes=codes,
        count=count,
        both=int((trained & (held > 0)).sum()),
        shared=int(held[trained].sum()),
        tested=int(held.sum()),
    )
