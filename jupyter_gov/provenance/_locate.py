"""Which rows and columns of one table another one was made of, seen from their content alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ..records import Json
from ._evidence import ENOUGH, IN_PLACE, content_bits, order_bits, room_of
from ._rows import add, describe_rows, holds, match, row_hashes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._rows import Positions

    Cells = NDArray[np.uint64]

_SAMPLE = 64
"""Rows that are looked at to find out which columns have changed."""

_NAMED = 4.0
"""Bits that are enough where most columns also have the name that they had."""

_ENDLESS = 1e18
"""Possible rows of which so few can have been seen that it matters no more how many more there are."""

_LOOKED_AT = 8_000_000
"""Values of a parent that are looked at to find out which of its columns may be which of the child's."""


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
    types : mapping
        Logical type of each column: columns of two types are never the same.
    labels : array of uint64, shape (rows,), or None
        A hash of each row's label, which goes with the row wherever that goes, as in the index of pandas.
    """

    rows: int
    digests: Mapping[str, str]
    cells: Mapping[str, Cells]
    types: Mapping[str, str] = field(default_factory=dict)
    labels: Cells | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """What `locate` found: fields of a `Derivation`, which see, and the parent's row for each of the child's.

    Of the positions those are -1 that may be another row's as well.
    """

    rows: Mapping[str, Json]
    columns: Mapping[str, str]
    new_columns: tuple[str, ...]
    positions: Positions = field(repr=False, compare=False)


class Beside(NamedTuple):
    """Tables of which it is known that one was made of the other, and by which columns that was found."""

    child: Table
    parent: Table
    columns: Mapping[str, str]


class _Found(NamedTuple):
    positions: Positions
    columns: dict[str, str]
    ambiguous: int = 0
    known: Positions | None = None
    """The positions, but -1 where several rows are meant alike; None where there are no such rows."""


def locate(child: Table, parent: Table, *, beside: Sequence[Beside] = ()) -> Located | None:
    """Find the rows and columns of `parent` that `child` was made of.

    Columns count as unchanged if they have the type and, in each of the rows that were found, the value that they had;
    they may have another name. Of several equal rows the first stands for the first, and the result says how many rows
    that concerns.

    Parameters
    ----------
    child, parent : Table
    beside : sequence of Beside
        Tables whose rows may go with those of `child` and `parent`, as features go with a target.

    Returns
    -------
    Located or None
        None where not every row of `child` occurs in `parent`, or where that may well be chance: there are few
        different values, or most rows or columns are not what they were.
    """
    if not child.rows or not parent.rows:
        return None
    found = _in_place(child, parent) or _by_labels(child, parent)
    if found is not None:
        return _told(child, parent, found)
    pairs = _pairs(child, parent)
    by_content = _by_content(child, parent, pairs)
    if by_content is not None:
        return _told(child, parent, by_content)
    # Lazily: the first that is found will do.
    company = (_by_company(child, parent, pairs, b) for b in beside)
    return next((_told(child, parent, found) for found in company if found is not None), None)


def locate_in_place(child: Table, parent: Table) -> Located | None:
    """Find the columns of `parent` that `child` has in the same rows; only digests of the parent are looked at.

    Returns
    -------
    Located or None
        None where there are none, or where that may well be chance.
    """
    found = _in_place(child, parent)
    return None if found is None else _told(child, parent, found)


def _told(child: Table, parent: Table, found: _Found) -> Located:
    rows = describe_rows(found.positions, parent.rows, ambiguous=found.ambiguous)
    new = tuple(c for c in child.digests if c not in found.columns)
    positions = found.positions if found.known is None else found.known
    return Located(rows=rows, columns=found.columns, new_columns=new, positions=positions)


def _in_place(child: Table, parent: Table) -> _Found | None:
    import numpy as np

    columns = _by_digest(child, parent) if child.rows == parent.rows > 0 else {}
    if not _is_no_chance(child, columns, _order_bits(child, columns), IN_PLACE):
        return None
    return _Found(np.arange(child.rows), columns)


def _by_labels(child: Table, parent: Table) -> _Found | None:
    if child.labels is None or parent.labels is None:
        return None
    found = match(child.labels, parent.labels)
    if found.ambiguous or (found.positions < 0).any():
        return None
    columns = _unchanged(child, parent, found.positions)
    bits = _order_bits(child, columns, labels=child.labels)
    return _Found(found.positions, columns) if _is_no_chance(child, columns, bits) else None


def _by_content(child: Table, parent: Table, pairs: Mapping[str, str]) -> _Found | None:
    """Find the child's rows by the columns that have not changed, leaving out one after the other that has."""
    import numpy as np

    left = dict(pairs) if any(_may_be(child, parent, c, p) for c, p in pairs.items()) else {}
    while left and 2 * len(left) >= len(pairs):
        ours = row_hashes((child.cells[c] for c in left), child.rows)
        theirs = row_hashes((parent.cells[p] for p in left.values()), parent.rows)
        found = match(ours, theirs)
        lost = np.flatnonzero(found.positions < 0)
        if not len(lost):
            room = 1.0
            for c, p in left.items():
                room *= room_of(child.cells[c], parent.cells[p], child.types.get(c, ""))
                if room > _ENDLESS:
                    break
            bits = content_bits(ours, theirs, room)
            if bits < ENOUGH and found.in_one_piece:
                # By its order then, wherever in the parent it might have begun.
                bits = _order_bits(child, left, ENOUGH + math.log2(parent.rows)) - math.log2(parent.rows)
            if bits < ENOUGH:
                return None
            columns = _unchanged(child, parent, found.positions, left)
            return _Found(found.positions, columns, found.ambiguous, found.known)
        sample = lost[:: -(-len(lost) // _SAMPLE)]
        changed = _with_new_values(child, parent, left, sample) or _odd_ones(child, parent, left, sample, ours, theirs)
        if not changed:
            return None
        left = {c: p for c, p in left.items() if c not in changed}
    return None


def _by_company(child: Table, parent: Table, pairs: Mapping[str, str], beside: Beside) -> _Found | None:
    """Find the child's rows beside those of a table that they go with."""
    if (beside.child.rows, beside.parent.rows) != (child.rows, parent.rows) or not pairs:
        return None
    ours = row_hashes((beside.child.cells[c] for c in beside.columns), child.rows)
    theirs = row_hashes((beside.parent.cells[p] for p in beside.columns.values()), parent.rows)
    alone = match(ours, theirs)
    for place, (c, p) in enumerate(pairs.items(), len(beside.columns)):
        add(ours, child.cells[c], place)
        add(theirs, parent.cells[p], place)
    found = match(ours, theirs)
    if (found.positions < 0).any():
        return None
    columns = _unchanged(child, parent, found.positions, pairs)
    # What the company leaves open speaks neither for nor against.
    bits = _order_bits(child, columns, math.inf) * (1 - alone.ambiguous / max(1, child.rows))
    if not _is_no_chance(child, columns, bits):
        return None
    return _Found(found.positions, columns, found.ambiguous, found.known)


def _order_bits(
    child: Table, columns: Mapping[str, str], enough: float = ENOUGH, *, labels: Cells | None = None
) -> float:
    bits = 0.0
    for c in columns:
        bits += order_bits(child.cells[c], child.types.get(c, ""), labels)
        if bits >= enough:
            break
    return bits


def _is_no_chance(child: Table, columns: Mapping[str, str], bits: float, enough: float = ENOUGH) -> bool:
    named = sum(c == p and not c.isdecimal() for c, p in columns.items())
    return bits >= (_NAMED if 2 * named >= max(1, len(child.digests)) else enough)


def _same_type(child: Table, parent: Table, c: str, p: str) -> bool:
    return child.types.get(c) == parent.types.get(p)


def _pairs(child: Table, parent: Table) -> dict[str, str]:
    """Return the columns that may be the same: of one name, else of one place, else with its values."""
    pairs = {c: c for c in child.digests if c in parent.digests and _same_type(child, parent, c, c)}
    if not pairs and len(child.digests) == len(parent.digests):
        places = zip(child.digests, parent.digests, strict=True)
        pairs = {c: p for c, p in places if _same_type(child, parent, c, p) and _may_be(child, parent, c, p)}
    return pairs or _by_values(child, parent)


def _by_values(child: Table, parent: Table) -> dict[str, str]:
    pairs: dict[str, str] = {}
    left = _LOOKED_AT
    for c in child.digests:
        for p in parent.digests:
            if p not in pairs.values() and left > 0 and _same_type(child, parent, c, p):
                left -= parent.rows
                if _varies(child.cells[c]) and _may_be(child, parent, c, p):
                    pairs[c] = p
                    break
    return pairs


def _may_be(child: Table, parent: Table, c: str, p: str) -> bool:
    """Say whether a parent's column holds a few of the values of a child's."""
    import numpy as np

    return bool(holds(parent.cells[p], np.unique(child.cells[c][:: -(-child.rows // _SAMPLE)])).all())


def _by_digest(child: Table, parent: Table) -> dict[str, str]:
    names: dict[str, str] = {}
    for name, digest in parent.digests.items():
        names.setdefault(digest, name)
    return {c: c if parent.digests.get(c) == d else names[d] for c, d in child.digests.items() if d in names}


def _varies(cells: Cells) -> bool:
    return len(cells) > 0 and bool((cells != cells[0]).any())


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


def _unchanged(
    child: Table, parent: Table, positions: Positions, known: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the child's columns that hold, in every row, what a column of the parent's holds in the row found.

    Columns of one name count first. What has one value all over would be equal to too many others.

    Parameters
    ----------
    known : mapping, optional
        Columns that are equal as is known.
    """
    import numpy as np

    peek = np.arange(0, child.rows, max(1, child.rows // _SAMPLE))
    found = dict(known or {})

    def equal(c: str, p: str) -> bool:
        ours, theirs = child.cells[c], parent.cells[p]
        if not np.array_equal(theirs[positions[peek]], ours[peek]):
            return False
        return np.array_equal(theirs[positions], ours)

    named = [c for c in child.digests if c in parent.digests and c not in found and _same_type(child, parent, c, c)]
    found |= {c: c for c in named if equal(c, c)}
    open_ = [c for c in child.digests if c not in found and _varies(child.cells[c])]
    for p in parent.digests if open_ else ():
        for c in [c for c in open_ if c not in found]:
            if _same_type(child, parent, c, p) and equal(c, p):
                found[c] = p
    return {c: found[c] for c in child.digests if c in found}
