"""Where things lie: the notebook, its repository, and how their paths are written down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_gov.execution import NOTEBOOK_VARIABLE

from ._git import ask
from ._place import working_folder

OUTPUT_FOLDER = "gov-reports"
"""Where executed notebooks and reports go unless told otherwise, below the working folder."""


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
    top = ask(folder, "rev-parse", "--show-toplevel")
    return Path(top) if top else None


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
        else next((p for p in (working_folder() / path, working_folder() / path.name) if p.exists()), None)
    )
    if found is None:
        return path.as_posix()
    top = repository(found.parent)
    if top is not None and found.resolve().is_relative_to(top.resolve()):
        return found.resolve().relative_to(top.resolve()).as_posix()
    return from_home(found)


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
    here = working_folder()
    # From the top of the file system everything would be.
    return path.relative_to(here).as_posix() if here.parent != here and path.is_relative_to(here) else from_home(path)


def from_home(path: Path) -> str:
    """Return an absolute path, from ``~`` where it lies below the home folder."""
    home = Path.home()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else path.as_posix()
