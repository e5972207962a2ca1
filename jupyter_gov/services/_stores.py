"""One open store a URL and process."""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING

from jupyter_gov.errors import StoreError

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


def find_store(url: str | None = None) -> Store | None:
    """Return the open store at `url` to read in, or None where there is none yet: who only reads makes none.

    Raises
    ------
    StoreError
        If it cannot be opened.
    """
    from jupyter_gov.store import find_state, locate

    key = store_url(url)
    return get_store(key) if key in _open or find_state(locate(key)) != "empty" else None


def check_revision(url: str | None = None) -> None:
    """Raise where the next use would migrate the store at `url`; changes nothing.

    Raises
    ------
    StoreError
        If an earlier version wrote it, or `url` names no store.
    """
    from jupyter_gov.store import find_state, locate

    key = store_url(url)
    if key not in _open and find_state(locate(key)) == "earlier":
        raise StoreError(
            "The store was written by an earlier version of jupyter-gov and has not been migrated yet.",
            hint="To migrate it: jupyter gov runs",
        )


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
