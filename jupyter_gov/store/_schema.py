"""The tables. Events are the source of truth; `record` is a projection that can be made again from them.

The contents in `artifact` are what records of that kind name by digest: no event holds them, nothing makes them again.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

HEAD = "0002"
"""The revision that this version of the code reads and writes."""

metadata = MetaData()

_Sequence = BigInteger().with_variant(Integer, "sqlite")

event = Table(
    "event",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=False),
    Column("event_id", String(36), nullable=False, unique=True),
    Column("run_id", String(36), nullable=False, index=True),
    Column("envelope", Text, nullable=False),
)

event_body = Table(
    "event_body",
    metadata,
    Column("event_id", String(36), ForeignKey("event.event_id"), primary_key=True),
    Column("salt", LargeBinary(32), nullable=False),
    Column("body", Text, nullable=False),
)

record = Table(
    "record",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("run_id", String(36), nullable=False),
    Column("seq", _Sequence, nullable=False),
    Column("data", JSON, nullable=False),
    Index("ix_record_run_id", "run_id", "kind", "seq"),
)

artifact = Table(
    "artifact",
    metadata,
    Column("digest", String(68), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""Contents by their digest, compressed by zlib; `size` is that before."""
