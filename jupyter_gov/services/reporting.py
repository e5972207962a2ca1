"""Rendering documents from the records of a run, and giving them back as they were recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path, PurePath

from jupyter_gov.errors import ConflictError, InputError, NotFoundError, did_you_mean
from jupyter_gov.execution import Progress
from jupyter_gov.records import Report, Run, new_id, utc_now

from ._stores import get_store
from .policies import check, policy_in_force
from .runs import find_run
from .session import current, write
from .settings import site_voices, store_url, voices_folder
from .workplace import OUTPUT_FOLDER


def report(
    run: str | Run | None = None,
    template: str = "model-card",
    *,
    to: Sequence[str] = ("html",),
    output: Path | str | None = None,
    store: str | None = None,
    progress: bool | Progress = False,
) -> list[Path]:
    """Render a document about a run; it is on disk, and recorded, on return. Earlier ones stay beside it.

    Where a policy is in force in the run, its verdicts are recorded before: the document shows them as they are now.

    Parameters
    ----------
    run : str or Run, optional
        The run, its id, or the beginning of its id; by default the one tracked here, else the newest.
    template : str
        A template's name, or the path of a notebook.
    to : sequence of str
        Formats: ``html``; the executed template notebook is always kept beside them.
    output : path, optional
        The folder; by default ``gov-reports`` below the working folder.
    store : str, optional
        URL or path of the store.
    progress : bool or callable
        Whether to draw a progress bar on standard error; or a function that is told what is being done, how many steps
        are done and how many there are. What it raises ends the work, and no document is left.

    Returns
    -------
    list of Path
        Absolute paths, the requested formats first, the executed notebook last.

    Raises
    ------
    NotFoundError
        If there is no such run or template.
    InputError
        If the folder of the site's voices cannot be read.
    ReportError, ExecutionError
        If the document could not be rendered.
    """
    made = render_report(run, template, to=to, output=output, store=store, progress=progress)
    return [Path(f) for f in made.files]


def render_report(
    run: str | Run | None = None,
    template: str = "model-card",
    *,
    to: Sequence[str] = ("html",),
    output: Path | str | None = None,
    store: str | None = None,
    progress: bool | Progress = False,
) -> Report:
    """Do what `report` does, and return the record of it."""
    from jupyter_gov.reports import render

    session = current()
    if session is not None:
        session.flush()
    url = session.store.url if session is not None and store is None else store_url(store)
    if run is None:
        run = session.run if session is not None else "latest"
    found = find_run(run.id if isinstance(run, Run) else run, url)
    if policy_in_force(found.id, url) is not None:
        # A document computes nothing: it shows the verdicts that are on record.
        check(found.id, store=url)
    site_voices()  # what cannot be read is said before a kernel starts
    key, folder = new_id(), Path(output or OUTPUT_FOLDER)
    files = render(
        found.id,
        store=url,
        template=template,
        to=to,
        output_dir=folder,
        report=key,
        voices=voices_folder(),
        progress=progress,
    )
    record = Report(
        id=key,
        template=template,
        files=tuple(str(f) for f in files),
        digests=tuple(_digest(f.read_bytes()) for f in files),
        rendered=utc_now(),
    )
    if session is not None and session.run.id == found.id and session.store.url == url:
        # Through the session, so that a panel which follows it hears of the report.
        session.record(record, "report.rendered")
        session.flush()
    else:
        write(found.id, (record, "report.rendered"), store=url)
    return record


def check_report(template: str, to: Sequence[str]) -> None:
    """Raise where a document cannot be asked for by these names, before any work is done.

    Raises
    ------
    InputError
        If no template has that name (a path is none), or a format is not available.
    """
    from jupyter_gov.reports import check_formats, template_names

    if template not in template_names():
        hint = did_you_mean(template, template_names(), label="Templates")
        raise InputError(f"No template named {template!r}.", hint=hint)
    check_formats(to)


def report_file(run: str, report: str, name: str, store: str | None = None) -> tuple[bytes, str]:
    """Return a file of a rendered report, byte for byte as it was recorded, and its format.

    Parameters
    ----------
    run : str
        As in `find_run`.
    report : str
        The report's full id.
    name : str
        The name of one of its files, without a folder.
    store : str, optional
        The store's URL.

    Raises
    ------
    NotFoundError
        If the run has no such report, the report no such file, or the file is gone.
    ConflictError
        If the file's content is no longer what was recorded.
    """
    found = find_run(run, store)
    page = get_store(store).page(found.id, Report.kind, limit=1, where={"id": report})
    if not page:
        raise NotFoundError(f"The run has no report {report!r}.", hint="Its overview lists the reports there are.")
    record = Report.from_json(page[0][1])
    recorded = {PurePath(f).name: (Path(f), d) for f, d in zip(record.files, record.digests, strict=True)}
    if name not in recorded:
        raise NotFoundError(f"The report has no file {name!r}.", hint=did_you_mean(name, recorded, label="Files"))
    path, digest = recorded[name]
    try:
        if not path.is_file():
            raise FileNotFoundError
        content = path.read_bytes()
    except OSError as error:
        raise NotFoundError(f"The file {name!r} is gone or cannot be read.", hint="Render the report again.") from error
    # The bytes that are checked are the bytes that are given out.
    if _digest(content) != digest:
        raise ConflictError(
            f"The file {name!r} is not what was recorded: it was changed or replaced.",
            hint="Render the report again.",
        )
    return content, path.suffix.removeprefix(".")


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
