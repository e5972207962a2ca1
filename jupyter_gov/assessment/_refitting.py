"""Fitting clones of a model again, alike each time."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import InputError
from ._model import Model
from ._pipeline import unwrap

SMALL = 100_000
"""Cells of a table up to which a model is fitted by one thread."""


class Refitting:
    """Fits clones of a model, which itself stays as it is.

    Parameters
    ----------
    model : Model
    seed : int
        In place of random states that are left open, which would be others each time.

    Attributes
    ----------
    states : tuple of str
        Names of its random states, those of its parts among them.

    Raises
    ------
    InputError
        If it cannot be cloned.
    """

    def __init__(self, model: Model, seed: int) -> None:
        self._model, self._seed = model, seed % 2**31
        found = unwrap(model.estimator)
        # A search is not made again: what it has found is what decides.
        self._estimator = found if type(model.estimator).__name__.endswith("SearchCV") else model.estimator
        try:
            known = self._cloned().get_params()
        except (TypeError, AttributeError, RuntimeError) as error:
            raise InputError(
                f"The model cannot be cloned, and so not trained again: {type(error).__name__}.",
                hint="Pass an unmodified estimator of scikit-learn's kind.",
            ) from None
        self.states = tuple(name for name in sorted(known) if name.split("__")[-1] == "random_state")
        self._open = tuple(name for name in self.states if known[name] is None)

    def fit(self, features: Any, labels: Any, state: int | None = None) -> Model:
        """Return a clone that is fitted to some rows.

        Parameters
        ----------
        features : table of shape (n, columns)
        labels : array of shape (n,)
        state : int, optional
            For all its random states; by default they stay.

        Raises
        ------
        InputError
            If it cannot be fitted to them.
        """
        made = self._cloned()
        seed = self._seed if state is None else state
        made.set_params(**dict.fromkeys(self._open if state is None else self.states, seed))
        try:
            with warnings.catch_warnings(), seeded(seed), few_threads(features):
                warnings.simplefilter("ignore")  # those of a fit are told when it is made, not thirty times again
                made.fit(features, labels)
        except Exception as error:
            raise InputError(
                f"The model could not be trained again: {type(error).__name__}.",
                hint="Pass the training data as they were passed to fit.",
            ) from error
        return replace(self._model, estimator=made)

    def _cloned(self) -> Any:
        from sklearn.base import clone

        return clone(self._estimator)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let code that draws from NumPy's global state draw the same each time, and leave that state as it was."""
    kept = np.random.get_state()  # noqa: NPY002 - what models without a random state of their own use
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(kept)  # noqa: NPY002


def few_threads(table: Any) -> Any:
    """Let OpenMP fit small tables by one thread: where cores are busy, waiting for the others takes far longer."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    small = int(np.prod(table.shape)) <= SMALL
    return threadpool_limits(limits=1 if small else None, user_api="openmp")
