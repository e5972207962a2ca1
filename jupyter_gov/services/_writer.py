"""Writing off the user's path: a queue, one thread, whole batches in one transaction."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from jupyter_gov.errors import GovError, StoreError
from jupyter_gov.records._builtins import keep_builtins, replaced

if TYPE_CHECKING:
    from jupyter_gov.records import Record
    from jupyter_gov.store import Entry, Store

keep_builtins(globals())

Deferred = Callable[[], "Entry | None"]
"""Work that may wait, such as listing packages: called on the writer's thread, gives an entry or nothing."""

if TYPE_CHECKING:
    _Item = Entry | Deferred | list[Entry]
    """What waits; a list has been worked out, and only the store has not taken it."""

_BATCH = 500
_GATHER = 0.05
"""Seconds for which an entry waits for others, so that a burst is one transaction; a flush does not wait."""
_AGAIN = 5.0
"""Seconds after which a store that failed is tried again unasked."""


class Writer:
    """Writes entries in the order in which they were put; keeps what could not be written and tries again.

    Parameters
    ----------
    store : Store
        Where to.
    lost : callable
        Called on the writer's thread with an action, an error, and the record if there is one, when an item can never
        be written, because its work raised or it has no JSON form; gives the entry to write in its place, if any.
    prepare : callable
        Called on the writer's thread with an entry that has been worked out, or None where the work gave nothing;
        returns the entries to write in its place, without secrets.
    written : callable
        Called on the writer's thread with the last sequence number of each batch that is on disk.
    """

    def __init__(
        self,
        store: Store,
        *,
        lost: Callable[[str, BaseException, Record | None], Entry | None],
        prepare: Callable[[Entry | None], list[Entry]],
        written: Callable[[int], None],
    ) -> None:
        self._store = store
        self._lost = lost
        self._prepare = prepare
        self._written = written
        self._condition = threading.Condition()
        self._waiting: list[_Item] = []
        self._late: list[_Item] = []
        self._put = 0
        self._done = 0
        self._wanted = 0
        self._closing = False
        self._error: GovError | None = None
        self._process = os.getpid()
        self._thread = threading.Thread(target=self._work, name="jupyter-gov-writer", daemon=True)
        self._thread.start()

    def put(self, item: Entry | Deferred, *, late: bool = False) -> None:
        """Queue an entry; returns at once. One that takes long to work out is `late`: all others go before it.

        Raises
        ------
        StoreError
            If the writer is closed, or belongs to the process that this one was forked from.
        """
        self._refuse_fork()
        with self._condition:
            if self._closing:
                raise StoreError("The run has ended and takes no more records.", hint="Begin another with %gov_track.")
            (self._late if late else self._waiting).append(item)
            self._put += 1
            self._condition.notify_all()

    def flush(self, timeout: float | None = 60.0) -> None:
        """Return when everything put so far is on disk.

        Raises
        ------
        StoreError
            If it could not be written; it stays queued and is tried again.
        """
        self._refuse_fork()
        with self._condition:
            target = self._put
            if self._done >= target and not self._late:
                return
            self._error = None
            self._wanted = target
            self._condition.notify_all()

            def done() -> bool:
                # What was put later may have gone before what is late.
                return self._done >= target and not self._late

            finished = self._condition.wait_for(lambda: done() or self._error is not None, timeout)
            if done():
                return
            error = self._error
        if finished and error is not None:
            raise StoreError(error.message, hint=error.hint) from error
        raise StoreError(
            f"The records were not written within {timeout:g} seconds.",
            hint="They stay in memory and are tried again; another process may be holding the database.",
        )

    def close(self, timeout: float | None = 60.0) -> None:
        """Take no more, write what is left and stop the thread.

        Raises
        ------
        StoreError
            If something could not be written. It is tried again for as long as the process lives; call this again to
            wait for it.
        """
        self._refuse_fork()
        with self._condition:
            self._closing = True
            self._condition.notify_all()
        self.flush(timeout)
        self._thread.join(timeout)

    @property
    def pending(self) -> int:
        """How many entries are not on disk yet."""
        return self._put - self._done

    def _refuse_fork(self) -> None:
        # The thread is not in the child, and its lock may have been copied while held: do not touch it.
        if os.getpid() != self._process:
            raise StoreError(
                "This run is written by the process that this one was forked from.",
                hint="Record results in the notebook's own process.",
            )

    def _work(self) -> None:
        while True:
            try:
                if self._write():
                    return
            except BaseException as error:
                # Whatever a notebook has done to Python or to this thread: without it nothing would be written any
                # more, and whoever waits for it would wait in vain.
                self._error = _unwritten(error)
                time.sleep(_GATHER)

    def _write(self) -> bool:
        """Write a batch once there is one; say whether it was the last."""
        with self._condition:
            # After a failure wait for a flush or a while, rather than try without end.
            self._condition.wait_for(lambda: self._error is None and (self._closing or self._has_work()), _AGAIN)
            if self._closing and not self._has_work():
                return True
            self._error = None
            if self._waiting:
                self._condition.wait_for(self._hurries, _GATHER)
            queue = self._waiting or self._late
            # What is late goes one by one, so that what comes meanwhile does not wait for all of it.
            batch = queue[: _BATCH if queue is self._waiting else 1]
        entries: list[Entry] = []
        try:
            for place, item in enumerate(batch):
                # An item is worked out once: what it gave takes its place in the queue.
                queue[place] = ready = self._ready(item)
                entries += ready
            seqs = self._store.append(entries) if batch else []
        except BaseException as error:
            with self._condition:
                self._error = _unwritten(error)
                self._condition.notify_all()
            return False
        with self._condition:
            del queue[: len(batch)]
            self._done += len(batch)
            self._condition.notify_all()
        if seqs:
            # Whoever is told must not be able to end this thread.
            with contextlib.suppress(Exception):
                self._written(seqs[-1])
        return False

    @property
    def is_current(self) -> bool:
        """Whether the caller runs on the writer's own thread."""
        return threading.get_ident() == self._thread.ident

    def _has_work(self) -> bool:
        return bool(self._waiting or self._late)

    def _hurries(self) -> bool:
        return self._closing or self._wanted > self._done or len(self._waiting) >= _BATCH

    def _ready(self, item: _Item) -> list[Entry]:
        """Work an item out, so that nothing but the store itself can fail to take it."""
        from jupyter_gov.store import Entry

        if isinstance(item, list):
            return item
        entry = item if isinstance(item, Entry) else None
        try:
            entry = entry or item()  # type: ignore[operator]
            return [prepared.seal() for prepared in self._prepare(entry)]
        except BaseException as error:
            # Nothing may end this thread, SystemExit in somebody's module included.
            instead = self._lost(entry.action if entry else "deferred", error, entry.record if entry else None)
            return [instead.seal()] if instead else []


def _unwritten(error: BaseException) -> GovError:
    """Return what to say of records that could not be written; they are tried again."""
    if isinstance(error, GovError):
        return error
    names = replaced()
    if not names:
        return StoreError(f"Writing failed: {error!r}.")
    return StoreError(
        f"Writing failed: {error!r}. The notebook has replaced Python's own {', '.join(names)}.",
        hint="Put them back: import builtins, and set each to what it was. The records stay in memory until then.",
    )
