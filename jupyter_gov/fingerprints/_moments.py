"""Dates, times and durations held as Python objects, as counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupyter_gov.errors import InputError

from ._zones import zone_name

_Column = NDArray[np.object_]
_EPOCH = dt.date(1970, 1, 1).toordinal()


def _dates(present: _Column, _name: str) -> tuple[str, NDArray[Any]]:
    days = np.fromiter(map(dt.date.toordinal, present), np.int64, len(present))
    return "date32", (days - _EPOCH).astype(np.int32)


def _times(present: _Column, name: str) -> tuple[str, NDArray[Any]]:
    if any(value.tzinfo is not None for value in present):
        raise InputError(f"Column {name!r} holds times of day with a time zone.", hint="Convert it to strings.")
    ticks = [((v.hour * 60 + v.minute) * 60 + v.second) * 1_000_000 + v.microsecond for v in present]
    return "time64[us]", np.array(ticks, np.int64)


def _datetimes(present: _Column, name: str) -> tuple[str, NDArray[Any]]:
    zones = {id(value.tzinfo): value.tzinfo for value in present}
    zone = _only((zone_name(tzinfo, name) for tzinfo in zones.values()), name)
    if zone:
        return f"timestamp[us, tz={zone}]", _ticks(v.astimezone(dt.UTC).replace(tzinfo=None) for v in present)
    return "timestamp[us]", _ticks(present)


def _ticks(values: Iterable[dt.datetime]) -> NDArray[np.int64]:
    return np.array(list(values), "M8[us]").astype(np.int64)


def _timedeltas(present: _Column, _name: str) -> tuple[str, NDArray[Any]]:
    return "duration[us]", present.astype("m8[us]").astype(np.int64)


def _timestamps(present: _Column, name: str) -> tuple[str, NDArray[Any]]:
    zone = _only((zone_name(value.tzinfo, name) for value in present), name)
    unit = _only((value.unit for value in present), name)
    ticks = np.array([value.asm8 for value in present], f"M8[{unit}]").astype(np.int64)
    return f"timestamp[{unit}, tz={zone}]" if zone else f"timestamp[{unit}]", ticks


def _pandas_timedeltas(present: _Column, name: str) -> tuple[str, NDArray[Any]]:
    unit = _only((value.unit for value in present), name)
    return f"duration[{unit}]", np.array([value.asm8 for value in present], f"m8[{unit}]").astype(np.int64)


def _only(values: Iterator[str | None], name: str) -> str | None:
    """Return the one value that all are."""
    found = set(values)
    if len(found) > 1:
        mixed = " and ".join(sorted(str(value) for value in found))
        raise InputError(f"Column {name!r} mixes times in {mixed}.", hint="Convert it with pandas.to_datetime.")
    return found.pop()


MOMENTS: dict[str, Callable[[_Column, str], tuple[str, NDArray[Any]]]] = {
    "date": _dates,
    "time": _times,
    "datetime": _datetimes,
    "timedelta": _timedeltas,
    "Timestamp": _timestamps,
    "Timedelta": _pandas_timedeltas,
}
"""By kind of object, what turns those that are there into a logical type and counts; the name is for errors."""
