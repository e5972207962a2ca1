"""Trees and ensembles of trees: exact SHAP values from their own nodes, or from what their library gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._prepare import Floats
from ._attributions import Progress
from ._direct import Direct

if TYPE_CHECKING:
    from .._trees import Trees

_FAMILIES = ("sklearn.ensemble.", "sklearn.tree.", "lightgbm.", "xgboost.")


def is_tree(final: Any) -> bool:
    """Return whether `final` is of a family of tree models."""
    return type(final).__module__.startswith(_FAMILIES)


def read_tree(final: Any, background: Any, groups: Sequence[int]) -> Direct | None:
    """Return a fitted tree model whose SHAP values are known, or None.

    Parameters
    ----------
    final : fitted estimator, or booster
    background : table as the estimator sees it, or None for path-dependent values
    groups : sequence of int
        The player that each column that the estimator sees belongs to.
    """
    from .._trees import read_trees

    trees = read_trees(final)
    if trees is not None and _seen(trees) <= len(groups):
        return Nodes(trees=trees, reference=background, groups=tuple(groups))
    if background is None and _has_contributions(final):
        return Native(final=final, groups=tuple(groups))
    return None


def _has_contributions(final: Any) -> bool:
    """Return whether a booster's library gives SHAP values; LightGBM has none for leaves that are linear models."""
    if type(final).__module__.startswith("lightgbm."):
        return "is_linear=1" not in getattr(final, "booster_", final).model_to_string()
    return type(final).__module__.startswith("xgboost.")


def _seen(trees: Trees) -> int:
    return trees.columns if trees.column_of is None else int(trees.column_of.max(initial=-1)) + 1


@dataclass(frozen=True, kw_only=True)
class Nodes:
    """Trees that are read.

    Columns that come from one column of X are one player: they are known, or not known, together.
    """

    trees: Trees
    reference: Any
    groups: tuple[int, ...]
    name: str = "tree"

    @property
    def space(self) -> str:
        """What the output of the trees is."""
        return self.trees.space

    @property
    def background(self) -> str:
        """What stands for columns that are not known."""
        return "tree_path_dependent" if self.reference is None else "given"

    @property
    def background_rows(self) -> int:
        """How many rows stand for them."""
        return 0 if self.reference is None else int(self.reference.shape[0])

    def shap_values(self, x: Any, notify: Progress) -> tuple[Floats, Floats]:
        """Return values of shape (n, players, K) and their base of shape (K,)."""
        values, base = self.trees.shap_values(x, background=self.reference, groups=self.groups, notify=notify)
        return np.atleast_3d(values), np.atleast_1d(np.asarray(base, np.float64))

    @property
    def scale(self) -> float:
        """What the library's raw score is multiplied by to be the output."""
        return self.trees.scale

    @property
    def work(self) -> int:
        """Nodes × points of integration, or nodes × background rows."""
        nodes = self.trees.nodes
        points = int(nodes.depth.max(initial=0)) // 2 + 1
        return len(nodes.column) * (points if self.reference is None else self.background_rows)

    def interactions(self, x: Any, pairs: list[tuple[int, int]]) -> Floats | None:
        """Return the Shapley interaction index of pairs of players, of shape (n, pairs, K), if path-dependent."""
        if self.reference is not None:
            return None
        return 2 * np.atleast_3d(self.trees.interactions(x, pairs, groups=self.groups))


@dataclass(frozen=True, kw_only=True)
class Native:
    """LightGBM or XGBoost, by their own contributions (``pred_contrib``, ``pred_contribs``): path-dependent."""

    final: Any
    groups: tuple[int, ...]
    name: str = "native"
    space: str = "raw score"
    background: str = "tree_path_dependent"
    background_rows: int = 0
    work: int = 1_000_000
    scale: float = 1.0

    def shap_values(self, x: Any, notify: Progress) -> tuple[Floats, Floats]:
        """Return values of shape (n, players, K) and their base of shape (K,)."""
        if type(self.final).__module__.startswith("lightgbm."):
            found = np.asarray(self.final.predict(x, pred_contrib=True), np.float64)
        else:
            found = np.asarray(_contributions(self.final, x), np.float64)
        found = found.reshape(len(found), -1, len(self.groups) + 1)
        values = np.zeros((len(found), max(self.groups) + 1, found.shape[1]))
        np.add.at(values.transpose(1, 0, 2), np.asarray(self.groups), found[:, :, :-1].transpose(2, 0, 1))
        notify(len(found), len(found))
        return values, found[0, :, -1]

    def interactions(self, x: Any, pairs: list[tuple[int, int]]) -> None:
        """Return nothing, as they are not known."""


def _contributions(final: Any, x: Any) -> Any:
    """Return what XGBoost's booster says of its columns, asked as an estimator that holds it asks."""
    from xgboost import DMatrix

    if hasattr(final, "save_config"):
        return final.predict(DMatrix(x, enable_categorical=True), pred_contribs=True)
    booster = final.get_booster()
    data = DMatrix(x, missing=final.missing, feature_types=final.feature_types, enable_categorical=True)
    best = None if final.booster == "gblinear" else booster.attr("best_iteration")
    upto = 0 if best is None else int(best) + 1
    return booster.predict(data, pred_contribs=True, iteration_range=(0, upto))
