"""Routes of jobs: beginning one, following it, ending it."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import url_path_join
from tornado import web

from ._handler import RESOURCE, GovHandler
from ._jobs import Jobs, Task


class JobHandlerBase(GovHandler):
    """What has to do with jobs."""

    @property
    def jobs(self) -> Jobs:
        """The jobs of this server."""
        jobs: Jobs = self.settings["jupyter_gov_jobs"]
        return jobs


class JobMaker(JobHandlerBase):
    """Base of the routes that begin a job."""

    def begin(self, task: Task) -> None:
        """Take a task on, and finish with the job and where to follow it."""
        job = self.jobs.submit(task)
        self.set_status(202)
        self.set_header("Location", url_path_join(self.base_url, "jupyter-gov", "api", "jobs", job.id))
        self.send(job.to_json())


class JobsHandler(JobHandlerBase):
    """The jobs of this server."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Send ``{"jobs"}``, newest first."""
        self.send({"jobs": [job.to_json() for job in self.jobs.newest()]})


class JobHandler(JobHandlerBase):
    """One job."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self, job: str) -> None:
        """Send the job as it is now."""
        self.send(self.jobs.get(job).to_json())

    @web.authenticated
    @authorized("execute", RESOURCE)  # type: ignore[untyped-decorator]
    async def delete(self, job: str) -> None:
        """Have the job end; send it as it is now, which is before it has ended where it is at work."""
        found = self.jobs.cancel(job)
        self.set_status(202)
        self.send(found.to_json())
