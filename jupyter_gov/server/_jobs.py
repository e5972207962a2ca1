"""Reports that are being rendered: one at a time in a thread, in the order asked for, each with its progress."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from logging import Logger
from pathlib import Path, PurePath
from typing import Any, Literal

from jupyter_core.utils import ensure_event_loop

from jupyter_gov import services
from jupyter_gov.errors import ConflictError, GovError, NotFoundError, ReportError
from jupyter_gov.records import Report, new_id, utc_now

from ._handler import error_json

KEPT = 100
"""How many jobs are remembered."""

_EVERY_SECONDS = 0.2
"""Progress is told no more often."""


class Stopped(Exception):  # noqa: N818 - it is no error
    """The server is going down."""


@dataclass(slots=True, kw_only=True)
class Job:
    """One report on its way. Only the event loop's thread touches it.

    Attributes
    ----------
    id, run, template : str
        Its own id, the run's, and the template's name.
    status : str
    progress : dict or None
        What is being done, how many steps are done, and how many there are.
    report : str or None
        Id of the report's record, once there is one.
    files : list of dict
        Name and format of each file.
    error : dict or None
        Why it failed.
    started, finished : str or None
        UTC, RFC 3339; a job that waits has not started.
    """

    id: str = field(default_factory=new_id)
    run: str
    template: str
    status: Literal["waiting", "running", "done", "failed"] = "waiting"
    progress: dict[str, Any] | None = None
    report: str | None = None
    files: list[dict[str, str]] = field(default_factory=list)
    error: dict[str, str] | None = None
    started: str | None = None
    finished: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the job as JSON, every attribute by its name."""
        return {name: getattr(self, name) for name in self.__slots__}


class Jobs:
    """The jobs of a server, in its memory.

    Parameters
    ----------
    emit : callable
        Called on the event loop's thread with each event.
    log : Logger
        Takes what nobody foresaw.
    """

    def __init__(self, emit: Callable[[dict[str, str]], None], log: Logger) -> None:
        self._emit = emit
        self._log = log
        self._jobs: dict[str, Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._later: dict[str, asyncio.TimerHandle] = {}
        self._stopping = threading.Event()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="jupyter-gov-job")

    def submit(self, run: str, template: str, to: Sequence[str], folder: Path) -> Job:
        """Begin to render a report, or put it at the end of the queue; returns at once.

        Raises
        ------
        ConflictError
            If that report is being rendered already, or too many wait.
        """
        at_work = [job for job in self._jobs.values() if job.finished is None]
        if any((job.run, job.template) == (run, template) for job in at_work):
            raise ConflictError(f"The {template} of this run is being rendered already.", hint="Wait until it is done.")
        if len(at_work) >= KEPT:
            raise ConflictError(f"{KEPT} reports are waiting already.", hint="Wait until some are done.")
        if len(self._jobs) >= KEPT:
            del self._jobs[next(job.id for job in self._jobs.values() if job.finished is not None)]
        job = Job(run=run, template=template)
        self._jobs[job.id] = job
        task = asyncio.get_running_loop().create_task(self._follow(job, to, folder))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._tell(job)
        return job

    def get(self, job: str) -> Job:
        """Return the job with that id.

        Raises
        ------
        NotFoundError
            If there is none, or none any more.
        """
        if job not in self._jobs:
            raise NotFoundError(
                f"No job {job!r}.", hint="Jobs are forgotten when the server ends; reports stay with their run."
            )
        return self._jobs[job]

    def newest(self) -> list[Job]:
        """Return all jobs, newest first."""
        return list(self._jobs.values())[::-1]

    async def stop(self) -> None:
        """Begin no other job, and end the one at work before its next cell."""
        self._stopping.set()
        self._executor.shutdown(wait=False, cancel_futures=True)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, job: Job, to: Sequence[str], folder: Path) -> None:
        """Render in the worker's thread, and take down here what comes of it."""
        loop = asyncio.get_running_loop()

        def told(what: str, done: int, total: int) -> None:
            if self._stopping.is_set():
                raise Stopped
            loop.call_soon_threadsafe(self._progress, job, {"what": what, "done": done, "total": total})

        def work() -> Report:
            loop.call_soon_threadsafe(self._begin, job)
            # The worker's own event loop, in which Jupyter's clients run a kernel and which they leave open.
            with contextlib.closing(ensure_event_loop()):
                return services.render_report(job.run, job.template, to=to, output=folder, progress=told)

        try:
            made = await loop.run_in_executor(self._executor, work)
        except GovError as error:
            job.error = error_json(error)
        except (Stopped, asyncio.CancelledError):
            job.error = error_json(ReportError("The server was stopped.", hint="Render the report again."))
        except Exception:
            self._log.exception("jupyter-gov: rendering %s of run %s failed", job.template, job.run)
            job.error = error_json(ReportError("The report could not be rendered.", hint="The server's log says why."))
        else:
            job.report = made.id
            job.files = [{"name": PurePath(f).name, "format": PurePath(f).suffix[1:]} for f in made.files]
        job.status = "failed" if job.error else "done"
        job.progress, job.finished = None, utc_now()
        self._tell(job)
        ids = {"job": job.id, "run": job.run}
        self._emit(
            {"action": "report.rendered", **ids, "report": job.report}
            if job.report
            else {"action": "report.failed", **ids}
        )

    def _begin(self, job: Job) -> None:
        job.status, job.started = "running", utc_now()
        self._tell(job)

    def _progress(self, job: Job, progress: dict[str, Any]) -> None:
        """Note how far a job is, and tell so soon: what follows at once is told with it."""
        if job.finished is None:
            job.progress = progress
            if job.id not in self._later:
                self._later[job.id] = asyncio.get_running_loop().call_later(_EVERY_SECONDS, self._tell, job)

    def _tell(self, job: Job) -> None:
        if (later := self._later.pop(job.id, None)) is not None:
            later.cancel()
        self._emit({"action": "job.updated", "job": job.id, "run": job.run})
