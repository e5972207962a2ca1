"""Columns in canonical form: what is hashed, and the 64-bit cells that row hashes are made of.

A column is read by a back end (`_numpy`, `_arrow`, `_pandas`, `_objects`) into one of these classes; nothing here knows
where it came from.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._buffers import WORDS, Cells, Mask, as_bytes, fixed_bytes, hash_slices, joined, validity
from ._format import node, payload, text, u64

MISSING_CELL = np.uint64(0x9FB21C651E98DF25)
"""What a missing value counts as in a row hash."""


class Values(ABC):
    """A column: its logical type, its number of rows, and where values are missing (None: nowhere)."""

    def __init__(self, type_: str, rows: int, missing: Mask | None = None) -> None:
        self.type = type_
        self.rows = rows
        self.missing = missing if missing is not None and missing.any() else None

    @property
    def missing_count(self) -> int:
        """The number of missing values, for people; an array column counts its elements."""
        return 0 if self.missing is None else int(np.count_nonzero(self.missing))

    def digest(self) -> bytes:
        """Return the column's digest, 32 bytes long."""
        return node("column", text(self.type), u64(self.rows), validity(self.missing), *self._parts())

    def schema(self) -> bytes:
        """Return what the digest of unordered rows says of the column besides its cells."""
        return text(self.type)

    def cells(self) -> Cells:
        """Return 64 bits for each row, shape (rows,)."""
        cells = self._cells()
        if self.missing is not None:
            cells[self.missing] = MISSING_CELL
        return cells

    @abstractmethod
    def _parts(self) -> Iterator[bytes]:
        """Return the digests that the column's digest is made of."""

    @abstractmethod
    def _cells(self) -> Cells:
        """Return a writable array of cells; those of missing values are set by `cells`."""


class Null(Values):
    """A column without any value, hence without a type that could be told."""

    def __init__(self, rows: int) -> None:
        super().__init__("null", rows, np.ones(rows, np.bool_))

    def _parts(self) -> Iterator[bytes]:
        return iter(())

    def _cells(self) -> Cells:
        return np.zeros(self.rows, np.uint64)


class Fixed(Values):
    """Values of one width: numbers, dates, times, decimals, fixed binary.

    Parameters
    ----------
    type_ : str
    values : array, shape (rows,)
        Little-endian; any stride. Float NaN and NaT must be in `missing`.
    missing : array of bool, shape (rows,), optional
    digest : bytes, optional
        The column's digest where it is already known, see `_matrix`.
    """

    def __init__(
        self, type_: str, values: NDArray[Any], missing: Mask | None = None, *, digest: bytes | None = None
    ) -> None:
        super().__init__(type_, len(values), missing)
        self._values = values
        self._digest = digest

    def digest(self) -> bytes:
        return self._digest or super().digest()

    def _parts(self) -> Iterator[bytes]:
        yield payload(fixed_bytes(self._values, self.missing))

    def _cells(self) -> Cells:
        width = self._values.dtype.itemsize
        if width in WORDS:
            words: Cells = self._values.view(f"<u{width}").astype(np.uint64)
            return words
        data = fixed_bytes(self._values, self.missing)
        ends = np.arange(1, self.rows + 1) * width
        return hash_slices(data, ends)


class Bits(Values):
    """Truth values."""

    def __init__(self, values: NDArray[np.bool_], missing: Mask | None = None) -> None:
        super().__init__("bool", len(values), missing)
        self._values = values

    def _parts(self) -> Iterator[bytes]:
        values = self._values if self.missing is None else self._values & ~self.missing
        yield payload(np.packbits(values, bitorder="little"))

    def _cells(self) -> Cells:
        # Memory viewed as bool may hold other bytes than 0 and 1.
        cells: Cells = (self._values.view(np.uint8) != 0).astype(np.uint64)
        return cells


class Text(Values):
    """Strings or binaries of varying length.

    Parameters
    ----------
    type_ : str
        ``string`` or ``binary``.
    chunks : list of (offsets, data)
        As in Arrow: `offsets` has a row more than the chunk, `data` is what they point into. A missing value has no
        length.
    missing : array of bool, shape (rows,), optional
    """

    def __init__(
        self, type_: str, chunks: list[tuple[NDArray[Any], NDArray[np.uint8]]], missing: Mask | None = None
    ) -> None:
        super().__init__(type_, sum(len(offsets) - 1 for offsets, _ in chunks), missing)
        self._chunks = chunks

    def _parts(self) -> Iterator[bytes]:
        yield joined([as_bytes(ends) for ends in self._ends()])
        yield joined([data[offsets[0] : offsets[-1]] for offsets, data in self._chunks])

    def _ends(self) -> Iterator[NDArray[np.int64]]:
        """Return where each value ends, counted from the column's beginning; without a copy for a whole Arrow array."""
        base = 0
        for offsets, _ in self._chunks:
            shift = base - int(offsets[0])
            ends = offsets[1:].astype("<i8", copy=False)
            yield ends + shift if shift else ends
            base += int(offsets[-1]) - int(offsets[0])

    def _cells(self) -> Cells:
        cells = [hash_slices(data[o[0] : o[-1]], o[1:] - o[0]) for o, data in self._chunks]
        return np.concatenate(cells) if cells else np.zeros(0, np.uint64)
