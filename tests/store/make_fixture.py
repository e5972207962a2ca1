"""Write ``fixtures/gov-0002.db``, a store as this revision of the schema leaves it; ``gov-0001.db`` is the first's.

Usage: ``python tests/store/make_fixture.py``. A released revision's fixture is never made again: that a later version
still reads it is the point. A new revision gets a new file.
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from pathlib import Path

from jupyter_gov.fingerprints import fingerprint_bytes
from jupyter_gov.records import Artifact, Cell, Document, Fit, Gap, Metric, Record, Run, pack
from jupyter_gov.store import Entry, open_store

FIXTURES = Path(__file__).parent / "fixtures"
FIXTURE = FIXTURES / "gov-0002.db"
RUN = "01980000-0000-7000-8000-000000000001"
TIME = "2026-11-21T09:30:00.000000Z"


def _id(number: int) -> str:
    return f"01980000-0000-7000-8000-{number:012}"


def records() -> list[Record]:
    """Return what is in the first fixture, and the beginning of the others, as it is read."""
    return [
        Run(id=RUN, experiment="credit", name="credit_approval", status="finished", actor="ada", started=TIME),
        Cell(id=_id(2), order=1, source="x = 'ö €'", seconds=0.25, started=TIME),
        Fit(id=_id(3), class_="sklearn.linear_model.LogisticRegression", name="model", cell=_id(2), params={"C": 0.1}),
        Metric(id=_id(4), name="roc_auc_score", value=0.75, cell=_id(2), fits=(_id(3),), split="test"),
        Document(id=_id(5), section="purpose", markdown="Decide.\n", written=TIME),
        Gap(id=_id(6), what="a plot", reason="Not seen."),
    ]


def content() -> bytes:
    """Return what the second fixture keeps of its fit."""
    return pack({"coef_": [0.25, -1.5], "solver": "lbfgs", "max_depth": None})


def artifact() -> Artifact:
    """Return the record of `content`."""
    return Artifact(id=_id(7), about=_id(3), role="learned", digest=fingerprint_bytes(content()), bytes=len(content()))


def main() -> None:
    """Write the file."""
    FIXTURE.parent.mkdir(exist_ok=True)
    if FIXTURE.exists():
        sys.exit(f"{FIXTURE} is there; a released fixture is never changed.")
    first = records()[0].replace(status="running")
    with open_store(f"sqlite:///{FIXTURE}") as store:
        store.append(
            [
                Entry(
                    record=record,
                    run=RUN,
                    action=f"{record.kind}.made",
                    actor={"id": "ada", "kind": "os"},
                    ts=TIME,
                    event_id=_id(100 + number),
                    salt=bytes([number]) * 32,
                    content=content() if isinstance(record, Artifact) else None,
                )
                for number, record in enumerate([first, *records(), artifact()])
            ]
        )
    with contextlib.closing(sqlite3.connect(FIXTURE, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA page_size=512")
        connection.execute("VACUUM")


if __name__ == "__main__":
    main()
