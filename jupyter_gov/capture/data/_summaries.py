"""What a column holds, in a few numbers; nothing of columns that look personal."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupyter_gov.fingerprints import ColumnFingerprint
from jupyter_gov.records import Column, Json

from ._columns import Plain, columns_of, matrix_of, missing, plain, take
from ._identifiers import find_mention
from ._moments import Moments, matrix_moments
from ._personal import find_personal, safe_names

EXACT = 100_000
"""Rows up to which everything is exact; of more, quartiles and categories are those of a sample."""

SAMPLE = 10_000
"""Rows of the sample, at positions that depend on nothing but the number of rows."""

MAX_COLUMNS = 500
"""Columns that are summarized; the pixels of an image are not read one by one."""

_TOP = 10
_LONG = 40
_FEW = 50
"""Characters of a category, and categories, up to which there is a list of the most frequent ones."""


def describe_columns(data: Any, columns: Sequence[ColumnFingerprint]) -> tuple[Column, ...]:
    """Return the columns of data with what they look like.

    Parameters
    ----------
    data : frame, series, array, table or sparse matrix
        Of `columns`, which include those of an index.
    columns : sequence of ColumnFingerprint
    """
    own = [c for c in columns if not c.index]
    held = list(columns_of(data)) if len(own) <= MAX_COLUMNS else []
    rows = len(held[0]) if held else 0
    positions = None if rows <= EXACT else np.sort(np.random.default_rng(rows).integers(0, rows, SAMPLE))
    matrix = matrix_of(data) if held and not any(c.missing for c in own) else None
    moments: Sequence[Moments | None] = [None] * len(own) if matrix is None else matrix_moments(matrix)
    made: dict[int, tuple[str, dict[str, Json]]] = {}
    for column, values, known in zip(own, held, moments, strict=False):
        sample = plain(values if positions is None else take(values, positions))
        personal = find_personal(column.name, sample)
        made[id(column)] = personal, _summary(values, sample, known, hidden=bool(personal))
    described = []
    for column, plainly in zip(columns, plain_columns(columns), strict=True):
        personal, summary = made.get(id(column), (plainly.personal, {}))
        described.append(dataclasses.replace(plainly, personal=personal, summary=summary))
    return tuple(described)


def plain_columns(columns: Sequence[ColumnFingerprint]) -> tuple[Column, ...]:
    """Return columns with what can be said of them without looking at their values."""
    names = safe_names(tuple(c.name for c in columns))
    return tuple(
        Column(name=name, type=c.type, missing=c.missing, personal=find_personal(c.name, None))
        for name, c in zip(names, columns, strict=True)
    )


def _summary(values: Any, sample: Plain, known: Moments | None, *, hidden: bool) -> dict[str, Json]:
    if sample is None:
        return {}
    if isinstance(sample, np.ndarray) and sample.dtype.kind == "b":
        sample = Counter(sample.tolist())
    part: dict[str, Json] = {"sampled": SAMPLE} if len(values) > EXACT else {}
    if isinstance(sample, Counter):
        return {"distinct": len(sample), **({} if hidden else _top(sample)), **part}
    there = np.sort(sample[~missing(sample)])
    distinct = {"distinct": int(np.count_nonzero(there[1:] != there[:-1])) + min(len(there), 1)}
    if hidden or not len(there):
        return {**distinct, **part}
    if there.dtype.kind == "M":
        return {"min": str(there[0]), "max": str(there[-1]), **distinct, **part}
    if known is None:
        whole = plain(values) if part else sample
        known = Moments.of(whole[~missing(whole)]) if isinstance(whole, np.ndarray) else None
    return {**(known.to_json() if known else {}), "quartiles": _quartiles(there), **distinct, **part}


def _quartiles(ordered: NDArray[Any]) -> list[float]:
    """Return the three quartiles of sorted numbers, linearly interpolated as `numpy.quantile` does."""
    found = []
    for share in (0.25, 0.5, 0.75):
        at = share * (len(ordered) - 1)
        low, high = float(ordered[int(at)]), float(ordered[min(int(at) + 1, len(ordered) - 1)])
        part = at - int(at)
        if part == 0 or low == high:
            found.append(low)
        elif math.isfinite(high - low):
            found.append(low + (high - low) * part)
        else:
            found.append(low * (1 - part) + high * part)
    return found


def _top(counts: Counter[Any]) -> dict[str, Json]:
    """Return the most frequent categories; many or long texts, and such as identify somebody, are none."""
    if len(counts) > _FEW or (len(counts) > _TOP and len(counts) > counts.total() / 2):
        return {}
    if any(type(value) is not bool and (len(str(value)) > _LONG or find_mention(str(value))) for value in counts):
        return {}
    # Ties in the order of their text, so that the same data give the same record.
    first = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))[:_TOP]
    return {"top": [[value if type(value) is bool else str(value), count] for value, count in first]}
