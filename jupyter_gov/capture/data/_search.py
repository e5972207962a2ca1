"""The search for the rows of data in other data: what is tried, in which order, and when it has cost enough."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_gov.provenance import Beside, Table, locate

from ._candidates import MADE, Candidate, Known, Origin
from ._matching import in_place

if TYPE_CHECKING:
    from ._origins import Origins

MAX_ROWS = 1_000_000
"""Rows up to which data are compared row by row, for the sake of time and memory."""

MAX_CELLS = 20_000_000
"""The same for the values of both."""

_MORE = 4
"""How many times the rows of its parent data may have: rows are drawn again, but not without end."""

_TRIES = 20
"""Data sets that one is compared with row by row."""

_VALUES = 100_000_000
"""Values that are looked at for one data set: about a second's work."""

_PAIRED = 8_000_000
"""Values at most that are looked at to find out which columns go together, where their names do not say it."""


class Effort:
    """What may be spent on one search.

    It is counted in values, not in time, so that the same cells find the same whatever else the computer has to do.
    """

    def __init__(self) -> None:
        self._tries = _TRIES
        self._values = _VALUES
        self.ended = False
        """Whether something was not tried for it."""

    def again(self) -> None:
        """Allow as many tries once more, for another kind of search; of the values what is left."""
        self._tries = _TRIES

    def takes(self, values: int) -> bool:
        """Say whether so many values may be looked at in one more try, and count them."""
        if not self._tries or values > self._values:
            self.ended = True
            return False
        self._tries -= 1
        return self.looks(values)

    def looks(self, values: int) -> bool:
        """Say the same of what is no try of its own."""
        if values > self._values:
            self.ended = True
            return False
        self._values -= values
        return True


class Joined(NamedTuple):
    """How a search ended: whether anything was found, and whether it was given up before everything was tried."""

    found: bool
    ended: bool = False


class RowSearch:
    """Looks for the rows of one data set in others.

    Parameters
    ----------
    child : Known
    ours : Table
        Its content.
    effort : Effort
    origins : Origins
        Where the rows of data sets came from, as far as it is known.
    same_columns : callable
        Yields the data sets that one holds rows of and nothing else, nearest first.
    beside : callable
        Yields data found lately with as many rows of as many.
    attempt : callable
        Calls what it is given; returns None where that fails.
    """

    def __init__(
        self,
        child: Known,
        ours: Table,
        *,
        effort: Effort,
        origins: Origins,
        same_columns: Callable[[str], Iterable[str]],
        beside: Callable[[int, int], Iterable[Beside]],
        attempt: Callable[..., Any],
    ) -> None:
        self._child = child
        self._ours = ours
        self._effort = effort
        self._origins = origins
        self._same_columns = same_columns
        self._beside = beside
        self._attempt = attempt
        self._tried: set[str] = set()

    def run(self, candidates: list[Candidate]) -> list[Origin]:
        """Return what has all rows of the data and, together, most of their columns.

        What variables hold comes first, then what nothing is known to be behind, each the smallest first: the rows that
        were taken of these in earlier turns of a loop would use up the tries.
        """
        wanted = self._child.telling
        made = sorted((c for c in candidates if c.rank == MADE), key=lambda c: c.size)
        found: list[Origin] = []
        for candidate in (*sorted((c for c in candidates if c.rank != MADE), key=lambda c: (c.rank, c.size)), *made):
            if candidate.rank == MADE and self._is_known_by_another(candidate):
                continue
            origin = self._compare(candidate)
            told = frozenset() if origin is None else wanted & origin.columns.keys()
            if origin is not None and told == wanted:
                return [self._tightest(origin, made)]
            # What was made of them has all that they have.
            if origin is not None and told and candidate.older:
                found.append(origin)
        taken: list[Origin] = []
        while found:
            best = max(found, key=lambda o: len(wanted & o.columns.keys()))
            if not wanted & best.columns.keys():
                break
            taken.append(self._tightest(best, made))
            wanted = wanted - best.columns.keys()
            found.remove(best)
        return taken

    def _is_known_by_another(self, candidate: Candidate) -> bool:
        """Say whether it holds rows only of data that were tried: it can tell no more than those did."""
        return candidate.id is not None and not self._tried.isdisjoint(self._same_columns(candidate.id))

    def _compare(self, candidate: Candidate) -> Origin | None:
        origin = in_place(self._ours, candidate)
        if origin is not None and self._child.telling <= origin.columns.keys():
            return origin
        theirs = self._attempt(candidate.table) if _fits(self._child, candidate) else None
        if theirs is None or not self._effort.takes(_work(self._ours, theirs)):
            return origin
        if candidate.id is not None:
            self._tried.add(candidate.id)
        beside = list(self._beside(self._child.rows, candidate.rows))
        found = self._attempt(lambda: locate(self._ours, theirs, beside=beside))
        if found is not None and (origin is None or len(found.columns) > len(origin.columns)):
            return Origin(candidate, found.rows, found.columns, found.positions)
        return origin

    def _tightest(self, origin: Origin, made: list[Candidate]) -> Origin:
        """Return the smallest that was made of what has the rows and has them as well, with the same columns."""
        whole = origin.candidate
        if whole.id is None or origin.positions is None:
            return origin
        for candidate in made:
            if candidate.size >= whole.size:
                break
            if candidate.id is None or candidate.thing is None or candidate.id == whole.id:
                continue
            if whole.id in self._origins.chain(candidate.id) and self._may_hold(candidate, origin):
                closer = self._compare(candidate)
                if closer is not None and origin.columns.keys() <= closer.columns.keys():
                    return closer
        return origin

    def _may_hold(self, candidate: Candidate, origin: Origin) -> bool:
        """Say whether a candidate can have the rows that were found, going by where its own came from."""
        import numpy as np

        whole, id_ = origin.candidate, candidate.id
        if whole.id is None or id_ is None or not self._effort.looks(candidate.rows + self._child.rows):
            return False
        theirs = self._origins.of(id_, candidate.rows)
        for root, above in self._origins.of(whole.id, whole.rows).items():
            rows, known = theirs.get(root), origin.positions
            if rows is None or known is None or (known < 0).any() or (rows < 0).any():
                continue
            if not np.isin(above[known], rows).all():
                return False
        return True


def _fits(child: Known, parent: Candidate) -> bool:
    """Say whether rows of one may be rows of the other, and are few enough to be compared."""
    cells = child.rows * len(child.columns) + parent.rows * len(parent.columns)
    types = {c.type for c in parent.columns}
    return (
        0 < child.rows <= min(MAX_ROWS, _MORE * parent.rows)
        and parent.rows <= MAX_ROWS
        and cells <= MAX_CELLS
        and any(c.type in types for c in child.columns)
    )


def _work(ours: Table, theirs: Table) -> int:
    """Return how many values are looked at to compare two tables."""
    values = ours.rows * len(ours.digests) + theirs.rows * len(theirs.digests)
    if ours.digests.keys() & theirs.digests.keys():
        return values
    return values + min(_PAIRED, len(ours.digests) * len(theirs.digests) * theirs.rows)
