"""A digest over what a cell put out, taken from the kernel's own messages as they leave."""

from __future__ import annotations

import sys
import threading
from typing import Any

from blake3 import blake3

from jupyter_gov.ledger import canonical_bytes

_DISPLAYS = ("display_data", "execute_result", "update_display_data")


class _Outputs:
    """The running digest of one cell's outputs."""

    def __init__(self) -> None:
        # How a stream is cut into messages depends on timing, so each stream is hashed as one text of its own.
        self.streams = {"stdout": blake3(), "stderr": blake3()}
        self.rest = blake3()

    def add(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "stream" and content.get("name") in self.streams:
            self.streams[content["name"]].update(str(content.get("text", "")).encode("utf-8", "replace"))
        elif kind == "error":
            self._add([kind, content.get("ename"), content.get("evalue")])
        elif kind in _DISPLAYS and "jupyter_gov" not in (content.get("metadata") or {}):
            self._add([kind, content.get("data"), content.get("metadata")])
        elif kind == "clear_output":
            self.__init__()  # type: ignore[misc]

    def _add(self, parts: list[Any]) -> None:
        text = canonical_bytes(parts)
        self.rest.update(len(text).to_bytes(8, "big") + text)

    def digest(self) -> str:
        whole = blake3(b"jupyter_gov outputs 1")
        for part in (*self.streams.values(), self.rest):
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
        self.available = self._session is not None

    def start(self) -> None:
        """Begin watching the messages that the kernel publishes."""
        if not self.available:
            return
        send = self._session.send

        def watched(stream: Any, msg_or_type: Any, *args: Any, **kwargs: Any) -> Any:
            sent = send(stream, msg_or_type, *args, **kwargs)
            try:
                self._see(msg_or_type, args, kwargs)
            except Exception:
                # The message has gone out; a digest that cannot be made is missing, nothing more.
                return sent
            return sent

        self._session.send = watched

    def stop(self) -> None:
        """Give the session its own method back."""
        if self.available:
            self._session.__dict__.pop("send", None)

    def open(self) -> str | None:
        """Begin the outputs of the request that is being handled; return its message id."""
        if not self.available:
            return None
        message: str | None = (self._kernel.get_parent("shell") or {}).get("header", {}).get("msg_id")
        if message:
            with self._lock:
                self._open[message] = _Outputs()
        return message

    def close(self, message: str | None) -> str | None:
        """Return the digest of a request's outputs; to be called off the user's path, since it flushes the streams."""
        if message is None:
            return None
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        with self._lock:
            outputs = self._open.pop(message, None)
        return outputs.digest() if outputs else None

    def _see(self, msg_or_type: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if isinstance(msg_or_type, str):
            kind = msg_or_type
            content = args[0] if args else kwargs.get("content")
            parent = args[1] if len(args) > 1 else kwargs.get("parent")
            header = (parent or {}).get("header", parent) or {}
        else:
            kind = msg_or_type.get("msg_type") or msg_or_type.get("header", {}).get("msg_type")
            content, header = msg_or_type.get("content"), msg_or_type.get("parent_header") or {}
        with self._lock:
            outputs = self._open.get(header.get("msg_id", ""))
            if outputs is not None and content:
                outputs.add(kind, content)
