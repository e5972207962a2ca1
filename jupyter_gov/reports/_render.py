"""Filling a template with a run, and exporting what came of it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path

from jupyter_gov.errors import ExecutionError, InputError, NotFoundError, ReportError, did_you_mean
from jupyter_gov.execution import Progress, fill
from jupyter_gov.records import new_id

from ._export import export_html
from ._run_records import RunRecords

FORMATS = ("html", "ipynb")
"""What a template can be rendered to; the executed notebook is always kept."""

_BEGUN, _OWN = 13, 12
"""How much of two ids names a file: when the run began, from its beginning, and the report's chance, from its end."""

_WORK = ".jupyter-gov-report-"
_LEFT_SECONDS = 86_400
"""How old a folder of work is when nobody works in it any more."""


def render(
    run: str,
    *,
    store: str,
    template: str = "model-card",
    to: Sequence[str] = ("html",),
    output_dir: Path,
    report: str | None = None,
    voices: Path | None = None,
    progress: bool | Progress = False,
) -> list[Path]:
    """Render a document about a run, beside those that were rendered before.

    Parameters
    ----------
    run : str
        The run's full id.
    store : str
        URL of the store.
    template : str
        The name of a template, or the path of a notebook with a cell tagged ``parameters`` that sets ``run`` and
        ``store``.
    to : sequence of str
        ``html``; ``ipynb`` is always written too.
    output_dir : Path
        The folder; it is made where needed.
    report : str, optional
        The id under which the document will be recorded; the files are named after it, so that none takes the place of
        one that is recorded already.
    voices : Path, optional
        The folder of a site's own templates of the voices.
    progress : bool or callable
        Whether to draw a progress bar on standard error; or what to tell before each cell of the template.

    Returns
    -------
    list of Path
        Absolute paths, requested formats first, the executed notebook last.

    Raises
    ------
    NotFoundError
        If there is no such run or template.
    InputError
        If a format is not available.
    ExecutionError
        If a cell of the template raised; the notebook up to there is kept.
    ReportError
        If an output cannot be part of a document, or the file cannot be written.
    """
    check_formats(to)
    with _template(template) as (path, name):
        # Read first: a run that does not exist needs no kernel to find out.
        found = RunRecords.load(run, store).run
        stem = f"{name}-{run[:_BEGUN]}-{(report or new_id())[-_OWN:]}"
        try:
            output_dir.mkdir(parents=True, exist_ok=True)
            _clear(output_dir)
            with tempfile.TemporaryDirectory(prefix=_WORK, dir=output_dir) as folder:
                filled = Path(folder) / f"{stem}.ipynb"
                # A template of the user's need not know of voices.
                given = {"run": run, "store": store, **({"voices": str(voices.absolute())} if voices else {})}
                _fill(path, given, filled, output_dir / f"{stem}.failed.ipynb", progress=progress)
                made = [filled]
                if "html" in to:
                    title = f"{found.name or 'Run'} · {name.replace('-', ' ')}"
                    page = export_html(filled, title=title, description=f"Run {run} of {found.experiment}")
                    made.insert(0, Path(folder) / f"{stem}.html")
                    made[0].write_text(page, "utf-8")
                return [m.replace(output_dir / m.name).absolute() for m in made]
        except OSError as error:
            raise ReportError(
                f"The report cannot be written to {output_dir}: {error.strerror or error}.",
                hint="Choose another folder with --output.",
            ) from error


def _clear(folder: Path) -> None:
    """Take away what a process that was killed at its work left behind."""
    for left in folder.glob(f"{_WORK}*"):
        with contextlib.suppress(FileNotFoundError):  # whoever worked in it has just ended
            if time.time() - left.stat().st_mtime > _LEFT_SECONDS:
                shutil.rmtree(left, ignore_errors=True)


def template_names() -> list[str]:
    """Return the names of the templates that come with this package."""
    return sorted(p.stem for p in _folder().glob("*.ipynb"))


def check_formats(to: Sequence[str]) -> None:
    """Raise an InputError where a format is not available."""
    for asked in to:
        if asked in {"pdf", "docx"}:
            raise InputError(
                f"This version cannot render {asked!r}: only html and ipynb are available.",
                hint="Render html and print it from a browser; it is laid out for A4.",
            )
        if asked not in FORMATS:
            raise InputError(f"No format {asked!r}.", hint=did_you_mean(asked, FORMATS, label="Formats"))


@contextlib.contextmanager
def _template(template: str) -> Iterator[tuple[Path, str]]:
    """Yield a template's path and its name."""
    if template.endswith(".ipynb"):
        path = Path(template).expanduser()
        if not path.is_file():
            raise NotFoundError(f"No template notebook {template!r}.", hint="Check the path.")
        yield path, path.stem
        return
    path = _folder() / f"{template}.ipynb"
    if template not in template_names():
        hint = did_you_mean(template, template_names(), label="Templates")
        raise NotFoundError(f"No template named {template!r}.", hint=f"{hint} A path must end in .ipynb.")
    yield path, template


def _folder() -> Path:
    """Return where the templates are: in the installed package, else in the checkout around it."""
    with as_file(files("jupyter_gov.reports")) as package:
        installed = package / "templates"
        return installed if installed.is_dir() else package.parents[1] / "notebooks" / "reports"


def _fill(template: Path, given: Mapping[str, str], output: Path, failed: Path, *, progress: bool | Progress) -> None:
    try:
        fill(template, given, output, progress=progress)
    except ExecutionError as error:
        if not output.exists():
            raise
        output.replace(failed)
        raise ExecutionError(error.message, hint=f"The template up to there is in {failed.absolute()}.") from error
