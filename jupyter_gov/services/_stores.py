"""One open store a URL and process."""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING

from .settings import store_url

if TYPE_CHECKING:
    from jupyter_gov.store import Store

_lock = Lock()
_open: dict[str, Store] = {}
_inherited: list[Store] = []
"""Stores of the process that this one was forked from: SQLite allows a child neither to use nor to close them."""


def get_store(url: str | None = None) -> Store:
    """Return the open store at `url` (by default the one in force), opening it at the first call.

    Raises
    ------
    StoreError
        If it cannot be opened.
    """
    from jupyter_gov.store import open_store

    key = store_url(url)
    with _lock:
        if key not in _open:
            _open[key] = open_store(key)
        return _open[key]


def close_stores() -> None:
    """Close every store that this process has opened."""
    with _lock:
        while _open:
            _open.popitem()[1].close()


def _in_child() -> None:
    global _lock
    _lock = Lock()
    _inherited.extend(_open.values())
    _open.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
