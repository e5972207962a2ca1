"""Running a notebook from the command line, under tracking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_gov.errors import ExecutionError, GovError, NotFoundError
from jupyter_gov.execution import execute_notebook
from jupyter_gov.records import Cell, Gap, Run, new_id

from ._secrets import process_secrets
from ._stores import get_store
from .session import begin_run, end_run, write
from .settings import store_url
from .workplace import OUTPUT_FOLDER, default_experiment, relative_notebook


def find_example(name: str) -> Path:
    """Return the path of an example notebook that ships with the package.

    Raises
    ------
    NotFoundError
        If there is none of that name.
    """
    package = Path(__file__).parents[1]
    for folder in (package / "examples", package.parent / "notebooks" / "examples"):
        if (path := folder / f"{name}.ipynb").is_file():
            return path
    raise NotFoundError(f"No example {name!r}.", hint="Install jupyter-gov again: its files are not complete.")


@dataclass(frozen=True, slots=True)
class HeadlessRun:
    """What came of a headless run.

    Attributes
    ----------
    run : Run
        ``finished`` or ``failed``.
    notebook : Path
        The executed notebook.
    error : GovError or None
        Why it failed.
    """

    run: Run
    notebook: Path
    error: GovError | None = None


def run_notebook(
    notebook: Path,
    *,
    output: Path | None = None,
    name: str | None = None,
    experiment: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    store: str | None = None,
    progress: bool = False,
) -> HeadlessRun:
    """Execute a notebook in a fresh kernel, tracked from its first cell.

    A notebook that raises is not an error here: its run is kept, marked ``failed``, and returned with the reason.

    Parameters
    ----------
    notebook : Path
        The notebook.
    output : Path, optional
        Where to save it with its outputs; by default in ``gov-reports/`` below the working folder.
    name, experiment : str, optional
        As in `jupyter_gov.track`.
    parameters : mapping, optional
        Values for the cell tagged ``parameters``.
    store : str, optional
        URL or path of the store.
    progress : bool
        Whether to draw a progress bar on standard error.

    Raises
    ------
    NotFoundError, InputError
        If there is no such notebook, or it is none.
    StoreError
        If the store cannot be written.
    """
    url = store_url(store)
    if notebook.is_file():
        # What a cell raises may repeat a secret that stands in another, or that was given as a parameter.
        secrets = process_secrets()
        secrets.learn(notebook.read_text(encoding="utf-8", errors="replace"))
        secrets.learn("\n".join(f"{key} = {value!r}" for key, value in (parameters or {}).items()))
        run = begin_run(
            name=name or notebook.stem,
            experiment=experiment or default_experiment(notebook.absolute().parent),
            notebook=relative_notebook(str(notebook.absolute())),
            store=url,
        )
    else:
        # No run for what cannot be run: the call below says so.
        run = Run(name="", experiment="")
    target = output or Path(OUTPUT_FOLDER) / f"{notebook.stem}-{run.id[:13]}.ipynb"
    problem: GovError | None = None
    try:
        execute_notebook(notebook, target, run=run.id, store=url, parameters=parameters, progress=progress)
    except ExecutionError as error:
        problem = error
    except BaseException as error:
        if run.name:
            end_run(_latest(run, url), status="failed", reason=f"{type(error).__name__}: {error}".strip(), store=url)
        raise
    if problem is None and not any(isinstance(r, Cell) for r in get_store(url).records(run.id)):
        write(run.id, (_NOT_TRACKED.replace(id=new_id()), "gap.found"), store=url)
    ended = end_run(
        _latest(run, url),
        status="failed" if problem else "finished",
        reason=problem.message if problem else "",
        store=url,
    )
    return HeadlessRun(run=ended, notebook=target.absolute(), error=problem)


_NOT_TRACKED = Gap(
    what="everything that the notebook did",
    reason="Its kernel does not have jupyter-gov, or the notebook has no code.",
    remedy="Install jupyter-gov into the environment of the notebook's kernel.",
)


def _latest(run: Run, url: str) -> Run:
    """Return the run as the kernel left it: the notebook may have named it."""
    return get_store(url).get(Run, run.id) or run
