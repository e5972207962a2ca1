"""The routes.

Each verb names the action and resource that it needs, because `authorized` keeps its defaults from the first call.
"""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

import jupyter_gov
from jupyter_gov import services

from ._handler import RESOURCE, GovHandler

API_VERSION = 1
"""Raised when an answer changes in a way that an older front end cannot read."""

DEFAULT_PAGE = 50
LARGEST_PAGE = 200


class RootHandler(GovHandler):
    """Says which version this is, so that a front end can tell whether it fits."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Send ``{"version", "api"}``."""
        self.send({"version": jupyter_gov.__version__, "api": API_VERSION})


class RunsHandler(GovHandler):
    """The list of runs."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Send ``{"runs", "next"}``, newest first; ``?after=<next>`` is the following page."""
        limit = self.number_query("limit", DEFAULT_PAGE, most=LARGEST_PAGE)
        runs = await self.call(
            services.list_runs,
            experiment=self.text_query("experiment"),
            notebook=self.text_query("notebook"),
            before=self.text_query("after"),
            limit=limit + 1,
        )
        page = runs[:limit]
        self.send({"runs": [run.to_json() for run in page], "next": page[-1].id if len(runs) > limit else None})


class RunHandler(GovHandler):
    """One run."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self, run: str) -> None:
        """Send everything that is known about a run."""
        self.send(await self.call(services.show_run, run))


ROUTES = [
    (r"/jupyter-gov/api/?", RootHandler),
    (r"/jupyter-gov/api/runs", RunsHandler),
    (r"/jupyter-gov/api/runs/([^/]+)", RunHandler),
]
