"""Trees of any library as explanation sees them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError
from .._prepare import Floats, Ints
from ._kernels import interventional, path_dependent, sums
from ._nodes import Nodes, Tree, edges_of, in_order

_BLOCK = 256
"""Rows that walk down trees together, at most: the products of the lower nodes then stay in the processor's cache."""

Notify = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Trees:
    """An ensemble of trees, the sum of whose leaves, and of `offset`, is the output.

    Attributes
    ----------
    space : str
        What the output is: "prediction", "log prediction", "probability", "log-odds", "decision function", or
        "class scores", the numbers before softmax. Of two classes the output is that of the second.
    offset : ndarray of shape (outputs,)
    columns : int
        Columns of `matrix`.
    matrix : callable
        Maps what the estimator is given to the numbers that its nodes compare, an array of shape (n, columns).
    column_of : ndarray of shape (columns,), or None
        Where each column of `matrix` is in what the estimator is given, if they are in another order.
    scale : float
        What the raw score of the library is multiplied by to be the output.
    nodes, starts, value, adds_to
        As from `in_order`; `adds_to` is the first output of each tree, in ascending order.
    """

    space: str
    offset: Floats
    columns: int
    matrix: Callable[[Any], Floats]
    column_of: Ints | None
    scale: float
    nodes: Nodes
    starts: Ints
    value: Floats
    adds_to: Ints

    def output(self, x: Any) -> Floats:
        """Return the model's output by the trees, of shape (n,) or (n, outputs)."""
        out = self._sums(self._data(x))
        return out[:, 0] if out.shape[1] == 1 else out

    def shap_values(
        self,
        x: Any,
        *,
        background: Any = None,
        groups: Sequence[int] | None = None,
        notify: Notify = lambda _done, _total: None,
    ) -> tuple[Floats, float | Floats]:
        """Return exact SHAP values and what they start from.

        Parameters
        ----------
        x : table of shape (n, F)
            What the estimator is given.
        background : table of shape (b, F), optional
            Rows whose values stand in for those of absent columns (interventional). Without it absent columns follow
            both branches, weighted by what reached them in training (path-dependent).
        groups : sequence of int, optional
            The player that each column belongs to, numbered from 0, to explain columns that were made of one as one.
            Each column is a player of its own if this is not given.
        notify : callable
            Called with the rows done and their total.

        Returns
        -------
        values : ndarray of shape (n, players), or (n, players, outputs)
        base : float, or ndarray of shape (outputs,)
            The output when all columns are absent.
        """
        data, player_of = self._data(x), self._players(groups)
        out = np.zeros((len(self.offset), len(data), 1 + int(player_of.max(initial=0))))
        if background is None:
            base = self._expected()
            self._path_dependent(data, player_of, -1, out, notify)
        else:
            others = self._data(background)
            base = self._sums(others).mean(axis=0)
            table = _coefficients(2 + int(self.nodes.depth.max()))

            def work(rows: slice) -> None:
                held = np.zeros((out.shape[0], rows.stop - rows.start, out.shape[2]))
                interventional(
                    self.nodes, self.starts, self.value, self.adds_to, player_of, table, data[rows], others, held
                )
                out[:, rows] = held / len(others)

            _in_threads(work, len(data), notify)
        if len(base) == 1:
            return out[0], float(base[0])
        return out.transpose(1, 2, 0), base

    def interactions(
        self,
        x: Any,
        pairs: Sequence[tuple[int, int]],
        *,
        groups: Sequence[int] | None = None,
        notify: Notify = lambda _done, _total: None,
    ) -> Floats:
        """Return path-dependent SHAP interactions of pairs of columns (or of players).

        The interaction of i and j is half the Shapley interaction index (Lundberg et al. 2020, equation 7): the
        entry (i, j) of the matrix that ``shap.TreeExplainer`` returns, whose entry (j, i) is the same.

        Parameters
        ----------
        x : table of shape (n, F)
        pairs : sequence of pairs of int
        groups, notify
            As for `shap_values`.

        Returns
        -------
        ndarray of shape (n, pairs), or (n, pairs, outputs)
        """
        data, player_of = self._data(x), self._players(groups)
        found = np.zeros((len(self.offset), len(data), len(pairs)))
        pins = sorted({min(pair) for pair in pairs})
        for done, pin in enumerate(pins):
            out = np.zeros((len(self.offset), len(data), 1 + int(player_of.max(initial=0))))
            self._path_dependent(data, player_of, pin, out, lambda _done, _total: None)
            for p, pair in enumerate(pairs):
                if min(pair) == pin:
                    found[:, :, p] = out[:, :, max(pair)] / 2
            notify(done + 1, len(pins))
        return found[0] if len(found) == 1 else found.transpose(1, 2, 0)

    def _data(self, x: Any) -> Floats:
        data = self.matrix(x)
        if data.shape[1] != self.columns:
            raise InputError(
                f"There are {data.shape[1]} columns, and the trees were made for {self.columns}.",
                hint="Pass the columns that the model was trained on.",
            )
        return data

    def _sums(self, data: Floats) -> Floats:
        out = np.tile(self.offset, (len(data), 1))
        sums(self.nodes, self.starts, self.value, self.adds_to, data, out)
        return out

    def _expected(self) -> Floats:
        """Return the mean output, weighted as the covers say."""
        leaves = np.where(self.nodes.column < 0, self.nodes.reach * self.value, 0.0)
        mean = self.offset.copy()
        for output, of_tree in zip(self.adds_to, np.add.reduceat(leaves, self.starts[:-1], axis=1).T, strict=True):
            mean[output : output + len(of_tree)] += of_tree
        return mean

    def _players(self, groups: Sequence[int] | None) -> Ints:
        places = np.arange(self.columns) if self.column_of is None else self.column_of
        return (places if groups is None else np.asarray(groups)[places]).astype(np.int64)

    def _path_dependent(self, data: Floats, player_of: Ints, pinned: int, out: Floats, notify: Notify) -> None:
        edges, players = edges_of(self.nodes, self.starts, player_of)
        order = np.maximum((players + 1) // 2, 1)
        points, weights = _rules(int(order.max()))
        parts = list(self._parts())

        def work(rows: slice) -> None:
            x = data[rows]
            held = np.zeros((out.shape[2], len(x)))
            block = _multiple(len(x))
            for output, first, last, value in parts:
                held[:] = 0.0
                starts = self.starts[first : last + 1]
                path_dependent(
                    self.nodes, starts, value, edges, order[first:last], points, weights, pinned, block, x, held
                )
                out[output, rows] = held.T

        _in_threads(work, len(data), notify)

    def _parts(self) -> Iterator[tuple[int, int, int, Floats]]:
        """Yield each output with its first tree, the one after its last, and the values of the nodes."""
        if len(self.value) > 1:
            for v, value in enumerate(self.value):
                yield v, 0, len(self.adds_to), value
        else:
            for k in range(len(self.offset)):
                first, last = np.searchsorted(self.adds_to, [k, k + 1])
                yield k, int(first), int(last), self.value[0]


def trees_of(
    trees: Sequence[Tree],
    *,
    space: str,
    offset: Any,
    columns: int,
    matrix: Callable[[Any], Floats],
    column_of: Ints | None = None,
    scale: float = 1.0,
) -> Trees:
    """Return trees, which have one value at each node or one for each output, as `Trees`."""
    trees = sorted(trees, key=lambda t: t.output)
    nodes, starts, value = in_order(trees)
    return Trees(
        space=space,
        offset=np.asarray(offset, np.float64).reshape(-1),
        columns=columns,
        matrix=matrix,
        column_of=column_of,
        scale=scale,
        nodes=nodes,
        starts=starts,
        value=value,
        adds_to=np.array([t.output for t in trees], np.int64),
    )


def _rules(largest: int) -> tuple[Floats, Floats]:
    """Return points and weights on 0..1 of the rules of Gauss and Legendre, a row for each number of points."""
    points, weights = np.zeros((largest + 1, largest)), np.zeros((largest + 1, largest))
    for q in range(1, largest + 1):
        t, w = np.polynomial.legendre.leggauss(q)
        points[q, :q], weights[q, :q] = (t + 1) / 2, w / 2
    return points, weights


def _coefficients(size: int) -> Floats:
    """Return (a−1)! b! / (a+b)! for a and b below `size`; 0 where a is 0."""
    return np.array([[1 / (a * math.comb(a + b, a)) if a else 0.0 for b in range(size)] for a in range(size)])


def _multiple(n: int) -> int:
    """Return the next multiple of 8, so that rows are computed alike however many there are."""
    return -(-n // 8) * 8


def _in_threads(work: Callable[[slice], None], n: int, notify: Notify) -> None:
    """Do the work on all rows, in as many threads as numba would take."""
    from numba import config

    settings: Any = config
    threads = settings.NUMBA_NUM_THREADS
    size = min(_BLOCK, _multiple(-(-n // threads)))
    chunks = [slice(begin, min(begin + size, n)) for begin in range(0, n, size)]
    with ThreadPoolExecutor(threads) as pool:
        for chunk, _ in zip(chunks, pool.map(work, chunks), strict=True):
            notify(chunk.stop, n)
