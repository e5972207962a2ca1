"""Records of data: data sets by their content, and how one came from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ._base import Json, Part, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Part):
    """One column of a data set.

    Attributes
    ----------
    name, type : str
        The type is a logical one, see ``docs/fingerprint.md``.
    missing : int
        How many values are missing.
    personal : str
        What personal or protected attribute the column looks like, such as ``e-mail`` or ``sex``; empty for none.
    summary : mapping
        ``min``, ``max``, ``mean``, ``std``, ``quartiles`` of numbers; ``distinct`` and, unless the column looks
        personal, ``top`` (pairs of a value and its count) of categories.
    """

    name: str
    type: str
    missing: int
    personal: str = ""
    summary: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset(Record):
    """A data frame or array that was read, fitted on or scored, identified by all of its content.

    Attributes
    ----------
    role : str
        ``train`` once fitted on, ``validation`` if a choice was made by it, ``test`` if only predicted or scored on,
        ``source`` if only read.
    source : str
        Where it was read from, without credentials, or empty.
    door : str
        The function that read it, such as ``pandas.read_csv``.
    file_bytes, file_digest
        Size and digest of the file it was read from; None and empty where it was no file.
    query : str
        The text of an SQL query.
    cell : str or None
        The cell in which it was first seen.
    """

    kind: ClassVar[str] = "dataset"
    parts: ClassVar[Mapping[str, type[Part]]] = {"columns": Column}

    name: str
    digest: str
    rows: int
    columns: tuple[Column, ...] = ()
    source: str = ""
    door: str = ""
    file_bytes: int | None = None
    file_digest: str = ""
    query: str = ""
    role: Literal["source", "train", "validation", "test"] = "source"
    type: str = ""
    cell: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation(Record):
    """How one data set came from another.

    Attributes
    ----------
    child, parent : str
        Ids of the data sets.
    operation : str
        What was seen to make it, such as ``train_test_split`` or ``transform``; ``content`` where it was found by
        comparing columns and rows.
    fit : str or None
        The fit whose estimator made it.
    rows : mapping
        Which rows of the parent, in the child's order: ``count``, ``of`` (the parent's rows) and one of ``all`` (true),
        ``ranges`` (list of [first, last past, step]) or, where these would be many, ``digest`` over the positions as
        64-bit integers; ``ambiguous`` counts rows that several rows of the parent equal. Empty where rows do not
        correspond.
    columns : mapping
        The parent's column for each of the child's columns that is unchanged.
    new_columns : tuple of str
        The child's other columns.
    """

    kind: ClassVar[str] = "derivation"

    child: str
    parent: str
    operation: str
    fit: str | None = None
    rows: Mapping[str, Json] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    new_columns: tuple[str, ...] = ()
    cell: str | None = None
