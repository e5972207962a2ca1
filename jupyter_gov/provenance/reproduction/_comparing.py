"""What a run made, one by one beside what its reproduction made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...records import (
    AGREEMENTS,
    TOLERANCE,
    AssessmentResult,
    Cell,
    Compared,
    Dataset,
    Derivation,
    Fit,
    Json,
    Metric,
    Prediction,
    Record,
    Value,
)
from ._naming import called, name_of_record, power
from ._pairing import Pair, pair
from ._values import Difference, compare, tell

Kept = Callable[[str, str], Mapping[str, Any] | None]
"""Returns what was kept of a record, by its id and the role (``learned``, ``predictions``); None where nothing was."""


NOT_MADE = "as far as is on record, its cell did not come to its end again"
OTHER_ORDER = "it has the same columns in another order"


def nothing_kept(_: str, __: str) -> None:
    """Stand for a store that keeps no content."""


def compare_runs(
    before: Sequence[Record],
    after: Sequence[Record],
    *,
    pairs: Mapping[str, str],
    tolerance: float = TOLERANCE,
    kept: Kept = nothing_kept,
    kept_again: Kept = nothing_kept,
) -> tuple[Compared, ...]:
    """Compare every data set, fit, prediction, metric and assessment of a run with what came of executing it again.

    Parameters
    ----------
    before, after : sequence of Record
        All records of the run and of the reproduction, in the order they were made.
    pairs : mapping
        For each cell execution of the run that was to be executed again, by its id, that of its execution in the
        reproduction; an empty text where it was not reached. What other cells made is not compared.
    tolerance : float
        The largest relative difference that counts as equivalent.
    kept, kept_again : callable
        Give out what the run and the reproduction have kept.

    Returns
    -------
    tuple of Compared
        In the order of the run.
    """
    comparing = _Comparing(before, tolerance, kept, kept_again)
    found = [comparing.compare(p) for p in pair(before, after, pairs)]
    return tuple(comparing.settle(found))


class _Comparing:
    """The comparison of two runs."""

    def __init__(self, before: Sequence[Record], tolerance: float, kept: Kept, kept_again: Kept) -> None:
        self._before = before
        self._known = {r.id: r for r in before}
        self._tolerance = tolerance
        self._kept = (kept, kept_again)
        self._open: set[str] = set()
        """Ids of what content alone does not settle."""

    def compare(self, pair: Pair) -> Compared:
        one, other = pair.before, pair.after
        there = one if one is not None else other
        item = Compared(
            of=type(there).kind,
            name=name_of_record(there, self._known),
            record=one.id if one is not None else "",
            again=other.id if other is not None else "",
            cell=(self._maker(one) if isinstance(one, Dataset) else None) or pair.cell,
            verdict="identical",
        )
        if not pair.reached:
            return replace(item, verdict="impossible", detail=NOT_MADE)
        if one is None:
            return replace(item, verdict="different", detail="is new: the run had none")
        if other is None:
            return replace(item, verdict="different", detail="was not made again")
        return _COMPARES[type(one)](self, item, one, other)

    def _maker(self, data: Dataset) -> str | None:
        """Return the cell that made data which were not read: often another one than that in which they were seen."""
        seen = self._known.get(data.cell or "")
        maker = seen.reads.get(data.name) if isinstance(seen, Cell) and not data.door else None
        return maker if maker in self._known else None

    def settle(self, items: Sequence[Compared]) -> list[Compared]:
        """Judge what content alone does not settle by what came of it, the last first."""
        verdicts = {i.record: i for i in items}
        results = self._results()
        for item in reversed(items):
            if item.record in self._open:
                came = [v for r in results[item.record] if (v := verdicts.get(r)) and v.verdict != "impossible"]
                verdicts[item.record] = _by_results(item, came)
        return [verdicts[i.record] if i.record else i for i in items]

    def _results(self) -> Mapping[str, list[str]]:
        """Return what came directly of each fit and prediction, and the fit that each was a part of."""
        found: dict[str, list[str]] = defaultdict(list)
        for record in self._before:
            if isinstance(record, Prediction) and record.fit:
                found[record.fit].append(record.id)
            elif isinstance(record, Derivation) and record.fit:
                found[record.fit].append(record.child)
            elif isinstance(record, Metric):
                for source in {*record.predictions, *record.fits}:
                    found[source].append(record.id)
            elif isinstance(record, AssessmentResult) and record.fit:
                found[record.fit].append(record.id)
            elif isinstance(record, Fit) and record.parent:
                found[record.id].append(record.parent)
        return found

    def _dataset(self, item: Compared, one: Dataset, other: Dataset) -> Compared:
        if one.digest == other.digest:
            return item
        old, new = [c.name for c in one.columns], [c.name for c in other.columns]
        if one.rows != other.rows:
            detail = f"{one.rows:,} rows became {other.rows:,}"
        elif len(old) != len(new):
            detail = f"its {len(old):,} columns became {len(new):,}"
        elif old != new:
            detail = OTHER_ORDER if sorted(old) == sorted(new) else "its columns differ"
        else:
            detail = "its content differs"
        return replace(item, verdict="different", detail=detail)

    def _fit(self, item: Compared, one: Fit, other: Fit) -> Compared:
        if one.status != other.status:
            told = "failed this time" if other.status == "error" else "had failed in the run"
            return replace(item, verdict="different", detail=told)
        if one.status == "error" or (one.model_digest and one.model_digest == other.model_digest):
            return item
        if one.method in _LEAVES_NO_MODEL:
            self._open.add(one.id)
            return item
        differs = bool(one.model_digest and other.model_digest)
        return self._content(item, one, other, "learned", differs, _LEARNED)

    def _prediction(self, item: Compared, one: Prediction, other: Prediction) -> Compared:
        if one.digest and one.digest == other.digest:
            return item
        if one.rows != other.rows:
            return replace(item, verdict="different", detail=f"{one.rows:,} rows became {other.rows:,}")
        return self._content(item, one, other, "predictions", bool(one.digest and other.digest), _PREDICTED)

    def _content(
        self, item: Compared, one: Record, other: Record, role: str, differs: bool, words: tuple[str, str, str]
    ) -> Compared:
        """Compare what was kept of two records; `differs` says whether their digests do."""
        here, there = (keep(r.id, role) for keep, r in zip(self._kept, (one, other), strict=True))
        if here is None or there is None:
            self._open.add(one.id)
            if differs:
                return replace(item, verdict="different", detail=words[1])
            return replace(item, verdict="impossible", detail=words[2])
        found = compare(here, there, tolerance=self._tolerance)
        if found is None and differs:
            return replace(item, verdict="equivalent", detail="in form only", difference=0.0)
        return _told(item, found, words[0])

    def _metric(self, item: Compared, one: Metric, other: Metric) -> Compared:
        found = compare(one.value, other.value, tolerance=self._tolerance)
        return _told(item, found, "")

    def _assessment(self, item: Compared, one: AssessmentResult, other: AssessmentResult) -> Compared:
        if one.status != other.status:
            why = f": {other.reason}" if other.reason else ""
            return replace(item, verdict="different", detail=f"{one.status} became {other.status}{why}")
        found = compare(_values(one), _values(other), tolerance=self._tolerance)
        return _told(item, found, "")


_COMPARES: Mapping[type[Record], Callable[[_Comparing, Compared, Any, Any], Compared]] = {
    Dataset: _Comparing._dataset,
    Fit: _Comparing._fit,
    Prediction: _Comparing._prediction,
    Metric: _Comparing._metric,
    AssessmentResult: _Comparing._assessment,
}
_LEAVES_NO_MODEL = frozenset({
    "cross_validate", "cross_val_score", "cross_val_predict", "learning_curve", "validation_curve",
    "permutation_test_score",
})  # fmt: skip
"""Ways of fitting again and again, of which only results are left."""

_LEARNED = ("learned values", "it learned otherwise", "what it learned is not on record")
_PREDICTED = ("values", "the values differ", "the values are not on record")


def _told(item: Compared, found: Difference | None, what: str) -> Compared:
    """Return `item` with a difference in words; `what` names the values of arrays, of which none is shown."""
    if found is None:
        return item
    where = f"`{found.path}`" if found.path else ""
    if found.shape:
        detail = f"{where} {found.shape}"
    elif what:
        some = f"{found.count:,} of {found.of:,} {what} differ"
        detail = f"{some}, the first in {where}" if where else some
    else:
        rest = f", and {found.count - 1:,} more of {found.of:,} numbers differ" if found.count > 1 else ""
        detail = f"{where} {tell(found.before, found.after)}{rest}".strip()
    if what and found.relative is not None:
        detail += f"; the largest relative difference is {power(found.relative)}"
    return replace(item, verdict=found.verdict, detail=detail, difference=found.relative)


def _values(result: AssessmentResult) -> Mapping[str, Json]:
    """Return value and interval of everything in an assessment, by what it is about."""
    found: dict[str, Json] = {}
    for value in result.values:
        key = name = _address(value)
        again = 1
        while key in found:
            again += 1
            key = f"{name} ({again})"
        found[key] = {"value": value.value, "lower": value.lower, "upper": value.upper}
    # An interval's ends matter after the values themselves.
    return {end: {k: v[end] for k, v in found.items()} for end in ("value", "lower", "upper")}


def _address(value: Value) -> str:
    told = (value.kind if value.kind != "estimate" else "", value.attribute, value.group, value.label, value.reference)
    return " ".join([value.measure, *(str(t) for t in told if t)])


def _by_results(item: Compared, came: Sequence[Compared]) -> Compared:
    """Judge something by what came of it, since its own content was not kept."""
    if not came:
        unknown = item.verdict == "different"
        return replace(item, detail=f"{item.detail}; by how much was not kept") if unknown else item
    worst = max(came, key=lambda c: AGREEMENTS.index(c.verdict))
    count = f"the {len(came)} results" if len(came) > 1 else f"the {worst.of}"
    if worst.verdict == "different":
        what = item.detail or "what came of it differs"
        return replace(item, verdict="different", detail=f"{what}; see {called(worst.of, worst.name)}")
    if item.verdict == "identical":
        return replace(item, verdict=worst.verdict)
    # What it learned did differ, where its digest says so, only not enough to show.
    same = worst.verdict == "identical" and item.verdict == "impossible"
    return replace(
        item,
        verdict="identical" if same else "equivalent",
        detail=f"{item.detail}; judged by {count} that came of it",
    )
