"""Asking git: nothing that a repository names is run, nothing is locked, nothing is fetched."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from ._place import environ_for_git

_SETTINGS = (
    # No program that a repository's configuration names: no monitor, no hook, no transport, no signature, no pager.
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never", "commit.gpgSign=false",
    # A private reference leaves no trace in a log, and nothing is tidied up on its occasion.
    "core.logAllRefUpdates=false", "gc.auto=0", "maintenance.auto=false",
    # Names and line ends as they are on disk.
    "core.quotePath=false", "core.safecrlf=false",
)  # fmt: skip

QUICK = 10.0
LONG = 60.0
"""Seconds for a question, and for reading a whole work tree."""


def ask(folder: Path, *arguments: str, timeout: float = QUICK) -> str | None:
    """Return git's answer, or None where there is no git, no repository, or no answer in time."""
    done = call(folder, *arguments, timeout=timeout)
    if done is None or done.returncode != 0:
        return None
    return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")


def call(
    folder: Path,
    *arguments: str,
    settings: Sequence[str] = (),
    stdin: IO[bytes] | None = None,
    timeout: float = QUICK,
) -> subprocess.CompletedProcess[bytes] | None:
    """Run git in a folder; None where it cannot be run or does not end in time.

    Parameters
    ----------
    folder : path
        Where.
    *arguments : str
        The command.
    settings : sequence of str
        More configuration, as ``name=value``.
    stdin : file, optional
        What it reads.
    timeout : float
        Seconds.
    """
    given = [part for setting in (*_SETTINGS, *settings) for part in ("-c", setting)]
    # Reading must not take the index lock from under the user's own git.
    told = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    # By its path: to look a bare name up, Python suspends the warnings of all threads, the user's included.
    environ = environ_for_git()
    git = shutil.which("git", path=environ.get("PATH"))
    if git is None:
        return None
    try:
        return subprocess.run(  # noqa: S603
            [git, "-C", str(folder), *given, *arguments],
            capture_output=True,
            timeout=timeout,
            env={**environ, **told},
            stdin=stdin or subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
