"""What services ask of whoever watches the kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol


class Resolver(Protocol):
    """Knows which record stands for an object of the user's; `capture` installs one."""

    def fit_of(self, model: object) -> str | None:
        """Return the id of the fit that made `model` what it is, or None."""

    def rows_fitted_on(self, model: object, dataset: str | None) -> Literal["", "inside", "around"]:
        """Say whether the fit that made `model` what it is saw all rows of the data set of that id, some, or none."""

    def dataset_of(self, data: object, name: str, *, role: Literal["source", "test"] = "test") -> str | None:
        """Return the id of the data set with this content, recording it if it is new, or None."""

    def name_of(self, thing: object) -> str:
        """Return the variable that holds `thing`, or an empty string."""

    def cell(self) -> str | None:
        """Return the id of the cell that is running, or None."""

    def assessed(self, fit: str | None, dataset: str | None, truth: str | None) -> None:
        """Take note of what was assessed: a fit on a data set, compared with another; by their ids."""

    def settle(self, seconds: float = 10.0) -> None:
        """Finish what is left to be worked out about the run so far, within that time."""

    def trained_on(self, model: object) -> tuple[object, ...]:
        """Return what the fit of `model` was given, features first; None for what is not there any more as it was."""

    def adopt(self, model: object, data: Mapping[str, object], *, made_from: str | None, seconds: float) -> str | None:
        """Record a fit of our own as if it were the user's, of these data and made from another fit; return its id."""
