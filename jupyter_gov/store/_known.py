"""What is known about a run at one moment: its records, and what other runs of its experiment decided for it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from jupyter_gov.records import KINDS, Record, Run

from ._schema import event, record


def read_known(
    c: Connection, run: str, experiment: str, shared: Collection[str], held: Mapping[str, Record]
) -> tuple[list[Record], list[tuple[str, Record]], dict[str, int]]:
    """Do what `Store.known` does, in the transaction of a connection."""
    # One parameter for all ids: SQLite takes 32,766 at most.
    ids = func.json_each(json.dumps([*held])).table_valued("value")
    data = case((record.c.id.in_(select(ids.c.value)), None), else_=record.c.data) if held else record.c.data
    own = select(record.c.kind, record.c.id, data).where(record.c.run_id == run).order_by(record.c.seq)
    records = [held.get(key) or KINDS[kind].from_json(body) for kind, key, body in c.execute(own) if kind in KINDS]
    found = c.execute(_shared(run, experiment, shared, record.c.data))
    others = [(other, KINDS[kind].from_json(body)) for other, kind, body in found]
    return records, others, _last(c, {run, *(other for other, _ in others)})


def read_through(c: Connection, run: str, experiment: str, shared: Collection[str]) -> dict[str, int]:
    """Do what `Store.known_through` does, in the transaction of a connection."""
    return _last(c, {run, *(found[0] for found in c.execute(_shared(run, experiment, shared)))})


def _shared(run: str, experiment: str, kinds: Collection[str], *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return the query for run, kind and more of the records of some kinds in other runs of an experiment.

    Runs whose experiment has no name have nothing in common.
    """
    runs = select(record.c.id).where(
        record.c.kind == Run.kind,
        record.c.data["experiment"].as_string() == experiment,
        record.c.data["experiment"].as_string() != "",
        record.c.id != run,
    )
    return (
        select(record.c.run_id, record.c.kind, *columns)
        .where(record.c.kind.in_(kinds), record.c.run_id.in_(runs))
        .order_by(record.c.seq)
    )


def _last(c: Connection, runs: Collection[str]) -> dict[str, int]:
    """Return the sequence number of the last event of each run."""
    query = select(event.c.run_id, func.max(event.c.seq)).where(event.c.run_id.in_(runs)).group_by(event.c.run_id)
    return {found.run_id: found[1] for found in c.execute(query)}
