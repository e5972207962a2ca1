"""Records of what was assessed, with which result and how sure."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, ClassVar, Literal

from ..errors import NotFoundError, did_you_mean
from ._base import Json, Part, Record, new_id
from ._csv import inert

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

Kind = Literal[
    "estimate",
    "class",
    "group",
    "difference",
    "ratio",
    "p_value",
    "q_value",
    "bin",
    "importance",
    "column",
    "attribution",
    "interaction",
    "perturbation",
    "slice",
]
"""What an assessment value is about: everybody, one class of the target, one group, two groups (or models) compared, a
test of such a comparison (alone, and with all tests of the assessment together), a bin of scores, what a model relies
on, a column of the data, a column's part in one row's output, two columns together, what a change of the data does, or
rows that conditions on columns pick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value(Part):
    """One number of an assessment with its interval; policies address these by name.

    Attributes
    ----------
    measure : str
        The measure, by scikit-learn's or fairlearn's name, such as ``roc_auc`` or ``selection_rate``.
    kind : str
        ``estimate`` (over all rows), ``class``, ``group``, ``difference``, ``ratio``, ``p_value``, ``q_value``
        (adjusted for the false discovery rate), ``bin``, ``importance``, ``column``, ``attribution``, ``interaction``,
        ``perturbation`` or ``slice``.
    attribute : str or None
        The sensitive attribute (``race``) or intersection (``race × sex``); of what is about columns of the data, the
        column, two as ``income × term``.
    group : str or None
        The group within the attribute, the bin, the slice (``income ≤ 40 & term > 36``), or what was changed
        (``noise of 0.1 standard deviations``).
    reference : str or None
        What a difference or ratio is taken against: ``max-min`` (fairlearn's definition: the largest difference and
        smallest ratio between groups), ``max-min judged`` (the same among groups that are large enough), ``best``,
        ``overall``, ``rest`` (all other groups), a group's name, or ``baseline`` and ``control`` for another model.
    label : str or None
        The class that a value is about where the target has several: it against all others.
    value, lower, upper : float or None
        The estimate and its two-sided interval; None where it cannot be estimated.
    confidence : float or None
        The confidence of the interval, 0.95 for 95%; None where there is no interval.
    n : int or None
        The number of rows behind the value (for a rate: its denominator).
    method : str
        How the interval was made, such as ``wilson`` or ``bootstrap``; ``not estimable`` where there is no value.
    """

    measure: str
    kind: Kind = "estimate"
    attribute: str | None = None
    group: str | None = None
    reference: str | None = None
    label: str | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    confidence: float | None = None
    n: int | None = None
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Part):
    """What a pure assessment function returns: its numbers, what it was told, and what the reader should know.

    Attributes
    ----------
    values : tuple of Value
    parameters : mapping
        JSON values: threshold, positive label, replicates, seed, attributes and so on.
    notes : tuple of str
        Plain sentences, for example about small groups.
    curves : mapping
        Lines that charts draw, by name: each maps ``x``, ``y`` and, with a band, ``lower`` and ``upper`` to lists of
        numbers of one length, at most a few hundred.
    """

    values: tuple[Value, ...] = ()
    parameters: Mapping[str, Json] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    curves: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentResult(Record):
    """The result of one assessment (performance, fairness, …) of one fit on one data set."""

    kind: ClassVar[str] = "assessment"
    parts: ClassVar[Mapping[str, type[Part]]] = {"values": Value}

    name: str
    act: str
    """Id of the `gov.assess` call that this belongs to."""
    model: str = ""
    """The model's class name or variable, for people."""
    fit: str | None = None
    dataset: str | None = None
    """Id of the data set that the model was assessed on."""
    target: str | None = None
    """Id of the data set that holds the true labels."""
    attributes: str | None = None
    """Id of the data set that holds the sensitive columns, where they are held apart."""
    cell: str | None = None
    status: Literal["done", "skipped", "failed"] = "done"
    reason: str = ""
    parameters: Mapping[str, Json] = field(default_factory=dict)
    values: tuple[Value, ...] = ()
    notes: tuple[str, ...] = ()
    curves: Mapping[str, Json] = field(default_factory=dict)
    card: Mapping[str, Json] = field(default_factory=dict)
    """What the assessment asks, how it was made and what it cannot tell, in the words of its card when it was done."""
    seconds: float = 0.0

    def find(self, measure: str, **where: str | None) -> Value | None:
        """Return the first value of `measure` whose fields equal `where`, or None."""
        for value in self.values:
            if value.measure == measure and all(getattr(value, k) == v for k, v in where.items()):
                return value
        return None

    def to_frame(self) -> pd.DataFrame:
        """Return all values as a DataFrame, one row for each, with the fields of `Value` as columns."""
        import pandas as pd

        names = [f.name for f in fields(Value)]
        return pd.DataFrame({name: [getattr(value, name) for value in self.values] for name in names}, columns=names)

    def to_csv(self, path: str | Path | None = None) -> str | None:
        """Write what `to_frame` returns as CSV to a file; without a path, return it as text.

        Text that a spreadsheet would run as a formula has an apostrophe before it.
        """
        return self.to_frame().map(inert).to_csv(path, index=False, quoting=csv.QUOTE_NONNUMERIC, errors="replace")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Assessment(Part):
    """What `gov.assess` returns: the results of all assessments of one model on one data set."""

    id: str = field(default_factory=new_id)
    model: str = ""
    rows: int = 0
    results: tuple[AssessmentResult, ...] = ()

    def __getitem__(self, name: str) -> AssessmentResult:
        for result in self.results:
            if result.name == name:
                return result
        names = [result.name for result in self.results]
        hint = did_you_mean(name, names, label="Results")
        raise NotFoundError(f"There is no result {name!r}.", hint=hint)

    def __repr__(self) -> str:
        told = ", ".join(f"{r.name} {r.status}" if r.status != "done" else r.name for r in self.results)
        return f"Assessment(model={self.model!r}, rows={self.rows}, results=[{told}])"
