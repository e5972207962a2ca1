"""SHAP values of any model by antithetic permutations over the columns of its input.

This is the estimator of ``shap.PermutationExplainer`` (one permutation and its reverse for each row, exact for models
with interactions of two columns at most), written out here for three reasons. It asks the model only about rows that
differ from one already asked about, which on data with many discrete columns saves half or more; it hands text,
categories, dates and missing values to the model with their own types; and it needs neither seconds of compilation nor
NumPy's global random state, which shap sets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._model import Model
from .._prepare import Floats, Ints
from ._attributions import Explainer, Part, Progress

Output = Callable[[Ints], Floats]
WORK = 250_000
"""Rows that a global explanation may have predicted; of a model too slow for that half, a quarter, and so on."""
BACKGROUND_ROWS = 50
INTERACTION_ROWS = 40
_LEAST_INTERACTION = 10
INTERACTION_DRAWS = 8
"""Sets of known columns for each of the two estimates of an interaction."""
_BATCH = 20_000
_LEAST = 20
"""Rows that are explained whatever the work."""


def by_permutation(
    model: Model, table: Any, background: Any, seed: int, notes: tuple[str, ...], *, repeats: int = 1
) -> Explainer:
    """Return the explainer that asks a model about rows of which some columns are those of background rows.

    Parameters
    ----------
    model : Model
    table : DataFrame or ndarray of shape (n, columns)
    background : table with the same columns, or None
        By default rows of `table`; at most `BACKGROUND_ROWS` are drawn.
    seed : int
    notes : tuple of str
        Why no other explainer does.
    repeats : int
        Permutations, each with its reverse, for each row.
    """
    base_table = table if background is None else background
    chosen = np.random.default_rng([seed, 1]).permutation(len(base_table))[:BACKGROUND_ROWS]

    def affordable(rows: Ints) -> int:
        x, base, _ = codec(table, rows, base_table, chosen)
        cost = np.cumsum(_cost(x, base, repeats))
        work = WORK
        while True:
            many = max(min(_LEAST, len(x)), int(np.searchsorted(cost, work, side="right")))
            asked = int(cost[many - 1])
            # Half of what is left, as interactions are to come, and a pace is not exact.
            if many <= _LEAST or model.affords(2 * asked, 2 * (1 + asked // _BATCH)):
                return many
            work //= 2

    def explain(rows: Ints, notify: Progress) -> Part:
        x, base, decode = codec(table, rows, base_table, chosen)
        asked = int(_cost(x, base, repeats).sum()) + len(base) + len(x)
        model.afford(asked, 2 + asked // _BATCH)
        values, mean, output = shap_values(
            lambda codes: model.scores(decode(codes)).values,
            x,
            base,
            seed=seed,
            notify=notify,
            rows=rows,
            repeats=repeats,
        )
        if model.task != "multiclass":
            return Part(values=values, base=float(mean), outputs=output)
        best = output.argmax(axis=1)
        each = np.take_along_axis(values, best[:, None, None], axis=2)[:, :, 0]
        return Part(values=each, base=mean[best], outputs=output[np.arange(len(best)), best])

    def interactions(rows: Ints, pairs: list[tuple[int, int]]) -> Floats | None:
        each, many = 8 * INTERACTION_DRAWS * len(pairs), min(len(rows), INTERACTION_ROWS)
        while not model.affords(each * many, 1 + each * many // _BATCH):
            many //= 2
            if many < _LEAST_INTERACTION:
                return None
        rows = rows[:many]
        x, base, decode = codec(table, rows, base_table, chosen)
        best = None
        if model.task == "multiclass":
            best = np.asarray(model.scores(decode(x)).values).argmax(axis=1)

        def output(codes: Ints, of: Ints) -> Floats:
            found = np.asarray(model.scores(decode(codes)).values)
            return found if best is None else found[np.arange(len(found)), best[of]]

        return interaction_indices(output, x, base, pairs, seed=seed, rows=rows)

    return Explainer(
        name="permutation",
        output=model.space,
        background="rows of X" if background is None else "given",
        background_rows=len(chosen),
        explain=explain,
        affordable=affordable,
        interactions=interactions,
        trusted=True,
        notes=notes,
    )


def codec(X: Any, rows: Ints, background: Any, background_rows: Ints) -> tuple[Ints, Ints, Callable[[Ints], Any]]:
    """Return rows of `X` and of `background` as codes of distinct values, and a function that decodes such rows."""
    import pandas as pd

    if not hasattr(X, "iloc"):
        table = np.concatenate([X[rows], background[background_rows]])
        pairs = [pd.factorize(table[:, j], use_na_sentinel=False) for j in range(table.shape[1])]

        def to_array(codes: Ints) -> Any:
            out = np.empty(codes.shape, dtype=table.dtype)
            for j, (_, distinct) in enumerate(pairs):
                out[:, j] = np.asarray(distinct)[codes[:, j]]
            return out

        codes = np.stack([c for c, _ in pairs], axis=1).astype(np.int64)
        return codes[: len(rows)], codes[len(rows) :], to_array
    types = X.dtypes.to_dict()
    frame = pd.concat([X.iloc[rows], background.iloc[background_rows].astype(types)], ignore_index=True)
    codes = np.empty(frame.shape, np.int64)
    distinct = {}
    for j, name in enumerate(frame.columns):
        codes[:, j] = pd.factorize(frame[name], use_na_sentinel=False)[0]
        # The values themselves, not factorize's: it turns None into nan, which an encoder may never have seen.
        distinct[name] = frame[name].iloc[np.unique(codes[:, j], return_index=True)[1]].array

    def to_frame(codes: Ints) -> Any:
        return pd.DataFrame(  # types are given since pandas would turn objects into text
            {n: pd.Series(v.take(codes[:, j]), dtype=types[n]) for j, (n, v) in enumerate(distinct.items())}
        )

    return codes[: len(rows)], codes[len(rows) :], to_frame


def shap_values(
    output: Output,
    x: Ints,
    base: Ints,
    *,
    seed: int,
    notify: Progress,
    rows: Ints | None = None,
    repeats: int = 1,
) -> tuple[Floats, Floats, Floats]:
    """Return SHAP values of coded rows, the mean output over the background, and the output of each row.

    Parameters
    ----------
    output : callable
        Maps coded rows to the model's output, one number for each row or several.
    x : ndarray of shape (n, columns)
        Rows to explain.
    base : ndarray of shape (b, columns)
        Background rows, which fill in for columns that are not known.
    seed : int
    notify : callable
        Called with the rows done and their total.
    rows : ndarray of shape (n,), optional
        Numbers of the rows, so that what is found of one does not depend on the others; by default 0, 1, …
    repeats : int
        Permutations, each with its reverse, of which the mean is taken.

    Returns
    -------
    values : ndarray of shape (n, columns), or (n, columns, K) for K outputs
    mean : ndarray of shape () or (K,)
    at_x : ndarray of shape (n,) or (n, K)
    """
    numbers = np.arange(len(x)) if rows is None else rows
    at_base, at_x = output(base), output(x)
    values = np.zeros((*x.shape, *at_base.shape[1:]))
    waiting: list[tuple[int, Ints, Ints, Ints]] = []
    asking: list[Ints] = []
    size = 0

    def flush() -> None:
        found = output(np.concatenate(asking)) if size else np.empty((0, *at_base.shape[1:]))
        start = 0
        for i, order, step, which in waiting:
            part = found[start : start + len(step)]
            start += len(step)
            values[i, order] += _contributions(part, step, which, at_base, len(order)) / (2 * repeats)
        waiting.clear()
        asking.clear()

    for i, row in enumerate(x):
        rng = np.random.default_rng([seed, 2, int(numbers[i])])
        for _ in range(repeats):
            forward = rng.permutation(x.shape[1])
            for order in (forward, forward[::-1]):
                step, which, asked = _path(row, base, order)
                waiting.append((i, order, step, which))
                asking.append(asked)
                size += len(asked)
        if size >= _BATCH or i == len(x) - 1:
            flush()
            size = 0
            notify(i + 1, len(x))
    return values, np.asarray(at_base.mean(axis=0)), at_x


def interaction_indices(
    output: Callable[[Ints, Ints], Floats],
    x: Ints,
    base: Ints,
    pairs: list[tuple[int, int]],
    *,
    seed: int,
    rows: Ints,
) -> Floats:
    """Return two independent, unbiased estimates of the Shapley interaction indices of coded rows.

    Parameters
    ----------
    output : callable
        Maps coded rows, and the position in `x` of the row that each was made of, to one number for each.
    x : ndarray of shape (n, columns)
    base : ndarray of shape (b, columns)
        Background rows.
    pairs : list of pairs of int
    seed : int
    rows : ndarray of shape (n,)
        Numbers of the rows, so that what is found of one does not depend on the others.

    Returns
    -------
    ndarray of shape (2, n, pairs)

    Notes
    -----
    The index of columns i and j is the mean of v(S ∪ ij) − v(S ∪ i) − v(S ∪ j) + v(S) over the sizes of S, each size
    alike, and all sets S of the other columns of a size (Grabisch & Roubens 1999, Int. J. Game Theory 28:547–565); v is
    the mean output with the columns of S as in the row and the others as in a background row. Sets and background rows
    are drawn. For models that add up what columns do each draw, and so the estimate, is zero.
    """
    found = np.zeros((2, len(x), len(pairs)))
    half = 4 * INTERACTION_DRAWS
    for p, (i, j) in enumerate(pairs):
        others = np.setdiff1d(np.arange(x.shape[1]), [i, j])
        asked = np.empty((len(x), 2 * half, x.shape[1]), np.int64)
        for r, row in enumerate(x):
            rng = np.random.default_rng([seed, 4, int(rows[r]), i, j])
            for d in range(2 * INTERACTION_DRAWS):
                made = np.tile(base[rng.integers(len(base))], (4, 1))
                known = rng.permutation(others)[: rng.integers(len(others) + 1)]
                made[:, known] = row[known]
                made[[0, 1], i], made[[0, 2], j] = row[i], row[j]
                asked[r, 4 * d : 4 * d + 4] = made
        of = np.repeat(np.arange(len(x)), 2 * half)
        out = output(asked.reshape(-1, x.shape[1]), of).reshape(len(x), 2, INTERACTION_DRAWS, 4)
        found[:, :, p] = (out @ np.array([1.0, -1.0, -1.0, 1.0])).mean(axis=2).T
    return found


def _cost(x: Ints, base: Ints, repeats: int) -> Ints:
    """Return for each row how many others must be predicted to explain it."""
    return np.array([2 * repeats * int((row != base).sum()) for row in x])


def _path(row: Ints, base: Ints, order: Ints) -> tuple[Ints, Ints, Ints]:
    """Return where taking over `row` column by column changes a background row: the step, the row, and the new row."""
    step, which = np.nonzero((row != base)[:, order].T)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return step, which, np.where(rank[None, :] <= step[:, None], row[None, :], base[which])


def _contributions(found: Floats, step: Ints, which: Ints, at_base: Floats, columns: int) -> Floats:
    """Return the mean change of output at each step; where nothing changed, the last output stands."""
    path = np.zeros((columns + 1, *at_base.shape))
    path[0] = at_base
    path[step + 1, which] = found
    last = np.zeros((columns + 1, len(at_base)), np.int64)
    last[step + 1, which] = step + 1
    filled = path[np.maximum.accumulate(last, axis=0), np.arange(len(at_base))]
    change: NDArray[np.float64] = np.diff(filled.mean(axis=1), axis=0)
    return change
