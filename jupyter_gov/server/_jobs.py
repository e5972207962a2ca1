"""Long work that the server does: of each kind one job at a time in a thread, in the order asked for."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from logging import Logger
from typing import Any, Literal

from jupyter_core.utils import ensure_event_loop

from jupyter_gov.errors import ConflictError, ExecutionError, GovError, NotFoundError
from jupyter_gov.execution import Progress
from jupyter_gov.records import new_id, utc_now

from ._handler import error_json

KEPT = 100
"""How many jobs are remembered."""

Kind = Literal["report", "reproduction"]

ENDED: Mapping[Kind, str] = {"report": "rendered", "reproduction": "recorded"}
"""What the event says of a job of that kind that is done; the kinds of jobs that there are."""

_EVERY_SECONDS = 0.2
"""Progress is told no more often."""


class Stopped(Exception):  # noqa: N818 - it is no error
    """Somebody has cancelled the job, or the server is going down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a job is to do.

    Attributes
    ----------
    kind, run : str
        What comes of it, and the run's id.
    asked : mapping
        How it was asked for, as the job shows it; of what is alike in all three only one is done at a time.
    empty : mapping
        What the job shows in place of what is made, until it is.
    work : callable
        Maps a function that is told of progress, and one that tells whether to stop, to what was made; that has the
        record's id under the name of the kind. Called in a thread.
    """

    kind: Kind
    run: str
    asked: Mapping[str, Any]
    empty: Mapping[str, Any]
    work: Callable[[Progress, Callable[[], bool]], dict[str, Any]]


@dataclass(slots=True, kw_only=True)
class Job:
    """One task on its way. Only the event loop's thread touches it, except for `cancelled`.

    Attributes
    ----------
    id : str
    status : str
    progress : dict or None
        What is being done, how many steps are done, and how many there are.
    made : mapping
        What came of it.
    error : dict or None
        Why it failed.
    started, finished : str or None
        UTC, RFC 3339; a job that waits has not started.
    cancelled : threading.Event
        Set where somebody wants it to end.
    """

    task: Task
    id: str = field(default_factory=new_id)
    status: Literal["waiting", "running", "done", "failed", "cancelled"] = "waiting"
    progress: dict[str, Any] | None = None
    made: Mapping[str, Any] = field(default_factory=dict)
    error: dict[str, str] | None = None
    started: str | None = None
    finished: str | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)

    def to_json(self) -> dict[str, Any]:
        """Return the job as JSON, with how it was asked for and what came of it."""
        of_job = {k: getattr(self, k) for k in ("id", "status", "progress", "error", "started", "finished")}
        task = self.task
        return of_job | {"kind": task.kind, "run": task.run, **task.asked, **task.empty, **self.made}


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
        self._futures: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._following: set[asyncio.Task[None]] = set()
        self._later: dict[str, asyncio.TimerHandle] = {}
        self._stopping = threading.Event()
        # A report is not to wait for a reproduction, which may take as long as the notebook.
        self._executors = {
            kind: ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"jupyter-gov-{kind}") for kind in ENDED
        }

    def submit(self, task: Task) -> Job:
        """Begin a task, or put it at the end of the queue; returns at once.

        Raises
        ------
        ConflictError
            If the same is being done already, or too many wait.
        """
        at_work = [job for job in self._jobs.values() if job.finished is None]
        wanted = (task.kind, task.run, task.asked)
        if any((job.task.kind, job.task.run, job.task.asked) == wanted for job in at_work):
            raise ConflictError(f"This {task.kind} is being made already.", hint="Wait until it is done.")
        if len(at_work) >= KEPT:
            raise ConflictError(f"{KEPT} jobs are waiting already.", hint="Wait until some are done.")
        if len(self._jobs) >= KEPT:
            del self._jobs[next(job.id for job in self._jobs.values() if job.finished is not None)]
        job = Job(task=task)
        self._futures[job.id] = future = self._start(job)
        self._jobs[job.id] = job
        following = asyncio.get_running_loop().create_task(self._follow(job, future))
        self._following.add(following)
        following.add_done_callback(self._following.discard)
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
                f"No job {job!r}.", hint="Jobs are forgotten when the server ends; what they made stays with its run."
            )
        return self._jobs[job]

    def newest(self) -> list[Job]:
        """Return all jobs, newest first."""
        return list(self._jobs.values())[::-1]

    def cancel(self, job: str) -> Job:
        """Have a job end before it is done; one that has ended stays as it is.

        Raises
        ------
        NotFoundError
            As `get`.
        """
        found = self.get(job)
        found.cancelled.set()
        if found.status == "waiting":
            self._futures[job].cancel()
        return found

    async def stop(self) -> None:
        """Begin no other job, and end those at work."""
        self._stopping.set()
        for executor in self._executors.values():
            executor.shutdown(wait=False, cancel_futures=True)
        await asyncio.gather(*self._following, return_exceptions=True)
        for executor in self._executors.values():
            # Also the thread of a job that was cancelled a moment ago has a kernel to end.
            await asyncio.to_thread(executor.shutdown)

    def _start(self, job: Job) -> asyncio.Future[dict[str, Any]]:
        """Have the kind's thread do the work when its turn comes."""
        loop, task = asyncio.get_running_loop(), job.task

        def stopped() -> bool:
            return self._stopping.is_set() or job.cancelled.is_set()

        def told(what: str, done: int, total: int) -> None:
            if stopped():
                raise Stopped
            loop.call_soon_threadsafe(self._progress, job, {"what": what, "done": done, "total": total})

        def work() -> dict[str, Any]:
            if stopped():
                raise Stopped
            loop.call_soon_threadsafe(self._begin, job)
            # The worker's own event loop, in which Jupyter's clients run a kernel and which they leave open.
            with contextlib.closing(ensure_event_loop()):
                return task.work(told, stopped)

        return loop.run_in_executor(self._executors[task.kind], work)

    async def _follow(self, job: Job, future: asyncio.Future[dict[str, Any]]) -> None:
        """Take down what comes of the work."""
        task = job.task
        try:
            job.made = await future
        except (Exception, asyncio.CancelledError) as error:
            job.status, job.error = self._why(job, error)
        else:
            job.status = "done"
        del self._futures[job.id]
        job.progress, job.finished = None, utc_now()
        self._tell(job)
        ended = ENDED[task.kind] if job.status == "done" else job.status
        made: dict[str, str] = {task.kind: job.made[task.kind]} if job.status == "done" else {}
        self._emit({"action": f"{task.kind}.{ended}", "job": job.id, "run": task.run, **made})

    def _why(self, job: Job, error: BaseException) -> tuple[Literal["failed", "cancelled"], dict[str, str] | None]:
        """Return how a job stands that has ended by an error, and what to say of it."""
        if self._stopping.is_set() or job.cancelled.is_set():
            # Whatever the work makes of being stopped.
            said = ExecutionError("The server was stopped.", hint="Begin again.")
            return ("failed", error_json(said)) if self._stopping.is_set() else ("cancelled", None)
        if isinstance(error, GovError):
            return "failed", error_json(error)
        self._log.error("jupyter-gov: the %s of run %s failed", job.task.kind, job.task.run, exc_info=error)
        said = ExecutionError(f"The {job.task.kind} could not be made.", hint="The server's log says why.")
        return "failed", error_json(said)

    def _begin(self, job: Job) -> None:
        if job.finished is None:
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
        self._emit({"action": "job.updated", "job": job.id, "run": job.task.run})
