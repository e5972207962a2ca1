"""Rows of one table in another, by 64-bit hashes of what they hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..records import Json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Cells = NDArray[np.uint64]
    Positions = NDArray[np.int64]

_MOST_RANGES = 32
_BLOCK = 1 << 15
"""Rows mixed at a time, so that the intermediate values stay in the processor's cache."""


class Matched(NamedTuple):
    """Where rows were found.

    Attributes
    ----------
    positions : array of int64, shape (rows,)
        The row of the parent for each row of the child, -1 where there is none.
    ambiguous : int
        How many rows of the child several rows of the parent equal.
    in_one_piece : bool
        Whether they are consecutive rows of the parent.
    known : array of int64, shape (rows,)
        The positions, but -1 also where another row of the parent may as well be meant.
    """

    positions: Positions
    ambiguous: int
    in_one_piece: bool
    known: Positions


def describe_rows(positions: Positions, of: int, *, ambiguous: int = 0) -> dict[str, Json]:
    """Return positions in the words of a `Derivation`.

    Parameters
    ----------
    positions : array of integers, shape (rows,)
        The parent's row for each row of the child.
    of : int
        The parent's number of rows.
    ambiguous : int
        How many of the child's rows several rows of the parent equal.

    Returns
    -------
    dict
        ``count``, ``of`` and one of ``all``, ``ranges`` (as in Python's ``range``), ``digest`` (BLAKE3 over the
        positions as little-endian 64-bit integers); ``ambiguous`` unless it is 0.
    """
    import numpy as np

    rows: dict[str, Json] = {"count": len(positions), "of": of}
    if len(positions) == of and np.array_equal(positions, np.arange(of)):
        return rows | {"all": True}
    ranges = _ranges(positions)
    if ranges is not None:
        rows["ranges"] = ranges
    else:
        from blake3 import blake3

        rows["digest"] = f"jg1:{blake3(np.ascontiguousarray(positions, '<i8').tobytes()).hexdigest()}"
    return rows | ({"ambiguous": ambiguous} if ambiguous else {})


def row_hashes(columns: Iterable[Cells], rows: int) -> Cells:
    """Return a hash of each row: the sum of its mixed cells, so that one column's part can be taken out again."""
    import numpy as np

    hashes = np.zeros(rows, np.uint64)
    for place, cells in enumerate(columns):
        add(hashes, cells, place)
    return hashes


def add(hashes: Cells, cells: Cells, place: int, *, sign: int = 1) -> None:
    """Add a column's part to row hashes, or take it out: SplitMix64 of its cells, seeded by the column's place.

    The mixing is that of Steele, Lea and Flood, OOPSLA 2014.
    """
    import numpy as np
    from blake3 import blake3

    # Unlike any other number here, or equal values in two columns could change places unseen.
    seed = np.frombuffer(blake3(f"column {place}".encode()).digest(8), np.uint64)[0]
    for low in range(0, len(hashes), _BLOCK):
        mixed = cells[low : low + _BLOCK] + seed
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed ^= mixed >> np.uint64(shift)
            mixed *= np.uint64(factor)
        mixed ^= mixed >> np.uint64(31)
        part = hashes[low : low + _BLOCK]
        if sign > 0:
            part += mixed
        else:
            part -= mixed


def match(child: Cells, parent: Cells) -> Matched:
    """Find each row of `child` in `parent`; of equal rows the first stands for the first, and so on.

    Parameters
    ----------
    child, parent : array of uint64
        Row hashes.
    """
    import numpy as np

    if len(child) == len(parent) and np.array_equal(child, parent):
        every = np.arange(len(child))
        return Matched(every, 0, True, every)
    there, here = _in_order(parent), _in_order(child)
    # Of each run of equal rows in the child, the run in the parent.
    runs = np.searchsorted(there.values, here.values)
    found = np.append(there.values, np.uint64(0))[runs] == here.values
    found &= runs < len(there.values)
    many = np.where(found, np.append(there.lengths, 0)[runs], 0)
    nth = np.arange(len(child)) - np.repeat(here.begins, here.lengths)
    # A row that was drawn more often than the parent has it comes from the last of its equals.
    nth = np.minimum(nth, np.repeat(many, here.lengths) - 1)
    at = np.repeat(np.append(there.begins, 0)[runs], here.lengths) + nth
    positions = np.full(len(child), -1)
    known = np.repeat(found, here.lengths)
    positions[here.order[known]] = there.order[at[known]]
    sure = here.order[here.begins[many == 1][:1]]
    piece = _piece(child, parent, positions, sure)
    ambiguous = int(here.lengths[many > 1].sum())
    if piece is not None:
        return Matched(piece, ambiguous, True, piece)
    whole = len(child) > 0 and bool((np.diff(positions) == 1).all()) and positions[0] >= 0
    several = np.zeros(len(child), bool)
    several[here.order] = np.repeat(many > 1, here.lengths)
    return Matched(positions, ambiguous, whole, np.where(several, -1, positions))


def match_rows(child: Cells, parent: Cells) -> Positions:
    """Return the row of `parent` that each row of `child` is, by their hashes; -1 where there is none, or several.

    Parameters
    ----------
    child, parent : array of uint64, one hash a row
    """
    return match(child, parent).known


class _Runs(NamedTuple):
    """Rows in the order of their hashes, and the runs of equal ones among them."""

    order: Positions
    values: Cells
    begins: Positions
    lengths: Positions


def _in_order(hashes: Cells) -> _Runs:
    import numpy as np

    order = np.argsort(hashes)
    ordered = hashes[order]
    begins = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(hashes)])
    lengths = np.diff(begins, append=len(hashes))
    if len(begins) < len(hashes):
        # Quicker than a stable sort: only within the runs the order is not settled yet.
        run = np.repeat(np.arange(len(begins)) * len(hashes), lengths)
        order = np.sort(run + order) - run
    return _Runs(order, ordered[begins], begins, lengths)


def _piece(child: Cells, parent: Cells, positions: Positions, sure: Positions) -> Positions | None:
    """Return the slice of the parent that `child` is, where a row that occurs once shows where it would begin."""
    import numpy as np

    if len(sure):
        first = int(positions[sure[0]]) - int(sure[0])
        if 0 <= first <= len(parent) - len(child) and np.array_equal(parent[first : first + len(child)], child):
            return np.arange(first, first + len(child))
    return None


def _ranges(positions: Positions) -> list[list[int]] | None:
    """Return positions as [first, last past, step], or None where these would be many."""
    import numpy as np

    steps = np.diff(positions)
    turns = np.flatnonzero(np.diff(steps)) + 1
    ranges: list[list[int]] = []
    at, count = 0, len(positions)
    while at < count:
        if len(ranges) == _MOST_RANGES:
            return None
        step = int(steps[at]) if at < len(steps) else 0
        turn: Any = np.searchsorted(turns, at, "right")
        last = at if step == 0 else int(turns[turn]) if turn < len(turns) else len(steps)
        step = step or 1
        ranges.append([int(positions[at]), int(positions[last]) + (1 if step > 0 else -1), step])
        at = last + 1
    return ranges


def holds(cells: Cells, wanted: Cells) -> NDArray[np.bool_]:
    """Say which of a few sorted values occur among many."""
    import numpy as np

    places = np.searchsorted(wanted, cells)
    places[places == len(wanted)] = 0
    found = np.zeros(len(wanted), bool)
    found[places[wanted[places] == cells]] = True
    return found
