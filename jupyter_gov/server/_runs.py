"""Routes that read: experiments, runs, and what is in one."""

from __future__ import annotations

from importlib.resources import files

from jupyter_server.auth.decorator import authorized
from tornado import web

import jupyter_gov
from jupyter_gov import services
from jupyter_gov.errors import InputError

from ._handler import RESOURCE, GovHandler

API_VERSION = 5
"""Raised when an answer changes in a way that an older front end cannot read."""

_GLANCE = 20


class RootHandler(GovHandler):
    """Says which version this is, so that a front end can tell whether it fits."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Send ``{"version", "api"}``."""
        self.send({"version": jupyter_gov.__version__, "api": API_VERSION})


class OpenApiHandler(GovHandler):
    """The description of this interface."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Send the OpenAPI file."""
        text = (files(__package__) / "openapi.yaml").read_text("utf-8")
        self.finish(text, set_content_type="application/yaml; charset=utf-8")


class ExperimentsHandler(GovHandler):
    """The list of experiments."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Send ``{"experiments", "next"}``, the most recently active first."""
        limit = self.limit_query()
        found = await self.call(services.list_experiments, limit=limit + 1, before=self.text_query("after"))
        page = found[:limit]
        more = page[-1].latest.id if len(found) > limit else None
        self.send({"experiments": [e.to_json() for e in page], "next": more})


class RunsHandler(GovHandler):
    """The list of runs."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Send ``{"runs", "next"}``, newest first; ``?after=<next>`` is the following page."""
        limit = self.limit_query()
        notebook, path = self.text_query("notebook"), self.text_query("path")
        if notebook and path:
            raise InputError("Both notebook and path are given.", hint="Give one of them.")
        if path:
            notebook = await self.call(services.recorded_notebook, self.local_path(path))
        runs = await self.call(
            services.list_runs,
            experiment=self.text_query("experiment"),
            notebook=notebook,
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


class OverviewHandler(GovHandler):
    """One run at a glance: what a live panel asks for after every change."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self, run: str) -> None:
        """Send the overview; its ETag is the run's version and the limit, so that nothing new is a 304."""
        limit = self.limit_query(_GLANCE)
        key, version = await self.call(services.run_version, run)
        self.set_header("Etag", f'W/"{key}.{version}.{limit}.{jupyter_gov.__version__}"')
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
        else:
            self.send(await self.call(services.overview, key, limit=limit))

    def compute_etag(self) -> None:
        """Leave the ETag as it is: the base class would hash the answer."""


class CollectionHandler(GovHandler):
    """Records of one kind in a run."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self, run: str, collection: str) -> None:
        """Send ``{"items", "next"}`` in the order in which they were recorded."""
        items, more = await self.call(
            services.list_records, run, collection, limit=self.limit_query(), after=self.text_query("after")
        )
        self.send({"items": items, "next": more})


class NoRouteHandler(GovHandler):
    """Anything else below the interface's root."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Say that there is nothing, in the form that errors have here."""
        raise web.HTTPError(404, "No such route.")

    head = post = put = patch = delete = get
