"""A piece of data by the hashes of its columns and of their values, each worked out when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from jupyter_gov.fingerprints import ColumnFingerprint, column_cells
from jupyter_gov.provenance import Table

from .._kinds import LISTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Cells = NDArray[np.uint64]

_HELD = 4_000_000
"""Hashes that are kept for when they are asked for again."""


class Fingerprinted(Protocol):
    """What is known of data once they have a fingerprint."""

    @property
    def rows(self) -> int:
        """The number of rows."""

    @property
    def columns(self) -> tuple[ColumnFingerprint, ...]:
        """The columns, those of an index included."""


def table_of(data: Any, known: Fingerprinted) -> Table:
    """Return data as something whose rows can be located.

    Parameters
    ----------
    data : frame, series, array, table, sparse matrix or list
    known : Fingerprinted
        Their fingerprint, or what was kept of it.
    """
    names = [c.name for c in known.columns if not c.index]
    digests = {c.name: c.digest for c in known.columns if not c.index}
    types = {c.name: c.type for c in known.columns if not c.index}
    return Table(rows=known.rows, digests=digests, cells=_Cells(data, names), types=types, labels=_labels(data))


def kept_table(table: Table) -> Table:
    """Return a table that stays as it is when the data change or go."""
    return replace(table, cells={name: table.cells[name] for name in table.digests})


def _labels(data: Any) -> Cells | None:
    """Return hashes of the labels that pandas has for rows; None where there are none, or none that are plain."""
    # An index of pandas has none itself, nor have its arrays.
    index = getattr(data, "index", None) if type(data).__module__.partition(".")[0] == "pandas" else None
    if index is None:
        return None
    kind = getattr(index.dtype, "kind", "")
    if index.nlevels > 1 or kind not in "iuOT" or (kind == "O" and index.inferred_type != "string"):
        return None
    return next(iter(column_cells(index.to_series().reset_index(drop=True)).values()))


class _Cells(Mapping[str, "Cells"]):
    """The 64-bit hashes of a column's values, by its name."""

    def __init__(self, data: Any, names: list[str]) -> None:
        self._data = data
        self._places = {name: i for i, name in enumerate(names)}
        self._kept: dict[str, Cells] = {}

    def __getitem__(self, name: str) -> Cells:
        found = self._kept.get(name)
        if found is None:
            found = next(iter(column_cells(column_of(self._data, self._places[name])).values()))
            if (len(self._kept) + 1) * len(found) <= _HELD:
                self._kept[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def column_of(data: Any, place: int) -> Any:
    """Return one column of data; what has but one is that column."""
    kind = type(data)
    root = kind.__module__.partition(".")[0]
    if kind in LISTS:
        import numpy as np

        return column_of(np.asarray(data), place)
    if root == "numpy":
        return data[:, place] if data.ndim == 2 else data
    if root == "pyarrow":
        return data.column(place) if hasattr(kind, "columns") else data
    if root == "polars":
        return data.to_series(place) if hasattr(kind, "get_columns") else data
    # Without its index, which would be read as well.
    return data.iloc[:, place].reset_index(drop=True) if hasattr(data, "columns") else data
