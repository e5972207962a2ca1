"""What rows do in trees: the compiled loops.

They stand in one file because numba keeps what it compiled of a file until that file changes.

Of one leaf with value w, let o_j be 1 where the row meets the conditions of player j on the path and else 0, and z_j
the share of the training data that meets them. Its game is v(S) = w ∏_{j∈S} o_j ∏_{j∉S} z_j, and its Shapley value, by
Owen's multilinear extension (1972, Manag. Sci. 18:64–79),

    φ_i = ∫₀¹ w (o_i − z_i) ∏_{j≠i} (t o_j + (1−t) z_j) dt.

Of D players the integrand is a polynomial of degree D−1, for which ⌈D/2⌉ points of Gauss and Legendre are exact. The
products are kept for every point on one walk down the tree and summed over the leaves on the way up, as polynomials
are in Linear TreeSHAP (Yu et al. 2022, NeurIPS) and points in Quadrature TreeSHAP (Wettenstein, Mitchell & Yu 2026,
arXiv:2605.04497). What is divided by is t + (1−t) z_j or 1−t, never 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._compiled import compiled
from .._prepare import Floats, Ints
from ._nodes import CATEGORIES, MISSING_LEFT, SET_RIGHT, ZERO_IS_MISSING, Edges, Nodes

_ZERO = 1e-35
_MOST = 2.0**31


@compiled
def goes_left(nodes: Nodes, i: int, x: float) -> Any:
    """Return whether a value goes to the left child of node i."""
    flags = nodes.flags[i]
    if np.isnan(x) or (flags & ZERO_IS_MISSING and abs(x) <= _ZERO):
        return flags & MISSING_LEFT != 0
    if flags & CATEGORIES:
        inside = False
        if -1 < x < _MOST:
            code = np.int64(x)
            word = nodes.first[i] + (code >> 5)
            inside = word < nodes.last[i] and (nodes.words[word] >> np.uint32(code & 31)) & 1 != 0
        return inside != (flags & SET_RIGHT != 0)
    return x <= nodes.threshold[i]


@compiled
def ask(nodes: Nodes, i: int, values: Floats, left: NDArray[Any]) -> None:
    """Write which rows go to the left child of node i."""
    if nodes.flags[i] & (ZERO_IS_MISSING | CATEGORIES):
        for r in range(len(values)):
            left[r] = goes_left(nodes, i, values[r])
    else:  # the same without branches
        missing = np.int64(nodes.flags[i] & MISSING_LEFT)
        for r in range(len(values)):
            left[r] = np.int64(values[r] <= nodes.threshold[i]) | (np.int64(values[r] != values[r]) & missing)


@compiled
def sums(nodes: Nodes, starts: Ints, value: Floats, output: Ints, x: Floats, out: Floats) -> None:
    """Add to `out` (rows × outputs) what the leaves of the trees hold for rows `x`."""
    for r in range(len(x)):
        for k in range(len(starts) - 1):
            i = starts[k]
            while nodes.column[i] >= 0:
                i = i + 1 if goes_left(nodes, i, x[r, nodes.column[i]]) else nodes.right[i]
            for v in range(len(value)):
                out[r, output[k] + v] += value[v, i]


@compiled
def path_dependent(
    nodes: Nodes,
    starts: Ints,
    value: Floats,
    edges: Edges,
    order: Ints,
    points: Floats,
    weights: Floats,
    pinned: int,
    block: int,
    x: Floats,
    out: Floats,
) -> None:
    """Add to `out` the SHAP values of rows `x`, or twice their interactions with a pinned player.

    Parameters
    ----------
    nodes, starts
        As from `in_order`; the trees of one output.
    value : ndarray of shape (nodes,)
    edges : Edges
    order : ndarray of shape (trees,)
        How many points of the rule each tree takes.
    points, weights : ndarrays of shape (largest order + 1, largest order)
        Rules of Gauss and Legendre on 0..1, by order.
    pinned : int
        -1; or the player whose presence less its absence is asked about.
    block : int
        Rows that walk down together.
    x : ndarray of shape (rows, columns)
    out : ndarray of shape (players, rows)
    """
    deep, wide = 2 + nodes.depth.max(), points.shape[1]
    values = np.empty((x.shape[1], block))
    product, total = np.empty((deep, wide, block)), np.empty((deep, wide, block))
    one, left = np.ones((deep, block), np.int64), np.empty((deep, block), np.int64)
    change, found = np.empty((deep, block)), np.empty((len(out), block))
    at, both, lost = np.zeros(deep, np.int64), np.empty(wide), np.empty(wide)
    for begin in range(0, len(x), block):
        size = min(block, len(x) - begin)
        for r in range(block):
            for j in range(x.shape[1]):
                values[j, r] = x[begin + min(r, size - 1), j]
        found.fill(0.0)
        for k in range(len(starts) - 1):
            t, weight = points[order[k], : order[k]], weights[order[k], : order[k]]
            product[0].fill(1.0)
            change[0].fill(0.0)
            top = -1
            for i in range(starts[k], starts[k + 1] + 1):
                depth = nodes.depth[i] if i < starts[k + 1] else 0
                while top >= max(depth, 1):  # what is complete counts for its edge and in the sum above
                    e, b = at[top], edges.before[at[top]]
                    z, z_old = edges.share[e], edges.share[at[b]] if b else 1.0
                    for q in range(len(t)):
                        u = 1.0 - t[q]
                        old = (1 - z_old) / (t[q] + u * z_old)
                        both[q] = weight[q] * ((1 - z) / (t[q] + u * z) - old)
                        lost[q] = weight[q] * (-1 / u - old)
                    if edges.player[e] == pinned:
                        for q in range(len(t)):
                            both[q] = lost[q] = 0.0
                    _count(total[top], one[top], one[b], both, lost, len(t), found[edges.player[e]], total[top - 1])
                    top -= 1
                if i == starts[k + 1]:
                    break
                leaf, b = nodes.column[i] < 0, edges.before[i]
                at[depth] = i
                if depth:
                    z, z_old = edges.share[i], edges.share[at[b]] if b else 1.0
                    w, part = value[i] if leaf else 1.0, nodes.part[i]
                    _meet(one[b], left[depth - 1], nodes.is_left[i], one[depth])
                    for q in range(len(t)):
                        u = 1.0 - t[q]
                        old = w / (t[q] + u * z_old)
                        both[q], lost[q] = (t[q] + u * z) * old, u * z * old
                    if pinned >= 0:
                        _pin(edges.player[i] == pinned, change[depth - 1], one[depth], z, change[depth])
                        if edges.player[i] == pinned:
                            part = 1.0
                            for q in range(len(t)):
                                both[q] = lost[q] = w
                    there = total[depth] if leaf else product[depth]
                    _multiply(product[depth - 1], one[depth], one[b], both, lost, part * w, len(t), there)
                    if leaf and pinned >= 0:
                        for q in range(len(t)):
                            for r in range(block):
                                there[q, r] *= change[depth, r]
                if not leaf:
                    ask(nodes, i, values[nodes.column[i]], left[depth])
                    for q in range(len(t)):
                        for r in range(block):
                            total[depth, q, r] = 0.0
                top = depth
        for p in range(len(out)):
            for r in range(size):
                out[p, begin + r] += found[p, r]


@compiled
def _meet(before: Ints, left: Ints, is_left: int, one: Ints) -> None:
    """Write which rows meet all conditions of an edge's player."""
    for r in range(len(one)):
        one[r] = before[r] & (left[r] ^ np.int64(is_left) ^ 1)


@compiled
def _pin(here: bool, above: Floats, one: Ints, share: float, change: Floats) -> None:
    """Write what the pinned player's presence changes: the factor 1 or 0 of the row less the share."""
    for r in range(len(change)):
        change[r] = one[r] - share if here else above[r]


@compiled
def _multiply(
    above: Floats, one: Ints, before: Ints, both: Floats, lost: Floats, part: float, points: int, here: Floats
) -> None:
    """Write the products at a node: those above, with the player's factor in place of what it was before."""
    for q in range(points):
        kept, gone = both[q], lost[q]
        for r in range(len(one)):
            here[q, r] = above[q, r] * (kept if one[r] else (gone if before[r] else part))


@compiled
def _count(
    here: Floats, one: Ints, before: Ints, both: Floats, lost: Floats, points: int, found: Floats, above: Floats
) -> None:
    """Add what is below an edge to the values of its player, in place of what counted there, and to the sum above."""
    for q in range(points):
        kept, gone = both[q], lost[q]
        for r in range(len(one)):
            found[r] += here[q, r] * (kept if one[r] else (gone if before[r] else 0.0))
            above[q, r] += here[q, r]


@compiled
def interventional(
    nodes: Nodes,
    starts: Ints,
    value: Floats,
    output: Ints,
    player_of: Ints,
    coefficients: Floats,
    x: Floats,
    background: Floats,
    out: Floats,
) -> None:
    """Add to `out` the SHAP values of rows `x`, summed over background rows.

    Down a tree, a row and a background row part at a node only where they differ in a player that has not parted them
    before. Of a leaf that a players of the row and b of the background lead to, each of the former gets
    w (a−1)! b! / (a+b)!, each of the latter −w a! (b−1)! / (a+b)! (Lundberg et al. 2020, algorithm 3).

    Parameters
    ----------
    nodes, starts, value
        As from `in_order`.
    output : ndarray of shape (trees,)
        The first output that each tree adds to.
    player_of : ndarray of shape (columns,)
    coefficients : ndarray
        ``coefficients[a, b]`` is (a−1)! b! / (a+b)!.
    x, background : ndarrays of shape (rows, columns)
    out : ndarray of shape (outputs, rows, players)
    """
    deep = 2 + nodes.depth.max()
    state = np.zeros(out.shape[2], np.int8)
    parted = np.empty(deep, np.int64)
    waiting = np.empty((deep, 3), np.int64)
    rows, others = np.ascontiguousarray(x.T), np.ascontiguousarray(background.T)
    for k in range(len(starts) - 1):
        first, end = starts[k], starts[k + 1]
        here, there = _answers(nodes, first, end, rows), _answers(nodes, first, end, others)
        for r in range(len(x)):
            for s in range(len(background)):
                i, ours, theirs, later = first, 0, 0, 0
                while True:
                    while nodes.column[i] >= 0:
                        p = player_of[nodes.column[i]]
                        left = here[i - first, r]
                        if state[p] == 2:
                            left = there[i - first, s]
                        elif state[p] == 0 and left != there[i - first, s]:
                            waiting[later, 0], waiting[later, 1], waiting[later, 2] = i, ours, theirs
                            later += 1
                            state[p] = 1
                            parted[ours + theirs] = p
                            ours += 1
                        i = i + 1 if left else nodes.right[i]
                    for e in range(ours + theirs):
                        p = parted[e]
                        part = coefficients[ours, theirs] if state[p] == 1 else -coefficients[theirs, ours]
                        for v in range(len(value)):
                            out[output[k] + v, r, p] += part * value[v, i]
                    if later == 0:
                        break
                    later -= 1
                    for e in range(waiting[later, 1] + waiting[later, 2], ours + theirs):
                        state[parted[e]] = 0
                    i, ours, theirs = waiting[later]
                    p = player_of[nodes.column[i]]
                    state[p] = 2
                    parted[ours + theirs] = p
                    theirs += 1
                    i = i + 1 if there[i - first, s] else nodes.right[i]
                for e in range(ours + theirs):
                    state[parted[e]] = 0


@compiled
def _answers(nodes: Nodes, first: int, end: int, columns: Floats) -> Any:
    """Return which rows (given as columns × rows) go left at each node of a tree."""
    left = np.zeros((end - first, columns.shape[1]), np.uint8)
    for i in range(first, end):
        if nodes.column[i] >= 0:
            ask(nodes, i, columns[nodes.column[i]], left[i - first])
    return left
