"""Comparing numbers, texts and arrays, however deep they lie, with a relative tolerance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

_TOLD = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
"""Numbers that JSON has no word for, as records spell them."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """In which way two values differ.

    Attributes
    ----------
    verdict : str
        ``equivalent`` where all that differs are numbers, none by more than the tolerance; else ``different``.
    path : str
        Where the first difference that matters lies.
    count, of : int
        How many single values differ, and how many there are.
    relative : float or None
        The largest relative difference of the numbers; infinite where one is not finite and the other is something
        else. None where no numbers differ.
    before, after : object
        The single values at `path`, where these are no array.
    shape : str
        What differs besides values: something is not there, or has another shape; empty where nothing does.
    """

    verdict: Literal["equivalent", "different"]
    path: str
    count: int = 0
    of: int = 0
    relative: float | None = None
    before: Any = None
    after: Any = None
    shape: str = ""


def compare(before: Any, after: Any, *, tolerance: float) -> Difference | None:
    """Compare two values: numbers, texts, arrays, or mappings and lists of them.

    Floating-point numbers are equivalent where ``|a - b| <= tolerance * max(|a|, |b|)``, with no absolute tolerance;
    whole numbers, texts and truth values must be equal. NaN equals NaN, 0 equals -0.

    Parameters
    ----------
    before, after : object
    tolerance : float
        The largest relative difference that counts as equivalent.

    Returns
    -------
    Difference or None
        None where they are equal.

    Notes
    -----
    The relative difference is that of ``math.isclose`` (PEP 485): symmetric, relative to the larger of the two.
    """
    old, new = dict(_leaves(before)), dict(_leaves(after))
    paths = list(dict.fromkeys([*old, *new]))
    found = [d for path in paths if (d := _at(path, old, new, tolerance)) is not None]
    if not found:
        return None
    first = next((d for d in found if d.verdict == "different"), found[0])
    return Difference(
        verdict=first.verdict,
        path=first.path,
        count=sum(d.count for d in found),
        of=sum(max(_size(side[path]) for side in (old, new) if path in side) for path in paths),
        relative=max((d.relative for d in found if d.relative is not None), default=None),
        before=first.before,
        after=first.after,
        shape=first.shape,
    )


def numbers(value: Any) -> Iterator[tuple[str, float]]:
    """Yield the path and value of each single number in `value`."""
    for path, leaf in _leaves(value):
        number = _number(leaf)
        if number is not None:
            yield path, number


def tell(before: Any, after: Any) -> str:
    """Return ``0.8312 became 0.8296``, with as many digits as tell the two apart."""
    one, other = _number(before), _number(after)
    if one is None or other is None:
        return f"{_short(before)} became {_short(after)}"
    for digits in range(4, 17):
        told = f"{one:.{digits}g}", f"{other:.{digits}g}"
        if told[0] != told[1]:
            return f"{told[0]} became {told[1]}"
    return f"{one!r} became {other!r}"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _leaves(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for i, part in enumerate(value):
            yield from _leaves(part, f"{path}[{i}]")
    else:
        yield path, value


_NOTHING = object()


def _at(path: str, old: Mapping[str, Any], new: Mapping[str, Any], tolerance: float) -> Difference | None:
    """Compare what lies at one path."""
    before, after = old.get(path, _NOTHING), new.get(path, _NOTHING)
    if before is _NOTHING or after is _NOTHING:
        size = _size(after if before is _NOTHING else before)
        told = "is new" if before is _NOTHING else "is not there"
        return Difference(verdict="different", path=path, count=size, of=size, shape=told)
    if hasattr(before, "dtype") or hasattr(after, "dtype"):
        return _arrays(path, before, after, tolerance)
    if before is after or (type(before) is type(after) and before == after):
        return None
    one, other = _number(before), _number(after)
    single = Difference(verdict="different", path=path, count=1, of=1, before=before, after=after)
    if one is None or other is None:
        return None if before == after else single
    apart = _relative(one, other)
    if apart == 0:
        return None
    exact = isinstance(before, int) and isinstance(after, int)
    return replace(single, verdict="different" if exact or apart > tolerance else "equivalent", relative=apart)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return None
    return _TOLD.get(value) if isinstance(value, str) else None


def _relative(one: float, other: float) -> float:
    if one == other or (math.isnan(one) and math.isnan(other)):
        return 0.0
    if not (math.isfinite(one) and math.isfinite(other)):
        return math.inf
    # Halves, because the difference of two large numbers may be past the largest.
    return abs(one / 2 - other / 2) / (max(abs(one), abs(other)) / 2)


def _size(leaf: Any) -> int:
    return int(getattr(leaf, "size", 1))


def _arrays(path: str, before: Any, after: Any, tolerance: float) -> Difference | None:
    import numpy as np

    one, other = np.asarray(before), np.asarray(after)
    size = max(one.size, other.size)
    if one.shape != other.shape:
        told = f"has the shape {one.shape} in the run and {other.shape} now"
        return Difference(verdict="different", path=path, count=size, of=size, shape=told)
    inexact = one.dtype.kind in "fc" or other.dtype.kind in "fc"
    if not (inexact and one.dtype.kind in "fciub" and other.dtype.kind in "fciub"):
        equal = one == other
        if not isinstance(equal, np.ndarray):
            equal = np.full(one.shape, bool(equal))
        count = int(size - np.count_nonzero(equal))
        return Difference(verdict="different", path=path, count=count, of=size) if count else None
    wide = np.result_type(one.dtype, other.dtype, np.float64)
    one, other = one.astype(wide), other.astype(wide)
    with np.errstate(all="ignore"):
        differs = ~((one == other) | (np.isnan(one) & np.isnan(other)))
        count = int(np.count_nonzero(differs))
        if not count:
            return None
        one, other = one[differs], other[differs]
        apart = np.abs(one / 2 - other / 2) / (np.maximum(np.abs(one), np.abs(other)) / 2)
        apart[~(np.isfinite(one) & np.isfinite(other))] = np.inf
    largest = float(apart.max())
    verdict: Literal["equivalent", "different"] = "different" if largest > tolerance else "equivalent"
    return Difference(verdict=verdict, path=path, count=count, of=size, relative=largest)
