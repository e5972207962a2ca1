"""Numbers that are computed by hand from predictions: ``(predicted == y).mean()``. See ``docs/metrics.md``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from .._active import active, guarded
from ._probe import Mark, Probe, visits
from ._rewrite import MARK, PROBE, Rewriter

if TYPE_CHECKING:
    from .._tracker import Tracker

_probes = {PROBE: Probe(), MARK: Mark()}


class ByHand:
    """Puts probes into cells, as one of IPython's transformers of syntax trees.

    Parameters
    ----------
    tracker : Tracker
        Whom to tell.
    """

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._shell = tracker.shell
        self._placed = False
        self._lasting = False

    def start(self) -> None:
        """Begin with the next cell."""
        self._shell.ast_transformers.append(self)

    def stop(self) -> None:
        """Leave cells alone again; the probe stays where a function from a cell still calls it."""
        self._shell.ast_transformers[:] = [t for t in self._shell.ast_transformers if t is not self]
        visits.clear()
        if self._placed and not self._lasting:
            for name, probe in _probes.items():
                if self._shell.user_ns.get(name) is probe:
                    del self._shell.user_ns[name]
                    self._shell.user_ns_hidden.pop(name, None)
        self._placed = False

    def visit(self, node: Any) -> Any:
        """Put probes into a cell's tree."""
        if active() is self._tracker:
            guarded(self._tracker, "numbers computed by hand in a cell", self._rewrite, node)
        return node

    def _rewrite(self, node: Any) -> None:
        visits.clear()
        rewriter = Rewriter(functions=not _compiles(self._shell.user_ns))
        try:
            rewriter.rewrite(node)
        finally:
            self._lasting = self._lasting or rewriter.lasting
            if rewriter.probes or self._placed:
                # Again where `%reset` has taken it away.
                self._shell.user_ns.update(_probes)
                self._shell.user_ns_hidden.update(_probes)
                self._placed = True


def _compiles(variables: Mapping[str, Any]) -> bool:
    """Say whether the user has numba at hand, which reads functions' bytecode and knows no probe."""
    if "numba" not in sys.modules:
        return False
    for value in list(variables.values()):
        kind = type(value)
        name = value.__name__ if kind is ModuleType else value.__module__ if kind is FunctionType else ""
        if isinstance(name, str) and name.partition(".")[0] == "numba":
            return True
    return False
