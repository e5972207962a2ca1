"""A temporary folder in which every path of the run has its place."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from jupyter_gov.errors import ExecutionError, InputError
from jupyter_gov.records import Source

from ..workplace import repository
from ..workplace._git import LONG, ask, call

_LINK, _SUBMODULE, _RUNS = b"120000", b"160000", b"100755"
_PORTION, _MOST = 50_000_000, 500
"""Bytes and files that are asked for at once."""


@dataclass(frozen=True, slots=True)
class WorkTree:
    """Where the run's paths lie in a reproduction: below `root` as in the file system, so that each ``..`` leads there.

    Attributes
    ----------
    root : Path
        The temporary folder.
    here : Path
        The run's working folder.
    top : Path
        The top of its repository; the working folder where there was none.
    """

    root: Path
    here: Path
    top: Path

    @property
    def folder(self) -> Path:
        """Where the kernel works."""
        return self.at(self.here)

    def at(self, path: Path) -> Path:
        """Return the place of an absolute path in the tree.

        Raises
        ------
        InputError
            If the path is not absolute.
        """
        path = Path(os.path.normpath(path))
        if not path.is_absolute():
            raise InputError(f"The run names a place that is not absolute: {str(path)!r}.", hint=_ANOTHER)
        return self.root / path.relative_to(path.anchor)

    def told(self, text: str) -> Path:
        """Return the absolute path that a record names: from the working folder, from ``~``, or whole."""
        return Path(os.path.normpath(self.here / os.path.expanduser(text)))  # noqa: PTH111 (does not raise)

    def make_folder(self, folder: Path) -> Path:
        """Make a folder of the tree and return it without links; a link that leads out of the tree gives way to it.

        Raises
        ------
        InputError
            If it is not in the tree.
        """
        folder = Path(os.path.normpath(folder))
        if not folder.is_relative_to(self.root):
            raise InputError(f"The run would write outside of its own folder: {str(folder)!r}.", hint=_ANOTHER)
        if folder.is_dir() and os.path.realpath(folder) == str(folder):
            return folder
        real = self.root
        for part in folder.relative_to(self.root).parts:
            real = real / part
            led = Path(os.path.realpath(real))
            if not real.is_symlink():
                if real.exists() and not real.is_dir():
                    real.unlink()
            elif led.is_relative_to(self.root) and not any(p.is_symlink() for p in (led, *led.parents)):
                real = self.make_folder(led)
            else:
                real.unlink()
            real.mkdir(parents=True, exist_ok=True)
        return real

    def make_room(self, target: Path) -> Path:
        """Return where a file of the tree can be written: its folder is there, and nothing in its place.

        Raises
        ------
        InputError
            As `make_folder`.
        """
        real = self.make_folder(target.parent) / target.name
        if real.is_dir() and not real.is_symlink():
            shutil.rmtree(real)
        real.unlink(missing_ok=True)
        return real


_ANOTHER = "Reproduce a run of your own store, or a bundle from somebody whom you trust."


def make_tree(root: Path, source: Source, notebook: str) -> WorkTree:
    """Return the tree of a run; its working folder is there."""
    top = Path(source.top).expanduser() if source.top else None
    if source.folder:
        here = Path(source.folder).expanduser()
    else:
        # A run of before this was recorded: it worked beside its notebook.
        beside = Path(notebook).expanduser().parent
        here = beside if beside.is_absolute() else Path.cwd() / beside
    here, top = (Path(os.path.normpath(p)) for p in (here, top or here))
    tree = WorkTree(root, here, top)
    root.mkdir(parents=True, exist_ok=True)
    tree.make_folder(tree.folder)
    tree.make_folder(tree.at(top))
    return tree


def lay_source(tree: WorkTree, source: Source) -> str:
    """Put the files of the run's commit, or of the snapshot of its work tree, into the tree.

    The repository is only read: neither branch nor index nor work tree is touched, and no filter of it runs. A link
    leads to the place in the tree of what it led to.

    Returns
    -------
    str
        Why it could not be done; empty where it was, or the run had no repository.
    """
    commit = source.snapshot or source.commit
    if not commit:
        return ""
    for folder in (tree.top, repository(Path.cwd())):
        if folder is not None and folder.is_dir() and _has(folder, commit):
            _write(folder, commit, tree)
            return ""
    return f"The commit {commit[:12]} of the repository {source.repository} cannot be found."


def _has(folder: Path, commit: str) -> bool:
    return ask(folder, "cat-file", "-e", f"{commit}^{{commit}}") is not None


def _write(folder: Path, commit: str, tree: WorkTree) -> None:
    """Write all files of a commit below the tree's top, byte by byte as git has them."""
    listed = _git(folder, "ls-tree", "-r", "-z", "-l", "--full-tree", commit)
    entries = [_Entry.read(line) for line in listed.split(b"\0") if line]
    links: list[tuple[_Entry, bytes]] = []
    for some in _portions([e for e in entries if e.mode != _SUBMODULE]):
        with tempfile.TemporaryFile() as asked:
            asked.write(b"".join(e.blob + b"\n" for e in some))
            asked.seek(0)
            content = _git(folder, "cat-file", "--batch", stdin=asked)
        start = 0
        for entry in some:
            start = content.index(b"\n", start) + 1
            part = content[start : start + entry.size]
            if entry.mode == _LINK:
                links.append((entry, part))
            else:
                entry.write(tree, part)
            start += entry.size + 1
    # When all files are there: none is written through a link.
    for entry, part in links:
        entry.link(tree, os.fsdecode(part))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file of a commit."""

    mode: bytes
    blob: bytes
    size: int
    path: str

    @classmethod
    def read(cls, line: bytes) -> _Entry:
        about, _, path = line.partition(b"\t")
        mode, _, blob, size = about.split()
        return cls(mode, blob, 0 if size == b"-" else int(size), os.fsdecode(path))

    def write(self, tree: WorkTree, content: bytes) -> None:
        place = tree.make_room(tree.at(tree.top / self.path))
        place.write_bytes(content)
        place.chmod(0o755 if self.mode == _RUNS else 0o644)

    def link(self, tree: WorkTree, leads: str) -> None:
        place = tree.top / self.path
        target = Path(os.path.normpath(place.parent / leads))
        tree.make_room(tree.at(place)).symlink_to(tree.at(target))
        if target.is_dir():
            # Empty where it lies outside of the repository: cells may write there.
            tree.make_folder(tree.at(target))


def _portions(entries: Sequence[_Entry]) -> Iterator[list[_Entry]]:
    """Yield the entries in portions that fit into memory."""
    portion: list[_Entry] = []
    for entry in entries:
        portion.append(entry)
        if sum(e.size for e in portion) > _PORTION or len(portion) >= _MOST:
            yield portion
            portion = []
    if portion:
        yield portion


def _git(folder: Path, *arguments: str, stdin: IO[bytes] | None = None) -> bytes:
    done = call(folder, *arguments, stdin=stdin, timeout=LONG)
    if done is None or done.returncode != 0:
        raise ExecutionError(
            f"The source code cannot be read from the repository {folder}.",
            hint="Check that git is installed and `git fsck` finds nothing.",
        )
    return done.stdout
