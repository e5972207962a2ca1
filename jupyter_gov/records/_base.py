"""What every record has in common: a kind, an id, and a JSON form that it can be rebuilt from."""

from __future__ import annotations

import dataclasses
import os
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

Json = Any
"""A value made of dict, list, str, int, float, bool and None only."""


def new_id() -> str:
    """Return a UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then 74 random bits.

    Ids sort by the time they were made, to the millisecond.
    """
    ms = time.time_ns() // 1_000_000
    bits = int.from_bytes(os.urandom(10), "big")
    value = (ms & (1 << 48) - 1) << 80 | 0x7 << 76 | (bits >> 68 & 0xFFF) << 64 | 0b10 << 62 | bits & (1 << 62) - 1
    return str(uuid.UUID(int=value))


def utc_now() -> str:
    """Return the current time in UTC as RFC 3339 with microseconds, such as ``2026-11-21T09:30:00.000000Z``."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def to_json(value: Any) -> Json:
    """Return `value` with records, mappings and sequences turned into plain JSON containers."""
    if isinstance(value, Record | Part):
        return {f.name.rstrip("_"): to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(k): to_json(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(v) for v in value]
    return value


def _known(cls: type[Any], data: Mapping[str, Json]) -> dict[str, Json]:
    """Return what `data` holds for the fields of `cls`; a field such as `class_` is ``class`` in JSON."""
    names = {f.name.rstrip("_"): f.name for f in dataclasses.fields(cls)}
    return {names[k]: v for k, v in data.items() if k in names}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a record that has no identity of its own."""

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Self:
        """Rebuild the part; keys that this version does not know are left out."""
        return cls(**_known(cls, data))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing that is known about a run. Records are values: a change is a new record with the same id."""

    kind: ClassVar[str]
    parts: ClassVar[Mapping[str, type[Part]]] = {}
    """Fields that hold a tuple of parts, and which."""

    id: str = dataclasses.field(default_factory=new_id)

    def to_json(self) -> dict[str, Json]:
        """Return the record as JSON, every field by its name."""
        return to_json(self)  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Self:
        """Rebuild a record from `to_json`; keys that this version does not know are left out."""
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in _known(cls, data).items()}
        for name, part in cls.parts.items():
            values[name] = tuple(part.from_json(v) for v in values.get(name, ()))
        return cls(**values)

    def replace(self, **changes: Any) -> Self:
        """Return the record with some fields changed and the same id."""
        return dataclasses.replace(self, **changes)
