"""Beginning and ending to track, for the surfaces; and what becomes of it when the process ends or forks."""

from __future__ import annotations

import atexit
import contextlib
import os
from pathlib import Path
from typing import Any

from jupyter_gov.errors import NotTrackingError
from jupyter_gov.execution import RUN_VARIABLE
from jupyter_gov.records import Run
from jupyter_gov.services import session as sessions
from jupyter_gov.services.workplace import default_experiment, notebook_path, relative_notebook, working_folder

from . import _active
from ._tracker import Tracker


def track(name: str | None = None, *, experiment: str | None = None, store: str | None = None) -> Run:
    """Track this notebook from now on: cells, data, fits, metrics, environment and source.

    Parameters
    ----------
    name : str, optional
        What to call the run; by default the notebook's name.
    experiment : str, optional
        Which project it belongs to; by default the git repository's name, else ``default``.
    store : str, optional
        URL or path of the store; by default the one that is configured.

    Returns
    -------
    Run
        The run; the same one if this notebook is tracked already and `name` does not differ.

    Raises
    ------
    NotTrackingError
        Outside IPython and Jupyter.
    StoreError
        If the store cannot be written; nothing is tracked then.
    """
    from IPython import get_ipython

    shell: Any = get_ipython()
    if shell is None:
        raise NotTrackingError(
            "Tracking needs IPython or Jupyter.", hint="Use `jupyter gov run NOTEBOOK` for headless runs."
        )
    joined = os.environ.get(RUN_VARIABLE)
    tracker = _active.active()
    if tracker is not None:
        current = tracker.session.run
        if joined:
            tracker.session.run = sessions.join_run(joined, name=name, experiment=experiment, store=store)
            return tracker.session.run
        if name in (None, current.name) and experiment in (None, current.experiment):
            return current
    if joined:
        run = sessions.join_run(joined, name=name, experiment=experiment, store=store)
    else:
        notebook = relative_notebook(notebook_path(shell.user_ns))
        run = sessions.begin_run(
            name=name or Path(notebook).stem or "untitled",
            experiment=experiment or default_experiment(working_folder()),
            notebook=notebook,
            store=store,
        )
    # Only now, so that a store that cannot be written leaves what is being tracked as it is.
    untrack()
    tracker = Tracker(sessions.open_session(run, owner=not joined, store=store), shell)
    tracker.start()
    return run


def untrack(*, failed: str = "") -> None:
    """Stop tracking and restore everything that was observed; nothing happens where nothing is tracked.

    Parameters
    ----------
    failed : str
        Why the run failed, if it did.

    Raises
    ------
    StoreError
        If something could not be written.
    """
    tracker = _active.active()
    if tracker is None:
        sessions.close_session()
        return
    tracker.stop()
    if failed:
        tracker.session.fail(failed)
    try:
        sessions.close_session()
    finally:
        tracker.hints.close()


def look_at_notebook() -> None:
    """Take note of the notebook's file as it is now, if one is tracked; returns at once."""
    tracker = _active.active()
    if tracker is not None:
        tracker.look_at_notebook()


def _at_exit() -> None:
    tracker = _active.active()
    if tracker is not None:
        # Front ends see the kernel go, and know the comm no more.
        tracker.hints.forget()
    with contextlib.suppress(Exception):
        untrack()


def _in_child() -> None:
    # A forked child shares nothing that could be written: its calls belong to the parent's.
    tracker = _active.active()
    if tracker is not None:
        tracker.hints.forget()
    _active.activate(None)
    sessions.forget_session()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
