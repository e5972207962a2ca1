"""Which values of an assessment a requirement means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..records import AssessmentResult, Json, Value, to_json
from ._index import CROSSED, ByAttribute, Index
from ._judge_words import capital, subject

EACH = "each"
CROSSED_TOO = "each with intersections"
JUDGED = "max-min judged"
_EXTREMES = ("max-min", JUDGED)

_Found = tuple[dict[str, Json], AssessmentResult | None, Value | None]


class Picked(NamedTuple):
    """One thing that a requirement is about; `value` is None where it is not on record, `name` is for people."""

    subject: dict[str, Json]
    result: AssessmentResult | None
    value: Value | None
    name: str


def pick(index: Index, measure: str, where: Mapping[str, Json], *, min_rows: int = 0) -> list[Picked]:
    """Return what a requirement of kind ``measure`` is about, at least one thing.

    Parameters
    ----------
    index : Index
    measure : str
    where : mapping
        ``assessment``, ``kind`` (by default ``estimate``), ``attribute``, ``group``, ``reference``, ``label``: a name,
        a list of which each must be there, or ``each``; an attribute also ``each with intersections``.
    min_rows : int
        ``max-min`` is ``max-min judged`` where the assessment left groups out for having too few rows, all of them with
        fewer than this; where all that it left out have as many, ``max-min judged`` is ``max-min``.

    Notes
    -----
    What is left out means the whole where there is a value of it (no attribute, no group, no class), else every single
    one; a reference that is left out is ``max-min`` where there is one. ``max-min judged`` is ``max-min`` where all
    groups are large enough. Where no assessment is named, the first that has any counts: performance, fairness, then
    the others by name.
    """
    key = f"{measure} {min_rows} {where!r}"
    if key not in index.picked:
        # Controls of several policies ask for the same values, with thresholds of their own.
        index.picked[key] = [
            Picked(*one, name=capital(subject(one[0]))) for one in _pick(index, measure, where, min_rows)
        ]
    return index.picked[key]


def _pick(index: Index, measure: str, where: Mapping[str, Json], min_rows: int) -> list[_Found]:
    kind = str(where.get("kind") or "estimate")
    named = where.get("assessment")
    for result, values in index.values.get((measure, kind), ()):
        if named is None or result.name == named:
            found = _in_result(index, result, values, measure, kind, where, min_rows)
            if any(value is not None for _, _, value in found):
                return found
    asked = _texts(where.get("attribute")) or [None]
    wanted = {k: to_json(v) for k, v in where.items() if v is not None and k != "attribute"}
    made = index.results.get(str(named)) if named else None
    return [
        ({"measure": measure, "kind": kind, **wanted, **({"attribute": a} if a else {})}, made, None) for a in asked
    ]


def _in_result(
    index: Index,
    newest: AssessmentResult,
    values: ByAttribute,
    measure: str,
    kind: str,
    where: Mapping[str, Json],
    min_rows: int,
) -> list[_Found]:
    fixed = {k: where[k] for k in ("group", "label", "reference") if _texts(where.get(k))}
    wanted = {name: {*_texts(held)} for name, held in fixed.items()}
    if {*_EXTREMES} & wanted.get("reference", set()):
        wanted["reference"] |= {*_EXTREMES}
    named = [_recorded(attribute, values) for attribute in _texts(where.get("attribute"))]
    fitting = {
        attribute: [v for v in values.get(attribute, ()) if all(getattr(v, k) in held for k, held in wanted.items())]
        for attribute in named or values
    }
    assessed = [a for a in index.holders.get(newest.name, ()) if a is not None and CROSSED not in a]
    picked: list[_Found] = []
    for attribute in named or _attributes(newest, assessed, fitting, where.get("attribute")):
        result = index.holder(newest.name, attribute)
        held = fitting.get(attribute, [])
        meant = _references(
            {v.reference for v in held}, where.get("reference"), min_rows, _left_out(index, result, held, attribute)
        )
        found = [v for v in held if v.reference in meant]
        found = _whole_or_each(found, "group", where.get("group"))
        found = _whole_or_each(found, "label", where.get("label"))
        base = {"measure": measure, "kind": kind, "assessment": result.name, "attribute": attribute}
        there = [(_subject(base, v), result, v) for v in found]
        picked += [*there, *_absent(base, found, fixed, result)]
    return picked


def _left_out(
    index: Index, result: AssessmentResult, held: Sequence[Value], attribute: str | None
) -> dict[str, int | None]:
    """Return the groups that an assessment did not judge, with their rows where those are on record."""
    names = (result.parameters.get("not_judged") or {}).get(attribute) or ()
    sizes = index.sizes(result, held[0]) if names and held else {}
    return {str(name): sizes.get(name) for name in names}


def _recorded(attribute: str, values: ByAttribute) -> str:
    """Return an intersection as it is on record: its attributes stand in the order in which they were assessed."""
    parts = {*attribute.split(CROSSED)}
    return next((a for a in values if a and a != attribute and {*a.split(CROSSED)} == parts), attribute)


def _attributes(
    newest: AssessmentResult, assessed: Sequence[str], fitting: ByAttribute, wanted: Json
) -> list[str | None]:
    """Return the attributes that are meant, those included that were ever assessed and have no such value."""
    there = [attribute for attribute, held in fitting.items() if held]
    if wanted is None and None in there:
        return [None]
    single = [a for a in there if a is not None and (wanted == CROSSED_TOO or CROSSED not in a)]
    said = newest.parameters.get("attributes") or ()
    sensitive = bool(said) and {a for a in fitting if a and CROSSED not in a} <= {*assessed}
    return list(dict.fromkeys([*said, *sorted({*assessed} - {*said}), *single] if sensitive and single else single))


def _references(
    held: set[str | None], wanted: Json, min_rows: int, left_out: Mapping[str, int | None]
) -> set[str | None]:
    """Return the references that are meant, of those that there are."""
    meant: set[str | None] = {*_texts(wanted)}
    if wanted is None:
        meant = {"max-min"} if "max-min" in held else {None} if None in held else held
    elif not meant:
        meant = held - {None}
    # The policy says how many rows are enough, whatever minimum the assessment had.
    all_large = bool(left_out) and all(n is not None and n >= min_rows for n in left_out.values())
    if min_rows and all_large and JUDGED in meant and "max-min" in held:
        return meant - {JUDGED} | {"max-min"}
    if min_rows and not all_large and JUDGED in held and "max-min" in meant:
        return meant - {"max-min"} | {JUDGED}
    if JUDGED in meant and JUDGED not in held and not left_out:
        # Where every group is large enough, both are the same, and only one is recorded.
        return meant | {"max-min"}
    return meant


def _whole_or_each(values: list[Value], name: str, wanted: Json) -> list[Value]:
    whole = [v for v in values if getattr(v, name) is None]
    if wanted is None:
        return whole or values
    return values if not whole else [v for v in values if getattr(v, name) is not None]


def _subject(base: Mapping[str, Json], value: Value) -> dict[str, Json]:
    held = {**base, "group": value.group, "reference": value.reference, "label": value.label}
    return {k: v for k, v in held.items() if v is not None}


def _absent(
    base: Mapping[str, Json], found: Sequence[Value], fixed: Mapping[str, Json], result: AssessmentResult
) -> list[_Found]:
    """Return what was named and is not there: all of it where nothing was found, else each group or class."""
    held = {k: to_json(v) for k, v in {**base, **fixed}.items() if v is not None}
    if not found:
        return [(held, result, None)]
    return [
        ({**held, name: one}, result, None)
        for name in ("group", "label")
        for one in _texts(fixed.get(name))
        if one not in {getattr(v, name) for v in found}
    ]


def _texts(wanted: Json) -> tuple[str, ...]:
    """Return the names that are asked for; none for ``each`` and where nothing is said."""
    if isinstance(wanted, list | tuple):
        return tuple(str(w) for w in wanted)
    return () if wanted is None or wanted in (EACH, CROSSED_TOO) else (str(wanted),)
