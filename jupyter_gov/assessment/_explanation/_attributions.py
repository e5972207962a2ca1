"""How much each column moved the model's output in each row: SHAP values in the columns that the user knows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._model import Model
from .._prepare import Floats, Ints
from .._table import names_of

TOLERANCE = 1e-4
"""Largest additivity error, relative to the largest output, at which attributions of linear models and trees count."""

Progress = Callable[[int, int], None]
Interactions = Callable[[Ints, list[tuple[int, int]]], Floats | None]


@dataclass(frozen=True, kw_only=True)
class Attributions:
    """SHAP values of some rows of a table, with how they were made.

    Attributes
    ----------
    values : ndarray of shape (m, columns)
        By how much each column of the table moves the output of the row, signed.
    rows : ndarray of shape (m,)
        Positions of the explained rows in the table.
    outputs : ndarray of shape (m,)
        The model's output; `values` of a row and `base` add up to it but for `error`. Of several classes it is that of
        the row's most likely class.
    base : float, or ndarray of shape (m,)
        The mean output over the background; of several classes one for each row, as their class differs.
    names : list of str
        Of the columns.
    explainer : str
        ``linear``, ``tree``, ``native`` or ``permutation``.
    output : str
        What is explained: ``probability``, ``log-odds``, ``decision function``, ``prediction``, …
    background : str
        What stands for "the column is not known": ``rows of X``, ``given``, or ``tree_path_dependent`` for the training
        data as it went through the nodes of trees.
    background_rows : int
        None of them for the last.
    error : float
        The largest additivity error.
    interactions : callable
        Maps rows of the table, as positions, and pairs of columns, as positions, to two independent estimates of the
        Shapley interaction indices of as many of the rows, from the first, as can be afforded: of shape (2, k, pairs),
        equal ones if they are exact; None where there are none or they are not known.
    notes : tuple of str
        What the reader should know.
    """

    values: Floats
    rows: Ints
    outputs: Floats
    base: float | Floats
    names: list[str]
    explainer: str
    output: str
    background: str
    background_rows: int
    error: float
    interactions: Interactions = field(repr=False)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, kw_only=True)
class Part:
    """Attributions of one batch of rows, and how well they add up; shapes as in `Attributions`."""

    values: Floats
    base: float | Floats
    outputs: Floats

    @property
    def error(self) -> float:
        """The largest additivity error; infinite where something is not finite."""
        error = float(np.abs(self.values.sum(axis=1) + self.base - self.outputs).max(initial=0.0))
        return error if math.isfinite(error) else math.inf

    @property
    def adds_up(self) -> bool:
        """Whether the error is within `TOLERANCE`."""
        return self.error <= TOLERANCE * max(1.0, float(np.abs(self.outputs).max(initial=0.0)))


@dataclass(frozen=True, kw_only=True)
class Explainer:
    """One way to explain a model.

    Attributes
    ----------
    name, output, background, background_rows, interactions, notes
        As in `Attributions`.
    affordable : callable
        Maps rows of the table, as positions, to how many of them, from the first, a global explanation may explain.
    explain : callable
        Maps rows of the table, as positions, and a progress to a `Part`.
    batch : int
        Rows of the first batch of a global explanation.
    trusted : bool
        Whether attributions that do not add up are kept, with their error.
    """

    name: str
    output: str
    background: str
    background_rows: int
    explain: Callable[[Ints, Progress], Part]
    affordable: Callable[[Ints], int]
    interactions: Interactions
    batch: int = 500
    trusted: bool = False
    notes: tuple[str, ...] = ()

    def attributions(self, rows: Ints, names: list[str], parts: list[Part]) -> Attributions:
        """Return parts as one."""
        bases = [np.broadcast_to(part.base, (len(part.values),)) for part in parts]
        single = all(np.ndim(part.base) == 0 for part in parts)
        return Attributions(
            values=np.concatenate([part.values for part in parts]),
            rows=rows,
            outputs=np.concatenate([part.outputs for part in parts]),
            base=float(np.asarray(parts[0].base)) if single else np.concatenate(bases),
            names=names,
            explainer=self.name,
            output=self.output,
            background=self.background,
            background_rows=self.background_rows,
            error=max(part.error for part in parts),
            interactions=self.interactions,
            notes=self.notes,
        )


def attribute(
    model: Model,
    table: Any,
    rows: Ints,
    *,
    background: Any = None,
    seed: int = 0,
    repeats: int = 1,
    notify: Progress = lambda _done, _total: None,
) -> Attributions:
    """Explain the given rows of a table in its own columns, by the most direct explainer that proves to add up.

    Parameters
    ----------
    model : Model
    table : DataFrame or ndarray of shape (n, columns)
        What the model predicts on.
    rows : ndarray of shape (m,)
        Positions of the rows to explain, at least one.
    background : table with the columns of `table`, optional
        Rows that stand for "the column is not known"; by default rows of `table` itself, and for trees the training
        data as it went through their nodes.
    seed : int
        Of permutations, and of the choice of background rows. What is found of a row depends on it, and on no other row
        of `rows`.
    repeats : int
        Permutations, each with its reverse, for each row, where the explainer is ``permutation``: more for fewer rows.
    notify : callable
        Told the rows done and their total.

    Returns
    -------
    Attributions

    Raises
    ------
    InputError
        If it would take longer than the model's time limit.
    """
    from ._explainers import explainers

    rows = np.asarray(rows, np.int64)
    for explainer in explainers(model, table, background, seed, repeats=repeats):
        part = explainer.explain(rows, notify)
        if explainer.trusted or part.adds_up:
            return explainer.attributions(rows, names_of(table), [part])
    raise AssertionError("the last explainer is trusted")


def blocks(rows: int, size: int) -> Iterator[slice]:
    """Yield slices that cover so many rows."""
    for start in range(0, rows, size):
        yield slice(start, min(start + size, rows))
