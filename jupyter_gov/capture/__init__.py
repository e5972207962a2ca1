"""The kernel side: watches cells, data, fits and metrics while the user works."""

from ._tracker import track, untrack

__all__ = ["track", "untrack"]
