"""A ``fit`` that is under way: what is known of it before, and what is read from it after."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from jupyter_gov.records import Json, new_id, utc_now
from jupyter_gov.records._builtins import keep_builtins

from .._active import of_library
from .._describe import describe, qualified
from . import _tree
from ._parameters import arguments, own, parameters
from ._search import searches

if TYPE_CHECKING:
    from .._tracker import Tracker

keep_builtins(globals())

MAX_CHILDREN = 64
"""Fits inside one call that are listed one by one; more are counted on the gap list."""


class FitCall:
    """A ``fit`` that is under way.

    Parameters
    ----------
    tracker : Tracker
        Whom to tell.
    estimator : estimator
        What is being fitted.
    parent : FitCall or None
        The call inside which this one happens.
    method : str
        What was called: ``fit``, ``fit_transform``, ``partial_fit``, …
    listed : bool
        Whether the fit is to be recorded, rather than being a means of its parent's.
    """

    def __init__(
        self, tracker: Tracker, estimator: Any, parent: FitCall | None, *, method: str = "fit", listed: bool = True
    ) -> None:
        self.tracker = tracker
        self.estimator = estimator
        self.parent = parent
        self.method = method
        self.listed = listed
        self.id = new_id() if listed else ""
        self.cell: str | None = tracker.cell() if parent is None else parent.cell
        self.started = utc_now() if listed else ""
        self.previous: str | None = None
        self.datasets: tuple[str, ...] = ()
        self.watched: tuple[str, ...] = ()
        self.features: tuple[str, ...] = ()
        self.grouped = False
        self.children: list[FitCall] = []
        self.omitted = 0
        self.ok = True
        self.seconds = 0.0
        self.cpu_seconds: float | None = None
        self.peak_memory_bytes: int | None = None
        self.randomness: Literal["", "seeded", "unseeded"] = ""
        self.named = False
        """Whether a metric or prediction names this fit already, while the one around it goes on."""
        self._chosen: dict[int, type] | None = None
        self._searches: bool | None = None
        self._usage: Any = None
        self._mark: Any = None
        self._clock = time.perf_counter()

    # -- what it is a fit of -------------------------------------------------------------------------------------------

    @property
    def class_name(self) -> str:
        """The qualified name of what is fitted."""
        return qualified(type(self.estimator))

    @property
    def models(self) -> tuple[Any, ...]:
        """The objects that are what they are because of this fit; the first is what a variable holds."""
        # What LightGBM's and XGBoost's scikit-learn classes give away by `booster_` and `get_booster`.
        inside = own(self.estimator).get("_Booster")
        return tuple(model for model in (self.estimator, inside) if model is not None)

    @property
    def learned(self) -> Any:
        """What the model's identity is made of."""
        return self.estimator

    @property
    def params(self) -> Mapping[str, Json]:
        """All parameters as JSON, and of a search those that it chose."""
        found = parameters(self.estimator)
        best = own(self.estimator).get("best_params_") if self.searches else None
        return {**found, "best_params_": describe(best)} if best is not None else found

    @property
    def own(self) -> bool:
        """Whether the user wrote this ``fit``, so that what it computes is the user's."""
        return self.listed and not of_library(type(self.estimator).__module__)

    @property
    def unread(self) -> bool:
        """Whether there are parameters that an empty `params` would leave out."""
        return not hasattr(type(self.estimator), "get_params") and bool(arguments(type(self.estimator)))

    @property
    def searches(self) -> bool:
        """Whether this is a search, of whose inner fits only the chosen one is listed."""
        if self._searches is None:
            self._searches = self.estimator is not None and searches(type(self.estimator))
        return self._searches

    @property
    def workers(self) -> Any:
        """In how many processes or threads the estimator says that it works."""
        return own(self.estimator).get("n_jobs")

    def chose(self, child: Any) -> bool:
        """Say whether an inner fit is of a kind that the user put there, as a step or as a parameter."""
        if self._chosen is None:
            self._chosen = _tree.kinds(self.estimator)
        return id(type(child)) in self._chosen

    # -- its course ----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start the clocks."""
        if self.listed:
            self._mark = self.tracker.randomness.mark()
            self._usage = self.tracker.resources.begin()
        self._clock = time.perf_counter()

    def end(self, *, ok: bool) -> None:
        """Stop the clocks."""
        self.ok = ok
        self.seconds = time.perf_counter() - self._clock
        if self.listed and self._usage is not None:
            _, self.cpu_seconds, self.peak_memory_bytes = self.tracker.resources.end(self._usage)
            self.randomness = self.tracker.randomness.since(self._mark)

    def adopt(self, child: FitCall) -> None:
        """Take in a fit that has ended inside this one."""
        same = bool(self.children) and self.children[-1].estimator is child.estimator
        if self.searches:
            # The chosen candidate is fitted last; to hold on to the others would be to hold every model of a search.
            self.children = [child]
        elif same and not self.children[-1].named:
            # Fitted over again, as self-training does: only the last makes it what it is.
            self.children[-1] = child
        elif len(self.children) < MAX_CHILDREN:
            self.children.append(child)
        else:
            self.omitted += 1
            child.forget()

    def forget(self) -> None:
        """Let go of what was fitted: a model that the user deletes is gone at once."""
        for child in self.children:
            child.forget()
        self.children, self.parent, self.estimator = [], None, None
