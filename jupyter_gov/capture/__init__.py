"""The kernel side: watches cells, data, fits and metrics while the user works."""

from ._tracking import look_at_notebook, track, untrack

__all__ = ["look_at_notebook", "track", "untrack"]
