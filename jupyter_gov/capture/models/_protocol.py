"""Classes with scikit-learn's protocol that do not derive from its base class, wherever they are met.

They announce themselves in three ways: their module is imported, a cell defines them, or a variable holds them or one
of their objects when a cell has ended. What is only met in the last way may have been fitted unseen: that is a gap.
"""

from __future__ import annotations

import ast
import importlib.machinery
import sys
import weakref
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib.abc import MetaPathFinder
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from jupyter_gov.records._builtins import keep_builtins

from .. import _active
from .._describe import qualified
from .._imports import _call_after, _find
from ._fits import METHODS

if TYPE_CHECKING:
    from .._tracker import Tracker

keep_builtins(globals())

_USES = ("predict", "transform", "score", "predict_proba", "decision_function")

_OTHERS = frozenset(
    {*sys.stdlib_module_names, "IPython", "ipykernel", "jupyter_gov", "matplotlib", "numpy", "pandas", "pyarrow",
     "polars", "scipy", "sklearn", "joblib", "traitlets", "zmq", "tornado", "numba"} - {"__main__"}
)  # fmt: skip
"""Packages without such classes, or whose classes are observed otherwise."""

_REMEDY = "Describe the library by an adapter: docs/adapters.md."


class Protocol(MetaPathFinder):
    """Watches for classes with ``fit`` and one of ``predict``, ``transform`` and ``score``.

    Parameters
    ----------
    tracker : Tracker
        Whom to tell.
    observe : callable
        Observes the methods of a class.
    packages : iterable of str
        Packages that an adapter describes.
    """

    def __init__(self, tracker: Tracker, observe: Callable[[type], None], packages: Sequence[str]) -> None:
        self._tracker = tracker
        self._observe = observe
        self._others = _OTHERS.union(packages)
        self._seen: dict[int, weakref.ref[type]] = {}
        self._looked: dict[int, weakref.ref[type]] = {}
        self._busy: set[str] = set()
        self._mark = _Mark()

    def start(self) -> None:
        """Begin to watch; look at what is imported and defined already."""
        for name, module in list(sys.modules.items()):
            if type(module) is ModuleType and self._strange(name):
                _active.guarded(self._tracker, f"the classes of {name}", self._module, module)
        for value in list(self._tracker.shell.user_ns.values()):
            # What they did before tracking began is on the gap list as a whole.
            kind = value if issubclass(type(value), type) else type(value)
            _active.guarded(self._tracker, "a class", self._meet, kind)
        sys.meta_path.insert(0, self)
        self._tracker.shell.ast_transformers.append(self._mark)

    def stop(self) -> None:
        """Stop watching."""
        # Other threads and nested calls bind names behind a cell's back.
        _active.guarded(self._tracker, "what variables hold", self.look)
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        if self._mark in self._tracker.shell.ast_transformers:
            self._tracker.shell.ast_transformers.remove(self._mark)

    def look(self, names: Iterable[str] | None = None) -> None:
        """Look at what variables hold after a cell.

        Parameters
        ----------
        names : iterable of str, optional
            Those that the cell may have bound; by default all are looked at.
        """
        space = self._tracker.shell.user_ns
        values = list(space.values()) if names is None else [space[name] for name in names if name in space]
        held = {id(type(v)): type(v) for v in values}
        named = {id(v): v for v in values if issubclass(type(v), type)}
        for key, kind in {**held, **named}.items():
            if key in self._looked:
                continue
            self._looked[key] = weakref.ref(kind, partial(_forget, self._looked, key))
            _active.guarded(self._tracker, "a class", self._look_at, kind, key in held)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Let the other finders find a module; its classes are looked at once it has been executed."""
        if fullname in self._busy or not self._strange(fullname):
            return None
        self._busy.add(fullname)
        try:
            spec = _find(fullname, path, target, self)
        finally:
            self._busy.discard(fullname)
        if spec is None or type(spec.loader) is not importlib.machinery.SourceFileLoader:
            return None
        _call_after(
            spec.loader, lambda module: _active.guarded(self._tracker, f"what {fullname} does", self._module, module)
        )
        return spec

    def meet(self, kind: Any) -> None:
        """Observe a class that a cell has just defined."""
        if issubclass(type(kind), type):
            self._meet(kind)

    # ------------------------------------------------------------------------------------------------------------------

    def _strange(self, module: str) -> bool:
        return module.partition(".")[0] not in self._others

    def _module(self, module: ModuleType) -> None:
        name = module.__name__
        for value in list(vars(module).values()):
            if issubclass(type(value), type) and value.__module__ == name:
                self._meet(value)

    def _meet(self, kind: type) -> bool:
        """Observe a class if it is new and has the protocol; say whether it was and has."""
        key = id(kind)
        if key in self._seen:
            return False
        self._seen[key] = weakref.ref(kind, partial(_forget, self._seen, key))
        if not self._candidate(kind) or not any(_method(kind, name) for name in _USES):
            return False
        if not isinstance(_method(kind, "fit"), FunctionType):
            return False
        self._observe(kind)
        return True

    def _candidate(self, kind: type) -> bool:
        """Say whether a class has a ``fit``, and is none of those that are observed otherwise."""
        if _method(kind, "fit") is None or not self._strange(str(kind.__module__)):
            return False
        base = sys.modules.get("sklearn.base")
        return base is None or base.BaseEstimator not in kind.__mro__

    def _look_at(self, kind: type, held: bool) -> None:
        """Observe a class that a variable holds, or of which it holds an object."""
        if not self._meet(kind):
            self._lacking(kind)
        elif held:
            self._tracker.session.gap(
                f"what {qualified(kind)}.fit did before it was first met",
                "The class was not known before the cell that made an object of it had ended.",
                remedy="Run the cell again." if kind.__module__ == "__main__" else f"Run the cell again. {_REMEDY}",
                cell=self._tracker.cell(),
            )

    def _lacking(self, kind: type) -> None:
        """Put a class on the gap list that can be fitted in a way that is not observed."""
        if not self._candidate(kind):
            return
        if isinstance(_method(kind, "fit"), FunctionType) and any(_method(kind, name) for name in _USES):
            return
        self._tracker.session.gap(
            f"the fits of {qualified(kind)}",
            "It has a fit method that cannot be observed, or none of predict, transform and score.",
            remedy=_REMEDY,
            cell=self._tracker.cell(),
        )


class _Mark(ast.NodeTransformer):
    """Lets the classes that a cell defines announce themselves, so that what the same cell fits is seen."""

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        self.generic_visit(node)
        if not any(isinstance(n, ast.FunctionDef) and n.name in METHODS for n in node.body):
            return node
        # Looked up, not imported: in another process nobody is to be told.
        call = f"__import__('sys').modules[{__name__!r}].met({node.name})"
        (told,) = ast.parse(f"try:\n    {call}\nexcept Exception:\n    pass").body
        for inner in ast.walk(told):
            if hasattr(inner, "lineno"):
                ast.copy_location(inner, node)
                inner.lineno = inner.end_lineno = node.end_lineno  # type: ignore[attr-defined]
        return [node, told]


def met(kind: Any) -> None:
    """Tell the tracker of a class that a cell has defined."""
    tracker = _active.active()
    if tracker is not None:
        _active.guarded(tracker, "a class", tracker.protocol.meet, kind)


def _forget(known: dict[int, weakref.ref[type]], key: int, _: weakref.ref[type]) -> None:
    known.pop(key, None)


def _method(kind: type, name: str) -> Any:
    """Return what a class has under a name, without asking the class."""
    return next((owner.__dict__[name] for owner in kind.__mro__ if name in owner.__dict__), None)
