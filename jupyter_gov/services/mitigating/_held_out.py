"""The held-out rows that every candidate is assessed on, each in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jupyter_gov.errors import InputError
from jupyter_gov.records import AssessmentResult, Value, new_id

from ..assessing import result_of

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_gov.assessment import Subject

_SENSITIVE = "Pass sensitive=[…], and attributes=… where they are held apart; in a cell --sensitive a,b --attributes F."

ORIGINAL = "original"
"""What the model that is given is called beside the candidates."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """What was found about one model.

    Attributes
    ----------
    name : str
    results : tuple of AssessmentResult
    subject : Subject
        Its decisions, row by row.
    """

    name: str
    results: tuple[AssessmentResult, ...]
    subject: Subject

    @property
    def values(self) -> tuple[Value, ...]:
        """All values, those of a comparison left out."""
        return tuple(v for r in self.results if r.status == "done" and r.name != "comparison" for v in r.values)

    def compared(self, measure: str) -> Value | None:
        """Return this model's measure less the original's, on the same rows."""
        for result in self.results:
            if result.name == "comparison" and result.status == "done":
                found = result.find(measure, kind="difference", reference="control", group=None)
                if found is not None:
                    return replace(found, reference=ORIGINAL)
        return None


class HeldOut:
    """Rows that no candidate was fitted on.

    Parameters
    ----------
    model : fitted model
        The original.
    X, y, attributes, sensitive, positive, seed, confidence
        As in `mitigate`.
    include : sequence of str
        Names of assessments.

    Raises
    ------
    InputError, NotFoundError
        If the original cannot be assessed on all of the rows.
    """

    def __init__(
        self,
        model: Any,
        X: Any,
        y: Any,
        *,
        attributes: Any,
        sensitive: Sequence[str] | str | None,
        include: Sequence[str],
        confidence: float,
        positive: Any = None,
        seed: int = 0,
    ) -> None:
        self._model = model
        self._y = y
        self.X = X
        self._shared: dict[str, Any] = {"include": list(include), "positive": positive, "seed": seed}
        own = [name for name in include if name != "comparison"]
        self.original = self._assess(
            model, ORIGINAL, confidence, attributes=attributes, sensitive=sensitive, include=own
        )
        found = self.original.subject
        if len(found) != _length(X):
            lost = _length(X) - len(found)
            raise InputError(f"The model cannot predict {lost:,} of the rows.", hint="Pass rows that it predicts.")
        if not found.sensitive:
            raise InputError(found.no_sensitive, hint=_SENSITIVE)
        self._shared |= {"task": found.task, "positive": None if found.labels is None else found.labels.positive}

    @property
    def attributes(self) -> pd.DataFrame:
        """The sensitive columns, row for row those of `X`."""
        return frame_of(self.original.subject, self.X)

    def assess(self, estimator: Any, name: str, confidence: float, *, needs_attribute: bool) -> Assessed:
        """Assess a candidate, also in comparison with the original.

        Raises
        ------
        InputError
            If it cannot predict all of the rows.
        """
        attributes = self.attributes
        model = _Informed(estimator, attributes) if needs_attribute else estimator
        found = self._assess(
            model,
            name,
            confidence,
            attributes=attributes,
            sensitive=list(attributes.columns),
            control=self._model,
            control_name=ORIGINAL,
        )
        if len(found.subject) != len(self.original.subject):
            raise InputError("It does not predict all of the rows.", hint="It is left out of the comparison.")
        return found

    def _assess(self, model: Any, name: str, confidence: float, **options: Any) -> Assessed:
        from jupyter_gov.assessment import evaluate

        evaluations = evaluate(model, self.X, self._y, confidence=confidence, **{**self._shared, **options})
        about = {"act": new_id(), "model": name}
        return Assessed(name, tuple(result_of(one, about) for one in evaluations), evaluations.subject)


class _Informed:
    """A candidate that is told the sensitive columns of the rows that it is asked about."""

    def __init__(self, estimator: Any, attributes: pd.DataFrame) -> None:
        self._estimator = estimator
        self._attributes = attributes
        for name in ("classes_", "feature_names_in_"):
            if hasattr(estimator, name):
                setattr(self, name, getattr(estimator, name))
        if hasattr(estimator, "predict_proba"):
            self.predict_proba = self._predict_proba

    def predict(self, X: Any) -> Any:
        return self._estimator.predict(X, sensitive_features=self._of(X))

    def _predict_proba(self, X: Any) -> Any:
        return self._estimator.predict_proba(X, sensitive_features=self._of(X))

    def _of(self, X: Any) -> pd.DataFrame:
        """Return the attributes of some of the rows: all of them, those of their labels, or the first."""
        held = self._attributes
        if _length(X) == len(held):
            return held
        index = getattr(X, "index", None)
        return held.loc[index] if index is not None and held.index.is_unique else held.iloc[: _length(X)]


def frame_of(subject: Subject, X: Any) -> pd.DataFrame:
    """Return the sensitive columns of a subject as a frame with the index of `X`."""
    import pandas as pd

    index = getattr(X, "index", None)
    return pd.DataFrame(dict(subject.sensitive), index=index if isinstance(index, pd.Index) else None)


def _length(X: Any) -> int:
    return int(X.shape[0]) if hasattr(X, "shape") else len(X)
