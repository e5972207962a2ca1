"""The current session: which run is being tracked here, and the queue that its records go through."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol

from jupyter_gov.errors import NotFoundError
from jupyter_gov.records import Gap, Record, Run, utc_now

from ._stores import get_store
from ._writer import Writer

if TYPE_CHECKING:
    from jupyter_gov.store import Entry, Store


class Resolver(Protocol):
    """Knows which record stands for an object of the user's; `capture` installs one."""

    def fit_of(self, model: object) -> str | None:
        """Return the id of the fit that made `model` what it is, or None."""

    def dataset_of(self, data: object, name: str) -> str | None:
        """Return the id of the data set with this content, recording it if it is new, or None."""

    def name_of(self, thing: object) -> str:
        """Return the variable that holds `thing`, or an empty string."""

    def cell(self) -> str | None:
        """Return the id of the cell that is running, or None."""


class Session:
    """Records of one run, on their way to the store.

    Parameters
    ----------
    run : Run
        The run; already in the store.
    store : Store
        Where to write.
    owner : bool
        Whether this process began the run and so ends it, rather than having joined it.
    """

    def __init__(self, run: Run, store: Store, *, owner: bool) -> None:
        self.run = run
        self.store = store
        self.owner = owner
        self.resolver: Resolver | None = None
        self._writer = Writer(store)
        self._gaps: set[tuple[str, str]] = set()

    def record(self, record: Record, action: str) -> None:
        """Queue a record; returns at once."""
        self._writer.put(entry_of(record, action, self.run.id))

    def record_later(self, make: Callable[[], Record | None], action: str) -> None:
        """Queue a record that is worked out when its turn comes, off the user's path."""

        def deferred() -> Entry | None:
            made = make()
            return None if made is None else entry_of(made, action, self.run.id)

        self._writer.put(deferred)

    def gap(self, what: str, reason: str, *, remedy: str = "", cell: str | None = None) -> None:
        """Put something on the gap list, once for the same thing and reason."""
        if (what, reason) not in self._gaps:
            self._gaps.add((what, reason))
            self.record(Gap(what=what, reason=reason, remedy=remedy, cell=cell), "gap.found")

    def flush(self) -> None:
        """Return when everything recorded so far is on disk.

        Raises
        ------
        StoreError
            If it could not be written; it is kept and tried again.
        """
        self._writer.flush()

    def close(self) -> None:
        """Write what is left; where this process owns the run, mark it finished.

        Raises
        ------
        StoreError
            If something could not be written.
        """
        if self.owner:
            self.run = self.run.replace(status="finished", finished=utc_now())
            self.record(self.run, "run.finished")
        self._writer.close()


_current: Session | None = None


def current() -> Session | None:
    """Return the session of this process, or None when nothing is tracked."""
    return _current


def actor() -> str:
    """Return who acts, as the operating system says."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def entry_of(record: Record, action: str, run: str) -> Entry:
    """Wrap a record for the store, with the time and the actor."""
    from jupyter_gov.store import Entry

    return Entry(record=record, run=run, action=action, actor={"id": actor(), "kind": "os"})


def begin_run(*, name: str, experiment: str, notebook: str = "", store: str | None = None) -> Run:
    """Write a new run to the store and return it.

    Raises
    ------
    StoreError
        If the store cannot be written.
    """
    run = Run(name=name, experiment=experiment, notebook=notebook, actor=actor(), started=utc_now())
    get_store(store).append([entry_of(run, "run.started", run.id)])
    return run


def end_run(run: Run, *, status: Literal["finished", "failed"], reason: str = "", store: str | None = None) -> Run:
    """Write that a run has ended, and how; return the run as it now is."""
    ended = run.replace(status=status, finished=utc_now(), reason=reason)
    get_store(store).append([entry_of(ended, f"run.{status}", run.id)])
    return ended


def open_session(run: Run, *, owner: bool, store: str | None = None) -> Session:
    """Make `run` the one that is tracked in this process."""
    global _current
    close_session()
    _current = Session(run, get_store(store), owner=owner)
    return _current


def join_run(run_id: str, *, name: str | None, experiment: str | None, store: str | None = None) -> Run:
    """Return the run that another process began, under the name and experiment given here if there are any.

    Raises
    ------
    NotFoundError
        If the store has no such run.
    """
    found = get_store(store).get(Run, run_id)
    if found is None:
        raise NotFoundError(f"No run {run_id!r} to join.", hint="It was begun in another store; see JUPYTER_GOV_STORE.")
    named = found.replace(name=name or found.name, experiment=experiment or found.experiment)
    if named != found:
        get_store(store).append([entry_of(named, "run.named", run_id)])
    return named


def close_session() -> None:
    """End tracking in this process; nothing happens where there is none.

    Raises
    ------
    StoreError
        If something could not be written.
    """
    global _current
    session, _current = _current, None
    if session is not None:
        session.close()


def forget_session() -> None:
    """Drop the session without writing: in a forked child it belongs to the parent."""
    global _current
    _current = None
