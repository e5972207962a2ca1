"""Trees of LightGBM, from the text in which it saves them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._prepare import Floats
from ._matrix import numbers
from ._nodes import CATEGORIES, MISSING_LEFT, ZERO_IS_MISSING, Tree
from ._trees import Trees, trees_of

_SPACES = {
    "binary": "log-odds",
    "cross_entropy": "log-odds",
    "multiclass": "class scores",
    **dict.fromkeys(("poisson", "gamma", "tweedie"), "log prediction"),
    **dict.fromkeys(("regression", "regression_l1", "huber", "fair", "quantile", "mape", "lambdarank"), "prediction"),
}
_CATEGORICAL, _DEFAULT_LEFT, _ZERO = 1, 2, 1


def read_lightgbm(estimator: Any) -> Trees | None:
    """Return the trees of an estimator or a booster, up to its best iteration if it stopped early."""
    booster = estimator.booster_ if hasattr(estimator, "booster_") else estimator
    head, *blocks = booster.model_to_string().split("\nend of trees")[0].split("\nTree=")
    settings = _fields(head)
    name, *options = settings.get("objective", "its own").split()
    classes = int(settings["num_tree_per_iteration"])
    if name not in _SPACES or "sqrt" in options or any("is_linear=1" in block for block in blocks):
        return None
    sigmoid = next((float(o.split(":")[1]) for o in options if o.startswith("sigmoid:")), 1.0)
    scale = sigmoid if name == "binary" else 1.0
    if "average_output" in head.split("\n"):
        scale *= classes / len(blocks)
    trees = [_tree(_fields(block), scale, k % classes) for k, block in enumerate(blocks)]
    columns = int(settings["max_feature_idx"]) + 1
    categories = booster.pandas_categorical

    def matrix(x: Any) -> Floats:
        return numbers(x, categories)

    return trees_of(trees, space=_SPACES[name], offset=np.zeros(classes), columns=columns, matrix=matrix, scale=scale)


def _fields(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.split("\n") if "=" in line)


def _tree(fields: dict[str, str], scale: float, output: int) -> Tree:
    """Return a tree; nodes that split come first, then the leaves, whose children are counted as -1, -2, … ."""

    def field(name: str, kind: type = np.float64) -> Any:
        return np.array(fields.get(name, "").split(), kind)

    leaf = field("leaf_value") * scale
    inner = len(leaf) - 1
    left, right = field("left_child", np.int64), field("right_child", np.int64)
    decision = field("decision_type", np.int64)
    categorical, missing = decision & _CATEGORICAL != 0, decision >> 2
    threshold = field("threshold")
    to_left = np.where(missing > 0, decision & _DEFAULT_LEFT != 0, threshold >= 0)  # else a missing value is a zero
    flags = (
        np.where(to_left & ~categorical, MISSING_LEFT, 0)
        + np.where((missing == _ZERO) & ~categorical, ZERO_IS_MISSING, 0)
        + np.where(categorical, CATEGORIES, 0)
    )
    bounds, sets = field("cat_boundaries", np.int64), field("cat_threshold", np.uint32)
    cover = np.concatenate([field("internal_count"), field("leaf_count")]) if inner else np.ones(1)
    ends, zeros = np.full(inner + 1, -1), np.zeros(inner + 1)
    return Tree(
        left=np.concatenate([np.where(left < 0, inner + ~left, left), ends]),
        right=np.concatenate([np.where(right < 0, inner + ~right, right), ends]),
        column=np.concatenate([field("split_feature", np.int64), ends]),
        threshold=np.concatenate([threshold, zeros]),
        flags=np.concatenate([flags, zeros]).astype(np.uint8),
        cover=cover,
        value=np.concatenate([np.zeros(inner), leaf])[:, None],
        output=output,
        words={
            int(i): sets[bounds[int(threshold[i])] : bounds[int(threshold[i]) + 1]] for i in np.flatnonzero(categorical)
        },
    )
