"""The store: append events with their projection in one transaction, read records back, replay."""

from __future__ import annotations

import contextlib
import hmac
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Self, TypeVar

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import SQLAlchemyError

from jupyter_gov.errors import StoreError
from jupyter_gov.ledger import commit, parse
from jupyter_gov.records import KINDS, Artifact, Json, Record, Run
from jupyter_gov.records._builtins import keep_builtins

from ._contents import check_contents, compress, read_content
from ._engine import WRITE, make_engine
from ._events import Entry, Event
from ._known import read_known, read_through
from ._migrate import migrate
from ._schema import artifact, event, event_body, record

keep_builtins(globals())

R = TypeVar("R", bound=Record)

_PROJECT = upsert(record)
_PROJECT = _PROJECT.on_conflict_do_update(index_elements=["kind", "id"], set_={"data": _PROJECT.excluded.data})
"""Lets a body take its record's place; run and `seq` stay those of the record's first event."""

_PAGE = 1000
"""How many events are held in memory at once."""


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
        try:
            with self._reporting():
                migrate(self._engine)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- writing -------------------------------------------------------------------------------------------------------

    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Write entries, their contents and their projection in one transaction; return their sequence numbers.

        Raises
        ------
        StoreError
            If nothing could be written; the store is then as it was.
        TypeError, ValueError
            If a record has no JSON form, or a content is not the one that its record names; nothing is written.
        """
        sealed = [e.seal() for e in entries]
        if not sealed:
            return []
        contents = self._compressed(check_contents(sealed))
        with self._writing() as c:
            first = (c.execute(select(func.max(event.c.seq))).scalar() or 0) + 1
            rows = list(enumerate(sealed, first))
            c.execute(
                insert(event),
                [{"seq": s, "event_id": e.event_id, "run_id": e.run, "envelope": e.envelope(s)} for s, e in rows],
            )
            c.execute(insert(event_body), [{"event_id": e.event_id, "salt": e.salt, "body": e.body} for e in sealed])
            c.execute(
                _PROJECT,
                [
                    {"kind": e.record.kind, "id": e.record.id, "run_id": e.run, "seq": s, "data": e.body}
                    for s, e in rows
                ],
            )
            if contents:
                c.execute(insert(artifact).prefix_with("OR IGNORE"), contents)
        return [s for s, _ in rows]

    def _compressed(self, contents: Mapping[str, bytes]) -> list[dict[str, Any]]:
        # Before the transaction: while it lasts, nobody else can write.
        if not contents:
            return []
        with self._reporting(), self._engine.connect() as c:
            return compress(contents, c)

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

    def known(
        self, run: str, *, experiment: str, shared: Collection[str], held: Mapping[str, Record] | None = None
    ) -> tuple[list[Record], list[tuple[str, Record]], dict[str, int]]:
        """Return what is known about a run at one moment, whatever is written meanwhile.

        Parameters
        ----------
        run, experiment : str
            Whose.
        shared : collection of str
            Kinds of records that count for other runs of the experiment too.
        held : mapping, optional
            Records by id that never change and have been read before: these are not read again.

        Returns
        -------
        records : list of Record
            The run's, in the order in which each was first seen.
        others : list of (str, Record)
            Those of shared kinds that other runs of the experiment have, each with its run.
        through : dict
            Sequence number of the last event of each run that any of these are of.
        """
        with self._reporting(), self._engine.connect() as c:
            # One transaction, so that all are of one moment.
            return read_known(c, run, experiment, shared, held or {})

    def known_through(self, run: str, *, experiment: str, shared: Collection[str]) -> dict[str, int]:
        """Return the last value of `known`, which changes when any of it does, without the records."""
        with self._reporting(), self._engine.connect() as c:
            return read_through(c, run, experiment, shared)

    def records_at(self, run: str, through: int) -> list[Record]:
        """Return what `records` returned when the run's last event had the number `through`.

        A body that is erased or not intact since has no part in it.
        """
        found: dict[tuple[str, str], Record] = {}
        for made in self.events(run):
            if made.envelope["seq"] > through:
                break
            kind, key = made.envelope["subject"]["kind"], made.envelope["subject"]["id"]
            if made.intact and made.body is not None and kind in KINDS:
                found[kind, key] = KINDS[kind].from_json(made.body)
        return list(found.values())

    def page(
        self,
        run: str,
        kind: str,
        *,
        limit: int,
        after: int | None = None,
        newest: bool = False,
        where: Mapping[str, str | None] | None = None,
    ) -> list[tuple[int, Mapping[str, Json]]]:
        """Return records of one kind as JSON, each with the sequence number under which it was first seen.

        Parameters
        ----------
        run, kind : str
            Whose, and which.
        limit : int
            At most so many.
        after : int, optional
            The number that the last page ended with.
        newest : bool
            Whether the newest come first.
        where : mapping, optional
            Fields that must have these values; None stands for null.
        """
        order = record.c.seq.desc() if newest else record.c.seq
        query = select(record.c.seq, record.c.data).where(*_of(run, kind, where)).order_by(order).limit(limit)
        if after is not None:
            query = query.where(record.c.seq < after if newest else record.c.seq > after)
        with self._reporting(), self._engine.connect() as c:
            return [(seq, data) for seq, data in c.execute(query)]

    def count(self, run: str, kind: str, *, where: Mapping[str, str | None] | None = None) -> int:
        """Return how many records of one kind a run has; `where` as in `page`."""
        query = select(func.count()).select_from(record).where(*_of(run, kind, where))
        with self._reporting(), self._engine.connect() as c:
            return c.execute(query).scalar_one()

    def fields(self, run: str, kind: str, field: str) -> list[tuple[str, str]]:
        """Return the id and one text field of all records of one kind in a run, in order."""
        query = (
            select(record.c.id, record.c.data[field].as_string()).where(*_of(run, kind, None)).order_by(record.c.seq)
        )
        with self._reporting(), self._engine.connect() as c:
            return [(key, value) for key, value in c.execute(query)]

    def some(self, kind: str, ids: Collection[str]) -> dict[str, Mapping[str, Json]]:
        """Return those records of one kind that have these ids, as JSON by id."""
        query = select(record.c.id, record.c.data).where(record.c.kind == kind, record.c.id.in_(ids))
        with self._reporting(), self._engine.connect() as c:
            return {row.id: row.data for row in c.execute(query)} if ids else {}

    def artifact(self, about: str, role: str, *, run: str | None = None) -> Artifact | None:
        """Return what was last kept of a record in one role; quicker where the run is known that it belongs to."""
        query = (
            select(record.c.data)
            .where(record.c.kind == Artifact.kind, *([] if run is None else [record.c.run_id == run]))
            .where(record.c.data["about"].as_string() == about, record.c.data["role"].as_string() == role)
            .order_by(record.c.seq.desc())
            .limit(1)
        )
        with self._reporting(), self._engine.connect() as c:
            data = c.execute(query).scalar()
        return None if data is None else Artifact.from_json(data)

    def content(self, digest: str) -> bytes | None:
        """Return the content of that digest, or None.

        Raises
        ------
        StoreError
            If it has changed since it was written.
        """
        with self._reporting(), self._engine.connect() as c:
            return read_content(digest, c)

    def version(self, run: str) -> int:
        """Return the sequence number of a run's last event, 0 where it has none."""
        with self._reporting(), self._engine.connect() as c:
            return c.execute(select(func.max(event.c.seq)).where(event.c.run_id == run)).scalar() or 0

    def experiments(self, *, before: str | None = None, limit: int = 50) -> list[tuple[Run, int]]:
        """Return the latest run of each experiment with the number of its runs, most recently active first.

        `before` is the id of the run that the last page ended with.
        """
        name = record.c.data["experiment"].as_string()
        latest = func.max(record.c.id).label("latest")
        groups = select(latest, func.count().label("runs")).where(record.c.kind == Run.kind).group_by(name)
        if before is not None:
            groups = groups.having(latest < before)
        found = groups.order_by(latest.desc()).limit(limit).subquery()
        query = (
            select(record.c.data, found.c.runs)
            .join(found, (record.c.kind == Run.kind) & (record.c.id == found.c.latest))
            .order_by(found.c.latest.desc())
        )
        with self._reporting(), self._engine.connect() as c:
            return [(Run.from_json(data), runs) for data, runs in c.execute(query)]

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
        """Yield events in sequence, each with the check of its body against its envelope.

        Events that are written meanwhile are among them. Nothing is locked while the caller works on one.
        """
        last: int | None = 0
        while last is not None:
            with self._reporting(), self._engine.connect() as c:
                page = _page(c, after=last, run=run)
            last = page[-1][0] if len(page) == _PAGE else None
            for _, envelope, salt, body in page:
                yield _event(envelope, salt, body)

    def replay(self) -> None:
        """Make the projection again from the events alone; a body that is erased or not intact has no part in it.

        Contents stay: no event holds them.
        """
        with self._writing() as c:
            c.execute(delete(record))
            last: int | None = 0
            while last is not None:
                page = _page(c, after=last)
                rows = []
                for _, envelope, salt, body in page:
                    made = _event(envelope, salt, body)
                    if made.intact:
                        subject = made.envelope["subject"]
                        rows.append(
                            {
                                "kind": subject["kind"],
                                "id": subject["id"],
                                "run_id": subject["run"],
                                "seq": made.envelope["seq"],
                                "data": body,
                            }
                        )
                if rows:
                    c.execute(_PROJECT, rows)
                last = page[-1][0] if len(page) == _PAGE else None

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that nobody else can write beside."""
        with self._reporting(), self._engine.connect().execution_options(**{WRITE: True}) as c, c.begin():
            yield c

    @contextlib.contextmanager
    def _reporting(self) -> Iterator[None]:
        """Turn database errors into a StoreError with a hint."""
        try:
            yield
        except SQLAlchemyError as error:
            raise StoreError(
                f"The store {self.url} cannot be used: {getattr(error, 'orig', None) or error}.",
                hint="Check that the file and its folder can be written and the disk is not full, "
                "or set JUPYTER_GOV_STORE to another file.",
            ) from error


def _of(run: str, kind: str, where: Mapping[str, str | None] | None) -> list[ColumnElement[bool]]:
    """Return the conditions for records of one kind in a run whose fields have the values in `where`."""
    conditions = [record.c.run_id == run, record.c.kind == kind]
    for field, value in (where or {}).items():
        found = record.c.data[field].as_string()
        conditions.append(found.is_(None) if value is None else found == value)
    return conditions


def _page(c: Connection, *, after: int, run: str | None = None) -> list[tuple[int, str, bytes | None, str | None]]:
    """Return the next events as stored: seq, envelope, salt, body."""
    query = (
        select(event.c.seq, event.c.envelope, event_body.c.salt, event_body.c.body)
        .outerjoin(event_body, event.c.event_id == event_body.c.event_id)
        .where(event.c.seq > after)
        .order_by(event.c.seq)
        .limit(_PAGE)
    )
    if run is not None:
        query = query.where(event.c.run_id == run)
    return [(seq, envelope, salt, body) for seq, envelope, salt, body in c.execute(query)]


def _event(envelope: str, salt: bytes | None, body: str | None) -> Event:
    """Read a stored event and check its body."""
    found = parse(envelope)
    if body is None or salt is None:
        return Event(envelope=found, body=None, intact=False)
    intact = hmac.compare_digest(commit(body, salt), found["body_hmac"])
    return Event(envelope=found, body=_readable(body), intact=intact)


def _readable(body: str) -> Mapping[str, Json] | None:
    """Return the JSON object in a body, or None where somebody has made something else of it."""
    try:
        found = parse(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
