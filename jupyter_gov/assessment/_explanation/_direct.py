"""Explaining the last estimator of a pipeline directly, in the columns of X."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from .._model import Model
from .._prepare import Floats, Ints
from .._scores import classes_of
from .._table import take
from ._attributions import Explainer, Part, Progress

WORK = 50_000_000_000
"""Steps that a global explanation may take: ten to twenty seconds on two cores."""
_PAIRS = 200
"""Rows that can be afforded for each in which interactions are looked at."""
_LEAST, _MOST = 20, 1_000


class Direct(Protocol):
    """An estimator whose SHAP values are known without asking it: K outputs, in the columns of X.

    Attributes
    ----------
    name, space, background : str
        As the explainer, output and background of `Attributions`.
    background_rows : int
    work : int
        Steps that it takes to explain a row; 0 where that does not matter.
    scale : float
        What the library's raw score is multiplied by to be the output.
    """

    @property
    def name(self) -> str: ...
    @property
    def space(self) -> str: ...
    @property
    def background(self) -> str: ...
    @property
    def background_rows(self) -> int: ...
    @property
    def work(self) -> int: ...
    @property
    def scale(self) -> float: ...

    def shap_values(self, x: Any, notify: Progress) -> tuple[Floats, Floats]:
        """Return values of shape (n, columns, K) and their base of shape (K,); last columns may be left out."""

    def interactions(self, x: Any, pairs: list[tuple[int, int]]) -> Floats | None:
        """Return the Shapley interaction indices of pairs of columns, of shape (n, pairs, K); None if not known."""


class Derived:
    """The last estimator of a pipeline that mixes no columns, and what it sees of a table.

    Parameters
    ----------
    model : Model
    table : DataFrame or ndarray of shape (n, columns)
    steps : list of fitted transformers
    final : fitted estimator
    """

    def __init__(self, model: Model, table: Any, steps: list[Any], final: Any) -> None:
        self._model, self._table, self._steps, self._final = model, table, steps, final

    def seen(self, rows: Any) -> Any:
        """Return rows of the table as the last estimator sees them."""
        for step in self._steps:
            if step is not None and not isinstance(step, str):
                rows = step.transform(rows)
        return rows

    def explainer(self, direct: Direct) -> Explainer:
        """Return the explainer of the table's columns that sums up what is known of the estimator's."""

        def explain(rows: Ints, notify: Progress) -> Part:
            x = self.seen(take(self._table, rows))
            values, base = direct.shap_values(x, notify)
            return self._part(values, base, margin(self._final, x, direct), direct.space)

        def interactions(rows: Ints, pairs: list[tuple[int, int]]) -> Floats | None:
            x = self.seen(take(self._table, rows[: min(max(_affordable(direct) // _PAIRS, _LEAST), _MOST)]))
            found = direct.interactions(x, pairs)
            if found is None:
                return None
            several = self._model.task == "multiclass"
            best = margin(self._final, x, direct).argmax(axis=1) if several else np.full(len(found), -1)
            exact = np.take_along_axis(found, best[:, None, None], axis=2)[:, :, 0] if several else found[:, :, -1]
            return np.stack([exact, exact])

        several = self._model.task == "multiclass"
        return Explainer(
            name=direct.name,
            output=f"{direct.space} of the most likely class" if several else direct.space,
            background=direct.background,
            background_rows=direct.background_rows,
            explain=explain,
            affordable=lambda rows: min(len(rows), _affordable(direct)),
            interactions=interactions,
        )

    def _part(self, values: Floats, base: Floats, outputs: Floats, space: str) -> Part:
        """Return what is known of K outputs as what is explained: the positive label, or the most likely class."""
        lacking = self._table.shape[1] - values.shape[1]
        values = np.pad(values, ((0, 0), (0, lacking), (0, 0)))
        if self._model.task == "multiclass":
            best = outputs.argmax(axis=1)
            at = np.arange(len(best))
            return Part(values=values[at, :, best], base=base[best], outputs=outputs[at, best])
        one = Part(values=values[:, :, -1], base=float(base[-1]), outputs=outputs[:, -1])
        return one if self._counts_last() else _turned(one, 1.0 if space == "probability" else 0.0)

    def _counts_last(self) -> bool:
        """Return whether what grows with the estimator's last class is what is explained."""
        classes = classes_of(self._final)
        if self._model.task != "binary" or self._model.positive is None or not classes:
            return True
        return bool(classes[-1] == self._model.positive)


def _affordable(direct: Direct) -> int:
    """Return how many rows `WORK` allows: a count, not a clock, so that a seed gives the same rows."""
    return max(_LEAST, WORK // max(direct.work, 1))


def margin(final: Any, x: Any, direct: Direct) -> Floats:
    """Return an estimator's own output in the space that is explained, of shape (n, K)."""
    family, space = type(final).__module__.partition(".")[0], direct.space
    found: Any
    if family == "lightgbm":
        found = direct.scale * final.predict(x, raw_score=True)
    elif family == "xgboost" and hasattr(final, "save_config"):
        from xgboost import DMatrix

        found = final.predict(DMatrix(x, enable_categorical=True), output_margin=True)
    elif family == "xgboost":
        found = final.predict(x, output_margin=True)
    elif space == "probability":
        found = final.predict_proba(x)
    elif space == "prediction":
        found = final.predict(x)
    elif space == "log prediction":
        found = np.log(final.predict(x))
    else:
        found = final.decision_function(x)
    array = np.asarray(found, np.float64)
    return array.reshape(len(array), -1)


def _turned(part: Part, whole: float) -> Part:
    """Return the attributions of the other of two classes, whose output is `whole` less that of the one."""
    return Part(values=-part.values, base=whole - part.base, outputs=whole - part.outputs)
