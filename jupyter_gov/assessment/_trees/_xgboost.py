"""Trees of XGBoost, from the JSON in which it saves them."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import Any

import numpy as np

from .._prepare import Floats
from ._matrix import numbers
from ._nodes import CATEGORIES, MISSING_LEFT, SET_RIGHT, Tree
from ._trees import Trees, trees_of

_SPACES = {
    **dict.fromkeys(("binary:logistic", "reg:logistic"), "log-odds"),
    **dict.fromkeys(("multi:softprob", "multi:softmax"), "class scores"),
    **dict.fromkeys(("count:poisson", "reg:gamma", "reg:tweedie"), "log prediction"),
    **dict.fromkeys(
        (
            "reg:squarederror",
            "reg:squaredlogerror",
            "reg:pseudohubererror",
            "reg:absoluteerror",
            "reg:quantileerror",
            "rank:ndcg",
            "rank:map",
            "rank:pairwise",
        ),
        "prediction",
    ),
}


def read_xgboost(estimator: Any) -> Trees | None:
    """Return the trees of an estimator, up to its best iteration if it stopped early, or all those of a booster."""
    wrapped = hasattr(estimator, "get_booster")
    booster = estimator.get_booster() if wrapped else estimator
    learner = json.loads(booster.save_raw("json"))["learner"]
    boosting, shape = learner["gradient_booster"], learner["learner_model_param"]
    space = _SPACES.get(learner["objective"]["name"])
    if space is None or boosting["name"] not in ("gbtree", "dart") or int(shape.get("num_target", 1)) > 1:
        return None
    dropped = boosting.get("weight_drop")
    model = boosting.get("gbtree", boosting)["model"]
    trees, classes = model["trees"], max(int(shape["num_class"]), 1)
    if wrapped and booster.attr("best_iteration") is not None:
        per_iteration = classes * max(int(model["gbtree_model_param"]["num_parallel_tree"]), 1)
        trees = trees[: (int(booster.attr("best_iteration")) + 1) * per_iteration]
    if not trees or any(int(t["tree_param"]["size_leaf_vector"]) > 1 for t in trees):
        return None
    start = np.array(json.loads(shape["base_score"]), np.float64)
    if space == "log-odds":
        start = np.log(start) - np.log1p(-start)
    elif space == "log prediction":
        start = np.log(start)
    categories = _categories(model.get("cats"))
    missing = getattr(estimator, "missing", math.nan) if wrapped else math.nan

    def matrix(x: Any) -> Floats:
        return _single(x, categories, missing)

    return trees_of(
        [_tree(t, model["tree_info"][k], dropped[k] if dropped else 1.0) for k, t in enumerate(trees)],
        space=space,
        offset=np.broadcast_to(start.reshape(-1), classes),
        columns=int(shape["num_feature"]),
        matrix=matrix,
    )


def _tree(tree: dict[str, Any], output: int, scale: float) -> Tree:
    left = np.array(tree["left_children"], np.int64)
    condition = np.array(tree["split_conditions"], np.float32)
    categorical = (np.array(tree["split_type"]) == 1) & (left >= 0)
    flags = (np.array(tree["default_left"]) != 0) * MISSING_LEFT + categorical * (CATEGORIES | SET_RIGHT)
    spans = zip(tree["categories_nodes"], tree["categories_segments"], tree["categories_sizes"], strict=True)
    return Tree(
        left=left,
        right=np.array(tree["right_children"], np.int64),
        column=np.array(tree["split_indices"], np.int64),
        # Less than a number of 32 bits is at most the one before it.
        threshold=np.nextafter(condition, np.float32(-math.inf)).astype(np.float64),
        flags=flags.astype(np.uint8),
        cover=np.array(tree["sum_hessian"], np.float64),
        value=(condition.astype(np.float64) * scale)[:, None],
        output=output,
        words={node: _bits(tree["categories"][first : first + size]) for node, first, size in spans},
    )


def _bits(codes: list[int]) -> Any:
    words = np.zeros(max(codes, default=0) // 32 + 1, np.uint32)
    for code in codes:
        words[code // 32] |= np.uint32(1 << code % 32)
    return words


def _categories(stored: dict[str, Any] | None) -> list[list[Any]] | None:
    """Return the categories of training of the columns that have some, if the model knows them (XGBoost 3.1)."""
    found = []
    for column in (stored or {}).get("enc", []):
        values, ends = column["values"], column.get("offsets")
        if ends:
            raw = bytes(v % 256 for v in values)
            values = [raw[a:b].decode() for a, b in pairwise(ends)]
        if values:
            found.append(values)
    return found or None


def _single(x: Any, categories: list[list[Any]] | None, missing: float) -> Floats:
    """Return numbers cut to 32 bits; what a sparse matrix leaves out is missing, as XGBoost takes it."""
    if hasattr(x, "tocoo"):
        cells = x.tocoo()
        data = np.full(x.shape, np.nan)
        data[cells.row, cells.col] = cells.data
    else:
        data = numbers(x, categories)
    data[data == missing] = np.nan
    return data.astype(np.float32).astype(np.float64)
