"""A piece of data by the hashes of its columns and of their values, each worked out when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from jupyter_gov.fingerprints import ColumnFingerprint, column_cells
from jupyter_gov.provenance import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Cells = NDArray[np.uint64]

_HELD = 4_000_000
"""Hashes that are kept for when they are asked for again."""

_LOOKED_AT = 8_000_000
"""Values of a table that are looked at to see whether it is worth while."""

_FEW = 64
"""Rows that are looked for in it."""


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
    return Table(rows=known.rows, digests=digests, cells=_Cells(data, names))


class _Cells(Mapping[str, "Cells"]):
    """The 64-bit hashes of a column's values, by its name."""

    def __init__(self, data: Any, names: list[str]) -> None:
        self._data = data
        self._places = {name: i for i, name in enumerate(names)}
        self._kept: dict[str, Cells] = {}

    def __getitem__(self, name: str) -> Cells:
        found = self._kept.get(name)
        if found is None:
            found = next(iter(column_cells(_column(self._data, self._places[name])).values()))
            if (len(self._kept) + 1) * len(found) <= _HELD:
                self._kept[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _column(data: Any, place: int) -> Any:
    """Return one column of data; what has but one is that column."""
    kind = type(data)
    root = kind.__module__.partition(".")[0]
    if kind in (list, tuple):
        import numpy as np

        return _column(np.asarray(data), place)
    if root == "numpy":
        return data[:, place] if data.ndim == 2 else data
    if root == "pyarrow":
        return data.column(place) if hasattr(kind, "columns") else data
    if root == "polars":
        return data.to_series(place) if hasattr(kind, "get_columns") else data
    # Without its index, which would be read as well.
    return data.iloc[:, place].reset_index(drop=True) if hasattr(data, "columns") else data


def share_values(child: Table, parent: Table) -> bool:
    """Say whether some column of `parent` holds a few values of a column of `child`: a cheap look before a long one.

    Columns are compared by name, or by place where none has the other's name; of a large table only the first ones.
    """
    import numpy as np

    names = [(c, c) for c in child.digests if c in parent.digests]
    pairs = names or list(zip(child.digests, parent.digests, strict=False))
    for ours, theirs in pairs[: max(1, _LOOKED_AT // max(1, parent.rows))]:
        wanted = np.unique(child.cells[ours][:: -(-child.rows // _FEW)])
        if _all_occur(wanted, parent.cells[theirs]):
            return True
    return False


def _all_occur(wanted: Cells, cells: Cells) -> bool:
    """Say whether each of a few values occurs among many, most of which a small table tells apart from them."""
    import numpy as np

    table = np.zeros(1 << 16, np.bool_)
    table[_slots(wanted)] = True
    likely = cells[table[_slots(cells)]]
    return bool(np.isin(wanted, likely).all())


def _slots(cells: Cells) -> Cells:
    import numpy as np

    return (cells * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(48)
