"""What all routes share: authorization by name, one form of error, store calls off the event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from http.client import responses
from types import MappingProxyType, TracebackType
from typing import Any, Final, ParamSpec, TypeVar

from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError

from jupyter_gov.errors import GovError, InputError

P = ParamSpec("P")
T = TypeVar("T")

RESOURCE: Final = "jupyter_gov"
"""The resource that an authorizer is asked about; actions are ``read``, ``write`` and ``execute``."""

STATUS: Mapping[str, int] = MappingProxyType(
    {
        "input": 400,
        "not_found": 404,
        "not_tracking": 409,
        "report": 500,
        "execution": 500,
        "store": 503,
    }
)
"""The HTTP status of each `GovError.code`; one that is not here is 500."""

_CODES: Mapping[int, str] = MappingProxyType({400: "input", 401: "forbidden", 403: "forbidden", 405: "no_route"})
"""The code in the body of an error that tornado or Jupyter raised; one that is not here is ``server``."""


class GovHandler(APIHandler):
    """Base of all routes. A verb parses, calls one service through `call`, and sends its answer.

    A verb catches nothing: every error leaves as ``{"code", "message", "hint"}`` with the status of its code.
    """

    auth_resource = RESOURCE

    async def call(self, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a service in a worker thread, so that a slow store does not hold up the server."""
        return await asyncio.to_thread(service, *args, **kwargs)

    def send(self, answer: Any) -> None:
        """Finish with `answer` as JSON."""
        self.finish(json.dumps(answer, ensure_ascii=False, allow_nan=False))

    def text_query(self, name: str) -> str | None:
        """Return a parameter of the query, or None where it is absent or empty."""
        return self.get_query_argument(name, None) or None

    def number_query(self, name: str, default: int, *, most: int) -> int:
        """Return a whole number from 1 to `most` out of the query.

        Raises
        ------
        InputError
            If it is anything else.
        """
        text = self.text_query(name)
        if text is None:
            return default
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if not 1 <= number <= most:
            raise InputError(f"{name} is {text[:40]!r}.", hint=f"Give a whole number from 1 to {most}.")
        return number

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send an error in the one form that errors have; the only place that knows their statuses."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, GovError):
            self.set_status(STATUS.get(error.code, 500))
            self.send(error.to_json())
            return
        message = error.log_message if isinstance(error, HTTPError) and status_code < 500 else None
        reason = responses.get(status_code, "Unknown error")
        code = _CODES.get(status_code, "server")
        self.send({"code": code, "message": message or f"{reason}.", "hint": ""})

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log an error raised on purpose in one line, any other with its traceback."""
        if isinstance(value, GovError):
            self.log.warning("jupyter-gov: %s %s: %s", self.request.method, self.request.path, value)
        else:
            super().log_exception(typ, value, tb)
