"""Rendering documents from the records of a run."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from jupyter_gov.records import Report, Run, utc_now

from ._stores import get_store
from .runs import find_run
from .session import current, entry_of
from .settings import store_url
from .workplace import OUTPUT_FOLDER


def report(
    run: str | Run | None = None,
    template: str = "model-card",
    *,
    to: Sequence[str] = ("html",),
    output: Path | str | None = None,
    store: str | None = None,
    progress: bool = False,
) -> list[Path]:
    """Render a document about a run; it is on disk, and recorded, on return.

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

    Returns
    -------
    list of Path
        Absolute paths, the requested formats first, the executed notebook last.

    Raises
    ------
    NotFoundError
        If there is no such run or template.
    ReportError, ExecutionError
        If the document could not be rendered.
    """
    from jupyter_gov.reports import render

    session = current()
    if session is not None:
        session.flush()
    url = session.store.url if session is not None and store is None else store_url(store)
    if run is None:
        run = session.run if session is not None else "latest"
    found = find_run(run.id if isinstance(run, Run) else run, url)
    files = render(
        found.id, store=url, template=template, to=to, output_dir=Path(output or OUTPUT_FOLDER), progress=progress
    )
    record = Report(
        template=template,
        files=tuple(str(f) for f in files),
        digests=tuple(f"sha256:{hashlib.sha256(f.read_bytes()).hexdigest()}" for f in files),
        rendered=utc_now(),
    )
    get_store(url).append([entry_of(record, "report.rendered", found.id)])
    return files
