"""Where a run happens: interpreter, packages, machine; and where its code comes from."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from jupyter_gov.execution import NOTEBOOK_VARIABLE
from jupyter_gov.records import Environment, Source

OUTPUT_FOLDER = "gov-reports"
"""Where executed notebooks and reports go unless told otherwise, below the working folder."""


def environment() -> Environment:
    """Return the interpreter, all installed distributions, and the machine. No environment variable is read."""
    packages = _packages()
    return Environment(
        python=platform.python_version(),
        implementation=platform.python_implementation(),
        packages=dict(sorted(packages.items(), key=lambda item: item[0].lower())),
        os=platform.platform(),
        machine=platform.machine(),
        cpu=_cpu(),
        cores=os.cpu_count(),
        memory_bytes=psutil.virtual_memory().total,
    )


def _packages() -> dict[str, str]:
    """Return the version of each installed distribution; of two of one name, the one that an import finds."""
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        try:
            # What is left of a broken installation has no metadata; Python versions differ in how they say so.
            about = distribution.metadata
            if "Name" not in about or "Version" not in about:
                continue
            name, version = about["Name"], about["Version"]
        except Exception:  # noqa: S112
            continue
        found.setdefault(name, version)
    return found


def _cpu() -> str:
    """Return the processor's model name where the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def notebook_path(namespace: dict[str, Any]) -> str:
    """Return the notebook's path as far as the front end tells the kernel, or an empty string."""
    for found in (
        os.environ.get(NOTEBOOK_VARIABLE),  # `jupyter gov run`
        os.environ.get("JPY_SESSION_NAME"),  # Jupyter Server
        namespace.get("__vsc_ipynb_file__"),  # VS Code
    ):
        if isinstance(found, str) and found.endswith(".ipynb"):
            return found
    return ""


def repository(folder: Path) -> Path | None:
    """Return the top folder of the git repository around `folder`, or None."""
    top = _git(folder, "rev-parse", "--show-toplevel")
    return Path(top) if top else None


def source(notebook: str) -> Source:
    """Return commit, branch and state of the repository around the working folder, and the notebook's place in it."""
    here = Path.cwd()
    top = repository(here)
    if top is None:
        return Source(notebook=notebook)
    # What this project itself writes beside a notebook says nothing about the code.
    ours = f":(top,exclude,glob)**/{OUTPUT_FOLDER}/**"
    changes = _git(here, "status", "--porcelain", "--untracked-files=all", "--", ":/", ours)
    return Source(
        notebook=notebook,
        repository=top.name,
        commit=_git(here, "rev-parse", "--verify", "--quiet", "HEAD") or None,
        branch=_git(here, "symbolic-ref", "--quiet", "--short", "HEAD") or None,
        dirty=None if changes is None else bool(changes),
    )


def default_experiment(folder: Path) -> str:
    """Return the name of the git repository around `folder`, else ``default``."""
    top = repository(folder)
    return top.name if top else "default"


def relative_notebook(notebook: str) -> str:
    """Return the notebook's path within its repository where it lies in one, else from ``~``, with forward slashes.

    It is the same whichever folder the caller works in, so that runs of one notebook are found again.
    """
    if not notebook:
        return ""
    path = Path(notebook)
    # Jupyter Server tells the path below its root, which may not be the working folder: then the name is what is sure.
    found = (
        path
        if path.is_absolute()
        else next((p for p in (Path.cwd() / path, Path.cwd() / path.name) if p.exists()), None)
    )
    if found is None:
        return path.as_posix()
    top = repository(found.parent)
    if top is not None and found.resolve().is_relative_to(top.resolve()):
        return found.resolve().relative_to(top.resolve()).as_posix()
    return _from_home(found)


def moved_notebook(known: Path, told: str, before: str | None) -> Path | None:
    """Return where a notebook lies now, by what a front end tells; None where nothing is new or that cannot be told.

    Parameters
    ----------
    known : Path
        The absolute path that the kernel was started with.
    told : str
        The notebook's path below the server's root.
    before : str or None
        The path that it had there until now, where it has just been renamed.
    """
    if before is not None:
        # What the two names of one place have in common tells the server's root. Another notebook has another name.
        ends = len(Path(before).parts)
        if known.parts[-ends:] != Path(before).parts:
            return None
        found = Path(*known.parts[:-ends]) / told
        return found if found.is_file() else None
    if known.is_file():
        return None
    # Renamed in an earlier life of the kernel: a restart starts it with the old name again.
    places = {known.parent / Path(told).name, *(folder / told for folder in known.parents)}
    found_in = [p for p in places if p.is_file()]
    return found_in[0] if len(found_in) == 1 else None


def recorded_notebook(path: Path) -> str:
    """Return the form in which runs of the notebook at an absolute path are recorded."""
    return relative_notebook(str(path))


def short_path(path: Path) -> str:
    """Return a path as it says something to others: from the working folder, from ``~``, or else whole."""
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else _from_home(path)


def _from_home(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else path.as_posix()


def _git(folder: Path, *arguments: str) -> str | None:
    """Return git's answer, or None where there is no git, no repository or no answer within ten seconds."""
    # Reading must not take the index lock from under the user's own git.
    settings = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603
            # The user's own git, but no program that the repository names.
            ["git", "-C", str(folder), "-c", "core.fsmonitor=false", *arguments],  # noqa: S607
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=10,
            env=settings,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.rstrip("\n") if done.returncode == 0 else None
