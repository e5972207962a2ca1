"""Records of what was executed: cells, the states of random generators, the notebook they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ._base import Json, Part, Record

RANDOM: Mapping[str, str] = {"numpy": "numpy.random", "random": "random.random"}
"""The global generators among the variables: whoever draws reads and changes one, whoever seeds changes it."""

ENTROPY = "os.urandom"
"""What a generator that is made without a seed has read."""

UNTOLD = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell(Record):
    """One execution of one cell.

    Attributes
    ----------
    cell_id : str or None
        The notebook's id of the cell, where the front end tells it.
    order : int
        1 for the first cell executed under tracking, and so on.
    execution_count : int or None
        What the notebook shows as ``In [n]``.
    seconds, cpu_seconds : float
        Wall time; processor time of the whole process, all threads.
    peak_memory_bytes : int or None
        The most resident memory that was seen in the process while the cell ran; None where it was shorter than the
        interval between two looks.
    reads : mapping
        Variables that the cell used, each with the id of the cell execution that had made or last changed it; null
        where that was before tracking began, empty where it is not known. `RANDOM` and `ENTROPY` name what random
        numbers come from; `UNTOLD` stands for variables whose names cannot be told.
    writes : tuple of str
        Variables that the cell bound, changed in place or deleted.
    generators : mapping
        Digest of the state of each global random generator (``numpy``, ``random``) before the cell; the state is in the
        `GeneratorState` of that digest.
    outputs_digest : str or None
        Digest over the outputs; None where the front end's messages cannot be seen.
    stale : bool or None
        Whether a later execution has overtaken it; None while that is not determined.
    """

    kind: ClassVar[str] = "cell"

    order: int
    source: str
    execution_count: int | None = None
    cell_id: str | None = None
    status: Literal["ok", "error"] = "ok"
    error: str = ""
    started: str = ""
    seconds: float = 0.0
    cpu_seconds: float | None = None
    peak_memory_bytes: int | None = None
    reads: Mapping[str, str | None] = field(default_factory=dict)
    writes: tuple[str, ...] = ()
    generators: Mapping[str, str] = field(default_factory=dict)
    outputs_digest: str | None = None
    stale: bool | None = None

    @property
    def number(self) -> int:
        """What people call it by: the number that the notebook shows, its place in the run where there is none."""
        return self.order if self.execution_count is None else self.execution_count


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorState(Record):
    """The state of a global random generator, so that it can be set again.

    Attributes
    ----------
    library : str
        ``numpy`` or ``random``.
    digest : str
        Cells name the state by it.
    state : mapping
        ``numpy.random.get_state(legacy=False)`` with the key as base64 of little-endian words; for ``random`` the
        version, the words as base64, and the next Gaussian.
    """

    kind: ClassVar[str] = "generator_state"

    library: Literal["numpy", "random"]
    digest: str
    state: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookCell(Part):
    """A code cell as it stands in the notebook: its id, and the digest of its source."""

    cell_id: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook(Record):
    """The notebook's code cells in their order, as its file had them when the run was looked at last.

    Attributes
    ----------
    saved : str
        When the file was written, UTC.
    """

    kind: ClassVar[str] = "notebook"
    parts: ClassVar[Mapping[str, type[Part]]] = {"cells": NotebookCell}

    cells: tuple[NotebookCell, ...] = ()
    saved: str = ""
