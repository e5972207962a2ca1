"""Asking a Python something in a process of its own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence

_SECONDS = 10


def ask(python: Sequence[str], code: str, env: Mapping[str, str] | None = None, *, seconds: float | None = None) -> str:
    """Return what `code` prints.

    Parameters
    ----------
    python : sequence of str
        The program with its options.
    code : str
        What it runs.
    env : mapping, optional
        Added to the environment.
    seconds : float, optional
        How long to wait.

    Raises
    ------
    TimeoutError
        If it says nothing for too long, which a busy machine may be the cause of.
    ChildProcessError
        If it does not start or fails.
    """
    limit = seconds or _SECONDS
    try:
        done = subprocess.run(  # noqa: S603 - what Jupyter itself would start
            [*python, "-c", code],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit,
            env={**os.environ, **(env or {}), "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=tempfile.gettempdir(),
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"no answer within {limit} seconds") from error
    except OSError as error:
        raise ChildProcessError(error.strerror or str(error)) from error
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise ChildProcessError(said[-1].rstrip(".") if said else f"exit status {done.returncode}")
    return done.stdout
