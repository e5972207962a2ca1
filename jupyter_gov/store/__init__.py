"""Persistence: append-only events, the projections made from them, and migrations."""

from ._events import Entry, Event
from ._look import Journal, Look, find_damage, find_state, locate, look, look_at_journal
from ._store import Store, open_store

__all__ = [
    "Entry",
    "Event",
    "Journal",
    "Look",
    "Store",
    "find_damage",
    "find_state",
    "locate",
    "look",
    "look_at_journal",
    "open_store",
]
