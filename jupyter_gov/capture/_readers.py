"""Data at the door: what pandas and NumPy read, and from where."""

from __future__ import annotations

import os
import re
import sysconfig
import weakref
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jupyter_gov.services.workplace import short_path

from ._active import Call, one_call, unnoticed

if TYPE_CHECKING:
    pass

PANDAS = (
    "read_csv", "read_excel", "read_feather", "read_fwf", "read_hdf", "read_html", "read_json", "read_orc",
    "read_parquet", "read_pickle", "read_sas", "read_spss", "read_sql", "read_sql_query", "read_sql_table",
    "read_stata", "read_table", "read_xml",
)  # fmt: skip
NUMPY = ("genfromtxt", "load", "loadtxt")


@unnoticed
def observe_read(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a function that reads data."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _record, what=original.__name__)


def _record(call: Call) -> None:
    tracker, original, args, kwargs, result = call.tracker, call.original, call.args, call.kwargs, call.result
    first = args[0] if args else next(iter(kwargs.values()), None)
    sql = original.__name__.startswith("read_sql")
    source = f"{original.__name__}: an SQL query" if sql else locate(first)
    tables = result.values() if isinstance(result, dict) else result if isinstance(result, list) else [result]
    for table in tables:
        key = tracker.data.observe(table, role="source", source=source)
        if key is not None:
            tracker.unnamed.append((key, weakref.ref(table)))


def locate(thing: Any) -> str:
    """Return where data were read from: a path, a URL without credentials or query, or what kind of object it was."""
    if isinstance(thing, os.PathLike):
        thing = os.fspath(thing)
    if not isinstance(thing, str):
        name = getattr(thing, "name", None)
        if not isinstance(name, str):
            return f"an object of class {type(thing).__qualname__}"
        thing = name
    if re.match(r"[a-z][a-z0-9+.-]+://", thing, re.IGNORECASE):
        parts = urlsplit(thing)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    path = Path(os.path.abspath(thing))  # noqa: PTH100 - links must stay as the user wrote them
    for folder in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        if path.is_relative_to(folder):
            inside = path.relative_to(folder)
            return f"package {inside.parts[0]}: {Path(*inside.parts[1:]).as_posix()}"
    return short_path(path)
