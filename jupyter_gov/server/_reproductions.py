"""Routes of reproductions: executing a run again as a job, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_gov import services
from jupyter_gov.errors import InputError
from jupyter_gov.execution import Progress

from ._following import JobMaker
from ._handler import RESOURCE, check_keys
from ._jobs import Task

MOST_TIMES = 100
LONGEST_SECONDS = 7 * 24 * 3600

_CHOICES = {"scope": ("slice", "all"), "env": ("current", "rebuild")}
"""The first of each is what is done where nothing is said."""


class ReproductionsHandler(JobMaker):
    """A run's reproductions."""

    @web.authenticated
    @authorized("read", RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self, run: str) -> None:
        """Send ``{"items", "next"}`` in the order in which they were recorded."""
        items, more = await self.call(
            services.list_records, run, "reproductions", limit=self.limit_query(), after=self.text_query("after")
        )
        self.send({"items": items, "next": more})

    @web.authenticated
    @authorized("execute", RESOURCE)  # type: ignore[untyped-decorator]
    async def post(self, run: str) -> None:
        """Begin to execute a run again; send the job."""
        asked = _asked(self.json_body())
        found = await self.call(services.find_run, run)
        self.begin(_task(found.id, asked))


def _task(run: str, asked: dict[str, Any]) -> Task:
    def work(progress: Progress, stopped: Callable[[], bool]) -> dict[str, Any]:
        made = services.reproduce(run, **asked, progress=progress, stopped=stopped)
        return {"reproduction": made.id, "verdict": made.verdict}

    empty = {"reproduction": None, "verdict": None}
    return Task(kind="reproduction", run=run, asked=asked, empty=empty, work=work)


def _asked(body: dict[str, Any]) -> dict[str, Any]:
    """Return how a run is to be executed again, all options told, out of the body of a request."""
    check_keys(body, (*_CHOICES, "restore", "times", "timeout"))
    asked: dict[str, Any] = {}
    for key, choices in _CHOICES.items():
        asked[key] = body.get(key, choices[0])
        if asked[key] not in choices:
            raise InputError(f"{key} is {str(asked[key])[:40]!r}.", hint=f"Give {' or '.join(choices)}.")
    asked["restore"] = body.get("restore", False)
    if not isinstance(asked["restore"], bool):
        raise InputError("restore is neither true nor false.", hint="Give true to put generator states back.")
    times, timeout = body.get("times", 1), body.get("timeout")
    if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= MOST_TIMES:
        raise InputError(f"times is {str(times)[:40]!r}.", hint=f"Give a whole number from 1 to {MOST_TIMES}.")
    is_number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
    if timeout is not None and not (is_number and 0 < timeout <= LONGEST_SECONDS):
        raise InputError(
            f"timeout is {str(timeout)[:40]!r}.", hint=f"Give seconds, at most {LONGEST_SECONDS}, or null for no limit."
        )
    return asked | {"times": times, "timeout": timeout}
