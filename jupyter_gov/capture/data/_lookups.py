"""What a call is going to read, and from where: looked up before it is made, for afterwards it may be another."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._describe import describe
from .._kinds import LISTS
from ._sources import Reading, database, find_file, locate, look_up, query_text

if TYPE_CHECKING:
    from .._tracker import Tracker

_FILES = re.compile(r"'([^'\n]+\.(?:csv|tsv|parquet|json|jsonl|ndjson|xlsx)(?:\.gz|\.zst)?)'", re.IGNORECASE)
"""Files that a query names."""

_SCANS = re.compile(r"SCAN \[([^\]]*)\]")
"""The files in a plan of polars."""

_OTHERS = re.compile(r"\.\.\. (\d+) other sources?")
"""The files that a plan of polars does not name."""

_SEVERAL = frozenset({"polars", "pyarrow", "sklearn"})
"""Libraries whose functions take a list for several files; NumPy's take it for lines."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call of the user's that is about to be made."""

    tracker: Tracker
    original: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


Look = Callable[[Asked], object]
"""Finds out what a call will read, and from where."""


def asks(look: Look, original: Any) -> Callable[[Tracker, tuple[Any, ...], dict[str, Any]], object]:
    """Return `look` as something to be done before a call."""
    return lambda tracker, args, kwargs: look(Asked(tracker, original, args, kwargs))


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


def of_file(asked: Asked) -> Reading:
    """Return which file or URL is read."""
    # `memmap.__new__` gets its class first.
    first = _first(asked.original, asked.args, asked.kwargs, skip=1 if asked.original.__name__ == "__new__" else 0)
    opened = asked.tracker.data.handles.of(first)
    name = door(asked.original)
    source, file = (opened.source, opened.file) if opened else look_up(first, several=name.split(".")[0] in _SEVERAL)
    return Reading(door=name, source=source, file=file)


def of_query(asked: Asked) -> Reading:
    """Return which database is read, and by what query."""
    given = inspect.signature(asked.original).bind(*asked.args, **asked.kwargs).arguments
    query, connection = list(given.values())[:2]
    known = asked.tracker.data.handles.of(connection)
    source, file = (known.source, known.file) if known is not None else database(connection)
    text = query_text(query)
    if asked.original.__name__ == "read_sql_table":
        text = f"SELECT * FROM {text}"  # noqa: S608 - what was read, not what will be run
    return Reading(door=door(asked.original), source=source, query=text, file=file)


def of_sample(asked: Asked) -> Reading:
    """Return what a function of ``sklearn.datasets`` is called with."""
    given = inspect.signature(asked.original).bind(*asked.args, **asked.kwargs).arguments
    told = {name: describe(value) for name, value in given.items() if name not in ("return_X_y", "as_frame")}
    words = ", ".join(f"{name}={value!r}" for name, value in told.items())
    return Reading(door=door(asked.original), source=f"{door(asked.original)}({words})")


def of_plan(asked: Asked) -> Reading | None:
    """Return the files that a plan of polars names; None if it reads none."""
    return _planned(door(asked.original), asked.args[0])


def of_plans(asked: Asked) -> list[Reading | None] | None:
    """Return the same for each of several plans; None if they are no list."""
    plans = _first(asked.original, asked.args, asked.kwargs)
    # Any other iterable would be used up by looking.
    return [_planned(door(asked.original), plan) for plan in plans] if type(plans) in LISTS else None


def _planned(name: str, plan: Any) -> Reading | None:
    said = [part.strip() for scan in _SCANS.findall(plan.explain(optimized=False)) for part in scan.split(", ")]
    return _files(name, said)


def of_relation(asked: Asked) -> Reading:
    """Return a DuckDB relation's query, and the files that it names."""
    query = asked.args[0].sql_query()
    return _files(door(asked.original), _FILES.findall(query), query=query) or Reading(
        door=door(asked.original), source="DuckDB", query=query
    )


def of_result(asked: Asked) -> Reading:
    """Return what a DuckDB connection is connected to; the text of its query is on the gap list."""
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


def of_handle(asked: Asked) -> Reading | None:
    """Return where what was opened before reads from; None if that was not seen."""
    known = asked.tracker.data.handles.of(asked.args[0])
    return None if known is None else Reading(door=door(asked.original), source=known.source, file=known.file)


def of_opening(asked: Asked) -> Reading:
    """Return what is opened to be read later."""
    first = _first(asked.original, asked.args, asked.kwargs, skip=1 if asked.original.__name__ == "__init__" else 0)
    if asked.original.__name__ == "connect" and first in (None, "", ":memory:", ":default:"):
        return Reading(door=door(asked.original), source="DuckDB in memory")
    source, file = look_up(first, several=True)
    return Reading(door=door(asked.original), source=source, file=file)


def of_place(asked: Asked) -> Reading:
    """Return from where something is read that is not followed."""
    name = door(asked.original)
    first = _first(asked.original, asked.args, asked.kwargs)
    opened = asked.tracker.data.handles.of(first)
    if opened is not None:
        return Reading(door=name, source=opened.source)
    if name.startswith("duckdb."):
        return (of_relation(asked) if "Relation" in name else None) or Reading(door=name, source="DuckDB")
    return Reading(door=name, source=locate(first, several=True))


def _files(name: str, found: list[str], *, query: str = "") -> Reading | None:
    """Return where the files lie that a plan or a query names; a plan of many names only the first of them."""
    others = sum(int(more[1]) for path in found if (more := _OTHERS.fullmatch(path)))
    paths = list(dict.fromkeys(path for path in found if not _OTHERS.fullmatch(path)))
    if not paths:
        return None
    source = locate(paths, several=True)
    if others:
        return Reading(door=name, source=f"{source}; and {others:,} more", query=query)
    file = find_file(paths[0]) if len(paths) == 1 else None
    return Reading(door=name, source=source, query=query, file=file)
