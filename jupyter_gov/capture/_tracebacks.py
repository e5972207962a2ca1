"""Keeping the observers' frames out of the tracebacks that a notebook shows."""

from __future__ import annotations

import contextlib
from types import TracebackType
from typing import Any

from ._active import HIDDEN


class Tracebacks:
    """Takes our frames out of a traceback before IPython shows it, so that it reads as it does untracked.

    ``__tracebackhide__`` alone leaves a line that says how many frames were hidden.

    Parameters
    ----------
    shell : InteractiveShell
        The running shell.
    """

    def __init__(self, shell: Any) -> None:
        self._formatter: Any = shell.InteractiveTB
        self._watched: Any = None

    def start(self) -> None:
        """Begin to take frames out."""
        shown = self._formatter.structured_traceback

        def structured_traceback(
            etype: Any, evalue: Any = None, etb: TracebackType | None = None, *args: Any, **kwargs: Any
        ) -> Any:
            with contextlib.suppress(Exception):
                etb = _without_ours(evalue, etb)
            return shown(etype, evalue, etb, *args, **kwargs)

        self._watched = self._formatter.structured_traceback = structured_traceback

    def stop(self) -> None:
        """Give the formatter its own method back, unless somebody has put theirs over ours."""
        if self._formatter.__dict__.get("structured_traceback") is self._watched:
            del self._formatter.structured_traceback


def _without_ours(error: BaseException | None, first: TracebackType | None) -> TracebackType | None:
    """Unlink our frames from a traceback and from those of the errors that it tells of; return where it begins now."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        told = waiting.pop()
        if isinstance(told, BaseException) and id(told) not in seen:
            seen.add(id(told))
            told.__traceback__ = _unlinked(told.__traceback__)
            waiting += [told.__cause__, told.__context__]
            if isinstance(told, BaseExceptionGroup):
                waiting += told.exceptions
    return _unlinked(first)


def _unlinked(first: TracebackType | None) -> TracebackType | None:
    while first is not None and _is_ours(first):
        first = first.tb_next
    at = first
    while at is not None:
        while at.tb_next is not None and _is_ours(at.tb_next):
            at.tb_next = at.tb_next.tb_next
        at = at.tb_next
    return first


def _is_ours(entry: TracebackType) -> bool:
    return entry.tb_frame.f_code.co_filename == HIDDEN
