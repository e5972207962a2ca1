"""Work that is not committed, kept as a commit of its own that no branch, index or work tree knows of."""

from __future__ import annotations

import datetime
import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .._secrets import Secrets, process_secrets
from ..settings import governance
from ._git import LONG, ask, call
from ._state import Change, State

MAX_FILES = 10_000
"""More are not code: they are data, or packages that somebody forgot to ignore."""
_MAX_TOLD = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is kept, in bytes; nothing where the total is 0."""

    file: int = 10_000_000
    total: int = 50_000_000

    @classmethod
    def configured(cls) -> Limits:
        """Return what ``c.Governance.snapshot_file_mb`` and ``snapshot_mb`` say."""
        chosen = governance()
        return cls(file=int(chosen.snapshot_file_mb * 1e6), total=int(chosen.snapshot_mb * 1e6))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was kept: a commit and the reference that keeps it (empty where there was nothing), and what was not."""

    commit: str = ""
    reference: str = ""
    left_out: tuple[str, ...] = ()


@dataclass(slots=True)
class _Stream:
    """What ``git fast-import`` reads: it makes blobs, trees and commit without any index, and runs no filter."""

    file: IO[bytes]
    limits: Limits
    left_out: list[str]
    began: int | None = None
    total: int = 0
    files: int = 0

    def begin(self, reference: str, commit: str | None, run: str) -> None:
        now = datetime.datetime.now(datetime.UTC)
        began = now if self.began is None else datetime.datetime.fromtimestamp(self.began / 1e9, datetime.UTC)
        message = (
            f"Work tree of run {run} when tracking began\n\n"
            f"Begun {began.isoformat()}, written {now.isoformat()}; what was written to between the two is not in it.\n"
        ).encode()
        self._write(b"commit %s\n" % reference.encode())
        # Nobody has to have a name for this, and it is nobody's but the run's.
        self._write(b"committer jupyter-gov <> now\n")
        self._write(b"data %d\n%s\n" % (len(message), message))
        if commit:
            self._write(b"from %s\n" % commit.encode())

    def delete(self, path: bytes) -> None:
        self._write(b"D %s\n" % _quoted(path))
        self.files += 1

    def link(self, path: bytes, commit: str) -> None:
        self._write(b"M 160000 %s %s\n" % (commit.encode(), _quoted(path)))
        self.files += 1

    def add(self, path: bytes, mode: str, content: bytes) -> None:
        self._write(b"M %s inline %s\ndata %d\n%s\n" % (mode.encode(), _quoted(path), len(content), content))
        self.files += 1
        self.total += len(content)

    def is_new(self, about: os.stat_result) -> bool:
        """Say whether a file was written to since tracking began; the time of its content alone could be set."""
        return self.began is not None and max(about.st_mtime_ns, about.st_ctime_ns) > self.began

    def _write(self, line: bytes) -> None:
        self.file.write(line)


def take(top: Path, state: State, *, commit: str | None, run: str, limits: Limits, began: int | None) -> Snapshot:
    """Keep what differs from the commit as a commit of its own under ``refs/jupyter-gov/<run>``.

    Left out are files that are ignored, too large, or in which a secret is found. Branch, index, work tree, stash and
    reflogs stay as they are, and the index may be locked meanwhile.

    Parameters
    ----------
    top : path
        The repository's top folder.
    state : State
        What differs.
    commit : str or None
        The commit that it differs from, if there is any yet.
    run : str
        The run's id.
    limits : Limits
        How much is kept.
    began : int or None
        When tracking began, in nanoseconds since 1970: a file that was written to since then is left out.
    """
    if limits.total <= 0:
        return Snapshot(left_out=("everything: snapshots are switched off (c.Governance.snapshot_mb)",))
    reference = f"refs/jupyter-gov/{run}"
    # On disk and not in memory; it is gone from the folder as soon as it is made.
    with tempfile.TemporaryFile() as file:
        stream = _Stream(file, limits, list(state.left_out), began)
        stream.begin(reference, commit, run)
        _fill(stream, top, state.changes)
        left_out = _shortened(stream.left_out)
        if not stream.files:
            return Snapshot(left_out=left_out)
        file.seek(0)
        done = call(top, "fast-import", "--quiet", "--force", "--date-format=now", stdin=file, timeout=LONG)
    made = ask(top, "rev-parse", "--verify", "--quiet", reference)
    if done is None or done.returncode != 0 or not made:
        return Snapshot(left_out=("everything: git could not write it", *left_out))
    return Snapshot(commit=made, reference=reference, left_out=left_out)


def _fill(stream: _Stream, top: Path, changes: tuple[Change, ...]) -> None:
    secrets = process_secrets()
    environments = tuple(
        c.path.removesuffix(b"pyvenv.cfg") for c in changes if c.path.endswith(b"/pyvenv.cfg") and not c.mode
    )
    stream.left_out.extend(f"{os.fsdecode(folder)}: a virtual environment" for folder in environments)
    wanted = [c for c in changes if c.mode or not c.path.startswith(environments)]
    gone = [c.path for c in wanted if c.mode and not _is_file(top, c)]
    # A folder may have taken a file's place, or the other way round.
    for path in gone:
        stream.delete(path)
        if stream.is_new(_folder_of(top / os.fsdecode(path)).stat()):
            stream.left_out.append(f"{os.fsdecode(path)}: gone, perhaps only since tracking began")
    # The smallest first, so that a large file does not push the code out.
    for _, change in sorted(_sizes(top, [c for c in wanted if c.path not in set(gone)]), key=lambda item: item[0]):
        reason = _keep(stream, top, change, secrets)
        if reason:
            stream.left_out.append(f"{os.fsdecode(change.path)}{reason}")


def _sizes(top: Path, changes: list[Change]) -> Iterator[tuple[int, Change]]:
    for change in changes:
        try:
            yield _at(top, change).lstat().st_size, change
        except OSError:
            yield 0, change


def _keep(stream: _Stream, top: Path, change: Change, secrets: Secrets) -> str:
    """Keep one file; return why it is left out if it is, to be read after its path."""
    path, limits = _at(top, change), stream.limits
    if change.is_submodule:
        at = ask(path, "rev-parse", "--verify", "--quiet", "HEAD")
        if not at:
            return ": a submodule without a commit"
        stream.link(change.path, at)
        return ""
    if change.path.endswith(b"/"):
        return ": a repository of its own"
    if stream.files >= MAX_FILES:
        return f": more than {MAX_FILES:,} files"
    try:
        about = path.lstat()
        if about.st_size > limits.file:
            return f": larger than {limits.file / 1e6:g} MB"
        if stream.total + about.st_size > limits.total:
            return f": more than {limits.total / 1e6:g} MB in all"
        if stat.S_ISLNK(about.st_mode):
            mode, content = "120000", os.readlink(os.fsencode(path))  # noqa: PTH115 - Path alters what it names
        elif stat.S_ISREG(about.st_mode):
            with path.open("rb") as file:
                # It may have grown meanwhile.
                content = file.read(about.st_size)
                about = os.fstat(file.fileno())
            mode = "100755" if about.st_mode & stat.S_IXUSR else "100644"
        else:
            return ": not a file"
    except OSError:
        return ": cannot be read"
    if stream.is_new(about):
        return ": written to since tracking began"
    found = secrets.describe_first(os.fsdecode(change.path), content)
    if not found:
        stream.add(change.path, mode, content)
    return found


def _is_file(top: Path, change: Change) -> bool:
    path = _at(top, change)
    return (change.is_submodule and path.is_dir()) or path.is_symlink() or (path.exists() and not path.is_dir())


def _folder_of(path: Path) -> Path:
    """Return the innermost of the folders around a path that is there."""
    return next(folder for folder in path.parents if folder.is_dir())


def _at(top: Path, change: Change) -> Path:
    return top / os.fsdecode(change.path)


def _quoted(path: bytes) -> bytes:
    return b'"' + path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'


def _shortened(left_out: list[str]) -> tuple[str, ...]:
    more = len(left_out) - _MAX_TOLD
    return (*left_out[:_MAX_TOLD], f"{more:,} more") if more > 0 else tuple(left_out)
