"""A digest over what a cell put out, taken from the kernel's own messages as they leave."""

from __future__ import annotations

import contextlib
import sys
import threading
from typing import Any

from blake3 import blake3

from jupyter_gov.ledger import canonical_bytes
from jupyter_gov.records._builtins import keep_builtins

from .._active import active

keep_builtins(globals())

_DISPLAYS = ("display_data", "execute_result", "update_display_data")


class _Outputs:
    """The running digest of one cell's outputs."""

    def __init__(self) -> None:
        self.error = ""
        self._reset()

    def _reset(self) -> None:
        # How a stream is cut into messages depends on timing, so each stream is hashed as one text of its own.
        self._streams = {"stdout": blake3(), "stderr": blake3()}
        self._rest = blake3()
        self._waiting = False
        self._complete = True

    def add(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "clear_output":
            if content.get("wait"):
                self._waiting = True
            else:
                self._reset()
        elif kind == "stream" and content.get("name") in self._streams:
            self._begin()
            self._streams[content["name"]].update(str(content.get("text", "")).encode("utf-8", "replace"))
        elif kind == "error":
            self.error = f"{content.get('ename')}: {content.get('evalue')}"
            self._add([kind, content.get("ename"), content.get("evalue")])
        elif kind in _DISPLAYS and "jupyter_gov" not in (content.get("metadata") or {}):
            self._add([kind, content.get("data"), content.get("metadata")])

    def _begin(self) -> None:
        """Do the clearing that was to wait for the next output."""
        if self._waiting:
            self._reset()

    def _add(self, parts: list[Any]) -> None:
        self._begin()
        try:
            text = canonical_bytes(parts)
        except Exception:
            # Part of the outputs has no canonical form: no digest is better than one over the others alone.
            self._complete = False
        else:
            self._rest.update(len(text).to_bytes(8, "big") + text)

    def digest(self) -> str | None:
        if not self._complete:
            return None
        whole = blake3(b"jupyter_gov outputs 1")
        for part in (*self._streams.values(), self._rest):
            whole.update(part.digest())
        return f"jg1:{whole.hexdigest()}"


class OutputWatch:
    """Digests the outputs of every cell of an ipykernel; elsewhere there is nothing to watch.

    Parameters
    ----------
    shell : InteractiveShell
        The running shell.
    """

    def __init__(self, shell: Any) -> None:
        self._kernel: Any = getattr(shell, "kernel", None)
        self._session: Any = getattr(self._kernel, "session", None)
        self._lock = threading.Lock()
        self._open: dict[str, _Outputs] = {}
        self._watched: Any = None
        self.available = self._session is not None

    def start(self) -> None:
        """Begin watching the messages that the kernel publishes."""
        if not self.available:
            return
        # What the running cell has put out so far is not ours to see, whether it has left already or not.
        _flush()
        send = self._session.send

        def watched(*args: Any, **kwargs: Any) -> Any:
            sent = send(*args, **kwargs)
            # The message has gone out, whatever becomes of our digest. A forked child must not wait for our lock.
            if active() is not None:
                with contextlib.suppress(Exception):
                    self._see(*args, **kwargs)
            return sent

        self._watched = self._session.send = watched

    def stop(self) -> None:
        """Give the session its own method back, unless somebody has put theirs over ours."""
        if self.available and self._session.__dict__.get("send") is self._watched:
            del self._session.send

    def message(self) -> str | None:
        """Return the id of the request that is being handled."""
        if not self.available:
            return None
        message: str | None = (self._kernel.get_parent("shell") or {}).get("header", {}).get("msg_id")
        return message

    def open(self, message: str | None) -> None:
        """Begin the outputs of a request."""
        if message:
            with self._lock:
                self._open[message] = _Outputs()

    def error(self, message: str | None) -> str:
        """Return ``Type: message`` as a request's last error was shown; empty where none was seen."""
        with self._lock:
            outputs = self._open.get(message or "")
        return outputs.error if outputs else ""

    def close(self, message: str | None) -> str | None:
        """Return the digest of a request's outputs; to be called off the user's path, since it flushes the streams."""
        if message is None:
            return None
        _flush()
        with self._lock:
            outputs = self._open.pop(message, None)
        return outputs.digest() if outputs else None

    def _see(
        self,
        _stream: Any,
        msg_or_type: Any,
        content: dict[str, Any] | None = None,
        parent: dict[str, Any] | None = None,
        *_: Any,
        **__: Any,
    ) -> None:
        if isinstance(msg_or_type, str):
            kind, header = msg_or_type, (parent or {}).get("header", parent) or {}
        else:
            kind = msg_or_type.get("msg_type") or msg_or_type.get("header", {}).get("msg_type")
            content, header = msg_or_type.get("content"), msg_or_type.get("parent_header") or {}
        with self._lock:
            outputs = self._open.get(header.get("msg_id", ""))
            if outputs is not None and content:
                outputs.add(kind, content)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        # Whatever the user has put in their place.
        with contextlib.suppress(Exception):
            stream.flush()
