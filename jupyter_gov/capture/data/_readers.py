"""Data at the door: who is called to read them, and from where."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import TYPE_CHECKING, Any

from .._active import Call, one_call, unnoticed
from .._describe import describe
from ._sources import Reading, database, find_file, locate, query_text

if TYPE_CHECKING:
    from .._tracker import Tracker

_DATA = frozenset({"numpy", "pandas", "polars", "pyarrow", "scipy"})
"""Packages whose objects may be data; a `Bunch` also holds names and descriptions."""

_FILES = re.compile(r"'([^'\n]+\.(?:csv|tsv|parquet|json|jsonl|ndjson|xlsx)(?:\.gz|\.zst)?)'", re.IGNORECASE)
"""Files that a query names."""

_SCANS = re.compile(r"SCAN \[([^\]]*)\]")
"""The files in a plan of polars."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call of the user's that is about to be made."""

    tracker: Tracker
    original: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


Look = Callable[[Asked], Reading | None]
"""Finds out what a call will read, and from where."""


def asks(look: Look, original: Any) -> Callable[[Tracker, tuple[Any, ...], dict[str, Any]], Reading | None]:
    """Return `look` as something to be done before a call."""
    return lambda tracker, args, kwargs: look(Asked(tracker, original, args, kwargs))


@unnoticed
def observe_read(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a function that reads data from a file or URL."""
    __tracebackhide__ = True
    return _observe(original, args, kwargs, _file)


@unnoticed
def observe_query(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a function that reads data from a database."""
    __tracebackhide__ = True
    return _observe(original, args, kwargs, _query)


@unnoticed
def observe_sample(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a function of ``sklearn.datasets``: what it was called with is where the data come from."""
    __tracebackhide__ = True
    return _observe(original, args, kwargs, _sample)


@unnoticed
def observe_plan(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``polars.LazyFrame.collect``."""
    __tracebackhide__ = True
    return _observe(original, args, kwargs, _plan)


@unnoticed
def observe_relation(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a method of a DuckDB relation that computes its rows."""
    __tracebackhide__ = True
    return _observe(original, args, kwargs, _relation)


@unnoticed
def observe_result(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a method of a DuckDB connection that fetches the last query's rows."""
    __tracebackhide__ = True
    return _observe(original, args, kwargs, _result)


@unnoticed
def observe_handle(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a method of what was opened before, such as a reader of chunks."""
    __tracebackhide__ = True
    return _observe(original, args, kwargs, _handle)


@unnoticed
def observe_open(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for what opens a file or a database to read from it later: a function, or a class's ``__init__``."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _opened, what=original.__name__, before=asks(_open, original))


@unnoticed
def observe_unread(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for what opens a file whose contents are then read by methods that cannot be observed."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _unread, what=original.__name__)


@unnoticed
def _observe(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any], look: Look) -> Any:
    __tracebackhide__ = True
    # Where a file lies, and what it holds, is looked up before the call: afterwards it may be another one.
    return one_call(original, args, kwargs, _record, what=f"what {door(original)} reads", before=asks(look, original))


def _record(call: Call) -> None:
    tracker, reading = call.tracker, call.seen
    for table in _tables(call.result):
        key = tracker.data.observe(table, role="source", origin=reading)
        tracker.keep_unnamed(key, table)
    if reading is not None and not isinstance(call.result, list | tuple | dict):
        # Such as the reader that `read_csv` returns for chunks, or an archive of arrays.
        tracker.data.handles.remember(call.result, reading)


def _tables(result: Any) -> Iterator[Any]:
    if type(result).__name__ == "Bunch":
        # The other parts of a `Bunch` describe these.
        result = [result.get(part) for part in ("frame", "data", "target")]
    elif isinstance(result, dict):
        result = list(result.values())
    for item in result if type(result) in (list, tuple) else [result]:
        kind = type(item)
        if kind.__module__.partition(".")[0] in _DATA and (hasattr(kind, "shape") or hasattr(kind, "to_pylist")):
            yield item


def door(original: Any) -> str:
    """Return the public name of a function that reads, such as ``pyarrow.csv.read_csv``."""
    module = str(original.__module__).split(".")
    public = module[:1] if module[0] in ("pandas", "polars", "numpy", "duckdb", "_duckdb") else module[:2]
    name = original.__qualname__.removesuffix(".__new__")
    if name == "NpzFile.__getitem__":
        name = "load"
    return f"{'.'.join(part.lstrip('_') for part in public)}.{name.lstrip('_')}"


def _first(original: Any, args: tuple[Any, ...], kwargs: dict[str, Any], skip: int = 0) -> Any:
    """Return the argument that says what to read: the first, whatever it is called."""
    if len(args) > skip:
        return args[skip]
    try:
        names = list(inspect.signature(original).parameters)[skip:]
    except ValueError:
        # Compiled functions need not say what they take.
        names = []
    return next((kwargs[name] for name in (*names[:1], *kwargs) if name in kwargs), None)


def _file(asked: Asked) -> Reading:
    # `memmap.__new__` gets its class first.
    first = _first(asked.original, asked.args, asked.kwargs, skip=1 if asked.original.__name__ == "__new__" else 0)
    return Reading(door=door(asked.original), source=locate(first), file=find_file(first))


def _query(asked: Asked) -> Reading:
    given = inspect.signature(asked.original).bind(*asked.args, **asked.kwargs).arguments
    query, connection = list(given.values())[:2]
    known = asked.tracker.data.handles.of(connection)
    source, file = (known.source, known.file) if known is not None else database(connection)
    text = query_text(query)
    if asked.original.__name__ == "read_sql_table":
        text = f"SELECT * FROM {text}"  # noqa: S608 - what was read, not what will be run
    return Reading(door=door(asked.original), source=source, query=text, file=file)


def _sample(asked: Asked) -> Reading:
    given = inspect.signature(asked.original).bind(*asked.args, **asked.kwargs).arguments
    told = {name: describe(value) for name, value in given.items() if name not in ("return_X_y", "as_frame")}
    words = ", ".join(f"{name}={value!r}" for name, value in told.items())
    return Reading(door=door(asked.original), source=f"{door(asked.original)}({words})")


def _plan(asked: Asked) -> Reading | None:
    found = [p.strip() for s in _SCANS.findall(asked.args[0].explain(optimized=False)) for p in s.split(",")]
    return _files(door(asked.original), found)


def _relation(asked: Asked) -> Reading:
    query = asked.args[0].sql_query()
    return _files(door(asked.original), _FILES.findall(query), query=query) or Reading(
        door=door(asked.original), source="DuckDB", query=query
    )


def _result(asked: Asked) -> Reading:
    asked.tracker.session.gap(
        "the text of a query whose rows were fetched from a DuckDB connection",
        "DuckDB finds the notebook's variables by who calls execute, so that nothing may stand between.",
        remedy="Read with connection.sql(query).df(), which tells its query.",
        cell=asked.tracker.cell(),
    )
    known = asked.tracker.data.handles.of(asked.args[0]) if asked.args else None
    return Reading(
        door=door(asked.original), source=known.source if known else "DuckDB", file=known.file if known else None
    )


def _handle(asked: Asked) -> Reading | None:
    known = asked.tracker.data.handles.of(asked.args[0])
    return None if known is None else Reading(door=door(asked.original), source=known.source, file=known.file)


def _open(asked: Asked) -> Reading:
    first = _first(asked.original, asked.args, asked.kwargs, skip=1 if asked.original.__name__ == "__init__" else 0)
    if asked.original.__name__ == "connect" and first in (None, "", ":memory:", ":default:"):
        return Reading(door=door(asked.original), source="DuckDB in memory")
    return Reading(door=door(asked.original), source=locate(first), file=find_file(first))


def _opened(call: Call) -> None:
    handle = call.args[0] if call.original.__name__ == "__init__" else call.result
    call.tracker.data.handles.remember(handle, call.seen)


def _unread(call: Call) -> None:
    source = locate(_first(call.original, call.args, call.kwargs))
    call.tracker.session.gap(
        f"what is read from {source} through {door(call.original)}",
        f"The methods of a {type(call.result).__qualname__} are compiled and cannot be observed.",
        remedy="Read it by one call, such as pyarrow.parquet.read_table(path) or pandas.read_parquet(path).",
        cell=call.tracker.cell(),
    )


def _files(name: str, found: list[str], *, query: str = "") -> Reading | None:
    paths = list(dict.fromkeys(found))
    if not paths:
        return None
    file = find_file(paths[0]) if len(paths) == 1 else None
    return Reading(door=name, source=locate(paths), query=query, file=file)
