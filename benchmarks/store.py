"""How many events a second the store takes, one a transaction and in batches of 100, beside plain sqlite3.

Plain sqlite3 writes the same rows (event, body, projection), ready made, with the same journal and the same syncing;
the difference is what canonical JSON, commitments and SQLAlchemy cost.

Usage: ``python benchmarks/store.py [EVENTS]``, by default 2,000.
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_gov.records import Cell, new_id
from jupyter_gov.store import Entry, open_store

SOURCE = "model = make_pipeline(SimpleImputer(), LogisticRegression(C=0.1)).fit(X_train, y_train)\n"
TABLES = ("event", "event_body", "record")


def entries(n: int) -> list[Entry]:
    run = new_id()
    return [
        Entry(
            record=Cell(order=i, source=SOURCE, seconds=0.25),
            run=run,
            action="cell.executed",
            actor={"id": "ada", "kind": "os"},
        )
        for i in range(n)
    ]


def rate(write: Callable[[list[Any]], object], items: list[Any], batch: int) -> float:
    """Return items a second."""
    before = time.perf_counter()
    for start in range(0, len(items), batch):
        write(items[start : start + batch])
    return len(items) / (time.perf_counter() - before)


def main(events: int) -> None:
    print(f"SQLite {sqlite3.sqlite_version}, {events:,} events, synchronous=FULL")
    for batch, n in ((1, max(events // 5, 1)), (100, events)):
        with tempfile.TemporaryDirectory() as folder:
            ours_file, plain_file = Path(folder) / "ours.db", Path(folder) / "plain.db"
            with open_store(f"sqlite:///{ours_file}") as store:
                ours = rate(store.append, entries(n), batch)
            with contextlib.closing(sqlite3.connect(ours_file)) as source:
                mode = source.execute("PRAGMA journal_mode").fetchone()[0]
                schema = [sql for (sql,) in source.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
                # Rows of one event, table by table, in the order in which they were written.
                order = {"event": "seq", "event_body": "rowid", "record": "seq"}
                tables = [source.execute(f"SELECT * FROM {t} ORDER BY {order[t]}").fetchall() for t in TABLES]
            inserts = [
                f"INSERT INTO {t} VALUES ({', '.join('?' * len(r[0]))})" for t, r in zip(TABLES, tables, strict=True)
            ]
            with contextlib.closing(sqlite3.connect(plain_file, isolation_level=None)) as peer:
                peer.execute(f"PRAGMA journal_mode={mode}")
                peer.execute("PRAGMA synchronous=FULL")
                for statement in schema:
                    peer.execute(statement)

                def write(rows: list[Any], peer: sqlite3.Connection = peer, inserts: list[str] = inserts) -> None:
                    peer.execute("BEGIN IMMEDIATE")
                    for statement, part in zip(inserts, zip(*rows, strict=True), strict=True):
                        peer.executemany(statement, part)
                    peer.execute("COMMIT")

                plain = rate(write, list(zip(*tables, strict=True)), batch)
        print(f"{batch:4} a transaction: {ours:10,.0f}/s   plain sqlite3 {plain:10,.0f}/s   ratio {ours / plain:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
