"""What all routes share: authorization by name, one form of error, store calls off the event loop."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from http.client import responses
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Final, ParamSpec, TypeVar

from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError, RequestHandler

from jupyter_gov import services
from jupyter_gov.errors import GovError, InputError, did_you_mean
from jupyter_gov.ledger import plain

P = ParamSpec("P")
T = TypeVar("T")

RESOURCE: Final = "jupyter_gov"
"""The resource that an authorizer is asked about; actions are ``read`` and ``execute``."""

DEFAULT_PAGE = 50
LARGEST_PAGE = 500

STATUS: Mapping[str, int] = MappingProxyType(
    {
        "input": 400,
        "not_found": 404,
        "not_tracking": 409,
        "conflict": 409,
        "report": 500,
        "execution": 500,
        "store": 503,
    }
)
"""The HTTP status of each `GovError.code`; one that is not here is 500."""

_CODES: Mapping[int, str] = MappingProxyType(
    {400: "input", 401: "forbidden", 403: "forbidden", 404: "no_route", 405: "method"}
)
"""The code in the body of an error that tornado or Jupyter raised; one that is not here is ``server``."""


class GovHandler(APIHandler):
    """Base of all routes. A verb parses, calls one service through `call`, and sends its answer.

    A verb catches nothing: every error leaves as ``{"code", "message", "hint"}`` with the status of its code.
    """

    auth_resource = RESOURCE

    async def call(self, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a service in a worker thread, so that a slow store does not hold up the server.

        Raises
        ------
        StoreError
            If the service would have to migrate the store first.
        """

        def work() -> T:
            services.check_revision()
            return service(*args, **kwargs)

        return await asyncio.to_thread(work)

    def send(self, answer: Any) -> None:
        """Finish with `answer` as JSON; what is not a finite number travels as a string, as in the store."""
        self.finish(json.dumps(plain(answer), ensure_ascii=False, allow_nan=False))

    def text_query(self, name: str) -> str | None:
        """Return a parameter of the query, or None where it is absent or empty."""
        # Not stripped: a cursor or name that is nothing but control characters is not absent.
        return self.get_query_argument(name, None, strip=False) or None

    def limit_query(self, default: int = DEFAULT_PAGE) -> int:
        """Return how many items are asked for.

        Raises
        ------
        InputError
            If it is anything but a whole number from 1 to `LARGEST_PAGE`.
        """
        text = self.text_query("limit")
        if text is None:
            return default
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if not 1 <= number <= LARGEST_PAGE:
            raise InputError(f"limit is {text[:40]!r}.", hint=f"Give a whole number from 1 to {LARGEST_PAGE}.")
        return number

    def json_body(self) -> dict[str, Any]:
        """Return the object in the body of the request; an empty body is an empty object.

        Raises
        ------
        InputError
            If the body is not JSON, or another value.
        """
        try:
            body = json.loads(self.request.body or b"{}")
        except (ValueError, RecursionError) as error:
            raise InputError("The body is not JSON.", hint='Send an object such as {"to": ["html"]}.') from error
        if not isinstance(body, dict):
            raise InputError("The body is not a JSON object.", hint='Send an object such as {"to": ["html"]}.')
        return body

    @property
    def root(self) -> Path:
        """The folder that JupyterLab's file browser shows at its top."""
        return Path(self.serverapp.root_dir).absolute()  # type: ignore[union-attr]

    def local_path(self, path: str) -> Path:
        """Return where a Jupyter path lies on disk.

        Raises
        ------
        InputError
            If it leads out of the server's root.
        """
        parts = [p for p in path.split("/") if p not in ("", ".")]
        found = self.root.joinpath(*parts)
        if ".." in parts or not found.is_relative_to(self.root):
            raise InputError(f"path is {path[:400]!r}.", hint="Give a path below the server's root.")
        return found

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send an error in the one form that errors have; the only place that knows their statuses."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, GovError):
            self.set_status(STATUS.get(error.code, 500))
            self.send(error_json(error))
            return
        if status_code == 405:
            verbs = [v for v in self.SUPPORTED_METHODS if getattr(type(self), v.lower()) is not _UNKNOWN]
            self.set_header("Allow", ", ".join(verbs))
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
            self.log.warning("jupyter-gov: %s %s: %s", self.request.method, self.request.path, redact(str(value)))
        else:
            super().log_exception(typ, value, tb)


_UNKNOWN = RequestHandler._unimplemented_method


def check_keys(body: Mapping[str, Any], known: Sequence[str]) -> None:
    """Raise where the body of a request has a key that nobody knows.

    Raises
    ------
    InputError
        With the nearest of the keys that there are.
    """
    for key in body:
        if key not in known:
            raise InputError(f"The body has an unknown key {key[:40]!r}.", hint=did_you_mean(key, known, label="Keys"))


def error_json(error: GovError) -> dict[str, str]:
    """Return an error as JSON, without what a store's URL may hold besides a place."""
    return {key: redact(text) for key, text in error.to_json().items()}


def redact(text: str) -> str:
    """Leave user, password and query out of all URLs in a text."""
    return re.sub(r"(?<=://)([^\s'\"/][^\s'\"]*@)?([^\s'\"?]*)(\?[^\s'\"]*)?", r"\2", text)
