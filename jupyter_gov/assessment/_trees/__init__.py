"""SHAP values of trees, exact and fast; importing this imports numba."""

from __future__ import annotations

from ._read import read_trees
from ._trees import Trees

__all__ = ["Trees", "read_trees"]
