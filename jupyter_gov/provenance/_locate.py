"""Which rows and columns of one table another one was made of, seen from their content alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..records import Json
from ._rows import Matched, add, describe_rows, holds, match, row_hashes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Cells = NDArray[np.uint64]

_SAMPLE = 64
"""Rows that are looked at to find out which columns have changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A data set's content by its hashes.

    Attributes
    ----------
    rows : int
    digests : mapping
        Digest of each column, by name.
    cells : mapping
        A 64-bit hash of each value of a column, by name: array of uint64, shape (rows,). Columns are asked for one at a
        time, so that the mapping may work each out when it is.
    """

    rows: int
    digests: Mapping[str, str]
    cells: Mapping[str, Cells]


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """What `locate` found: fields of a `Derivation`, which see."""

    rows: Mapping[str, Json]
    columns: Mapping[str, str]
    new_columns: tuple[str, ...]


def locate(child: Table, parent: Table) -> Located | None:
    """Find the rows and columns of `parent` that `child` was made of.

    Columns count as unchanged if they hold, for the rows that were found, the same values; they may have another name.
    Of several equal rows the first stands for the first, and the result says how many rows that concerns.

    Parameters
    ----------
    child, parent : Table

    Returns
    -------
    Located or None
        None where not every row of `child` occurs in `parent`, or where that may well be chance: every row of `child`
        is like several of `parent`, or most rows or columns are not what they were.
    """
    pairs = _pairs(child, parent)
    same = [c for c, p in pairs.items() if child.rows == parent.rows and child.digests[c] == parent.digests[p]]
    found = _match(child, parent, pairs) if len(same) < len(pairs) else None
    if found is not None:
        matched, columns = found
        rows = describe_rows(matched.positions, parent.rows, ambiguous=matched.ambiguous)
        columns |= _renamed(child, parent, matched, [c for c in child.digests if c not in columns])
    # A column that holds one value only would be the same in any order of the rows.
    elif same and (len(same) == len(pairs) or any(_varies(child.cells[c]) for c in same)):
        rows, columns = {"count": child.rows, "of": parent.rows, "all": True}, _by_digest(child, parent)
    else:
        return None
    return Located(rows=rows, columns=columns, new_columns=tuple(c for c in child.digests if c not in columns))


def _pairs(child: Table, parent: Table) -> dict[str, str]:
    """Return the columns that may be the same: those of one name, else those of one digest, else of one place."""
    pairs = {c: c for c in child.digests if c in parent.digests}
    if not pairs and child.rows == parent.rows:
        pairs = _by_digest(child, parent)
    if not pairs and len(child.digests) == len(parent.digests):
        pairs = dict(zip(child.digests, parent.digests, strict=True))
    return pairs


def _by_digest(child: Table, parent: Table) -> dict[str, str]:
    names: dict[str, str] = {}
    for name, digest in parent.digests.items():
        names.setdefault(digest, name)
    return {c: c if parent.digests.get(c) == d else names[d] for c, d in child.digests.items() if d in names}


def _varies(cells: Cells) -> bool:
    return len(cells) > 0 and bool((cells != cells[0]).any())


def _match(child: Table, parent: Table, pairs: Mapping[str, str]) -> tuple[Matched, dict[str, str]] | None:
    """Find the child's rows by the columns that have not changed, leaving out one after the other that has."""
    import numpy as np

    left = dict(pairs)
    while left and 2 * len(left) >= len(pairs):
        ours = row_hashes((child.cells[c] for c in left), child.rows)
        theirs = row_hashes((parent.cells[p] for p in left.values()), parent.rows)
        found = match(ours, theirs)
        lost = np.flatnonzero(found.positions < 0)
        if not len(lost):
            most = child.rows - 1 if len(left) == len(pairs) else child.rows // 2
            return (found, left) if found.ambiguous <= max(most, 0) else None
        sample = lost[:: -(-len(lost) // _SAMPLE)]
        changed = _with_new_values(child, parent, left, sample) or _odd_ones(child, parent, left, sample, ours, theirs)
        if not changed:
            return None
        left = {c: p for c, p in left.items() if c not in changed}
    return None


def _with_new_values(child: Table, parent: Table, pairs: Mapping[str, str], sample: NDArray[np.intp]) -> set[str]:
    """Return the columns that hold, in rows that were not found, a value that the parent's column has nowhere."""
    import numpy as np

    return {c for c, p in pairs.items() if not holds(parent.cells[p], np.unique(child.cells[c][sample])).all()}


def _odd_ones(
    child: Table, parent: Table, pairs: Mapping[str, str], sample: NDArray[np.intp], ours: Cells, theirs: Cells
) -> set[str]:
    """Return the columns without which rows that were not found would be."""
    import numpy as np

    def alone(place: int, c: str, p: str) -> bool:
        wanted, known = ours[sample], theirs.copy()
        add(wanted, child.cells[c][sample], place, sign=-1)
        add(known, parent.cells[p], place, sign=-1)
        return bool(holds(known, np.unique(wanted)).any())

    return {c for place, (c, p) in enumerate(pairs.items()) if len(pairs) > 1 and alone(place, c, p)}


def _renamed(child: Table, parent: Table, matched: Matched, names: Sequence[str]) -> dict[str, str]:
    """Return, for those of `names` that hold the values of a column of the parent's in the rows found, which."""
    import numpy as np

    peek = np.arange(0, child.rows, max(1, child.rows // _SAMPLE))
    cells = ((c, child.cells[c]) for c in names)
    # One value all over would be found in too many places.
    seen = {c: found[peek] for c, found in cells if _varies(found)}
    renamed: dict[str, str] = {}
    for p in parent.digests if seen else ():
        theirs = parent.cells[p][matched.positions]
        for c in [c for c in seen if c not in renamed and np.array_equal(theirs[peek], seen[c])]:
            if np.array_equal(theirs, child.cells[c]):
                renamed[c] = p
    return renamed
