"""Persistence: append-only events, the projections made from them, and migrations."""

from ._events import Entry, Event
from ._store import Store, open_store

__all__ = ["Entry", "Event", "Store", "open_store"]
