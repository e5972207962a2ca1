"""Data at the door: who is called to read them, and from where."""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import Any

from .._active import Call, one_call, unnoticed
from .._kinds import CONTAINERS, LISTS
from ._lookups import (
    Look,
    asks,
    door,
    of_file,
    of_handle,
    of_opening,
    of_place,
    of_plan,
    of_plans,
    of_query,
    of_relation,
    of_result,
    of_sample,
)
from ._readable import known
from ._sources import Reading

_DATA = frozenset({"numpy", "pandas", "polars", "pyarrow", "scipy"})
"""Packages whose objects may be data; a `Bunch` also holds names and descriptions."""

_HANDLES = frozenset({"TextFileReader", "JsonReader", "StataReader", "SAS7BDATReader", "XportReader", "NpzFile"})
"""Classes of what reads later, whose methods are observed."""


@unnoticed
def observe_read(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a function that reads data from a file or URL."""
    __tracebackhide__ = True
    return _observe(original, args, kwargs, of_file)


@unnoticed
def observe_write(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a method that writes data to a file, which another notebook may read."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _record_written, what="what is written to a file")


def _record_written(call: Call) -> None:
    if call.tracker.allows("data written to files"):
        call.tracker.data.written(call.args[0])


@unnoticed
def observe_query(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a function that reads data from a database."""
    __tracebackhide__ = True
    return _observe(original, args, kwargs, of_query)


@unnoticed
def observe_sample(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a function of ``sklearn.datasets``: what it was called with is where the data come from."""
    __tracebackhide__ = True
    return _observe(original, args, kwargs, of_sample)


@unnoticed
def observe_plans(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``polars.collect_all``."""
    __tracebackhide__ = True
    before = asks(of_plans, original)
    return one_call(original, args, kwargs, _record_each, what=f"what {door(original)} reads", before=before)


@unnoticed
def observe_plan(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``polars.LazyFrame.collect``."""
    __tracebackhide__ = True
    return _observe(original, args, kwargs, of_plan)


@unnoticed
def observe_relation(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a method of a DuckDB relation that computes its rows."""
    __tracebackhide__ = True
    return _observe(original, args, kwargs, of_relation)


@unnoticed
def observe_result(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a method of a DuckDB connection that fetches the last query's rows."""
    __tracebackhide__ = True
    return _observe(original, args, kwargs, of_result)


@unnoticed
def observe_handle(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a method of what was opened before, such as a reader of chunks."""
    __tracebackhide__ = True
    return _observe(original, args, kwargs, of_handle)


@unnoticed
def observe_open(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for what opens a file or a database to read from it later: a function, or a class's ``__init__``."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _opened, what=original.__name__, before=asks(of_opening, original))


@unnoticed
def observe_unread(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for what reads data in a way that is not followed: it goes on the gap list."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _unread, what=original.__name__, before=asks(of_place, original))


@unnoticed
def observe_unread_plan(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a method of ``polars.LazyFrame`` whose data are not followed, if its plan reads any."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _unread, what=original.__name__, before=asks(of_plan, original))


@unnoticed
def _observe(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any], look: Look) -> Any:
    __tracebackhide__ = True
    # Where a file lies, and what it holds, is looked up before the call: afterwards it may be another one.
    return one_call(original, args, kwargs, _record, what=f"what {door(original)} reads", before=asks(look, original))


def _record(call: Call) -> None:
    tracker, reading = call.tracker, call.seen
    tables = list(_tables(call.result))
    for table in tables:
        key = tracker.data.observe(table, role="source", origin=reading)
        tracker.keep_unnamed(key, table)
    if type(call.result).__name__ in _HANDLES:
        if reading is not None:
            tracker.data.handles.remember(call.result, reading)
    elif not tables and not ((call.result is None or type(call.result) in CONTAINERS) and not call.result):
        _not_followed(call, reading)


def _record_each(call: Call) -> None:
    for table, reading in zip(call.result, call.seen or [None] * len(call.result), strict=True):
        call.tracker.keep_unnamed(call.tracker.data.observe(table, role="source", origin=reading), table)


def _tables(result: Any) -> Iterator[Any]:
    """Yield the data in what a function returned; of a `Bunch` the other parts describe them."""
    bunch = type(result).__name__ == "Bunch"
    if bunch:
        result = [result.get(part) for part in ("frame", "data", "target")]
    elif isinstance(result, dict):
        result = list(result.values())
    for item in result if type(result) in LISTS else [result]:
        kind = type(item)
        if kind.__module__.partition(".")[0] in _DATA and (hasattr(kind, "shape") or hasattr(kind, "to_pylist")):
            yield item
        elif bunch and kind is list and known(item) is not None:
            # Texts.
            yield item


def _opened(call: Call) -> None:
    handle = call.args[0] if call.original.__name__ == "__init__" else call.result
    call.tracker.data.handles.remember(handle, call.seen)


def _unread(call: Call) -> None:
    if call.seen is not None:
        _not_followed(call, call.seen)


def _not_followed(call: Call, reading: Reading | None) -> None:
    source = reading.source if reading is not None else "what was opened before"
    call.tracker.session.gap(
        f"what is read from {source} through {door(call.original)}",
        f"It returns a {type(call.result).__qualname__}, whose data are not followed.",
        remedy="Read it by one call that returns a frame, an array or a table, such as pandas.read_parquet(path).",
        cell=call.tracker.cell(),
    )
