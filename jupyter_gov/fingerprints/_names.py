"""Names of columns as bytes and for people, and names of types."""

from __future__ import annotations

import datetime as dt
import math
import struct
from dataclasses import dataclass
from typing import cast

from jupyter_gov.errors import InputError

from ._format import text, u64


@dataclass(frozen=True, slots=True)
class Label:
    """A column's name.

    Attributes
    ----------
    name : str
        For people.
    encoded : bytes
        For the digest.
    """

    name: str
    encoded: bytes


def type_name(type_: type) -> str:
    """Return a class's qualified name without asking its metaclass."""
    return str(type.__dict__["__qualname__"].__get__(type_))


def label(value: object) -> Label:
    """Return a column's name; a whole number is the same name as its decimal digits.

    Raises
    ------
    InputError
        If the name is of a type that has no canonical form.
    """
    import numpy as np

    kind = type(value)
    if kind is bool or kind is np.bool_:
        return Label(str(bool(value)), b"b" + (b"\1" if value else b"\0"))
    if issubclass(kind, str):
        return _text_label(str.__str__(cast(str, value)))
    if kind is int or issubclass(kind, np.integer):
        return _text_label(str(int(cast(int, value))))
    if kind is float or issubclass(kind, np.floating):
        number = float(cast(float, value))
        return Label("nan", b"n") if math.isnan(number) else Label(repr(number), b"f" + struct.pack("<d", number))
    if issubclass(kind, tuple):
        parts = [label(part) for part in tuple.__iter__(cast("tuple[object, ...]", value))]
        name = f"({', '.join(part.name for part in parts)})"
        return Label(name, b"t" + u64(len(parts)) + b"".join(part.encoded for part in parts))
    return _other_label(value, kind)


def _text_label(value: str) -> Label:
    try:
        return Label(value, b"s" + text(value))
    except UnicodeEncodeError as error:
        raise InputError(f"The column name {value!r} is not valid Unicode.", hint="Rename the column.") from error


def _other_label(value: object, kind: type) -> Label:
    """Return a name that is a date, a point in time, or missing."""
    import pandas as pd

    if value is None or value is pd.NaT or value is pd.NA:
        return Label(str(value), b"n")
    if kind in (dt.date, dt.datetime, pd.Timestamp):
        spelled = cast(dt.date, value).isoformat()
        return Label(spelled, b"d" + text(spelled))
    raise InputError(f"A column is named by a {type_name(kind)} object.", hint="Name the columns by strings.")
