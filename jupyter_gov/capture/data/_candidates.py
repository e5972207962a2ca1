"""Data sets that another one may have been made of: what is known of each, and which of them goes best."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupyter_gov.fingerprints import ColumnFingerprint, Fingerprint, fingerprint_bytes
from jupyter_gov.provenance import Table
from jupyter_gov.records import Column, Json

from ._ages import Age
from ._tables import kept_table, table_of

if TYPE_CHECKING:
    from ._origins import Positions

HELD, FIRST, MADE = 0, 1, 2
"""In which turn a candidate is tried: a variable holds it; nothing is known to be behind it; it was made of others."""

_KEPT = 2_000_000
"""Hashes of values that are kept of data that were read, for when a notebook goes on under the same name."""


@dataclass(frozen=True, slots=True)
class Known:
    """A data set that was seen, and the object that held it if that still lives.

    Attributes
    ----------
    dull : frozenset of str
        Columns that hold one value only: having the same ones says nothing of where data come from.
    age : Age
        When it was seen first.
    read : bool
        Whether it came in through a door.
    """

    id: str
    digest: str
    rows: int
    columns: tuple[ColumnFingerprint, ...]
    dull: frozenset[str]
    object: Callable[[], Any]
    age: Age
    read: bool

    @property
    def values_digest(self) -> str:
        """A digest over names, types and values of the columns without the index, which a file may or may not keep."""
        told = sorted(f"{c.name}\0{c.type}\0{c.digest}" for c in self.columns if not c.index)
        return fingerprint_bytes("\0".join([str(self.rows), *told]).encode())

    @property
    def telling(self) -> frozenset[str]:
        """The columns that are not dull."""
        return frozenset(c.name for c in self.columns) - self.dull


@dataclass(frozen=True, slots=True)
class Candidate:
    """What another data set may have been made of.

    Attributes
    ----------
    id : str or None
        None of what is in a variable and has not been recorded.
    thing : any
        The object, or None.
    table : Table or None
        None where only digests are left.
    older : bool
        Whether it was certainly there before.
    rank : int
        In which turn it is tried: `HELD`, `FIRST` or `MADE`.
    """

    id: str | None
    rows: int
    columns: tuple[ColumnFingerprint, ...]
    thing: Any
    table: Callable[[], Table | None]
    older: bool
    rank: int = HELD

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns: of data that account for the same, those that came last are usually the smallest."""
        return self.rows, len(self.columns)


@dataclass(frozen=True, slots=True)
class Origin:
    """What of a data set a candidate accounts for; `positions` are the candidate's rows, -1 for none of them."""

    candidate: Candidate
    rows: Mapping[str, Json]
    columns: Mapping[str, str]
    positions: Positions | None = None


def known_of(id_: str, data: Any, print_: Fingerprint, described: Iterable[Column], *, age: Age, read: bool) -> Known:
    """Return what is remembered of a data set."""
    dull = frozenset(c.name for c in described if c.summary.get("distinct", 2) < 2)
    return Known(id_, print_.digest, print_.rows, print_.columns, dull, weak(data), age, read)


class Kept:
    """Hashes of the values of data that were read last, small ones only."""

    def __init__(self) -> None:
        self._tables: OrderedDict[str, Table] = OrderedDict()
        self._size = 0

    def keep(self, known: Known, data: Any) -> None:
        """Keep a data set's, unless there are too many."""
        size = _size(known)
        if known.id in self._tables or 4 * size > _KEPT:
            return
        self._tables[known.id] = kept_table(table_of(data, known))
        self._size += size
        while self._size > _KEPT:
            _, table = self._tables.popitem(last=False)
            self._size -= _size(table)

    def get(self, id_: str) -> Table | None:
        """Return a data set's; None where they were not kept."""
        return self._tables.get(id_)


def weak(data: Any) -> Callable[[], Any]:
    """Return a reference that does not keep data alive."""
    try:
        return weakref.ref(data)
    except TypeError:
        return lambda: None


def _size(known: Known | Table) -> int:
    columns = known.columns if isinstance(known, Known) else known.digests
    return known.rows * (len(columns) + 1)
