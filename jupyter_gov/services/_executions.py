"""The executions of the runs that somebody looks at: each read once, examined again where there are new ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from jupyter_gov.records import Cell, Json, Notebook

from ._history import History

if TYPE_CHECKING:
    from jupyter_gov.store import Store

_MOST_KEPT = 10_000
"""Executions of a run that are kept at hand, the newest."""
_MOST_EXAMINED = 500
"""Of those that matter for what the newest show, so many are looked at, the newest: the time for it stays bounded."""


@lru_cache(maxsize=4)
def executions_of(store: Store, run: str) -> Executions:
    """Return the executions of a run; the same for as long as it is looked at."""
    return Executions(store, run)


class Executions:
    """The executions of one run, as far as they have been read; safe to share between threads.

    Parameters
    ----------
    store : Store
        Where they are.
    run : str
        The run's full id.
    """

    def __init__(self, store: Store, run: str) -> None:
        self._store, self._run = store, run
        self._lock = Lock()
        self._seq: int | None = None
        self._cells: dict[str, Cell] = {}
        self._look: Mapping[str, Json] | None = None
        self._examined: frozenset[str] = frozenset()
        self._history: History | None = None

    def history(self, wanted: Iterable[str | None]) -> History:
        """Return what became of those that still matter: the last of each cell and source, and what it rests on.

        Parameters
        ----------
        wanted : iterable of str or None
            Ids of executions that matter besides; those that are not recorded are passed over.
        """
        with self._lock:
            changed = self._read()
            asked = {key for key in wanted if key in self._cells}
            if self._history is None or changed or not asked <= self._examined:
                chosen = _choose(self._cells, asked)
                self._examined = frozenset(asked).union(c.id for c in chosen)
                looks = [] if self._look is None else [Notebook.from_json(self._look)]
                self._history = History([*chosen, *looks])
            return self._history

    @property
    def redacted(self) -> list[Cell]:
        """The last execution of each cell, where a secret was taken out of it; the newest first."""
        with self._lock:
            last = {cell.cell_id or cell.id: cell for cell in self._cells.values()}
        return sorted((c for c in last.values() if c.redacted), key=lambda c: -c.order)

    def _read(self) -> bool:
        """Read what is new; say whether there was anything."""
        if self._seq is None:
            new = self._store.page(self._run, Cell.kind, limit=_MOST_KEPT, newest=True)[::-1]
        else:
            new = self._store.page(self._run, Cell.kind, limit=_MOST_KEPT, after=self._seq)
        made = [Cell.from_json(data) for _, data in new]
        self._cells |= {cell.id: cell for cell in made}
        for key in list(self._cells)[:-_MOST_KEPT]:
            del self._cells[key]
        self._seq = new[-1][0] if new else self._seq or 0
        # There is one, which takes the place of the one before.
        look = next((data for _, data in self._store.page(self._run, Notebook.kind, limit=1, newest=True)), None)
        changed = bool(new) or look != self._look
        self._look = look
        return changed


def _choose(cells: Mapping[str, Cell], wanted: Iterable[str]) -> Sequence[Cell]:
    """Return the executions that matter, in order; `cells` are all of them by id, in order."""
    first: dict[str, str | None] = {}
    last: dict[tuple[str, str], str] = {}
    """The last execution of each source of each cell, and the last by which it changed each variable."""
    before: str | None = None
    for cell in cells.values():
        key = cell.cell_id or cell.id
        # Where the notebook's file does not have a cell yet, it stands below what was executed before it.
        first.setdefault(key, before)
        last |= {(key, f"={variable}"): cell.id for variable in cell.writes}
        last[key, f":{cell.source}"] = before = cell.id
    open_ = [*last.values(), *(i for i in first.values() if i), *wanted]
    found = set(open_)
    while open_:
        read = cells[open_.pop()].reads.values()
        new = {writer for writer in read if writer is not None and writer in cells} - found
        found |= new
        open_ += new
    chosen = [cell for key, cell in cells.items() if key in found][-_MOST_EXAMINED:]
    return chosen if len(chosen) == len(cells) else _closed(chosen)


def _closed(cells: Sequence[Cell]) -> list[Cell]:
    """Return the executions without what they read from others: nothing can be said about that."""
    known = {c.id for c in cells}
    return [
        cell.replace(reads={v: w for v, w in cell.reads.items() if w is None or w in known})
        if any(w is not None and w not in known for w in cell.reads.values())
        else cell
        for cell in cells
    ]
