"""Where everything that a control can ask for is found at once: dictionaries over records, built once."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ..records import (
    AssessmentResult,
    Checked,
    Dataset,
    Document,
    Environment,
    Finding,
    Fit,
    Metric,
    Record,
    Reproduction,
    Run,
    Value,
)

_TIMES = {
    "run": "started",
    "document": "written",
    "charter": "written",
    "reproduction": "started",
    "waiver": "given",
}
"""The field that says when a record was made, where its id does not have to."""

_FIRST = {"performance": 0, "fairness": 1}
"""Where several assessments have a value and the policy names none of them, these are asked first."""

_ABOUT_DATA = ("data_quality", "drift")
"""Assessments that can be made of a table without a model."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ByAttribute = dict[str | None, list[Value]]

CROSSED = " × "
"""What stands between the attributes of an intersection."""


def made_at(record: Record) -> datetime | None:
    """Return when a record was made: what it says itself, else the time in its id; None where neither tells."""
    said = getattr(record, _TIMES.get(record.kind, ""), "")
    return moment(said) if said else time_of_id(record.id)


def time_of_id(key: str) -> datetime | None:
    """Return the time in a UUIDv7 (RFC 9562, section 5.7: its first 48 bits are Unix milliseconds), else None."""
    if len(key) != 36 or key[14] != "7":
        return None
    try:
        return _EPOCH + timedelta(milliseconds=int(key[:8] + key[9:13], 16))
    except (ValueError, OverflowError):
        return None


def moment(text: str) -> datetime | None:
    """Return the time of an RFC 3339 text, in UTC; a day is its beginning; None where it is neither."""
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def written(when: datetime | None) -> str:
    """Return a time as RFC 3339, an unknown one as nothing."""
    return "" if when is None else when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class Index:
    """The evidence about one model, by what is asked for.

    Parameters
    ----------
    records : sequence of Record
        In the order of their ids.
    model, fit
        Whose results count; where the fit is known, it alone decides.
    """

    def __init__(self, records: Sequence[Record], model: str, fit: str | None) -> None:
        self.model, self.fit = model, fit
        self.results: dict[str, AssessmentResult] = {}
        self.undone: dict[str, AssessmentResult] = {}
        self.done: defaultdict[str, list[AssessmentResult]] = defaultdict(list)
        self.tried: defaultdict[str, list[AssessmentResult]] = defaultdict(list)
        self.metrics: defaultdict[tuple[str, str], list[Metric]] = defaultdict(list)
        self.documents: dict[str, Document] = {}
        self.findings: list[Finding] = []
        self.left: Counter[str] = Counter()
        self.checked: list[Checked] = []
        self.reproductions: list[Reproduction] = []
        self.environment: Environment | None = None
        self.run: Run | None = None
        self.names: dict[str, str] = {}
        self.columns: dict[str, set[str]] = {}
        self.picked: dict[str, list[Any]] = {}
        self._made: dict[str, tuple[datetime | None, str]] = {}
        self.fits: dict[str, Fit] = {}
        self._of_data: list[AssessmentResult] = []
        self._others: set[str] = set()
        self._grouped: dict[str, dict[tuple[str, str], ByAttribute]] = {}
        # Without a fit, a name alone may stand for one object after another: only those of the last call are one model.
        self._act = "" if fit else _last_act(records, model)
        for record in records:
            self._add(record)
        self._add_results_of_data()
        self.holders: dict[str, dict[str | None, AssessmentResult]] = {}
        self.values: dict[tuple[str, str], list[tuple[AssessmentResult, ByAttribute]]] = {}
        for result in sorted(self.results.values(), key=lambda r: (_FIRST.get(r.name, 2), r.name)):
            self._add_values(result)
        self.own = self._related(fit)
        self.findings = [f for f in self.findings if self._concerns(f)]
        for record in self.checked:
            self.left.update(self.made_for_own(record.left))

    def _add(self, record: Record) -> None:
        # The last of a kind counts, and records come in their order.
        if isinstance(record, AssessmentResult):
            self._add_result(record)
        elif isinstance(record, Metric):
            self.metrics[record.name, record.split].append(record)
        elif isinstance(record, Finding):
            self.findings.append(record)
        elif isinstance(record, Checked):
            self.checked.append(record)
        elif isinstance(record, Document):
            self.documents[record.section] = record
        elif isinstance(record, Reproduction):
            self.reproductions.append(record)
        elif isinstance(record, Environment):
            self.environment = record
        elif isinstance(record, Run):
            self.run = record
        elif isinstance(record, Dataset):
            self.names[record.id] = record.name
            self.columns[record.id] = {column.name for column in record.columns}
        elif isinstance(record, Fit):
            self.fits[record.id] = record

    def _add_result(self, result: AssessmentResult) -> None:
        named = result.model == self.model
        mine = result.fit == self.fit if self.fit else named and not result.fit and result.act == self._act
        if mine or named:
            if result.status == "done":
                self.tried[result.name].append(result)
        elif is_about_data(result):
            if result.status == "done":
                self._of_data.append(result)
        else:
            self._others.add(result.fit or result.model)
        if mine and result.status == "done":
            self.done[result.name].append(result)
        if mine:
            (self.results if result.status == "done" else self.undone)[result.name] = result

    def _add_results_of_data(self) -> None:
        """Add what was found of the model's own data alone, where no assessment of the model says it."""
        fit = self.fits.get(self.fit or "")
        own = {r.dataset for r in self.results.values()} | {*(() if fit is None else fit.datasets)}
        for result in reversed(self._of_data):
            if result.dataset and result.dataset in own and result.name not in self.results:
                self.results[result.name] = result
                self.done[result.name].append(result)
                self.tried[result.name].append(result)

    def _add_values(self, newest: AssessmentResult) -> None:
        """Add the values that count: of every attribute, those of the newest result that has it."""
        holders = self.holders.setdefault(newest.name, {})
        for result in reversed(self.done[newest.name]):
            grouped = self.grouped(result)
            new = self._attributes(result) - {*holders} if holders else {None, *self._attributes(result)}
            holders |= dict.fromkeys(new, result)
            for key, values in grouped.items():
                if kept := {attribute: held for attribute, held in values.items() if attribute in new}:
                    found = self.values.setdefault(key, [])
                    if not found or found[-1][0] is not newest:
                        found.append((newest, {}))
                    found[-1][1].update(kept)

    def grouped(self, result: AssessmentResult) -> dict[tuple[str, str], ByAttribute]:
        """Return the values of a result by measure and kind, then by attribute."""
        if result.id not in self._grouped:
            made: defaultdict[tuple[str, str], ByAttribute] = defaultdict(dict)
            for value in result.values:
                made[value.measure, value.kind].setdefault(value.attribute, []).append(value)
            self._grouped[result.id] = dict(made)
        return self._grouped[result.id]

    def _attributes(self, result: AssessmentResult) -> set[str | None]:
        held = {attribute for values in self.grouped(result).values() for attribute in values}
        return {*held, *map(str, result.parameters.get("attributes") or ())} - {None}

    def holder(self, name: str, attribute: str | None) -> AssessmentResult:
        """Return the result of an assessment that counts for an attribute: the newest that has it."""
        return self.holders.get(name, {}).get(attribute) or self.results[name]

    def replaced(self, result: AssessmentResult, attribute: str | None = None) -> list[AssessmentResult]:
        """Return the earlier results of an assessment that one replaces, of those that have an attribute."""
        earlier = [r for r in self.tried[result.name] if r.id < result.id]
        return earlier if attribute is None else [r for r in earlier if attribute in self._attributes(r)]

    def made_for_own(self, told: Mapping[str, Any]) -> Counter[str]:
        """Return how often each check was made for the judged fit or its relatives, of counts by fit."""
        found: Counter[str] = Counter()
        for fit in self.own & {*told}:
            found.update({str(name): int(times) for name, times in told[fit].items()})
        return found

    def made(self, record: Record) -> datetime | None:
        """Return when a record was made, as `made_at`."""
        return self._when(record)[0]

    def _when(self, record: Record) -> tuple[datetime | None, str]:
        if record.id not in self._made:
            when = made_at(record)
            self._made[record.id] = when, written(when)
        return self._made[record.id]

    def cite(self, record: Record) -> dict[str, Any]:
        """Return the fields of an answer that say which record it rests on."""
        cells = getattr(record, "cells", ()) or tuple(c for c in (getattr(record, "cell", None),) if c)
        cited: dict[str, Any] = {"records": (record.id,), "cells": tuple(cells), "made": self._when(record)[1]}
        return cited | {"earlier": len(self.replaced(record))} if isinstance(record, AssessmentResult) else cited

    def metrics_of(self, name: str, split: str) -> list[Metric]:
        """Return the model's metrics of a name, the last one last; ``roc_auc_score`` is ``roc_auc`` too.

        Where no split is named, what was computed on training rows does not count; where several models were assessed,
        neither does what is not known to be of this one.
        """
        keys = [k for k in self.metrics if k[0] in (name, f"{name}_score")]
        keys = [k for k in keys if (k[1] == split if split else k[1] != "train")]
        return sorted((m for key in keys for m in self.metrics[key] if self._is_of_model(m)), key=lambda m: m.id)

    def _is_of_model(self, metric: Metric) -> bool:
        if not metric.fits:
            return not self._others
        return not self.fit or bool(self.own & {*metric.fits})

    def sizes(self, result: AssessmentResult, value: Value) -> dict[str, int]:
        """Return the rows of each group behind a value that compares groups, as far as they are on record."""
        found: dict[str, int] = {}
        for measure in ("count", value.measure):
            for v in self.grouped(result).get((measure, "group"), {}).get(value.attribute, ()):
                rows = v.value if measure == "count" else v.n
                if v.group is not None and rows is not None and not math.isnan(rows):
                    found[v.group] = int(rows)
        return found

    def name_of(self, dataset: str | None, otherwise: str) -> str:
        """Return the variable of a data set, to be written into a call."""
        name = self.names.get(dataset or "", "")
        return name if name.isidentifier() else otherwise

    def _related(self, fit: str | None) -> set[str]:
        """Return the ids of a fit and of all that were made within the same outermost fit."""
        if not fit:
            return set()
        top = self._top(fit)
        return {fit, *(one for one in self.fits if self._top(one) == top)}

    def _top(self, fit: str) -> str:
        seen = set()
        while fit not in seen and fit in self.fits and (parent := self.fits[fit].parent):
            seen.add(fit)
            fit = parent
        return fit

    def _concerns(self, finding: Finding) -> bool:
        """Say whether a finding is about the judged model: one that names only other fits is not."""
        return not self.fit or not finding.fits or bool(self.own & {*finding.fits})


def _last_act(records: Iterable[Record], model: str) -> str:
    """Return the last call that assessed a model of that name without a known fit."""
    of_model = [r for r in records if isinstance(r, AssessmentResult) and r.model == model and not r.fit]
    return max(((r.status == "done", r.id, r.act) for r in of_model), default=(False, "", ""))[2]


def is_about_data(result: AssessmentResult) -> bool:
    """Say whether a result is of a table alone, and not of a model or its predictions."""
    return result.fit is None and result.name in _ABOUT_DATA


def last_by_id(records: Iterable[Record]) -> tuple[Record, ...]:
    """Return one record for each id, the last that was given, in the order of their ids."""
    return tuple(held for _, held in sorted({record.id: record for record in records}.items()))
