"""Numbers that are computed by hand from predictions: ``(predicted == y).mean()``. See ``docs/metrics.md``."""

from __future__ import annotations

import ast
import sys
from codeop import Compile
from collections.abc import Mapping
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from .._active import active, guarded, unnoticed
from .._exchange import Exchange
from ._losses import Losses
from ._probe import Mark, Probe, visits
from ._rewrite import Rewriter
from ._words import MARK, PROBE

if TYPE_CHECKING:
    from .._tracker import Tracker

_REPEATED = "<magic-timeit"
"""How the files begin that ``%timeit`` compiles: no number in them is one that anybody sees."""

_probes: dict[object, object] = {PROBE: Probe(), MARK: Mark()}


class ByHand:
    """Puts probes into cells as they are compiled.

    Code of a cell holds its probes among its constants: no name is looked up that a cell could delete, that another
    module would lack, or that would show among the user's variables.

    Parameters
    ----------
    tracker : Tracker
        Whom to tell.
    """

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._shell = tracker.shell
        self._exchange: Exchange | None = None
        self.losses = Losses(tracker)
        self.files: set[str] = set()
        """The cells, as Python names their files, whose functions hold probes."""

    def start(self) -> None:
        """Begin with the next statement of a cell."""
        self._exchange = Exchange(vars(Compile)["__call__"], observe_compilation)
        self._shell.events.register("post_run_cell", self._end)

    def stop(self) -> None:
        """Leave cells alone again; probes in functions that are still there only give back what they are told."""
        if self._exchange is not None:
            self._exchange.undo({id(self._exchange.shell): self._exchange})
            self._exchange = None
            self._shell.events.unregister("post_run_cell", self._end)
        guarded(self._tracker, "numbers computed by hand in a cell", self.losses.tell)
        visits.clear()

    def rewrite(self, node: Any, file: str) -> None:
        """Put probes into a tree that is about to be compiled."""
        if file not in self.files:
            visits.clear()
            self.files.add(file)
        for name in _constants(node):
            self._tracker.predictions.known.forget_name(name)
        # The text of what `%%time` compiles is nowhere to be found by its file.
        Rewriter(functions=not _compiles(self._shell.user_ns), texts=file.startswith("<timed")).rewrite(node)

    def _end(self, _: Any) -> None:
        guarded(self._tracker, "numbers computed by hand in a cell", self.losses.tell)


@unnoticed
def observe_compilation(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for the compiler that IPython hands the statements of a cell to, one by one."""
    __tracebackhide__ = True
    tracker = active()
    if tracker is None or len(args) < 3 or not isinstance(args[1], ast.AST) or args[2].startswith(_REPEATED):
        return original(*args, **kwargs)
    guarded(tracker, "numbers computed by hand in a cell", tracker.by_hand.rewrite, args[1], args[2])
    return _filled(original(*args, **kwargs))


def _filled(code: Any) -> Any:
    """Return code with the probes in the places that were kept for them."""
    if type(code) is not CodeType:
        return code
    constants = tuple(_probes.get(c, c) if type(c) is str else _filled(c) for c in code.co_consts)
    changed = any(a is not b for a, b in zip(constants, code.co_consts, strict=True))
    return code.replace(co_consts=constants) if changed else code


def _constants(node: Any) -> list[str]:
    """Return the variables that a statement gives a constant to: it runs as soon as it is compiled."""
    return [
        target.id
        for statement in getattr(node, "body", ()) if isinstance(statement, ast.Assign)
        for target, value in _pairs(statement)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant)
    ]  # fmt: skip


def _pairs(statement: ast.Assign) -> list[tuple[ast.expr, ast.expr]]:
    given, value = statement.targets, statement.value
    if isinstance(value, ast.Tuple) and isinstance(given[0], ast.Tuple):
        return list(zip(given[0].elts, value.elts, strict=False))
    return [(target, value) for target in given]


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
