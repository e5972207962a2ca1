"""Trees read out of fitted models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._lightgbm import read_lightgbm
from ._sklearn import read_boosting, read_forest, read_histogram
from ._trees import Trees
from ._xgboost import read_xgboost

_READERS: dict[str, Callable[[Any], Trees | None]] = {
    **{
        f"sklearn.{name}{kind}": read_forest
        for name in ("DecisionTree", "ExtraTree", "ExtraTrees", "RandomForest")
        for kind in ("Classifier", "Regressor")
    },
    **{f"sklearn.GradientBoosting{kind}": read_boosting for kind in ("Classifier", "Regressor")},
    **{f"sklearn.HistGradientBoosting{kind}": read_histogram for kind in ("Classifier", "Regressor")},
    **{f"lightgbm.{name}": read_lightgbm for name in ("Booster", "LGBMClassifier", "LGBMRegressor", "LGBMRanker")},
    **{f"xgboost.XGB{name}": read_xgboost for name in ("Classifier", "Regressor", "Ranker")},
    **{f"xgboost.{name}": read_xgboost for name in ("Booster", "XGBRFClassifier", "XGBRFRegressor")},
}


def read_trees(estimator: Any) -> Trees | None:
    """Return the trees of a fitted model.

    Parameters
    ----------
    estimator : fitted model
        A tree, a forest, extra trees, or gradient boosting (the old and the histogram one) of scikit-learn; an
        estimator or a booster of LightGBM or XGBoost.

    Returns
    -------
    Trees or None
        None for what is none of these, and where a sum of trees would not be the model: several targets, leaves that
        hold linear models, boosting that starts from a model of its own, objectives whose scale is not known.
    """
    kind = type(estimator)
    reader = _READERS.get(f"{kind.__module__.split('.')[0]}.{kind.__name__}")
    return reader(estimator) if reader is not None else None
