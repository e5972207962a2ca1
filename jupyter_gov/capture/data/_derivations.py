"""How data came from other data: by what was seen to make them, else by their columns and rows while both are there."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jupyter_gov.errors import GovError
from jupyter_gov.fingerprints import ColumnFingerprint, ContentCache, Fingerprint
from jupyter_gov.provenance import Located, locate
from jupyter_gov.records import Column, Derivation, Json
from jupyter_gov.services.session import Session

from ._tables import share_values, table_of

_KEEP = 1000
"""Data sets that are remembered; the ones seen last are kept."""

MAX_ROWS = 1_000_000
"""Rows up to which data are compared row by row, for the sake of time and memory."""

MAX_CELLS = 20_000_000
"""The same for the values of both."""

_MORE = 4
"""How many times the rows of its parent data may have: rows are drawn again, but not without end."""

_TRIES = 20
"""Data sets that one is compared with row by row."""


@dataclass(frozen=True, slots=True)
class Known:
    """A data set that was seen, and the object that held it if that still lives.

    Attributes
    ----------
    dull : frozenset of str
        Columns that hold one value only: having the same ones says nothing of where data come from.
    """

    id: str
    digest: str
    rows: int
    columns: tuple[ColumnFingerprint, ...]
    dull: frozenset[str]
    object: Callable[[], Any]


class Derivations:
    """Finds and records how one data set came from another.

    It keeps no data: of each data set only the digests of its columns, and a weak reference to the object. What has
    to be compared row by row is read again from an object that is alive and has not changed.

    Parameters
    ----------
    session : Session
        Where records go.
    cache : ContentCache
        Tells whether an object is still what it was.
    cell : callable
        Returns the id of the running cell.
    """

    def __init__(self, session: Session, cache: ContentCache, cell: Callable[[], str | None]) -> None:
        self._session = session
        self._cache = cache
        self._cell = cell
        self._lock = threading.Lock()
        self._known: dict[str, Known] = {}
        self._made: set[tuple[str, str, str, str | None]] = set()
        self._parents: dict[str, frozenset[str]] = {}

    def saw(self, id_: str, data: Any, print_: Fingerprint, described: Iterable[Column]) -> None:
        """Remember a data set by the object that holds it now."""
        old = self._known.get(id_)
        if old is not None and old.object() is not None:
            return
        dull = frozenset(c.name for c in described if c.summary.get("distinct", 2) < 2)
        with self._lock:
            self._known.pop(id_, None)
            self._known[id_] = Known(id_, print_.digest, print_.rows, print_.columns, dull, _weak(data))
            while len(self._known) > _KEEP:
                del self._known[next(iter(self._known))]

    def link(
        self,
        child: str,
        parent: str,
        *,
        operation: str,
        fit: str | None = None,
        rows: Mapping[str, Json] | None = None,
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
        self._record(new, parent, operation, fit=fit, rows=rows, columns=columns)

    def join(
        self,
        child: str,
        data: Any,
        *,
        unseen: Callable[[], Iterable[Any]],
        observe: Callable[[Any], str | None],
        later: frozenset[str] = frozenset(),
    ) -> bool:
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
        with self._lock:
            seen = list(reversed(self._known.values()))
        others = [k for k in seen if k.id != child and k.id not in later]
        if self._by_columns(known, others):
            return True
        held = {id(k.object()) for k in seen} | {id(data)}
        between = [(t, p) for t in unseen() if id(t) not in held and (p := self._print(t)) is not None]
        # What holds the very same columns stands nearer than what holds the rows among others.
        for thing, print_ in between:
            equal = _same_columns(known.columns, print_.columns).keys() - known.dull
            if print_.rows == known.rows and equal:
                parent = self._known.get(observe(thing) or "")
                return parent is not None and self._by_columns(known, [parent])
        return self._by_rows(known, data, others, between, observe)

    def _comes_from(self, one: str, other: str) -> bool:
        """Say whether a data set was made of another, by whatever way."""
        waiting: list[str] = [one]
        seen: set[str] = set()
        while waiting:
            parents = self._parents.get(waiting.pop(), frozenset()) - seen
            seen |= parents
            waiting.extend(parents)
        return other in seen

    def _print(self, thing: Any) -> Fingerprint | None:
        try:
            return self._cache.fingerprint(thing)
        except GovError:
            return None

    def _by_rows(
        self,
        child: Known,
        data: Any,
        others: list[Known],
        between: list[tuple[Any, Fingerprint]],
        observe: Callable[[Any], str | None],
    ) -> bool:
        """Join data with what has all of their rows: the newest that accounts for most of their columns."""
        best: tuple[Located, Known | Fingerprint, Any] | None = None
        for parent, thing in self._rows_may_be_in(child, others, between):
            found = self._locate(child, data, parent, thing)
            if found is not None and (best is None or len(found.columns) > len(best[0].columns)):
                best = found, parent, thing
                if not set(found.new_columns) - child.dull:
                    break
        if best is None:
            return False
        found, parent, thing = best
        known = parent.id if isinstance(parent, Known) else observe(thing)
        if known is not None:
            self._record(child, known, "content", rows=found.rows, columns=found.columns)
        return known is not None

    def _rows_may_be_in(
        self, child: Known, others: list[Known], between: list[tuple[Any, Fingerprint]]
    ) -> Iterator[tuple[Known | Fingerprint, Any]]:
        """Yield data sets that are still what they were, with the objects that hold them, and what stands between."""
        tried = 0
        for known in others:
            thing = known.object()
            if thing is None or tried == _TRIES or not _fits(child, known):
                continue
            if self._cache.fingerprint(thing).digest == known.digest:
                tried += 1
                yield known, thing
        for thing, print_ in between:
            yield print_, thing

    def _locate(self, child: Known, data: Any, parent: Known | Fingerprint, thing: Any) -> Located | None:
        """Return where data lie in a thing; None where that they do says nothing."""
        if not _fits(child, parent):
            return None
        ours, theirs = table_of(data, child), table_of(thing, parent)
        found = locate(ours, theirs) if share_values(ours, theirs) else None
        if found is None or not found.columns.keys() - child.dull:
            return None
        # Labels occur in every column of labels: if there is nothing else, at least the name must be the same.
        vague = found.rows.get("ambiguous", 0) == child.rows
        return None if vague and any(c != p for c, p in found.columns.items()) else found

    def _by_columns(self, child: Known, others: list[Known]) -> bool:
        """Join data with those that hold the very same columns, the fewest of them that do."""
        wanted = {c.name for c in child.columns} - child.dull
        found = False
        same = [(k, _same_columns(child.columns, k.columns)) for k in others if k.rows == child.rows]
        while wanted and same:
            known, columns = max(same, key=lambda s: len(wanted & s[1].keys()))
            if not wanted & columns.keys():
                break
            wanted -= columns.keys()
            rows = {"count": child.rows, "of": known.rows, "all": True}
            self._record(child, known.id, "content", rows=rows, columns=columns)
            found = True
        return found

    def _record(
        self,
        child: Known,
        parent: str,
        operation: str,
        *,
        fit: str | None = None,
        rows: Mapping[str, Json],
        columns: Mapping[str, str],
    ) -> None:
        key = (child.id, parent, operation, fit)
        with self._lock:
            if key in self._made:
                return
            self._made.add(key)
            self._parents[child.id] = self._parents.get(child.id, frozenset()) | {parent}
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


def _fits(child: Known | Fingerprint, parent: Known | Fingerprint) -> bool:
    """Say whether rows of one may be rows of the other, and are few enough to be compared."""
    cells = child.rows * len(child.columns) + parent.rows * len(parent.columns)
    types = {c.type for c in parent.columns}
    return (
        0 < child.rows <= min(MAX_ROWS, _MORE * parent.rows)
        and parent.rows <= MAX_ROWS
        and cells <= MAX_CELLS
        and any(c.type in types for c in child.columns)
    )


def _weak(data: Any) -> Callable[[], Any]:
    try:
        return weakref.ref(data)
    except TypeError:
        return lambda: None
