"""What a person may ask of an assessed model, a row or a column at a time; nothing of it is recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jupyter_gov.errors import InputError, NotFoundError
from jupyter_gov.records import Assessment, AssessmentResult

if TYPE_CHECKING:
    from jupyter_gov.assessment import Subject

_KEPT = 64
"""Answers that are kept, so that a row that is looked at again is there at once."""


def explore(assessment: Assessment, subject: Subject) -> Exploration | None:
    """Return what may be asked of an assessed model about single rows and columns.

    Parameters
    ----------
    assessment, subject : Assessment, Subject
        As from `assess_and_keep`.

    Returns
    -------
    Exploration or None
        None where there is no model, or no table whose rows could be picked.
    """
    try:
        subject.table  # noqa: B018 - what is no table cannot be explored
    except InputError:
        return None
    return None if subject.model is None else Exploration(assessment, subject)


@dataclass(frozen=True, slots=True)
class Exploration:
    """The rows and columns of an assessed table, and why the model decides as it does.

    Parameters
    ----------
    assessment, subject : Assessment, Subject
        As from `assess_and_keep`.
    """

    assessment: Assessment
    subject: Subject
    _kept: dict[int, AssessmentResult] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def rows(self) -> tuple[str, ...]:
        """Labels of the rows as text, in their order; numbers from zero where the table has none."""
        table = self.subject.table
        return tuple(map(str, table.index)) if hasattr(table, "index") else tuple(map(str, range(len(table))))

    @property
    def first(self) -> str:
        """The row that is explained first: of two decisions the first that is not the positive one, for it asks why."""
        rows, labels = self.rows, self.subject.labels
        if labels is None or len(labels) != len(rows) or labels.predicted.all():
            return rows[0]
        return rows[int(labels.predicted.argmin())]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns whose effects were assessed, in their order: the most important ones."""
        found = self._effects
        return () if found is None else tuple(map(str, found.parameters.get("columns") or ()))

    @property
    def _effects(self) -> AssessmentResult | None:
        return next((r for r in self.assessment.results if r.name == "effects" and r.status == "done"), None)

    def explain(self, row: str) -> AssessmentResult:
        """Return why a row was decided as it was.

        Parameters
        ----------
        row : str
            One of `rows`; of several rows with one label the first.

        Raises
        ------
        NotFoundError
            If there is no such row.
        InputError
            If it cannot be explained.
        """
        rows = self.rows
        if row not in rows:
            raise NotFoundError(f"There is no row {row!r}.", hint="Rows are named by the labels of the table's index.")
        at = rows.index(row)
        if at not in self._kept:
            self._kept[at] = self._explained(at)
            if len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
        return self._kept[at]

    def effect(self, column: str) -> AssessmentResult:
        """Return what the output does as one of `columns` changes: its part of what was assessed.

        Raises
        ------
        NotFoundError
            If its effect was not assessed.
        """
        found = self._effects
        if found is None or column not in self.columns:
            raise NotFoundError(f"The effect of {column!r} was not assessed.", hint="Choose another column.")
        return found.replace(
            values=tuple(v for v in found.values if v.attribute == column),
            curves={name: curve for name, curve in found.curves.items() if name.partition(":")[2] == column},
            notes=(),
        )

    def _explained(self, at: int) -> AssessmentResult:
        from jupyter_gov.assessment import ROW_CARD, explain_row

        subject, table = self.subject, self.subject.table
        labels = subject.labels
        found = explain_row(
            subject.asked_model.estimator,
            table,
            table.iloc[[at]] if hasattr(table, "iloc") else at,  # a label may be that of several rows
            reasons=subject.reasons,
            # The larger label is positive by default; if it is told so, it takes the other for a refusal.
            positive=labels.positive if labels is not None and labels.positive < labels.negative else None,
            seed=subject.seed,
            confidence=subject.confidence,
            time_limit=subject.asked_model.time_limit,
        )
        outcome = found.outcome
        return AssessmentResult(
            name=ROW_CARD.name,
            act=self.assessment.id,
            model=self.assessment.model,
            values=outcome.values,
            parameters={**outcome.parameters, "values": found.shown},
            notes=outcome.notes,
            curves=outcome.curves,
        )
