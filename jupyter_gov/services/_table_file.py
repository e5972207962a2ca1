"""Tables as files: CSV and Parquet, read as pandas reads them, but strictly."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from jupyter_gov.errors import InputError, NotFoundError

from ._quotes import unmatched_quote

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".csv", ".csv.gz", ".tsv", ".parquet", ".pq")
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_HEADER = 1 << 20
"""Bytes in which the names of a CSV's columns must stand."""
_BLOCK = 1 << 24
"""Bytes that are read of a CSV at a time; a row must fit into them."""


class TableFile(Protocol):
    """A table in a file: what its format is, for people, and its column names as they stand."""

    format: str
    columns: list[str]

    def read(self, groups: Collection[str]) -> pd.DataFrame:
        """Return the table.

        Parameters
        ----------
        groups : collection of str
            Columns in which text such as ``NA`` or ``None`` names a group: in them only an empty cell is missing.

        Raises
        ------
        InputError
            If a row is broken.
        """


def stem(path: Path) -> str:
    """Return a table's name without its suffix, such as ``scores`` for ``scores.csv.gz``.

    Raises
    ------
    InputError
        If the suffix is none of `SUFFIXES`.
    """
    return path.name[: -len(_suffix(path))]


def open_table(path: Path, expected: Collection[str]) -> TableFile:
    """Return the table in a file.

    Parameters
    ----------
    path : Path
        Ends in one of `SUFFIXES`.
    expected : collection of str
        Columns that it should have; they tell commas, semicolons and tabs apart in a CSV.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InputError
        If it is no table, cannot be read, or is not UTF-8.
    """
    suffix = _suffix(path)
    if not path.exists():
        raise NotFoundError(f"No file {str(path)!r}.", hint="Check the path.")
    if not path.is_file():
        raise InputError(f"{str(path)!r} is not a file.", hint="Give one CSV or Parquet file.")
    return _Parquet(path) if suffix in (".parquet", ".pq") else _Csv(path, expected)


def _suffix(path: Path) -> str:
    found = next((s for s in SUFFIXES if path.name.lower().endswith(s)), None)
    if found is None:
        raise InputError(
            f"{path.name!r} is neither CSV nor Parquet by its name.",
            hint=f"The name must end in one of {', '.join(SUFFIXES)}.",
        )
    return found


class _Parquet:
    format = "Parquet"

    def __init__(self, path: Path) -> None:
        from pyarrow import parquet

        with _reading(path, "Write it again as Parquet."), path.open("rb") as file:
            self._frame: pd.DataFrame = parquet.ParquetFile(file).read().to_pandas()
        self._frame.columns = [str(c) for c in self._frame.columns]
        self.columns = list(self._frame.columns)

    def read(self, groups: Collection[str]) -> pd.DataFrame:  # noqa: ARG002 - a null is a null in Parquet
        return self._frame


class _Csv:
    def __init__(self, path: Path, expected: Collection[str]) -> None:
        import pyarrow as pa

        self._path = path
        packed = "gzip" if _suffix(path).endswith(".gz") else None
        # Arrow opens no name that is not UTF-8; Python does.
        with _reading(path, "Check that the file is whole and that you may read it."), path.open("rb") as file:
            self._data = _without_blank_end(pa.input_stream(file, compression=packed).read())
        _check_utf8(self._data, path)
        head = self._data[:_HEADER].decode("utf-8-sig", errors="ignore")
        names = {d: _names(head, d) for d in ("\t" if _suffix(path) == ".tsv" else _DELIMITERS)}
        # The separator is the one under which the columns asked for are there.
        self._delimiter = max(names, key=lambda d: (sum(n in names[d] for n in expected), len(names[d])))
        _check_quotes(self._data, self._delimiter, path)
        self.columns = names[self._delimiter]
        self.format = f"CSV, separated by {_DELIMITERS[self._delimiter]}"

    def read(self, groups: Collection[str]) -> pd.DataFrame:
        import pyarrow as pa

        with _reading(self._path, "Every row needs one value for each column; quote values that hold the separator."):
            table = self._read()
            types = {
                f.name: pa.float64() if pa.types.is_null(f.type) else pa.string()
                for f in table.schema
                if pa.types.is_null(f.type) or pa.types.is_temporal(f.type)
            }
            if types:  # Arrow would make dates of text; pandas does not, and takes a column without values for numbers
                table = self._read(column_types=types)
            if groups:
                own = self._read(null_values=[""], include_columns=list(groups))
                for name in groups:
                    if not pa.types.is_temporal(own.schema.field(name).type):
                        table = table.set_column(table.column_names.index(name), name, own[name])
        frame: pd.DataFrame = table.to_pandas()
        return frame

    def _read(self, **conversion: Any) -> Any:
        import pyarrow as pa
        from pyarrow import csv as arrow

        # What pandas takes for missing; Arrow's own list lacks two of them.
        missing = [*arrow.ConvertOptions().null_values, "None", "<NA>"]
        words = {"true_values": ["True", "TRUE", "true"], "false_values": ["False", "FALSE", "false"]}
        return arrow.read_csv(
            pa.BufferReader(self._data),
            read_options=arrow.ReadOptions(block_size=_BLOCK),
            parse_options=arrow.ParseOptions(delimiter=self._delimiter, newlines_in_values=True),
            convert_options=arrow.ConvertOptions(
                strings_can_be_null=True, **{"null_values": missing, **words, **conversion}
            ),
        )


def _names(head: str, delimiter: str) -> list[str]:
    """Return the first line that is not empty, as fields."""
    try:
        return next((row for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if row), [])
    except csv.Error:
        return []


def _without_blank_end(data: bytes) -> bytes:
    """Leave out lines at the end that hold nothing but spaces: Arrow takes them for rows."""
    end = data[len(data.rstrip(b" \r\n")) :]
    blank = end.lstrip(b" ")  # spaces before the end of the last row are part of its last value
    return data[: len(data) - len(blank)] + b"\n" if b" " in blank else data


def _check_quotes(data: bytes, delimiter: str, path: Path) -> None:
    at = unmatched_quote(data, delimiter)
    if at is not None:
        raise InputError(
            f"{str(path)!r} has a quote, in line {_line(data, at):,}, that does not close at the end of its value.",
            hint="Close it; where a quote is a character of a quoted value, double it.",
        )


def _check_utf8(data: bytes, path: Path) -> None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        at = error.start
        raise InputError(
            f"{str(path)!r} is not UTF-8: byte {at:,}, in line {_line(data, at):,}, is 0x{data[at]:02X}.",
            hint="Save it as UTF-8 (in a spreadsheet, “CSV UTF-8”), or convert it with iconv.",
        ) from None


def _line(data: bytes, position: int) -> int:
    """Return the number of the line in which a byte stands, from 1; lines may end as those of old Macs do."""
    return (data.count(b"\n", 0, position) or data.count(b"\r", 0, position)) + 1


@contextlib.contextmanager
def _reading(path: Path, hint: str) -> Iterator[None]:
    """Say in one sentence why a file cannot be read."""
    import pyarrow as pa

    try:
        yield
    except (OSError, pa.ArrowException) as error:
        reason = getattr(error, "strerror", None) or (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"{str(path)!r} cannot be read: {reason.rstrip('.')}.", hint=hint) from error
