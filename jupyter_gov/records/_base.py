"""What every record has in common: a kind, an id, and a JSON form that it can be rebuilt from."""

from __future__ import annotations

import dataclasses
import os
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from ._builtins import keep_builtins

keep_builtins(globals())

Json = Any
"""A value made of dict, list, str, int, float, bool and None only."""


class _Clock:
    """Ticks that only ever grow: Unix milliseconds with a 12-bit counter below (RFC 9562, section 6.2, method 1)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0
        if hasattr(os, "register_at_fork"):
            # Another thread may have held the lock when this one forked.
            os.register_at_fork(after_in_child=self._renew)

    def tick(self, noise: int) -> int:
        """Return 60 bits, larger than any before in this process, also when the system's clock is set back."""
        # Each millisecond starts in the lower half of the counter, so that there is room for more ids in it; when it
        # is used up, the addition carries into the milliseconds, which then run ahead of the clock.
        now = (time.time_ns() // 1_000_000) << 12 | noise & 0x7FF
        with self._lock:
            same = now >> 12 <= self._last >> 12
            self._last = self._last + 1 if same else now
            return self._last

    def _renew(self) -> None:
        self._lock = threading.Lock()


class _Noise:
    """Random bytes of the operating system's, fetched many at a time: asking it takes microseconds."""

    _bytes: bytes
    _place: int

    def __init__(self) -> None:
        self._renew()
        if hasattr(os, "register_at_fork"):
            # A child must not give out what its parent does.
            os.register_at_fork(after_in_child=self._renew)

    def take(self, count: int) -> bytes:
        """Return `count` bytes that nobody else is given."""
        with self._lock:
            if self._place + count > len(self._bytes):
                self._bytes, self._place = os.urandom(max(4096, count)), 0
            self._place += count
            return self._bytes[self._place - count : self._place]

    def _renew(self) -> None:
        self._lock = threading.Lock()
        self._bytes, self._place = b"", 0


_clock = _Clock()
_noise = _Noise()


def random_bytes(count: int) -> bytes:
    """Return bytes that are fit for keys and salts."""
    return _noise.take(count)


def new_id() -> str:
    """Return a UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, a 12-bit counter, 62 random bits.

    Ids sort by the time they were made: those of one process exactly, those of several to the millisecond.
    """
    noise = int.from_bytes(_noise.take(10), "big")
    tick = _clock.tick(noise >> 64)
    value = (tick >> 12 & (1 << 48) - 1) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | noise & (1 << 62) - 1
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def utc_now() -> str:
    """Return the current time in UTC as RFC 3339 with microseconds, such as ``2026-11-21T09:30:00.000000Z``."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def to_json(value: Any) -> Json:
    """Return `value` with records, mappings and sequences turned into plain JSON containers.

    Raises
    ------
    ValueError
        If two keys of a mapping, such as ``1`` and ``"1"``, would become one.
    """
    if isinstance(value, Record | Part):
        return {f.name.rstrip("_"): to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        made = {str(k): to_json(v) for k, v in value.items()}
        if len(made) < len(value):
            raise ValueError("two keys of a mapping are the same text")
        return made
    if isinstance(value, tuple | list):
        return [to_json(v) for v in value]
    return value


def _known(cls: type[Any], data: Mapping[str, Json]) -> dict[str, Json]:
    """Return what `data` holds for the fields of `cls`; a field such as `class_` is ``class`` in JSON."""
    fields = {f.name.rstrip("_"): f for f in dataclasses.fields(cls)}
    return {fields[k].name: _restore(str(fields[k].type), v) for k, v in data.items() if k in fields}


def _with_parts(cls: type[Record | Part], data: Mapping[str, Json]) -> dict[str, Any]:
    values = _known(cls, data)
    for name, part in cls.parts.items():
        values[name] = tuple(part.from_json(v) for v in values.get(name, ()))
    return values


def _restore(annotation: str, value: Json) -> Any:
    """Give a value back the type that JSON has no word for: a tuple, a float such as 1.0 or NaN, a large integer."""
    if isinstance(value, list):
        if not annotation.startswith("tuple["):
            return value
        inner = annotation.removeprefix("tuple[").removesuffix("]").removesuffix(", ...")
        return tuple(_restore(inner, v) for v in value)
    number = annotation.removesuffix(" | None")
    if number == "float" and isinstance(value, int | str) and not isinstance(value, bool):
        return float(value)
    return int(value) if number == "int" and isinstance(value, str) else value


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a record that has no identity of its own."""

    parts: ClassVar[Mapping[str, type[Part]]] = {}
    """Fields that hold a tuple of parts, and which."""

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Self:
        """Rebuild the part; keys that this version does not know are left out."""
        return cls(**_with_parts(cls, data))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing that is known about a run. Records are values: a change is a new record with the same id.

    Attributes
    ----------
    redacted : tuple of str
        Where a secret was taken out before the record was written, such as ``source, line 3: AWS access key``.
    """

    kind: ClassVar[str]
    parts: ClassVar[Mapping[str, type[Part]]] = {}
    """Fields that hold a tuple of parts, and which."""

    id: str = dataclasses.field(default_factory=new_id)
    redacted: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the record as JSON, every field by its name."""
        return to_json(self)  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Self:
        """Rebuild a record from `to_json`; keys that this version does not know are left out."""
        return cls(**_with_parts(cls, data))

    def replace(self, **changes: Any) -> Self:
        """Return the record with some fields changed and the same id."""
        return dataclasses.replace(self, **changes)
