"""Cells of values, for which nearly equal ones count as equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_gov.fingerprints import column_cells
from jupyter_gov.provenance.leakage import folded

if TYPE_CHECKING:
    from jupyter_gov.provenance.leakage._case import Hashes, Values


def near_cells(values: Values) -> Hashes:
    """Return 64 bits for each value, equal for values that are nearly equal; see `folded`."""
    common = folded(values)
    if common.dtype.kind == "i":
        words: Hashes = common.view("u8")
        return words
    cells: Hashes = next(iter(column_cells(common).values()))
    return cells
