"""Predictions that a cell computed with in ways that ended in no metric."""

from __future__ import annotations

import sysconfig
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal

from .._active import HIDDEN
from ..metrics._traces import Origin, Origins

if TYPE_CHECKING:
    from .._tracker import Tracker
    from ._origins import Variables

_LIBRARIES = tuple(
    p for n in ("stdlib", "platstdlib", "purelib", "platlib") if (p := sysconfig.get_paths().get(n))
)  # fmt: skip

_MAX_NAMES = 5

Writer = Literal["cell", "user", ""]


class Losses:
    """Puts one gap on the list for each cell that computed with predictions in ways that are not followed.

    Parameters
    ----------
    tracker : Tracker
        Whom to tell.
    """

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._uses: dict[str | None, dict[Origin, str]] = {}

    def use(self, origins: Origins, name: str) -> None:
        """Take note that a cell computed with predictions, which a metric may yet come of."""
        if origins:
            uses = self._uses.setdefault(self._tracker.cell(), {})
            for origin in origins:
                uses.setdefault(origin, name)

    def tell(self) -> None:
        """End a cell: what no metric came of is a gap."""
        uses, self._uses = self._uses, {}
        reported = self._tracker.predictions.reported
        for cell, used in uses.items():
            told = {(o.fit, o.dataset) for at, o in list(reported) if at == cell}
            names = list(dict.fromkeys(n for o, n in used.items() if (o.fit, o.dataset) not in told))
            if names:
                more = " and others" if len(names) > _MAX_NAMES else ""
                self._tracker.session.gap(
                    f"numbers computed from {', '.join(names[:_MAX_NAMES])}{more}",
                    "The cell computes with predictions one by one, or in a function that is not part of the notebook; "
                    "numbers that come of that are not followed.",
                    remedy="Compute them from the whole array, as in (predicted == y).mean(), or with sklearn.metrics.",
                    cell=cell,
                )
        reported.clear()


def writer(tracker: Tracker, path: tuple[str, ...], variables: Variables) -> Writer:
    """Say whether a function is from a cell that holds probes, else the user's, or from elsewhere.

    Parameters
    ----------
    path : tuple of str
        The variable that holds it, and the attributes from there.
    """
    value: Any = variables[path[0]] if path else None
    for name in path[1:]:
        try:
            value = object.__getattribute__(value, "__dict__").get(name)
        except AttributeError:
            return ""
    if type(value) is not FunctionType:
        return ""
    file = value.__code__.co_filename
    if file in tracker.by_hand.files:
        return "cell"
    return "" if file.startswith((*_LIBRARIES, "<frozen", HIDDEN)) else "user"
