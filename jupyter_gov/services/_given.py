"""What is to be assessed, in any form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupyter_gov.errors import InputError

if TYPE_CHECKING:
    from jupyter_gov.assessment import Evaluations


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be assessed: a model with X and y, predictions with y, or a table of both."""

    model: Any
    X: Any
    y: Any
    is_model: bool

    @classmethod
    def of(cls, model: Any, X: Any, y: Any) -> Given:
        kind = type(model)
        data = not isinstance(model, str | type) and any(hasattr(kind, n) for n in ("__len__", "__array__", "collect"))
        if hasattr(model, "predict") or not data:
            if X is None or y is None:
                raise InputError(
                    f"{'X' if X is None else 'y'} is missing: a model is assessed on features and what happened.",
                    hint="Pass the model, X and y; or one table with target and predictions.",
                )
            return cls(model, X, y, is_model=True)
        if isinstance(model, Mapping):
            import pandas as pd

            model = pd.DataFrame(model)
        return cls(model, None, X, is_model=False) if y is None else cls(model, X, y, is_model=False)

    @property
    def is_table(self) -> bool:
        """Whether one table has everything in it."""
        return not self.is_model and self.y is None

    @property
    def data(self) -> Any:
        """What the data set of the assessment is."""
        return self.model if self.X is None else self.X

    @property
    def rows(self) -> int:
        return int(self.data.shape[0]) if hasattr(self.data, "shape") else len(self.data)

    def is_data(self, asked: Mapping[str, Any]) -> bool:
        """Return whether a table is to be assessed as it is, whatever was predicted."""
        return self.is_table and _named(asked.get("include")) == ["data_quality"]

    def evaluate(
        self, asked: Mapping[str, Any], columns: Mapping[str, str | None], threshold: float | None
    ) -> Evaluations:
        from jupyter_gov.assessment import evaluate, evaluate_data, evaluate_given, evaluate_table

        named = [role for role, column in columns.items() if column is not None]
        if named and not self.is_table:
            raise InputError(
                f"{named[0]} names a column of a table, and there is none.", hint="Pass one table with all columns."
            )
        if self.is_model and threshold is not None:
            raise InputError("A model decides by itself.", hint="Leave threshold out, or pass scores in its place.")
        if self.is_model:
            return evaluate(self.model, self.X, self.y, **asked)
        if self.is_data(asked):
            kept = {name: asked[name] for name in ("confidence", "seed", "progress") if name in asked}
            return evaluate_data(self.model, target=columns.get("target"), **kept)
        if self.is_table:
            return evaluate_table(self.model, threshold=threshold, **columns, **asked)[1]
        return evaluate_given(self.model, self.X, self.y, threshold=threshold, **asked)


def _named(include: Any) -> list[str]:
    """Return the assessments that are asked for by name."""
    if include is None:
        return []
    return [part.strip() for part in include.split(",")] if isinstance(include, str) else [str(i) for i in include]
