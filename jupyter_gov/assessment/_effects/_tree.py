"""A shallow regression tree over columns of any type, with rules that a person can apply by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._prepare import Bools, Floats, Ints
from .._table import round_date, round_number
from ._encoded import Coded, Ranked, by_mean

DEPTH = 3
SHARE = 0.02
"""Share of the rows that a leaf has at the least, and `ROWS` of them."""
ROWS = 10
_MOST_WORDS = 6


@dataclass(frozen=True)
class Node:
    """A leaf, or a question whose answer leads on.

    Attributes
    ----------
    mean : ndarray of shape (K,)
        The mean target of the rows that it was learned from.
    column : str
        What is asked about; empty for a leaf.
    rule : str
        The condition under which `yes` follows.
    otherwise : str
        The condition under which `no` does.
    inside : ndarray of bool, shape (n,)
        Whether the condition holds, for all rows.
    yes, no : Node or None
    """

    mean: Floats
    column: str = ""
    rule: str = ""
    otherwise: str = ""
    inside: Bools | None = None
    yes: Node | None = None
    no: Node | None = None


def grow(columns: list[Coded], target: Floats, rows: Ints, *, seed: int) -> Node:
    """Return a tree that is learned from some rows, and knows for all rows which way they go.

    Parameters
    ----------
    columns : list of Coded, each of shape (n,)
    target : ndarray of shape (n, K)
    rows : ndarray of shape (m,)
        Positions that are learned from.
    seed : int
        Decides between equal splits.

    Notes
    -----
    Least squares (Breiman, Friedman, Olshen & Stone 1984), by scikit-learn's ``DecisionTreeRegressor``, of depth
    `DEPTH`; missing values go to the side where they fit better. A threshold is the roundest number or date between the
    two values that it parts.
    """
    from sklearn.tree import DecisionTreeRegressor

    most = target[:, int(np.argmax(target[rows].var(axis=0)))]
    asked = [_Column(one, by_mean(one, most, rows) if one.kind == "level" else None) for one in columns]
    # Places in the order of the values: a tree of scikit-learn cuts what it is given to 32 bits.
    matrix = np.column_stack([_places(one.keys) for one in asked])
    least = max(ROWS, math.ceil(SHARE * len(rows)))
    fitted = DecisionTreeRegressor(max_depth=DEPTH, min_samples_leaf=least, random_state=seed)
    fitted.fit(matrix[rows], target[rows])
    return _node(fitted.tree_, 0, asked, matrix, target, rows)


def leaves(node: Node, inside: Bools, path: tuple[str, ...] = ()) -> Iterator[tuple[Node, Bools, tuple[str, ...]]]:
    """Yield the leaves of a tree, each with its rows, and the conditions that lead there."""
    if node.yes is None or node.no is None or node.inside is None:
        yield node, inside, path
        return
    yield from leaves(node.yes, inside & node.inside, (*path, node.rule))
    yield from leaves(node.no, inside & ~node.inside, (*path, node.otherwise))


class _Column:
    """A column as it is split: its values, of text the ranks of its levels."""

    def __init__(self, coded: Coded, ranked: Ranked | None) -> None:
        self.name, self.kind, self.words, self.ranked = coded.name, coded.kind, coded.words, ranked
        self.keys = coded.values if ranked is None else ranked.values

    def split(self, below: float, above: float, lacking: bool) -> tuple[Bools, str, str]:
        """Return which rows are on the side of `below`, and in words that one is there, or on that of `above`.

        `lacking` is whether missing values are on the side of `below`.
        """
        lower, low, high = self._sides(below, above)
        missing = np.isnan(self.keys)
        if missing.any():
            low, high = (f"({low} or missing)", high) if lacking else (low, f"({high} or missing)")
        return lower | (missing & lacking), low, high

    def _sides(self, below: float, above: float) -> tuple[Bools, str, str]:
        name, lower = self.name, self.keys <= below
        if self.ranked is not None:
            return lower, *_sets(name, self.words, self.ranked, below)
        if self.kind == "date":
            start, told = round_date(below, above)
            return self.keys < start, f"{name} < {told}", f"{name} ≥ {told}"
        if self.words and len(self.words) == 2:
            return lower, f"{name} = {self.words[0]}", f"{name} = {self.words[1]}"
        if self.words:
            told = self.words[int(below)]
        else:
            cut = round_number(below, above)
            lower, told = self.keys <= cut, f"{cut:.15g}{' days' if self.kind == 'duration' else ''}"
        return lower, f"{name} ≤ {told}", f"{name} > {told}"


def _sets(name: str, words: Sequence[str], ranked: Ranked, below: float) -> tuple[str, str]:
    low = [w for w, rank, few in zip(words, ranked.ranks, ranked.few, strict=True) if rank <= below and not few]
    high = [w for w, rank, few in zip(words, ranked.ranks, ranked.few, strict=True) if rank > below and not few]
    # The side with the rare levels is told by what it is not.
    rare_low = bool(ranked.few.any()) and float(ranked.ranks[ranked.few][0]) <= below
    listed_low = bool(low) and (not rare_low if ranked.few.any() else len(low) <= len(high))
    inside, outside = _listed(name, low if listed_low else high)
    return (inside, outside) if listed_low else (outside, inside)


def _listed(name: str, words: list[str]) -> tuple[str, str]:
    if len(words) == 1:
        return f"{name} = {words[0]}", f"{name} ≠ {words[0]}"
    more = f", {len(words) - _MOST_WORDS} more" if len(words) > _MOST_WORDS else ""
    told = f"{{{', '.join(words[:_MOST_WORDS])}{more}}}"
    return f"{name} in {told}", f"{name} not in {told}"


def _places(values: Floats) -> Floats:
    out = np.full(len(values), np.nan)
    known = np.isfinite(values)
    out[known] = np.unique(values[known], return_inverse=True)[1]
    return out


def _node(tree: Any, at: int, asked: list[_Column], matrix: Floats, target: Floats, rows: Ints) -> Node:
    """Return the part of a fitted tree from one of its nodes on, which `rows` of those it was learned from reach."""
    mean = target[rows].mean(axis=0)
    if tree.children_left[at] < 0:
        return Node(mean)
    column = asked[tree.feature[at]]
    places, lacking = matrix[:, tree.feature[at]], bool(tree.missing_go_to_left[at])
    # Of the rows that were learned from: nothing between the two values is known to be on either side.
    here, keys = places[rows] <= tree.threshold[at], column.keys[rows]
    known = ~np.isnan(keys)
    if (here & known).any() and (~here & known).any():
        below, above = float(keys[here & known].max()), float(keys[~here & known].min())
        inside, rule, otherwise = column.split(below, above, lacking)
    else:  # the missing values against all others
        inside = ~np.isnan(column.keys)
        rule, otherwise = f"{column.name} known", f"{column.name} missing"
    return Node(
        mean,
        column.name,
        rule,
        otherwise,
        inside,
        _node(tree, tree.children_left[at], asked, matrix, target, rows[inside[rows]]),
        _node(tree, tree.children_right[at], asked, matrix, target, rows[~inside[rows]]),
    )
