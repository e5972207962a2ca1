"""Trees of scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._prepare import Floats
from ._matrix import single
from ._nodes import CATEGORIES, MISSING_LEFT, Tree
from ._trees import Trees, trees_of


def read_forest(estimator: Any) -> Trees | None:
    """Return a tree, a forest or extra trees: probabilities or predictions, the mean over the trees."""
    classes = getattr(estimator, "n_classes_", None)
    if estimator.n_outputs_ > 1:
        return None
    members = getattr(estimator, "estimators_", [estimator])
    one = classes is None or classes <= 2
    trees = []
    for member in members:
        value = member.tree_.value[:, 0, :]
        if classes is not None:
            whole = value.sum(axis=1, keepdims=True)
            value = np.divide(value, whole, out=np.zeros_like(value), where=whole > 0)
        trees.append(_tree(member.tree_, value[:, -1:] if one else value, 1 / len(members)))
    return trees_of(
        trees,
        space="prediction" if classes is None else "probability",
        offset=np.zeros(1 if one else classes),
        columns=estimator.n_features_in_,
        matrix=single,
    )


def read_boosting(estimator: Any) -> Trees | None:
    """Return gradient boosting that starts from a constant."""
    init = estimator.init_
    if not (isinstance(init, str) or type(init).__name__ in ("DummyClassifier", "DummyRegressor")):
        return None
    start = estimator._raw_predict_init(np.zeros((1, estimator.n_features_in_), np.float32))
    trees = [
        _tree(member.tree_, member.tree_.value[:, 0, :], estimator.learning_rate, k)
        for stage in estimator.estimators_
        for k, member in enumerate(stage)
    ]
    if not hasattr(estimator, "classes_"):
        space = "prediction"
    elif len(estimator.classes_) > 2:
        space = "class scores"
    else:
        space = "log-odds" if estimator.loss == "log_loss" else "decision function"
    return trees_of(trees, space=space, offset=start, columns=estimator.n_features_in_, matrix=single)


def read_histogram(estimator: Any) -> Trees | None:
    """Return histogram gradient boosting, in the columns that it makes of its input."""
    known, place = estimator._bin_mapper.make_known_categories_bitsets()
    trees = [_histogram_tree(p, k) for stage in estimator._predictors for k, p in enumerate(stage)]
    if hasattr(estimator, "classes_"):
        space = "log-odds" if len(estimator.classes_) == 2 else "class scores"
    else:
        space = "log prediction" if estimator.loss in ("poisson", "gamma") else "prediction"
    categorical = estimator.is_categorical_
    column_of, seen = None, np.zeros(estimator.n_features_in_, bool)
    if categorical is not None:
        column_of = np.concatenate([np.flatnonzero(categorical), np.flatnonzero(~categorical)])
        seen = categorical[column_of]

    def matrix(x: Any) -> Floats:
        data = np.array(estimator._preprocess_X(x, reset=False), np.float64, order="C")
        for j in np.flatnonzero(seen):  # categories that were not there in training are missing values
            code = np.where((data[:, j] >= 0) & (data[:, j] < 256), data[:, j], 0).astype(np.int64)
            there = (known[place[j]][code >> 5] >> (code & 31).astype(np.uint32)) & 1
            data[(there == 0) | (data[:, j] < 0) | (data[:, j] >= 256), j] = np.nan
        return data

    return trees_of(
        trees,
        space=space,
        offset=estimator._baseline_prediction,
        columns=estimator.n_features_in_,
        matrix=matrix,
        column_of=column_of,
    )


def _tree(tree: Any, value: Floats, scale: float, output: int = 0) -> Tree:
    missing = getattr(tree, "missing_go_to_left", np.zeros(tree.node_count, np.uint8))
    return Tree(
        left=tree.children_left,
        right=tree.children_right,
        column=tree.feature,
        threshold=tree.threshold,
        flags=(np.asarray(missing) != 0) * np.uint8(MISSING_LEFT),
        cover=tree.weighted_n_node_samples,
        value=value * scale,
        output=output,
    )


def _histogram_tree(predictor: Any, output: int) -> Tree:
    nodes = predictor.nodes
    leaf = nodes["is_leaf"] != 0
    categorical = (nodes["is_categorical"] != 0) & ~leaf
    return Tree(
        left=np.where(leaf, -1, nodes["left"].astype(np.int64)),
        right=np.where(leaf, -1, nodes["right"].astype(np.int64)),
        column=nodes["feature_idx"],
        threshold=nodes["num_threshold"],
        flags=((nodes["missing_go_to_left"] != 0) * MISSING_LEFT + categorical * CATEGORIES).astype(np.uint8),
        cover=nodes["count"].astype(np.float64),
        value=nodes["value"][:, None],
        output=output,
        words={int(i): predictor.raw_left_cat_bitsets[nodes["bitset_idx"][i]] for i in np.flatnonzero(categorical)},
    )
