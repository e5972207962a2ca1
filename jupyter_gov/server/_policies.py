"""Routes of policies: which there are, and judging one on a run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_gov import services
from jupyter_gov.errors import InputError, NotFoundError, did_you_mean

from ._handler import RESOURCE, GovHandler, check_keys

_SAID = ("jurisdiction", "stage", "tier")
_NAME = re.compile(r"([a-z0-9][a-z0-9._-]*)(@[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?)?")
"""A policy's id, with or without a version."""

_PATH = (".yaml", ".yml", ".json")
"""What the service takes for the end of a path."""


class _PolicyHandler(GovHandler):
    def folder(self, path: str | None) -> Path:
        """Return where policies are looked for: beside the notebook at a Jupyter path, else in the server's root."""
        return self.local_path(path).parent if path else self.root


class PoliciesHandler(_PolicyHandler):
    """The policies that are found by their names."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Send ``{"policies"}``: those of the notebook at a path, else of the server's root, the site's, and packs."""
        found = await self.call(services.list_policies, folder=self.folder(self.text_query("path")))
        self.send({"policies": [{"name": p.name, "version": p.version, "title": p.title} for p in found]})


class ChecksHandler(_PolicyHandler):
    """Verdicts on a run."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self, run: str) -> None:
        """Send ``{"items", "next"}`` in the order in which they were recorded."""
        items, more = await self.call(
            services.list_records, run, "checks", limit=self.limit_query(), after=self.text_query("after")
        )
        self.send({"items": items, "next": more})

    @web.authenticated
    @authorized("execute", RESOURCE)  # type: ignore[untyped-decorator]
    async def post(self, run: str) -> None:
        """Judge a policy on a run, record the verdicts, and send them."""
        asked = _asked(self.json_body())
        folder = self.folder(asked.pop("path"))
        if asked["policy"] is not None:
            known = await self.call(services.list_policies, folder=folder)
            _check_known(asked["policy"], [p.name for p in known])
            asked["policy"], _ = await self.call(services.find_policy, asked["policy"], folder=folder)
        made = await self.call(services.check, run, **asked)
        self.send(made.to_json() | {"readiness": made.readiness, "counts": made.counts()})


def _asked(body: dict[str, Any]) -> dict[str, Any]:
    """Return what is to be judged, all of it told, out of the body of a request."""
    check_keys(body, ("policy", "path", "as_of", *_SAID))
    policy, path, as_of = body.get("policy"), body.get("path"), body.get("as_of")
    if policy is not None and not isinstance(policy, str):
        raise InputError("policy is not a text.", hint="Give the name of a policy, or null for the one in force.")
    if path is not None and not isinstance(path, str):
        raise InputError("path is not a text.", hint="Give the Jupyter path of a notebook, or leave it out.")
    if as_of is not None and not isinstance(as_of, str):
        raise InputError("as_of is not a text.", hint="Give a day, such as 2026-11-21, or null for now.")
    said = {key: body.get(key, "") for key in _SAID}
    for key, value in said.items():
        if not isinstance(value, str):
            raise InputError(f"{key} is not a text.", hint="Give a text, or leave it out.")
    return {"policy": policy, "path": path, "as_of": as_of, **said}


def _check_known(policy: str, known: list[str]) -> None:
    """Raise where a policy is no known name, or several with commas between.

    The service would take a path as well; by way of the server, that would tell what is in any file.
    """
    for name in (part.strip() for part in policy.split(",")):
        right = _NAME.fullmatch(name)
        if right is None or right[1] not in known or name.endswith(_PATH):
            raise NotFoundError(f"No policy named {name[:40]!r}.", hint=did_you_mean(name, known, label="Policies"))
