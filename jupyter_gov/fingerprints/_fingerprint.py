"""The public calls: data in, digest out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupyter_gov.errors import InputError
from jupyter_gov.records import Column

from ._format import node, payload, spell, u64
from ._read import read

if TYPE_CHECKING:
    from typing_extensions import Buffer


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFingerprint(Column):
    """A column's name, logical type, number of missing values, and digest.

    A column of the index is named ``index:`` and its name, or its position where it has none.

    Attributes
    ----------
    digest : str
        ``jg1:`` and 64 hexadecimal digits over the column's type and values; its name takes no part.
    index : bool
        Whether the column is one of the index.
    """

    digest: str
    index: bool = False


class Unordered:
    """The data of a fingerprint until its digest without row order is asked for, then that digest."""

    __slots__ = ("data", "digest")

    def __init__(self, data: Any, digest: str | None = None) -> None:
        self.data = data
        self.digest = digest


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The identity of data by all of its content; made by `fingerprint`.

    It keeps the data alive for the sake of `rows_digest`: whoever needs the identity alone should keep `digest`.
    A pickled or copied fingerprint leaves the data behind.

    Attributes
    ----------
    digest : str
        ``jg1:`` and 64 hexadecimal digits: BLAKE3 over the names, types and values of all columns, rows in order.
    rows : int
        The number of rows.
    columns : tuple of ColumnFingerprint
        Columns of the index first, where it counts.
    """

    digest: str
    rows: int
    columns: tuple[ColumnFingerprint, ...] = field(hash=False)
    _unordered: Unordered = field(repr=False, compare=False)

    def __str__(self) -> str:
        return self.digest

    def __reduce__(self) -> tuple[Any, ...]:
        return Fingerprint, (self.digest, self.rows, self.columns, Unordered(None, self._unordered.digest))

    @property
    def rows_digest(self) -> str:
        """A digest that ignores the order of rows; the order of columns counts. Computed when first asked for.

        It stands on 64-bit row hashes. These find accidental changes, but an adversary could make another data set
        with the same ones: it is no evidence, `digest` is.

        Raises
        ------
        InputError
            If the data has changed since it was fingerprinted, or if this is a copy that left the data behind.
        """
        held = self._unordered
        if held.digest is None:
            if held.data is None:
                raise InputError(
                    "A copied fingerprint cannot compute its digest of unordered rows.",
                    hint="Ask for rows_digest before copying or pickling it.",
                )
            held.digest = self._rows_digest(held.data)
            held.data = None
        return held.digest

    def _rows_digest(self, data: Any) -> str:
        import numpy as np

        from ._rows import fold

        rows, fields = read(data)
        schema: list[bytes] = []
        nodes: list[bytes] = []

        def cells() -> Any:
            for label, index, values in fields:
                head = (b"i" if index else b"c") + label.encoded
                nodes.append(head + values.digest())
                schema.append(head + values.schema())
                yield values.cells()

        hashes = fold(cells(), rows)
        if spell(node("table", u64(rows), u64(len(nodes)), *nodes)) != self.digest:
            raise InputError("The data has changed since it was fingerprinted.", hint="Fingerprint it again.")
        hashes.sort()
        ordered = payload(hashes.astype("<u8", copy=False).view(np.uint8))
        return spell(node("rows", u64(rows), u64(len(schema)), *schema, ordered))


def fingerprint(data: Any) -> Fingerprint:
    """Identify data by all of its content.

    The same logical type and values give the same digest: from pandas (backed by NumPy or Arrow), polars, pyarrow,
    DuckDB and NumPy, whatever the memory layout, byte order or chunks, in any process and on any platform. A sparse
    matrix of SciPy is of a type of its own. What counts is listed in ``docs/fingerprint.md`` with the byte format.

    Parameters
    ----------
    data : frame, series, index, table, relation, array or sparse matrix
        A frame, table, relation or array of shape (rows, columns); a series, an index or an array of shape (rows,),
        which is one column; an array of shape (rows, …), which is one column of arrays; an array of shape (), which is
        one row; or a sparse matrix, which is one column of rows.

    Returns
    -------
    Fingerprint

    Raises
    ------
    InputError
        If the data is none of these, or if a column holds something that has no Arrow type, such as objects of a user's
        class or a mix of types; the message names the column.

    Examples
    --------
    >>> import numpy as np
    >>> from jupyter_gov.fingerprints import fingerprint
    >>> found = fingerprint(np.arange(3.0))
    >>> found.rows, found.columns[0].name, found.columns[0].type, found.columns[0].missing
    (3, '0', 'float64', 0)
    >>> fingerprint(np.array([2.0, 1.0, 0.0])).rows_digest == found.rows_digest
    True
    """
    rows, fields = read(data)
    columns = []
    nodes = []
    for label, index, values in fields:
        digest = values.digest()
        nodes.append((b"i" if index else b"c") + label.encoded + digest)
        columns.append(
            ColumnFingerprint(
                name=label.name, type=values.type, missing=values.missing_count, digest=spell(digest), index=index
            )
        )
    digest = node("table", u64(rows), u64(len(nodes)), *nodes)
    return Fingerprint(spell(digest), rows, tuple(columns), Unordered(data))


def fingerprint_bytes(buffer: Buffer) -> str:
    """Identify bytes, such as a file's content: BLAKE3 as ``b3sum`` prints it, after the prefix ``jg1:``.

    Parameters
    ----------
    buffer : bytes-like
        Contiguous.

    Raises
    ------
    InputError
        If the buffer does not lie in one piece.

    Examples
    --------
    >>> from jupyter_gov.fingerprints import fingerprint_bytes
    >>> fingerprint_bytes(b"")
    'jg1:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262'
    """
    view = memoryview(buffer)
    if not view.contiguous:
        raise InputError("The buffer does not lie in one piece.", hint="Pass bytes(buffer).")
    return spell(payload(view.cast("B") if view.nbytes else b""))
