"""Comparing data with what they may have been made of, by whole columns and by pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from jupyter_gov.provenance import Table, locate, locate_in_place

from ._candidates import Candidate, Origin

if TYPE_CHECKING:
    from ._search import Effort

_LOOKED_INTO = 100
"""Data of which the first row is looked at, whether it stands in those that may have been put together of them."""


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


def parts(ours: Table, candidates: list[Candidate], *, effort: Effort, attempt: Callable[..., Any]) -> list[Origin]:
    """Return data that one was put together of, one below the other; nothing unless they account for every row.

    Parameters
    ----------
    ours : Table
    candidates : list of Candidate
    effort : Effort
        What may be spent.
    attempt : callable
        Calls what it is given; returns None where that fails.
    """
    alike = [c for c in candidates if c.older and 0 < c.rows < ours.rows and _is_alike(ours, c)]
    pieces = _Pieces(sorted(alike, key=lambda c: (c.rank, c.size)), attempt)
    reached: dict[int, list[Origin]] = {0: []}
    waiting = [0] if alike else []
    while waiting and ours.rows not in reached:
        at = waiting.pop()
        if not effort.looks(ours.rows * len(ours.digests)):
            break
        beginning = {(ours.types.get(c, ""), int(ours.cells[c][at])) for c in ours.digests}
        for candidate, theirs, first in pieces:
            end = at + candidate.rows
            if end > ours.rows or end in reached or 2 * len(first & beginning) < len(first):
                continue
            if not effort.takes(ours.rows * len(theirs.digests)):
                break
            origin = attempt(_piece, candidate, theirs, ours, at)
            if origin is not None:
                reached[end] = [*reached[at], origin]
                waiting.append(end)
    return reached.get(ours.rows, [])


class _Pieces:
    """Candidates with their content and the values of their first row, each worked out once, when it is asked for."""

    def __init__(self, candidates: list[Candidate], attempt: Callable[..., Any]) -> None:
        self._candidates = candidates[:_LOOKED_INTO]
        self._attempt = attempt
        self._known: list[tuple[Candidate, Table, frozenset[tuple[str, int]]]] | None = None

    def __iter__(self) -> Iterator[tuple[Candidate, Table, frozenset[tuple[str, int]]]]:
        if self._known is None:
            looked = ((c, self._attempt(_begin, c)) for c in self._candidates)
            self._known = [(c, *found) for c, found in looked if found is not None]
        return iter(self._known)


def _begin(candidate: Candidate) -> tuple[Table, frozenset[tuple[str, int]]] | None:
    table = candidate.table()
    if table is None:
        return None
    return table, frozenset((table.types.get(c, ""), int(table.cells[c][0])) for c in table.digests)


def _is_alike(ours: Table, candidate: Candidate) -> bool:
    """Say whether a candidate's columns may go below those of others: by their names, or all of them by their types."""
    theirs = [c for c in candidate.columns if not c.index]
    named = any(c.name in ours.types and not c.name.isdecimal() for c in theirs)
    return named or {ours.types.get(c, "") for c in ours.digests} == {c.type for c in theirs}


def _piece(candidate: Candidate, theirs: Table, ours: Table, at: int) -> Origin | None:
    """Return a candidate as the piece that begins at a row, if it is that."""
    import numpy as np

    end = at + candidate.rows
    here = Table(
        rows=candidate.rows,
        digests=dict.fromkeys(ours.digests, ""),
        cells={c: ours.cells[c][at:end] for c in ours.digests},
        types=ours.types,
        labels=None if ours.labels is None else ours.labels[at:end],
    )
    found = locate(theirs, here)
    if found is None or not found.rows.get("all"):
        return None
    columns = {ours: theirs for theirs, ours in found.columns.items()}
    positions = np.full(ours.rows, -1)
    positions[at:end] = np.arange(candidate.rows)
    return Origin(candidate, {"count": candidate.rows, "of": candidate.rows, "all": True}, columns, positions)
