"""How data came from other data: by what was seen to make them, else by their columns and rows while both are there."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from jupyter_gov.errors import GovError
from jupyter_gov.fingerprints import ColumnFingerprint, ContentCache, Fingerprint
from jupyter_gov.provenance import Beside, Table
from jupyter_gov.records import Column, Derivation, Json
from jupyter_gov.services.session import Session

from ._ages import Age, Ages
from ._candidates import FIRST, HELD, MADE, Candidate, Kept, Known, Origin, known_of
from ._matching import parts, whole_of
from ._origins import Origins
from ._overlaps import Overlap, Overlaps
from ._search import MAX_ROWS, Effort, Joined, RowSearch
from ._tables import table_of

T = TypeVar("T")

_KEEP = 1000
"""Data sets that are remembered; the ones seen last are kept."""

_COMPANY = 4
"""Data sets found last that the rows of the next ones may go with, as those of a target go with features."""


class Derivations:
    """Finds and records how one data set came from another.

    It keeps no data: of each data set only the digests of its columns, and a weak reference to the object; of small
    ones that were read, hashes of their values. What has to be compared row by row is read again from an object that is
    alive and has not changed.

    Parameters
    ----------
    session : Session
        Where records go.
    cache : ContentCache
        Tells whether an object is still what it was.
    ages : Ages
        Tell which data were there before others.
    cell : callable
        Returns the id of the running cell.
    """

    def __init__(self, session: Session, cache: ContentCache, ages: Ages, cell: Callable[[], str | None]) -> None:
        self._session = session
        self._cache = cache
        self._ages = ages
        self._cell = cell
        self._lock = threading.Lock()
        self._known: dict[str, Known] = {}
        self._kept = Kept()
        self._company: deque[tuple[str, str, Mapping[str, str]]] = deque(maxlen=_COMPANY)
        self._made: set[tuple[str, str, str, str | None]] = set()
        self._parents: dict[str, frozenset[str]] = {}
        self._are_parents: set[str] = set()
        self._rows_only: dict[str, str] = {}
        """Of data that hold rows of others and nothing else: which."""
        self._by_values: dict[str, str] = {}
        self._overlaps = Overlaps()
        self.origins = Origins()
        self.made: dict[str, dict[str, None]] = {}
        """Of each data set that fitted transformers made: their fits."""

    def overlap(self, one: str, other: str) -> Overlap:
        """Return how the rows of two data sets overlap, as far as it is known how they were made."""
        return self._overlaps.of(one, other)

    def saw(self, id_: str, data: Any, print_: Fingerprint, described: Iterable[Column], *, read: bool = False) -> None:
        """Remember a data set by the object that holds it now, and whether it has just been read."""
        old = self._known.get(id_)
        if old is not None and old.object() is not None and (old.read or not read):
            return
        self._ages.look()
        age = old.age if old is not None else self._ages.of(data) or self._ages.now
        known = known_of(id_, data, print_, described, age=age, read=read or (old is not None and old.read))
        with self._lock:
            self._known.pop(id_, None)
            self._known[id_] = known
            while len(self._known) > _KEEP:
                del self._known[next(iter(self._known))]
            if read:
                self._kept.keep(known, data)
        same = self._by_values.setdefault(known.values_digest, id_)
        if read and same != id_:
            # Written to a file and read again, it has come back without its index, or with another one.
            self.link(id_, same, operation="content")

    def link(
        self,
        child: str,
        parent: str,
        *,
        operation: str,
        fit: str | None = None,
        rows: Mapping[str, Json] | None = None,
        positions: Any = None,
    ) -> None:
        """Record that an operation made one known data set of another; one that changed nothing made none."""
        new, known = self._known.get(child), self._known.get(parent)
        # What undoes another operation gives back what that was made of, and nothing comes from itself.
        if new is None or known is None or child == parent or self._comes_from(parent, child):
            return
        if rows is not None:
            columns = _same_names(new.columns, known.columns)
        else:
            columns = _same_columns(new.columns, known.columns)
            rows = {"count": new.rows, "of": known.rows, "all": True} if new.rows == known.rows else {}
        self._record(new, parent, operation, fit=fit, rows=rows, columns=columns, positions=positions)

    def known(self, id_: str) -> Known | None:
        """Return what is remembered of a data set."""
        return self._known.get(id_)

    def unchanged(self, known: Known, thing: Any) -> bool:
        """Say whether an object still is what a data set was."""
        return self._cache.fingerprint(thing).digest == known.digest

    def join(
        self,
        child: str,
        data: Any,
        *,
        unseen: Callable[[], Iterable[Any]],
        observe: Callable[[Any], str | None],
        later: frozenset[str] = frozenset(),
    ) -> Joined:
        """Find what a new data set came from; say whether anything was found.

        Parameters
        ----------
        child : str
            Its id; it has been seen.
        data : frame, series, array, table, sparse matrix or list
        unseen : callable
            Returns the data in the user's variables: what was never read, fitted or scored may stand between.
        observe : callable
            Records such data, and joins them in turn; returns their id.
        later : frozenset of str
            Data sets that came from this one.
        """
        known = self._known[child]
        wanted = known.telling
        if not wanted:
            return Joined(found=False)
        ours, age = table_of(data, known), self._ages.of(data)
        with self._lock:
            seen = [k for k in reversed(self._known.values()) if k.id != child and k.id not in later]
        held_now = self._ages.held()
        others = [c for k in seen if (c := self._recorded(k, known, age, held_now)) is not None]
        whole = whole_of(ours, others, wanted)
        if whole is None:
            held = {id(c.thing) for c in others} | {id(data)}
            new = [t for t in unseen() if id(t) not in held]
            between = [c for t in new if (c := self._attempt(self._unrecorded, t, age)) is not None]
            whole = whole_of(ours, between, wanted)
        if whole is not None:
            return Joined(self._take(known, [whole], observe))
        effort, candidates = Effort(), [*others, *between]
        search = RowSearch(
            known,
            ours,
            effort=effort,
            origins=self.origins,
            same_columns=self._same_columns,
            beside=self._beside,
            attempt=self._attempt,
        )
        origins = search.run(candidates)
        if not origins and ours.rows <= MAX_ROWS:
            effort.again()
            origins = parts(ours, candidates, effort=effort, attempt=self._attempt)
        return Joined(self._take(known, origins, observe), effort.ended)

    def _comes_from(self, one: str, other: str) -> bool:
        """Say whether a data set was made of another, by whatever way."""
        if other not in self._are_parents:
            return False
        waiting: list[str] = [one]
        seen: set[str] = set()
        while waiting:
            parents = self._parents.get(waiting.pop(), frozenset()) - seen
            seen |= parents
            waiting.extend(parents)
        return other in seen

    def _recorded(self, known: Known, child: Known, age: Age | None, held: frozenset[int]) -> Candidate | None:
        """Return a data set as what one of some age may have been made of; None if it is younger, or gone."""
        older = True if age is None else known.age.before(age)
        if older is None and known.read:
            # What was read from a file was made of nothing in this notebook.
            older = True
        thing = known.object()
        # Digests are left of what is gone: they tell the same rows in the same places.
        gone = thing is None and known.rows != child.rows and self._kept.get(known.id) is None
        if older is False or gone or self._comes_from(known.id, child.id):
            return None
        rank = HELD if id(thing) in held else MADE if known.id in self._parents else FIRST
        return Candidate(known.id, known.rows, known.columns, thing, lambda: self._table(known), older is True, rank)

    def _unrecorded(self, thing: Any, age: Age | None) -> Candidate | None:
        """Return what a variable holds as what data of some age may have been made of; None if it is younger."""
        own = self._ages.of(thing)
        older = True if age is None else None if own is None else own.before(age)
        if older is False:
            return None
        try:
            print_ = self._cache.fingerprint(thing)
        except GovError:
            return None
        return Candidate(None, print_.rows, print_.columns, thing, lambda: table_of(thing, print_), older is True)

    def _table(self, known: Known) -> Table | None:
        """Return a data set as it was; None where it is gone or has changed, and its values were not kept."""
        thing = known.object()
        if thing is not None and self.unchanged(known, thing):
            return table_of(thing, known)
        return self._kept.get(known.id)

    def _same_columns(self, id_: str) -> Iterator[str]:
        """Yield the data sets that one holds rows of and nothing else, nearest first."""
        seen = {id_}
        while (parent := self._rows_only.get(id_)) is not None and parent not in seen:
            yield parent
            seen.add(id_ := parent)

    def _attempt(self, work: Callable[..., T], *args: Any) -> T | None:
        """Do what concerns but one of many data sets: where it fails the search goes on over the others."""
        try:
            return work(*args)
        except Exception as error:
            self._session.gap(
                "data that others may have been made of",
                f"They could not be compared: {type(error).__name__}.",
                cell=self._cell(),
            )
            return None

    def _beside(self, rows: int, of: int) -> Iterator[Beside]:
        """Yield data found lately with as many rows of as many."""
        for child, parent, columns in list(self._company):
            one, other = self._known.get(child), self._known.get(parent)
            if one is not None and other is not None and (one.rows, other.rows) == (rows, of):
                ours, theirs = self._table(one), self._table(other)
                if ours is not None and theirs is not None:
                    yield Beside(ours, theirs, columns)

    def _take(self, child: Known, origins: list[Origin], observe: Callable[[Any], str | None]) -> bool:
        """Record where data came from; say whether there was anything to record."""
        done = False
        for origin in origins:
            candidate = origin.candidate
            parent = candidate.id if candidate.id is not None else observe(candidate.thing)
            if parent is None or parent == child.id or self._comes_from(parent, child.id):
                continue
            self._record(child, parent, "content", rows=origin.rows, columns=origin.columns, positions=origin.positions)
            if not origin.rows.get("all"):
                self._company.appendleft((child.id, parent, origin.columns))
            done = True
        return done

    def _record(
        self,
        child: Known,
        parent: str,
        operation: str,
        *,
        fit: str | None = None,
        rows: Mapping[str, Json],
        columns: Mapping[str, str],
        positions: Any = None,
    ) -> None:
        key = (child.id, parent, operation, fit)
        with self._lock:
            if key in self._made:
                return
            self._made.add(key)
            first = child.id not in self._parents
            self._parents[child.id] = self._parents.get(child.id, frozenset()) | {parent}
            self._are_parents.add(parent)
            if rows and len(columns) == len(child.columns):
                self._rows_only.setdefault(child.id, parent)
            self._overlaps.add(child.id, parent, rows, child.rows)
            self.origins.add(child.id, parent, rows, count=child.rows, positions=positions)
            if fit is not None:
                self.made.setdefault(child.id, {})[fit] = None
        found = Derivation(
            child=child.id,
            parent=parent,
            operation=operation,
            fit=fit,
            rows=rows,
            columns=columns,
            new_columns=tuple(c.name for c in child.columns if c.name not in columns),
            cell=self._cell(),
        )
        self._session.record(found, "derivation.found")
        if first:
            held = {"values": child.values_digest}
            self._session.keep(child.id, "rows", lambda: held)
        if positions is not None and "digest" in rows:
            self._session.keep(found.id, "rows", lambda: {"positions": positions})


def _same_columns(child: tuple[ColumnFingerprint, ...], parent: tuple[ColumnFingerprint, ...]) -> dict[str, str]:
    """Return the parent's column for each of the child's with the same content, of several the one of the same name."""
    by_digest: dict[str, list[str]] = {}
    for column in parent:
        by_digest.setdefault(column.digest, []).append(column.name)
    found = {}
    for column in child:
        names = by_digest.get(column.digest)
        if names:
            found[column.name] = column.name if column.name in names else names[0]
    return found


def _same_names(child: tuple[ColumnFingerprint, ...], parent: tuple[ColumnFingerprint, ...]) -> dict[str, str]:
    """Return the columns that rows were taken of: those of the same name and type."""
    types = {c.name: c.type for c in parent}
    return {c.name: c.name for c in child if types.get(c.name) == c.type}
