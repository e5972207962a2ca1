"""The store: append events with their projection in one transaction, read records back, replay."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import DBAPIError

from jupyter_gov.errors import StoreError
from jupyter_gov.ledger import commit
from jupyter_gov.records import KINDS, Record, Run

from ._engine import WRITE, make_engine
from ._events import Entry, Event
from ._migrate import migrate
from ._schema import event, event_body, record

R = TypeVar("R", bound=Record)


def open_store(url: str) -> Store:
    """Open the store at `url`, making or migrating it first where needed.

    Raises
    ------
    StoreError
        If it cannot be opened or was written by a later version.
    """
    return Store(url)


class Store:
    """A database of events and the records they amount to. Safe to share between threads.

    Parameters
    ----------
    url : str
        An SQLAlchemy URL, such as ``sqlite:////home/me/gov.db``.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = make_engine(url)
        with self._reporting():
            migrate(self._engine)

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    def forget_connections(self) -> None:
        """Drop connections without closing them, in a forked child: they belong to the parent."""
        self._engine.dispose(close=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- writing -------------------------------------------------------------------------------------------------------

    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Write entries and their projection in one transaction; return their sequence numbers.

        Raises
        ------
        StoreError
            If nothing could be written; the store is then as it was.
        """
        sealed = [e if e.body else e.seal() for e in entries]
        if not sealed:
            return []
        with self._reporting(), self._engine.connect().execution_options(**{WRITE: True}) as c, c.begin():
            first = (c.execute(select(func.max(event.c.seq))).scalar() or 0) + 1
            rows = [(seq, e, json.loads(e.body)) for seq, e in enumerate(sealed, first)]
            c.execute(
                insert(event),
                [{"seq": s, "event_id": e.event_id, "run_id": e.run, "envelope": e.envelope(s)} for s, e, _ in rows],
            )
            c.execute(
                insert(event_body), [{"event_id": e.event_id, "salt": e.salt, "body": e.body} for _, e, _ in rows]
            )
            for seq, e, body in rows:
                _project(c, kind=e.record.kind, key=e.record.id, run=e.run, seq=seq, body=body)
        return [seq for seq, _, _ in rows]

    # -- reading -------------------------------------------------------------------------------------------------------

    def get(self, cls: type[R], key: str) -> R | None:
        """Return the record of that class and id, or None."""
        with self._reporting(), self._engine.connect() as c:
            data = c.execute(select(record.c.data).where(record.c.kind == cls.kind, record.c.id == key)).scalar()
        return None if data is None else cls.from_json(data)

    def records(self, run: str) -> list[Record]:
        """Return all records of a run in the order in which each was first seen."""
        query = select(record.c.kind, record.c.data).where(record.c.run_id == run).order_by(record.c.seq)
        with self._reporting(), self._engine.connect() as c:
            return [KINDS[kind].from_json(data) for kind, data in c.execute(query) if kind in KINDS]

    def runs(
        self,
        *,
        experiment: str | None = None,
        notebook: str | None = None,
        prefix: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> list[Run]:
        """Return runs, newest first; `before` is the id that the last page ended with, `prefix` the id's beginning."""
        query = select(record.c.data).where(record.c.kind == Run.kind).order_by(record.c.id.desc()).limit(limit)
        if experiment is not None:
            query = query.where(record.c.data["experiment"].as_string() == experiment)
        if notebook is not None:
            query = query.where(record.c.data["notebook"].as_string() == notebook)
        if prefix is not None:
            query = query.where(record.c.id.startswith(prefix, autoescape=True))
        if before is not None:
            query = query.where(record.c.id < before)
        with self._reporting(), self._engine.connect() as c:
            return [Run.from_json(data) for (data,) in c.execute(query)]

    def events(self, run: str | None = None) -> Iterator[Event]:
        """Yield events in sequence, each with the check of its body against its envelope."""
        query = (
            select(event.c.envelope, event_body.c.salt, event_body.c.body)
            .outerjoin(event_body, event.c.event_id == event_body.c.event_id)
            .order_by(event.c.seq)
        )
        if run is not None:
            query = query.where(event.c.run_id == run)
        with self._reporting(), self._engine.connect() as c:
            for text, salt, body in c.execute(query):
                envelope = json.loads(text)
                intact = body is not None and commit(body, salt) == envelope["body_hmac"]
                yield Event(envelope=envelope, body=None if body is None else json.loads(body), intact=intact)

    def replay(self) -> None:
        """Make the projection again from the events alone."""
        events = list(self.events())
        with self._reporting(), self._engine.connect().execution_options(**{WRITE: True}) as c, c.begin():
            c.execute(delete(record))
            for e in events:
                if e.body is not None:
                    subject = e.envelope["subject"]
                    _project(
                        c,
                        kind=subject["kind"],
                        key=subject["id"],
                        run=subject["run"],
                        seq=e.envelope["seq"],
                        body=dict(e.body),
                    )

    @contextlib.contextmanager
    def _reporting(self) -> Iterator[None]:
        """Turn database errors into a StoreError with a hint."""
        try:
            yield
        except DBAPIError as error:
            raise StoreError(
                f"The store {self.url} cannot be used: {error.orig}.",
                hint="Check that the file and its folder can be written and the disk is not full, "
                "or set JUPYTER_GOV_STORE to another file.",
            ) from error


def _project(c: Connection, *, kind: str, key: str, run: str, seq: int, body: dict[str, Any]) -> None:
    """Let a body take its record's place; `seq` stays that of the record's first event."""
    here = (record.c.kind == kind) & (record.c.id == key)
    if not c.execute(record.update().where(here).values(data=body)).rowcount:
        c.execute(insert(record).values(kind=kind, id=key, run_id=run, seq=seq, data=body))
