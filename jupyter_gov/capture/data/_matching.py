"""Comparing data with what they may have been made of, by whole columns and by pieces."""

from __future__ import annotations

from jupyter_gov.provenance import Table, locate, locate_in_place

from ._candidates import Candidate, Origin

_TRIES = 20
"""Pieces that data may have been put together of."""


def whole_of(ours: Table, candidates: list[Candidate], wanted: frozenset[str]) -> Origin | None:
    """Return the smallest that has all columns wanted in the very same rows."""
    same = sorted((c for c in candidates if c.rows == ours.rows), key=lambda c: c.size)
    found = (in_place(ours, candidate) for candidate in same)
    return next((o for o in found if o is not None and wanted <= o.columns.keys()), None)


def in_place(ours: Table, candidate: Candidate) -> Origin | None:
    """Return which columns a candidate has in the very same rows, as the digests of its columns tell."""
    if candidate.rows != ours.rows:
        return None
    plain = [c for c in candidate.columns if not c.index]
    theirs = Table(
        rows=candidate.rows,
        digests={c.name: c.digest for c in plain},
        cells={},
        types={c.name: c.type for c in plain},
    )
    found = locate_in_place(ours, theirs)
    return None if found is None else Origin(candidate, found.rows, found.columns, found.positions)


def parts(ours: Table, nearest: list[Candidate], *, most: int) -> list[Origin]:
    """Return data that one was put together of, one below the other; nothing unless they account for every row."""
    import numpy as np

    pieces: dict[int, tuple[int, Origin]] = {}
    for candidate in nearest:
        if not candidate.older or not 0 < candidate.rows < ours.rows <= most or len(pieces) >= _TRIES:
            continue
        theirs = candidate.table()
        found = None if theirs is None else locate(theirs, ours)
        ranges = [] if found is None else found.rows.get("ranges", [])
        if found is not None and len(ranges) == 1 and ranges[0][2] == 1:
            rows = {"count": candidate.rows, "of": candidate.rows, "all": True}
            columns = {ours: theirs for theirs, ours in found.columns.items()}
            first, last, _ = ranges[0]
            positions = np.full(ours.rows, -1)
            positions[first:last] = np.arange(last - first)
            pieces.setdefault(first, (last, Origin(candidate, rows, columns, positions)))
    taken, at = [], 0
    while at in pieces:
        at, origin = pieces[at]
        taken.append(origin)
    return taken if at == ours.rows else []
