"""The nodes of trees side by side: how each splits, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._compiled import compiled
from .._prepare import Floats, Ints

MISSING_LEFT = 1
"""Missing values go left."""
ZERO_IS_MISSING = 2
"""Zeros are missing values (LightGBM)."""
CATEGORIES = 4
"""The categories in the node's set go left, or right if `SET_RIGHT`."""
SET_RIGHT = 8


class Tree(NamedTuple):
    """A tree as its library stores it; the first node is the root.

    Attributes
    ----------
    left, right : ndarray of shape (nodes,)
        Indices of the children; -1 for leaves.
    column : ndarray of shape (nodes,)
        The column that a node asks about.
    threshold : ndarray of shape (nodes,)
        Values up to it go left.
    flags : ndarray of shape (nodes,)
        Of `MISSING_LEFT`, `ZERO_IS_MISSING`, `CATEGORIES`, `SET_RIGHT`.
    cover : ndarray of shape (nodes,)
        What reached the node in training, counted as the library counts it.
    value : ndarray of shape (nodes, values)
        What a leaf adds to the output.
    output : int
        The first output that it adds to, if it has one value; else the values are the outputs.
    words : mapping of int to ndarray, or None
        The sets of categories of nodes, as bits in 32-bit words.
    """

    left: Ints
    right: Ints
    column: Ints
    threshold: Floats
    flags: NDArray[np.uint8]
    cover: Floats
    value: Floats
    output: int = 0
    words: dict[int, NDArray[np.uint32]] | None = None


class Nodes(NamedTuple):
    """The nodes of all trees in the order of a walk down: a node, all below its left child, all below its right.

    Attributes
    ----------
    column, threshold, flags
        As in `Tree`; the column of a leaf is -1.
    right : ndarray of shape (nodes,)
        Index of the right child; the left child is the next node.
    depth : ndarray of shape (nodes,)
    is_left : ndarray of shape (nodes,)
    part : ndarray of shape (nodes,)
        The node's cover over its parent's.
    reach : ndarray of shape (nodes,)
        The product of the parts from the root down.
    first, last, words
        The node's set of categories is ``words[first:last]``.
    """

    column: NDArray[np.int32]
    threshold: Floats
    flags: NDArray[np.uint8]
    right: NDArray[np.int32]
    depth: NDArray[np.int32]
    is_left: NDArray[np.uint8]
    part: Floats
    reach: Floats
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    words: NDArray[np.uint32]


def in_order(trees: Sequence[Tree]) -> tuple[Nodes, NDArray[np.int64], Floats]:
    """Return the nodes of all trees, where each tree starts, and the nodes' values.

    Parameters
    ----------
    trees : sequence of Tree

    Returns
    -------
    nodes : Nodes
    starts : ndarray of shape (trees + 1,)
    value : ndarray of shape (values, nodes)
    """
    roots = np.cumsum([0] + [len(t.left) for t in trees])
    base = np.repeat(roots[:-1], np.diff(roots))
    left, right = (np.concatenate([getattr(t, side) for t in trees]).astype(np.int64) for side in ("left", "right"))
    left, right = np.where(left < 0, -1, base + left), np.where(left < 0, -1, base + right)
    place, parent, levels = _walk(left, right, roots[:-1])
    cover = np.concatenate([t.cover for t in trees]).astype(np.float64)
    depth, part, reach = np.zeros(len(left), np.int32), np.ones(len(left)), np.ones(len(left))
    for d, level in enumerate(levels[1:], 1):
        whole = cover[parent[level]]
        depth[level] = d
        part[level] = np.divide(cover[level], whole, out=np.full(len(level), 0.5), where=whole > 0)
        reach[level] = reach[parent[level]] * part[level]
    order = np.argsort(place)[np.count_nonzero(place < 0) :]
    starts = np.append(place[roots[:-1]], len(order))
    above, inner = parent[order], order[left[order] >= 0]
    right_place = np.zeros(len(order), np.int32)
    right_place[place[inner]] = place[right[inner]]
    column = np.concatenate([t.column for t in trees]).astype(np.int32)
    column[left < 0] = -1
    sets = {int(s) + node: words for s, t in zip(roots, trees, strict=False) for node, words in (t.words or {}).items()}
    size = np.zeros(len(left), np.int64)
    size[list(sets)] = [len(w) for w in sets.values()]
    size = size[order]
    last = np.cumsum(size)
    words = [sets[int(node)] for node in order[size > 0]]
    nodes = Nodes(
        column=column[order],
        threshold=np.concatenate([t.threshold for t in trees]).astype(np.float64)[order],
        flags=np.concatenate([t.flags for t in trees]).astype(np.uint8)[order],
        right=right_place,
        depth=depth[order],
        is_left=((above >= 0) & (left[above] == order)).astype(np.uint8),
        part=part[order],
        reach=reach[order],
        first=(last - size).astype(np.int32),
        last=last.astype(np.int32),
        words=np.concatenate([np.zeros(1, np.uint32)[:0], *words]).astype(np.uint32),
    )
    value = np.concatenate([t.value for t in trees]).astype(np.float64)
    return nodes, starts.astype(np.int64), np.ascontiguousarray(value[order].T)


def _walk(left: Ints, right: Ints, roots: Ints) -> tuple[Ints, Ints, list[Ints]]:
    """Return the place of each node in the walk down, its parent (-1 for roots), and the nodes at each depth.

    The place is -1 for nodes that no walk reaches, such as those that XGBoost has pruned.
    """
    parent, levels = np.full(len(left), -1), [roots]
    while len(inner := levels[-1][left[levels[-1]] >= 0]):
        for children in (left, right):
            parent[children[inner]] = inner
        levels.append(np.concatenate([left[inner], right[inner]]))
    size = np.ones(len(left), np.int64)
    for level in reversed(levels[1:]):
        np.add.at(size, parent[level], size[level])
    place = np.full(len(left), -1)
    place[roots] = np.cumsum(size[roots]) - size[roots]
    for level in levels:
        inner = level[left[level] >= 0]
        place[left[inner]] = place[inner] + 1
        place[right[inner]] = place[inner] + 1 + size[left[inner]]
    return place, parent, levels


class Edges(NamedTuple):
    """The edges of trees, each known by its lower node.

    Attributes
    ----------
    player : ndarray of shape (nodes,)
    before : ndarray of shape (nodes,)
        The depth of the next edge above of the same player, or 0.
    share : ndarray of shape (nodes,)
        The share of all edges of the player down to this one: the product of their parts.
    """

    player: Ints
    before: Ints
    share: Floats


def edges_of(nodes: Nodes, starts: Ints, player_of: Ints) -> tuple[Edges, Ints]:
    """Return the edges of trees, and how many players each tree has on one path at most.

    Parameters
    ----------
    nodes, starts
        As from `in_order`.
    player_of : ndarray of shape (columns,)
    """
    player, before, share, players = _paths(nodes, starts, player_of)
    return Edges(player, before, share), players


@compiled
def _paths(nodes: Nodes, starts: Ints, player_of: Ints) -> tuple[Ints, Ints, Floats, Ints]:
    n = len(nodes.column)
    player, before, share = np.full(n, -1, np.int64), np.zeros(n, np.int64), np.ones(n)
    distinct = np.zeros(len(starts) - 1, np.int64)
    deepest = 1 + nodes.depth.max()
    at, count = np.zeros(deepest + 1, np.int64), np.zeros(deepest + 1, np.int64)
    for k in range(len(starts) - 1):
        at[0] = starts[k]
        for i in range(starts[k] + 1, starts[k + 1]):
            d = nodes.depth[i]
            player[i] = player_of[nodes.column[at[d - 1]]]
            at[d] = i
            share[i] = nodes.part[i]
            count[d] = count[d - 1] + 1
            for above in range(d - 1, 0, -1):
                if player[at[above]] == player[i]:
                    before[i] = above
                    share[i] *= share[at[above]]
                    count[d] -= 1
                    break
            distinct[k] = max(distinct[k], count[d])
    return player, before, share, distinct
