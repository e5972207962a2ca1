"""Records of a run as a whole: where it ran, what was written and found about it, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ._base import Json, Record


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
    """The interpreter, packages and machine of a run. No environment variable's value is ever kept.

    Attributes
    ----------
    gpus : tuple of str
        Name, memory and driver of each graphics processor, as its own tool tells them.
    thread_pools : tuple of mapping
        The linear-algebra and OpenMP libraries in the process: ``library``, ``version``, ``architecture``, ``threads``.
    variables : tuple of str
        Names, from a list of those that can change a result, of the environment variables that are set.
    container : str
        Id or image of the container that the run was in; empty outside of one.
    lock_files : mapping
        Digest of each lock file beside the notebook or at the top of its repository, by its path.
    """

    kind: ClassVar[str] = "environment"

    python: str
    implementation: str
    packages: Mapping[str, str]
    os: str
    machine: str
    cpu: str
    cores: int | None
    memory_bytes: int | None
    gpus: tuple[str, ...] = ()
    thread_pools: tuple[Mapping[str, Json], ...] = ()
    variables: tuple[str, ...] = ()
    container: str = ""
    lock_files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Record):
    """Where a run's code comes from: git commit, branch, whether the work tree differs, notebook path.

    Attributes
    ----------
    remote : str
        URL of the remote that the branch follows, without credentials.
    snapshot, snapshot_ref : str
        Commit that holds the work tree as it was, uncommitted and untracked work included, and the private reference
        that keeps it; empty where the work tree was clean or there is no repository.
    left_out : tuple of str
        What the snapshot does not hold, and why, such as ``data.csv: larger than 10 MB``.
    notebook_digest : str
        Digest of the notebook's file.
    folder, top : str
        The working folder when tracking began, and the repository's top folder; from ``~`` where they lie below it.
    """

    kind: ClassVar[str] = "source"

    notebook: str = ""
    repository: str = ""
    commit: str | None = None
    branch: str | None = None
    dirty: bool | None = None
    remote: str = ""
    snapshot: str = ""
    snapshot_ref: str = ""
    left_out: tuple[str, ...] = ()
    notebook_digest: str = ""
    folder: str = ""
    top: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module(Record):
    """A file of Python code, of no installed package, that the notebook imported; one for each content that it had.

    Attributes
    ----------
    digest : str
        Of the file's bytes when it was looked at, after the cell that imported it or during which it changed.
    cell : str or None
        That cell.
    """

    kind: ClassVar[str] = "module"

    name: str
    path: str
    digest: str
    cell: str | None = None


SEVERITIES = ("error", "warning", "info")
"""How much a finding matters, the most first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Record):
    """Something a reviewer should look at, with counted evidence.

    Attributes
    ----------
    check : str
        What was looked for.
    message, remedy : str
        What was found, in a plain sentence; what to do about it.
    count, of : int
        How many rows are affected, and how many were looked at.
    expected : float or None
        How many would be affected by chance.
    cells, columns, datasets, fits : tuple of str
        Where: ids of the cell executions, names of columns, ids of data sets and fits.
    evidence : mapping
        Numbers that the finding rests on, by name; no content of any row.
    """

    kind: ClassVar[str] = "finding"

    check: str
    severity: Literal["info", "warning", "error"]
    message: str
    remedy: str = ""
    count: int = 0
    of: int = 0
    expected: float | None = None
    cells: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    fits: tuple[str, ...] = ()
    evidence: Mapping[str, Json] = field(default_factory=dict)


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
