"""scikit-learn's functions that fit without an estimator: no model is left that a record could stand for."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from jupyter_gov.records._builtins import keep_builtins

from .._active import Call, one_call, unnoticed

keep_builtins(globals())

FUNCTIONS = {
    "sklearn.cluster": (
        "affinity_propagation", "cluster_optics_dbscan", "cluster_optics_xi", "dbscan", "k_means", "kmeans_plusplus",
        "linkage_tree", "mean_shift", "spectral_clustering", "ward_tree",
    ),
    "sklearn.covariance": ("empirical_covariance", "fast_mcd", "graphical_lasso", "ledoit_wolf", "oas"),
    "sklearn.decomposition": (
        "dict_learning", "dict_learning_online", "fastica", "non_negative_factorization", "randomized_svd",
        "sparse_encode",
    ),
    "sklearn.isotonic": ("isotonic_regression",),
    "sklearn.linear_model": (
        "enet_path", "lars_path", "lars_path_gram", "lasso_path", "orthogonal_mp", "orthogonal_mp_gram",
        "ridge_regression",
    ),
    "sklearn.manifold": ("locally_linear_embedding", "smacof", "spectral_embedding"),
    "sklearn.preprocessing": (
        "maxabs_scale", "minmax_scale", "power_transform", "quantile_transform", "robust_scale", "scale",
    ),
}  # fmt: skip
"""By module."""


@unnoticed
def observe_function(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a function that fits."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _gap, what=f"a call of {original.__name__}")


def _gap(call: Call) -> None:
    name = call.original.__name__
    call.tracker.session.gap(
        f"what {name} fitted",
        "It is a function: no estimator stands for what it learned from the data, or for what it returned.",
        remedy="Use the class that does the same, such as KMeans for k_means.",
        cell=call.tracker.cell(),
    )
