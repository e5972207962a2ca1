"""Routes of reports: rendering one as a job, and the files that came of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_gov import services
from jupyter_gov.errors import InputError
from jupyter_gov.execution import Progress
from jupyter_gov.records import Run
from jupyter_gov.services.workplace import OUTPUT_FOLDER, repository

from ._following import JobMaker
from ._handler import RESOURCE, GovHandler, check_keys
from ._jobs import Task

POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""A report is shown as if it came from nowhere: no script, no request, no form, and no part of the user's login."""

_TYPES = {"html": "text/html; charset=utf-8", "ipynb": "application/x-ipynb+json"}


class ReportsHandler(JobMaker):
    """A run's reports."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self, run: str) -> None:
        """Send ``{"items", "next"}`` in the order in which they were rendered."""
        items, more = await self.call(
            services.list_records, run, "reports", limit=self.limit_query(), after=self.text_query("after")
        )
        self.send({"items": items, "next": more})

    @web.authenticated
    @authorized("execute", RESOURCE)  # type: ignore[untyped-decorator]
    async def post(self, run: str) -> None:
        """Begin to render a report; send the job."""
        template, to = _asked(self.json_body())
        await self.call(services.check_report, template, to)
        found = await self.call(services.find_run, run)
        sessions = await self.session_manager.list_sessions()  # type: ignore[no-untyped-call]
        open_here = [self.root / s["path"] for s in sessions if s.get("type") == "notebook"]
        folder = await self.call(_folder, found, self.root, open_here)
        self.begin(_task(found, template, to, folder))


class ReportFileHandler(GovHandler):
    """A file of a report."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self, run: str, report: str, name: str) -> None:
        """Send the file's bytes, in a sandbox; what is not a page is to be saved."""
        content, format_ = await self.call(services.report_file, run, report, name)
        # Set here, because a site's own policy in the server's settings replaces the handler's.
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Disposition", disposition("inline" if format_ == "html" else "attachment", name))
        self.finish(content, set_content_type=_TYPES.get(format_, "application/octet-stream"))


def disposition(kind: str, name: str) -> str:
    """Return a Content-Disposition for a file of any name (RFC 6266)."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _asked(body: dict[str, Any]) -> tuple[str, list[str]]:
    """Return template and formats out of the body of a request."""
    check_keys(body, ("template", "to"))
    template, to = body.get("template", "model-card"), body.get("to", ["html"])
    if not isinstance(template, str):
        raise InputError("template is not a text.", hint="Give the name of a template, such as model-card.")
    if not isinstance(to, list) or not to or not all(isinstance(t, str) for t in to):
        raise InputError("to is not a list of texts.", hint='Give formats, such as ["html"].')
    return template, to


def _task(run: Run, template: str, to: list[str], folder: Path) -> Task:
    def work(progress: Progress, _: Callable[[], bool]) -> dict[str, Any]:
        made = services.render_report(run.id, template, to=to, output=folder, progress=progress)
        names = [PurePath(f).name for f in made.files]
        return {"report": made.id, "files": [{"name": n, "format": PurePath(n).suffix[1:]} for n in names]}

    return Task(kind="report", run=run.id, asked={"template": template}, empty={"report": None, "files": []}, work=work)


def _folder(run: Run, root: Path, open_here: Iterable[Path]) -> Path:
    """Return where a report goes: beside the run's notebook if it is found below the server's root, else in the root.

    The notebook is recorded by its path in its repository, or from ``~``. That path is looked for below the repository
    around the root, and among the notebooks that are open, which tells a repository further down.
    """
    top = repository(root) or root
    home = Path(os.path.expanduser(run.notebook)) if run.notebook.startswith("~/") else Path(run.notebook)  # noqa: PTH111
    for found in (home, top / run.notebook, *open_here):
        # What no file system takes for a name is no file; a Path would raise.
        known = run.notebook and found.is_absolute() and found.is_relative_to(root) and os.path.isfile(found)  # noqa: PTH113
        if known and services.recorded_notebook(found) == run.notebook:
            return found.parent / OUTPUT_FOLDER
    return root / OUTPUT_FOLDER
