"""What rows came from in another run, as far as it was read here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jupyter_gov.provenance.leakage import Sample

if TYPE_CHECKING:
    from jupyter_gov.provenance.leakage._case import Values


def read_part(root: str, read: Sequence[Sample]) -> Sample | None:
    """Return a data set that only another run had, put together of files with rows of it that this one has read.

    Parameters
    ----------
    root : str
        What it is called in `Sample.origins`.
    read : sequence of Sample
        The files' data.

    Returns
    -------
    Sample or None
        With the columns that all of them have, missing in rows of none of them; None where nothing was read.
    """
    if not read:
        return None
    rows = 1 + max(int(s.origins[root].max(initial=-1)) for s in read)
    columns = tuple(c for c in read[0].columns if all(c in s.columns for s in read))

    def values(name: str) -> Values | None:
        import numpy as np

        parts = [s.values(name) for s in read]
        known = [p for p in parts if p is not None]
        if len(known) < len(parts) or len({p.dtype.kind for p in known}) != 1:
            return None
        nothing = {"f": np.nan, "M": np.datetime64("NaT")}.get(known[0].dtype.kind)
        whole: Values = np.full(rows, nothing, known[0].dtype)
        for sample, part in zip(read, known, strict=True):
            places = sample.origins[root]
            whole[places[places >= 0]] = part[places >= 0]
        return whole

    return Sample(id=root, name=read[0].name, rows=rows, cell=read[0].cell, read=True, columns=columns, values=values)
