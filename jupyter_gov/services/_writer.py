"""Writing off the user's path: a queue, one thread, whole batches in one transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from jupyter_gov.errors import GovError, StoreError

if TYPE_CHECKING:
    from jupyter_gov.store import Entry, Store

Deferred = Callable[[], "Entry | None"]
"""Work that may wait, such as listing packages: called on the writer's thread, gives an entry or nothing."""

_BATCH = 500


class Writer:
    """Writes entries in the order in which they were put; keeps what could not be written and tries again.

    Parameters
    ----------
    store : Store
        Where to.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._condition = threading.Condition()
        self._waiting: list[Entry | Deferred] = []
        self._put = 0
        self._done = 0
        self._closing = False
        self.error: GovError | None = None
        self._thread = threading.Thread(target=self._work, name="jupyter-gov-writer", daemon=True)
        self._thread.start()

    def put(self, item: Entry | Deferred) -> None:
        """Queue an entry; returns at once."""
        with self._condition:
            self._waiting.append(item)
            self._put += 1
            self._condition.notify_all()

    def flush(self, timeout: float | None = 60.0) -> None:
        """Return when everything put so far is on disk.

        Raises
        ------
        StoreError
            If it could not be written; it stays queued.
        """
        with self._condition:
            target = self._put
            self.error = None
            self._condition.notify_all()
            finished = self._condition.wait_for(lambda: self._done >= target or self.error is not None, timeout)
            if self.error is not None:
                raise self.error
        if not finished:
            raise StoreError(
                f"The store did not answer within {timeout:g} seconds.",
                hint="What is not yet written stays in memory; another process may be holding the database.",
            )

    def close(self) -> None:
        """Write what is left and stop the thread.

        Raises
        ------
        StoreError
            If something could not be written.
        """
        try:
            self.flush()
        finally:
            with self._condition:
                self._closing = True
                self._condition.notify_all()
            self._thread.join(timeout=5)

    @property
    def pending(self) -> int:
        """How many entries are not on disk yet."""
        return self._put - self._done

    def _work(self) -> None:
        while True:
            with self._condition:
                # After a failure wait for new work or a flush, rather than try without end.
                self._condition.wait_for(lambda: self._closing or (bool(self._waiting) and self.error is None), 5.0)
                if self._closing:
                    return
                self.error = None
                batch = self._waiting[:_BATCH]
            if not batch:
                continue
            # A deferred item is worked out once: what it gave takes its place in the queue.
            ready = [self._resolve(item) for item in batch]
            entries = [e for e in ready if e is not None]
            try:
                self._store.append(entries)
            except Exception as error:
                problem = (
                    error if isinstance(error, GovError) else StoreError(f"Records could not be written: {error}.")
                )
                with self._condition:
                    self._waiting[: len(batch)] = [_constant(e) for e in ready]
                    self.error = problem
                    self._condition.notify_all()
                continue
            with self._condition:
                del self._waiting[: len(batch)]
                self._done += len(batch)
                self._condition.notify_all()

    @staticmethod
    def _resolve(item: Entry | Deferred) -> Entry | None:
        from jupyter_gov.store import Entry

        if isinstance(item, Entry):
            return item
        try:
            return item()
        except Exception:
            # The deferred function reports its own failures; one that cannot must not stop the others.
            return None


def _constant(entry: Entry | None) -> Entry | Deferred:
    return entry if entry is not None else lambda: None
