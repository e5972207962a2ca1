"""What differs between a work tree and its commit, as git tells it without running anything."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ._git import LONG, ask, call
from ._paths import OUTPUT_FOLDER

_LINK = "160000"
"""The mode under which git holds a submodule."""


@dataclass(frozen=True, slots=True)
class Change:
    """A path that differs from the commit, or that git does not know.

    Attributes
    ----------
    path : bytes
        From the repository's top folder.
    mode : str
        Under which the index holds it; empty where it does not.
    """

    path: bytes
    mode: str = ""

    @property
    def is_submodule(self) -> bool:
        """Whether it is another repository's commit."""
        return self.mode == _LINK


@dataclass(frozen=True, slots=True)
class State:
    """What differs.

    Attributes
    ----------
    dirty : bool or None
        Whether anything does; None where that would take running a filter, such as Git LFS.
    changes : tuple of Change
        What may be kept.
    left_out : tuple of str
        What cannot, and why.
    """

    dirty: bool | None
    changes: tuple[Change, ...]
    left_out: tuple[str, ...]


def look(top: Path, *, store: str) -> State | None:
    """Return what differs from the commit in a repository's work tree, or None where git does not tell.

    Parameters
    ----------
    top : path
        The repository's top folder.
    store : str
        URL of the store: what this project itself writes says nothing about the code.
    """
    settings = _without_filters(top)
    told = call(
        top, "status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=dirty",
        "--", ":/", *(f":(top,exclude,{kind}){pattern}" for kind, pattern in _ours(top, store)),
        settings=settings, timeout=LONG,
    )  # fmt: skip
    if told is None or told.returncode != 0:
        return None
    changes = list(_parse(told.stdout))
    filtered = _filtered(top, [c.path for c in changes if c.mode], settings)
    left_out = [f"{os.fsdecode(path)}: not compared, its filter {name!r} is not run" for path, name in filtered]
    changes = [c for c in changes if c.path not in dict(filtered)]
    busy = [f"{name}: a submodule with changes of its own" for name in _busy_submodules(top)]
    return State(
        dirty=True if changes or busy else None if filtered else False,
        changes=tuple(changes),
        left_out=(*left_out, *busy),
    )


def _ours(top: Path, store: str) -> Iterator[tuple[str, str]]:
    yield "glob", f"**/{OUTPUT_FOLDER}/**"
    _, sqlite, path = store.partition("sqlite:///")
    if sqlite and (file := Path(path).resolve()).is_relative_to(top.resolve()):
        name = file.relative_to(top.resolve()).as_posix()
        yield from (("literal", f"{name}{end}") for end in ("", "-journal", "-wal", "-shm"))


def _parse(told: bytes) -> Iterator[Change]:
    """Read ``git status --porcelain=v2 -z``."""
    for line in told.split(b"\0"):
        kind = line[:2]
        if kind == b"1 ":
            parts = line.split(b" ", 8)
            yield Change(parts[8], _LINK if _LINK.encode() in parts[3:6] else parts[4].decode())
        elif kind == b"u ":
            parts = line.split(b" ", 10)
            yield Change(parts[10], parts[6].decode())
        elif kind == b"? ":
            yield Change(line[2:])


def _without_filters(top: Path) -> list[str]:
    """Return settings under which no filter that the configuration names is run."""
    named = ask(top, "config", "--name-only", "--get-regexp", r"^filter\..*\.(clean|process|smudge|required)$") or ""
    names = {match[1] for match in re.finditer(r"^filter\.(.*)\.\w+$", named, re.MULTILINE)}
    return [
        f"filter.{name}.{setting}"
        for name in sorted(names)
        for setting in ("clean=", "process=", "smudge=", "required=false")
    ]


def _filtered(top: Path, paths: Iterable[bytes], settings: list[str]) -> list[tuple[bytes, str]]:
    """Return those of some paths that go through a filter which is configured, with its name."""
    configured = {setting.split(".", 1)[1].rpartition(".")[0] for setting in settings}
    if not configured:
        return []
    with tempfile.TemporaryFile() as file:
        file.write(b"".join(path + b"\0" for path in paths))
        file.seek(0)
        told = call(top, "check-attr", "-z", "--stdin", "filter", stdin=file)
    parts = told.stdout.split(b"\0") if told is not None and told.returncode == 0 else []
    found = [(path, os.fsdecode(name)) for path, name in zip(parts[::3], parts[2::3], strict=False)]
    return [(path, name) for path, name in found if name in configured]


def _busy_submodules(top: Path) -> Iterator[str]:
    """Yield the submodules whose own work trees differ from their commits."""
    if not (top / ".gitmodules").is_file():
        return
    told = ask(top, "config", "--file", ".gitmodules", "--get-regexp", r"^submodule\..*\.path$") or ""
    for line in told.splitlines():
        name = line.partition(" ")[2]
        folder = (top / name).resolve()
        # One that is not checked out would answer for the repository around it; one outside is none of ours.
        if (folder / ".git").exists() and folder.is_relative_to(top.resolve()):
            inside = call(
                folder, "status", "--porcelain", "--ignore-submodules=dirty", settings=_without_filters(folder)
            )
            if inside is not None and inside.stdout:
                yield name
