"""Which explainers a model has: the most direct first, permutations, which explain any, last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .._asking import Asking
from .._model import Model
from .._pipeline import flatten, origins
from .._table import take
from ._attributions import Explainer
from ._direct import Derived
from ._linear import read_linear
from ._permutation import by_permutation
from ._tree import is_tree, read_tree

MAX_BACKGROUND = 10_000
"""Rows over which the mean of a linear model's background is taken."""
TREE_BACKGROUND = 100
"""Background rows of interventional attributions of trees."""
_MIXED = "Some derived columns mix several columns of X, so the whole model was explained by permutations."
_WRONG = (
    "The explainer made for this kind of model yields attributions that do not add up to its output, so the whole "
    "model was explained by permutations."
)


def explainers(model: Model, table: Any, background: Any, seed: int, *, repeats: int = 1) -> Iterator[Explainer]:
    """Yield the explainers of a model in the columns of `table`; the last explains any model.

    Parameters
    ----------
    model : Model
    table : DataFrame or ndarray of shape (n, columns)
    background : table with the same columns, or None
    seed : int
    repeats : int
        Permutations for each row.
    """
    steps, final = flatten(model.estimator)
    final = getattr(final, "_model", final) if isinstance(final, Asking) else final
    sources = origins(steps, final, table)
    notes: tuple[str, ...] = (_MIXED,) if sources is None else ()
    if sources is not None and (is_tree(final) or hasattr(final, "coef_")):
        direct = _direct(Derived(model, table, steps, final), final, sources, table, background, seed)
        if direct is not None:
            yield direct
            notes = (_WRONG,)
    yield by_permutation(model, table, background, seed, notes, repeats=repeats)


def _direct(
    derived: Derived, final: Any, sources: list[int], table: Any, background: Any, seed: int
) -> Explainer | None:
    """Return the explainer made for a kind of model, or None."""
    own = background is None
    if is_tree(final):
        base = None if own else derived.seen(_some(background, TREE_BACKGROUND, seed))
        trees = read_tree(final, base, sources)
        return None if trees is None else derived.explainer(trees)
    base = derived.seen(_some(table if own else background, MAX_BACKGROUND, seed))
    linear = read_linear(final, base, sources, own=own)
    return None if linear is None else derived.explainer(linear)


def _some(table: Any, most: int, seed: int) -> Any:
    if len(table) <= most:
        return table
    return take(table, np.random.default_rng(seed).permutation(len(table))[:most])
