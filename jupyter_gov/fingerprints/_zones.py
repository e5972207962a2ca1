"""Names of time zones, as Arrow writes them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from jupyter_gov.errors import InputError

from ._names import type_name


def zone_name(zone: dt.tzinfo | None, column: str) -> str | None:
    """Return a time zone's name in the IANA database, ``UTC``, or its offset as ``+01:00``; None for no zone.

    Raises
    ------
    InputError
        If the zone has none of these: a zone of another library, or of the machine.
    """
    name: object = None
    kind = type(zone)
    if zone is None:
        return None
    if zone is dt.UTC:
        return "UTC"
    if kind is ZoneInfo:
        name = zone.key  # type: ignore[attr-defined]
    elif kind is dt.timezone:
        name = _offset(zone)
    elif kind.__module__.split(".")[0] == "pytz" or (
        kind.__module__.startswith("dateutil.tz.") and kind.__name__ in ("tzutc", "tzfile")
    ):
        import pyarrow as pa

        name = pa.lib.tzinfo_to_string(zone)
    if not isinstance(name, str):
        raise InputError(
            f"Column {column!r} is in a time zone without a name ({type_name(kind)}).",
            hint="Convert it to a named time zone, such as UTC.",
        )
    return name


def _offset(zone: dt.tzinfo) -> str | None:
    """Return a fixed offset from UTC to the minute; None if it has seconds."""
    seconds = int((zone.utcoffset(None) or dt.timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return None if seconds % 60 else f"{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}"
