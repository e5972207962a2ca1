"""Records of a run: its cells, data, fits, metrics, documents, gaps, and where it ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ._base import Json, Part, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Record):
    """One tracked execution of a notebook, from ``%gov_track`` to the kernel's end.

    Attributes
    ----------
    experiment : str
        Runs of one project share it; by default the git repository's name.
    name : str
        What the user called the run, else the notebook's stem.
    status : str
        ``running``, ``finished``, or ``failed`` (a headless run whose notebook raised).
    notebook : str
        Path of the notebook, relative to its repository where it has one; empty in a plain session.
    actor : str
        Who ran it, as the operating system says.
    started, finished : str or None
        UTC, RFC 3339.
    reason : str
        Why it failed.
    """

    kind: ClassVar[str] = "run"

    experiment: str
    name: str
    status: Literal["running", "finished", "failed"] = "running"
    notebook: str = ""
    actor: str = ""
    started: str = ""
    finished: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment(Record):
    """The interpreter, packages and machine of a run. No environment variable's value is ever kept."""

    kind: ClassVar[str] = "environment"

    python: str
    implementation: str
    packages: Mapping[str, str]
    os: str
    machine: str
    cpu: str
    cores: int | None
    memory_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Record):
    """Where a run's code comes from: git commit, branch, whether the work tree differs, notebook path."""

    kind: ClassVar[str] = "source"

    notebook: str = ""
    repository: str = ""
    commit: str | None = None
    branch: str | None = None
    dirty: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell(Record):
    """One execution of one cell.

    Attributes
    ----------
    cell_id : str or None
        The notebook's id of the cell, where the front end tells it.
    order : int
        1 for the first cell executed under tracking, and so on.
    seconds : float
        Wall time.
    outputs_digest : str or None
        Digest over the outputs; None where the front end's messages cannot be seen.
    stale : bool or None
        Whether a later execution has overtaken it; None while that is not determined.
    """

    kind: ClassVar[str] = "cell"

    order: int
    source: str
    cell_id: str | None = None
    status: Literal["ok", "error"] = "ok"
    error: str = ""
    started: str = ""
    seconds: float = 0.0
    outputs_digest: str | None = None
    stale: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Part):
    """One column of a data set: its name, logical type, and how many values are missing."""

    name: str
    type: str
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset(Record):
    """A data frame or array that was read, fitted on or scored, identified by all of its content.

    Attributes
    ----------
    role : str
        ``train`` once fitted on, ``test`` if only predicted or scored on, ``source`` if only read.
    source : str
        Where it was read from, or empty.
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
    role: Literal["source", "train", "test"] = "source"
    type: str = ""
    cell: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit(Record):
    """One call of an estimator's ``fit``; fits inside it name it as their parent.

    Attributes
    ----------
    class_ : str
        The estimator's qualified class name; ``class`` in JSON.
    params : mapping
        All parameters by scikit-learn's names (``get_params(deep=True)``), values as JSON.
    datasets : tuple of str
        Ids of the data sets it saw, features first.
    name : str
        The variable that holds the estimator, where there is one.
    step : str
        Its place in the parent, such as ``scale``; empty at the top.
    """

    kind: ClassVar[str] = "fit"

    class_: str
    name: str = ""
    step: str = ""
    parent: str | None = None
    cell: str | None = None
    params: Mapping[str, Json] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    started: str = ""
    seconds: float = 0.0
    status: Literal["ok", "error"] = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Record):
    """A number that the user's own code computed with a ``sklearn.metrics`` function."""

    kind: ClassVar[str] = "metric"

    name: str
    value: Json
    origin: Literal["function", "scorer", "cross_validation", "by_hand", "user"] = "function"
    params: Mapping[str, Json] = field(default_factory=dict)
    cell: str | None = None
    fits: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    split: Literal["train", "validation", "test", "unknown"] = "unknown"


SEVERITIES = ("error", "warning", "info")
"""How much a finding matters, the most first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Record):
    """Something a reviewer should look at, with counted evidence."""

    kind: ClassVar[str] = "finding"

    check: str
    severity: Literal["info", "warning", "error"]
    message: str
    count: int = 0
    cells: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Record):
    """A section of documentation in Markdown, written by the user; the last of a name counts."""

    kind: ClassVar[str] = "document"

    section: str
    markdown: str
    cell: str | None = None
    written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap(Record):
    """Something that was seen but could not be captured, with the reason and what would mend it."""

    kind: ClassVar[str] = "gap"

    what: str
    reason: str
    remedy: str = ""
    cell: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Record):
    """A document that was rendered from the records of a run."""

    kind: ClassVar[str] = "report"

    template: str
    files: tuple[str, ...]
    digests: tuple[str, ...]
    rendered: str
