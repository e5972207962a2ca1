"""The routes. Each verb of a handler names the action and resource that it needs: `authorized` has no good defaults."""

from __future__ import annotations

import re

from jupyter_gov import services

from ._following import JobHandler, JobsHandler
from ._handler import GovHandler
from ._policies import ChecksHandler, PoliciesHandler
from ._reports import ReportFileHandler, ReportsHandler
from ._reproductions import ReproductionsHandler
from ._runs import (
    CollectionHandler,
    ExperimentsHandler,
    NoRouteHandler,
    OpenApiHandler,
    OverviewHandler,
    RootHandler,
    RunHandler,
    RunsHandler,
)

PREFIX = "/jupyter-gov/api"

ROUTES: dict[str, type[GovHandler]] = {
    "/": RootHandler,
    "/openapi.yaml": OpenApiHandler,
    "/experiments": ExperimentsHandler,
    "/policies": PoliciesHandler,
    "/runs": RunsHandler,
    "/runs/{run}": RunHandler,
    "/runs/{run}/overview": OverviewHandler,
    "/runs/{run}/reports": ReportsHandler,
    "/runs/{run}/reports/{report}/files/{name}": ReportFileHandler,
    "/runs/{run}/reproductions": ReproductionsHandler,
    "/runs/{run}/checks": ChecksHandler,
    "/runs/{run}/{collection}": CollectionHandler,
    "/jobs": JobsHandler,
    "/jobs/{job}": JobHandler,
}
"""Handlers by their path below `PREFIX`, as the OpenAPI file has them."""


def patterns() -> list[tuple[str, type[GovHandler]]]:
    """Return the routes as tornado wants them; what is left below `PREFIX` answers that there is no such route."""
    known = {"{collection}": "|".join(services.COLLECTIONS)}

    def group(found: re.Match[str]) -> str:
        return f"({known.get(found[0], '[^/]+')})"

    made = [(re.sub(r"\{\w+\}", group, path.replace(".", r"\.")), handler) for path, handler in ROUTES.items()]
    return [
        *((PREFIX + (r"/?" if path == "/" else path), handler) for path, handler in made),
        (f"{PREFIX}/.*", NoRouteHandler),
    ]
