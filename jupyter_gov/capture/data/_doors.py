"""The functions through which data come in and go out, by library, and a way to observe those that are compiled.

A Python function is observed by exchanging its code (`_exchange`). A compiled one has none: there the name is bound
anew, on its module or class, which reaches every call by that name and leaves alone what was imported from it before.
Undone by binding the original again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from types import FunctionType
from typing import Any

from .._active import unnoticed
from .._exchange import Observer
from ._readers import (
    observe_handle,
    observe_open,
    observe_plan,
    observe_plans,
    observe_query,
    observe_read,
    observe_relation,
    observe_result,
    observe_sample,
    observe_unread,
    observe_unread_plan,
    observe_write,
)

_ROWS = ("df", "to_df", "fetchdf", "fetch_df", "fetchnumpy", "arrow", "pl", "to_arrow_table", "fetch_arrow_table")
"""What computes a DuckDB relation, or fetches a connection's rows."""

_RAW = (
    "fetchall", "fetchmany", "fetchone", "fetch_arrow_reader", "fetch_record_batch", "to_arrow_reader", "tf", "torch",
)  # fmt: skip
"""What hands out rows of DuckDB as tuples, in batches or as tensors."""


@dataclass(frozen=True, slots=True)
class Door:
    """Functions of one module, or methods of one of its classes, that read data; those that a version lacks count not.

    Attributes
    ----------
    owner : str
        The class that has them, as a dotted name inside the module; empty for the module itself.
    names : tuple of str
        Their names; one that ends in ``*`` stands for all that begin so.
    """

    owner: str
    names: tuple[str, ...]
    observer: Observer


DOORS: dict[str, tuple[Door, ...]] = {
    "pandas": (
        Door("", (
            "read_csv", "read_excel", "read_feather", "read_fwf", "read_hdf", "read_html", "read_iceberg", "read_json",
            "read_orc", "read_parquet", "read_pickle", "read_sas", "read_spss", "read_stata", "read_table", "read_xml",
        ), observe_read),
        Door("", ("read_sql", "read_sql_query", "read_sql_table"), observe_query),
        Door("io.parsers.TextFileReader", ("read", "get_chunk", "__next__"), observe_handle),
        Door("io.json._json.JsonReader", ("read", "__next__"), observe_handle),
        Door("io.stata.StataReader", ("read", "get_chunk", "__next__"), observe_handle),
        Door("ExcelFile", ("__init__",), observe_open),
        Door("ExcelFile", ("parse",), observe_handle),
        Door("HDFStore", ("__init__",), observe_open),
        Door("core.generic.NDFrame", ("to_csv", "to_excel", "to_json", "to_pickle"), observe_write),
        Door("DataFrame", ("to_feather", "to_parquet"), observe_write),
        Door("HDFStore", ("get", "select", "select_as_multiple", "select_column"), observe_handle),
    ),
    "pandas.io.sas.sas7bdat": (Door("SAS7BDATReader", ("read", "__next__"), observe_handle),),
    "pandas.io.sas.sas_xport": (Door("XportReader", ("read", "get_chunk", "__next__"), observe_handle),),
    "numpy": (
        Door("", ("fromfile", "fromregex", "genfromtxt", "load", "loadtxt"), observe_read),
        Door("memmap", ("__new__",), observe_read),
        Door("lib.npyio.NpzFile", ("__getitem__",), observe_handle),
    ),
    "polars": (
        Door("", (
            "read_avro", "read_csv", "read_delta", "read_excel", "read_ipc", "read_ipc_stream", "read_json",
            "read_lines", "read_ndjson", "read_ods", "read_parquet",
        ), observe_read),
        Door("", ("read_database", "read_database_uri"), observe_query),
        Door("LazyFrame", ("collect",), observe_plan),
        Door("DataFrame", ("write_csv", "write_excel", "write_ipc", "write_json", "write_parquet"), observe_write),
        Door("LazyFrame", ("collect_async", "collect_batches", "profile", "sink_*"), observe_unread_plan),
        Door("", ("collect_all",), observe_plans),
        Door("", ("collect_all_async",), observe_unread),
    ),
    "pyarrow.parquet": (
        Door("", ("read_table", "read_pandas"), observe_read),
        Door("ParquetFile", ("__init__",), observe_open),
        Door("ParquetFile", ("read", "read_row_group", "read_row_groups"), observe_handle),
        Door("ParquetFile", ("iter_batches",), observe_unread),
        Door("ParquetDataset", ("__init__",), observe_open),
        Door("ParquetDataset", ("read",), observe_handle),
    ),
    "pyarrow.csv": (Door("", ("read_csv",), observe_read), Door("", ("open_csv",), observe_unread)),
    "pyarrow.json": (Door("", ("read_json",), observe_read), Door("", ("open_json",), observe_unread)),
    "pyarrow.feather": (Door("", ("read_feather", "read_table"), observe_read),),
    "pyarrow.orc": (Door("", ("read_table",), observe_read),),
    "pyarrow.ipc": (Door("", ("open_file", "open_stream"), observe_unread),),
    "pyarrow.dataset": (Door("", ("dataset",), observe_unread),),
    "duckdb": (
        Door("", ("connect",), observe_open),
        Door("DuckDBPyRelation", _ROWS, observe_relation),
        Door("DuckDBPyConnection", _ROWS, observe_result),
        Door("", ("fetchdf", "fetch_df", "fetchnumpy", "fetch_arrow_table", "to_arrow_table"), observe_result),
        Door("DuckDBPyRelation", _RAW, observe_unread),
        Door("DuckDBPyConnection", _RAW, observe_unread),
        Door("", _RAW, observe_unread),
    ),
    "scipy.sparse": (Door("", ("load_npz",), observe_read),),
    "scipy.io": (Door("", ("loadmat", "mmread"), observe_read),),
    "sklearn.datasets": (
        Door("", ("load_svmlight_file", "load_svmlight_files"), observe_read),
        Door("", ("fetch_*", "load_*", "make_*"), observe_sample),
    ),
}  # fmt: skip
"""What is observed, by the module that is waited for."""


class Rebinding:
    """A name of a module or class that stands for an observer, and the way back.

    Parameters
    ----------
    owner : module or class
    name : str
    original : callable
        What it stood for.
    observer : Observer
        What is called in its place.
    """

    def __init__(self, owner: Any, name: str, original: Callable[..., Any], observer: Observer) -> None:
        self._owner, self._name, self._original = owner, name, original

        @unnoticed
        @wraps(original)
        def forward(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            return observer(original, args, kwargs)  # type: ignore[arg-type]

        self._forward = forward
        setattr(owner, name, forward)

    def undo(self) -> None:
        """Give the name back what it stood for, unless somebody has bound it anew since."""
        if self._owner.__dict__.get(self._name) is self._forward:
            setattr(self._owner, self._name, self._original)


def open_doors(
    module: Any, exchange: Callable[[FunctionType, Observer], None], rebind: Callable[[Rebinding], None]
) -> None:
    """Observe what a module reads data with.

    Parameters
    ----------
    module : module
        One of those in `DOORS`.
    exchange : callable
        Observes a Python function.
    rebind : callable
        Gets each rebinding, to undo it some day.
    """
    for entry in DOORS[module.__name__]:
        owner = module
        for part in filter(None, entry.owner.split(".")):
            owner = getattr(owner, part, None)
        for name in _names(owner, entry.names):
            found = owner.__dict__[name]
            function = found.__func__ if isinstance(found, staticmethod) else found
            if isinstance(function, FunctionType):
                exchange(function, entry.observer)
            elif callable(function):
                rebind(Rebinding(owner, name, function, entry.observer))


def _names(owner: Any, patterns: tuple[str, ...]) -> Iterator[str]:
    for pattern in patterns:
        if pattern.endswith("*"):
            yield from (n for n in list(owner.__dict__) if n.startswith(pattern[:-1]) and callable(owner.__dict__[n]))
        elif owner is not None and pattern in owner.__dict__:
            yield pattern
