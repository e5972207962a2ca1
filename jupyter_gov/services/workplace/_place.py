"""Where a notebook works at a moment: taken at once, because its next line may change it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

_OF_GIT = frozenset(
    ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES", "GIT_EXEC_PATH",
     "GIT_DISCOVERY_ACROSS_FILESYSTEM")
)  # fmt: skip
"""Git's variables that do not say which repository, index or configuration to take in place of the folder's own."""

_taken: ContextVar[Mapping[str, str] | None] = ContextVar("environment of git", default=None)


@dataclass(frozen=True, slots=True)
class Place:
    """The working folder, the environment and the time of a moment.

    Attributes
    ----------
    folder : path or None
        The working folder; None where it does not exist any more.
    environ : mapping
        The environment, for programs that are run later; never recorded.
    began : int
        The time by the clock that files are stamped with, in nanoseconds since 1970.
    """

    folder: Path | None
    environ: Mapping[str, str]
    began: int

    @classmethod
    def now(cls) -> Place:
        """Return where this process works."""
        # Linux stamps files with its coarse clock, which is up to some milliseconds behind the other.
        coarse = getattr(time, "CLOCK_REALTIME_COARSE", None)
        began = time.time_ns() if coarse is None else time.clock_gettime_ns(coarse)
        return cls(_folder(), dict(os.environ), began)

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Run programs in this environment for as long as this lasts, in this thread."""
        token = _taken.set(self.environ)
        try:
            yield
        finally:
            _taken.reset(token)


def environ_for_git() -> dict[str, str]:
    """Return the environment to run git in, without what would lead it to another repository."""
    taken = _taken.get()
    given = os.environ if taken is None else taken
    return {k: v for k, v in given.items() if not k.startswith("GIT_") or k in _OF_GIT}


def working_folder() -> Path:
    """Return the working folder; the top of the file system where it does not exist any more."""
    return _folder() or Path(Path.home().anchor)


def _folder() -> Path | None:
    try:
        return Path.cwd()
    except FileNotFoundError:
        return None
