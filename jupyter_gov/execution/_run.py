"""Papermill, called in the two ways that this project needs."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jupyter_gov.errors import ExecutionError, InputError, NotFoundError

from ._variables import NOTEBOOK_VARIABLE, RUN_VARIABLE, STORE_VARIABLE

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and how many there are; what it raises ends the work."""


def execute_notebook(
    notebook: Path,
    output: Path,
    *,
    run: str,
    store: str,
    parameters: Mapping[str, Any] | None = None,
    progress: bool = False,
) -> None:
    """Run a notebook in a fresh kernel that is tracked from its first cell, and save it with its outputs.

    Parameters
    ----------
    notebook : Path
        The notebook; the kernel works in its folder, as in Jupyter.
    output : Path
        Where the executed notebook goes; also when a cell raises.
    run : str
        Id of the run that the kernel joins.
    store : str
        URL of the store.
    parameters : mapping, optional
        Values for the cell tagged ``parameters``.
    progress : bool
        Whether to draw a progress bar on standard error.

    Raises
    ------
    NotFoundError
        If there is no such notebook.
    InputError
        If it is not a notebook.
    ExecutionError
        If a cell raised, or the kernel could not be started or died.
    """
    settings = {RUN_VARIABLE: run, STORE_VARIABLE: store, NOTEBOOK_VARIABLE: str(notebook.absolute())}
    with _environment(settings):
        _execute(notebook, output, parameters or {}, engine="gov", cwd=notebook.absolute().parent, progress=progress)


def fill(template: Path, parameters: Mapping[str, Any], output: Path, *, progress: bool | Progress = False) -> None:
    """Run a template notebook with parameters in a fresh, untracked kernel, and save it with its outputs.

    Parameters
    ----------
    template : Path
        The notebook.
    parameters : mapping
        Values for its cell tagged ``parameters``.
    output : Path
        Where the executed notebook goes.
    progress : bool or callable
        Whether to draw a progress bar on standard error; or what to tell before each cell.

    Raises
    ------
    NotFoundError, InputError, ExecutionError
        As `execute_notebook`.
    """
    _execute(template, output, parameters, engine="gov-template", cwd=output.absolute().parent, progress=progress)


def _execute(
    notebook: Path, output: Path, parameters: Mapping[str, Any], *, engine: str, cwd: Path, progress: bool | Progress
) -> None:
    import nbformat
    from papermill.exceptions import PapermillException, PapermillExecutionError
    from papermill.execute import execute_notebook as papermill

    from ._engine import register

    register()
    if not notebook.is_file():
        raise NotFoundError(f"No notebook {str(notebook)!r}.", hint="Check the path.")
    try:
        with warnings.catch_warnings():
            # Older notebooks lack cell ids; that is said once, by whoever edits them.
            warnings.simplefilter("ignore")
            node = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
            metadata = node.metadata
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, ValueError, KeyError, AttributeError) as error:
        raise InputError(f"{str(notebook)!r} is not a notebook.", hint="Give an .ipynb file.") from error
    output.parent.mkdir(parents=True, exist_ok=True)
    try:
        papermill(
            str(notebook),
            str(output),
            parameters=dict(parameters),
            engine_name=engine,
            # A notebook that names no kernel is a Python one here, as is a template.
            kernel_name=None if engine == "gov" and metadata.get("kernelspec", {}).get("name") else "python3",
            progress_bar={"leave": False} if progress is True else False,
            # Not papermill's `cwd`, which changes the folder of this whole process: a server's other threads work on.
            folder=str(cwd),
            request_save_on_cell_execute=True,
            # papermill puts the parameters into a cell of their own.
            **(_hook(progress, f"Filling {notebook.stem}", len(node.cells) + 1) if callable(progress) else {}),
        )
    except PapermillExecutionError as error:
        raise ExecutionError(
            f"Cell {error.exec_count} of {notebook.name} raised {error.ename}: {error.evalue}".rstrip(": "),
            hint=f"The notebook with its outputs is in {output}.",
        ) from error
    # A kernel that is not installed is a KeyError.
    except (PapermillException, RuntimeError, OSError, ValueError, KeyError) as error:
        raise ExecutionError(
            f"{notebook.name} could not be run: {error}",
            hint="Check that its kernel is installed: jupyter kernelspec list.",
        ) from error


def _hook(progress: Progress, what: str, total: int) -> dict[str, Any]:
    """Return the argument by which nbclient tells that a cell starts."""
    return {"on_cell_start": lambda cell, cell_index: progress(what, cell_index, total)}  # noqa: ARG005 - their names


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for the kernel that is started within."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
