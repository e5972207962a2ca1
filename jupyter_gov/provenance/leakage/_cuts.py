"""Thresholds that usual criteria choose from a curve, as the labels that scores have when they are cut there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._reading import Floats

    Bools = NDArray[np.bool_]

_HALF = 0.5


def chosen_labels(positive: Bools, scores: Floats) -> Iterator[Bools]:
    """Yield the labels at the thresholds that are the best by a usual criterion, but for the default threshold's.

    Parameters
    ----------
    positive : ndarray of bool, shape (n,)
        Which rows are of the class that high scores are for.
    scores : ndarray of float64, shape (n,)
        Without NaN.

    Yields
    ------
    ndarray of bool, shape (n,)
        With the threshold itself counted in, and with it counted out.

    Notes
    -----
    Youden's J, sensitivity plus specificity (Youden 1950, Cancer 3:32–35); the distance from the corner of sensitivity
    and specificity 1, and their geometric mean (Perkins & Schisterman 2006, Am. J. Epidemiol. 163:670–675); F1;
    accuracy; and where precision and recall are nearest to each other. The default is one half of scores that lie
    between 0 and 1, and 0 of others: what is had without a choice was not chosen.
    """
    import numpy as np

    m, n = int(positive.sum()), int((~positive).sum())
    if not m or not n:
        return
    order = np.argsort(-scores, kind="stable")
    thresholds, last = np.unique(-scores[order], return_index=True)
    thresholds = -thresholds
    ends = np.r_[last[1:], len(scores)] - 1
    right = np.cumsum(positive[order])[ends]
    named = ends + 1
    recall, specificity, precision = right / m, 1 - (named - right) / n, right / named
    criteria = (
        recall + specificity,
        -np.hypot(1 - recall, 1 - specificity),
        recall * specificity,
        2 * right / (named + m),
        right + specificity * n,
        -np.abs(precision - recall),
    )
    default = _HALF if scores.min() >= 0 and scores.max() <= 1 else 0.0
    usual = scores >= default, scores > default
    for threshold in dict.fromkeys(float(thresholds[int(np.argmax(c))]) for c in criteria):
        both = scores >= threshold, scores > threshold
        if any(np.array_equal(both[0], other) for other in usual):
            continue
        yield from (labels for labels in both if not any(np.array_equal(labels, other) for other in usual))
