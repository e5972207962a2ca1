"""One open store a URL and process."""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING

from .settings import store_url

if TYPE_CHECKING:
    from jupyter_gov.store import Store

_lock = Lock()
_open: dict[tuple[int, str], Store] = {}


def get_store(url: str | None = None) -> Store:
    """Return the open store at `url` (by default the one in force), opening it at the first call.

    Raises
    ------
    StoreError
        If it cannot be opened.
    """
    from jupyter_gov.store import open_store

    # Connections must not be shared with a forked child, hence the process id.
    key = (os.getpid(), store_url(url))
    with _lock:
        if key not in _open:
            _open[key] = open_store(key[1])
        return _open[key]


def close_stores() -> None:
    """Close every store that this process has opened."""
    with _lock:
        while _open:
            (pid, _), store = _open.popitem()
            if pid == os.getpid():
                store.close()
            else:
                store.forget_connections()
