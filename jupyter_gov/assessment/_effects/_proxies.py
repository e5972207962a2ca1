"""Proxies: which columns rebuild a sensitive attribute, and how much of the difference in output they carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ...errors import InputError
from ...records import Json, Outcome, Value
from .._counting._groups import UNKNOWN, Attribute, encode
from .._prepare import Floats, Ints
from .._registry import add_assessment
from .._subject import Subject
from .._table import names_of
from .._tests import false_discovery
from .._values import Interval, estimate
from ._carried import SHARE, Carried, carried, named
from ._encoded import Coded, coded_columns
from ._rebuild import Rebuilt, alone, folds_of, rebuilt, together

ROWS = 2_000
"""Rows that the attribute is rebuilt on at most."""
COLUMNS = 12
"""Columns whose numbers are listed, of those that rebuild best and carry most."""


def _fits(subject: Subject) -> str:
    if not subject.sensitive:
        return subject.no_sensitive
    return "There are no features that could rebuild anything. Pass X." if subject.features is None else ""


@add_assessment(
    name="proxies",
    title="Proxies",
    question="Which columns give a sensitive attribute away, and how much of the difference in output do they carry?",
    tasks=("binary", "multiclass", "regression", "ranking"),
    needs="Sensitive columns and the data that the model predicts on; the model, for what columns carry.",
    formula=(
        "Rebuild: ROC AUC of telling each group from all others, from all columns together (30 extremely randomised "
        "trees) and from each alone (shares by value or by twentieths), in five folds, each scored by what was learned "
        "on the others; of several groups the mean. Carry: the mean attribution of a column in a group less that in "
        "the rest. Over columns these add up to the difference in mean output, of which each has a share."
    ),
    intervals=(
        "ROC AUC: DeLong's over folds, with twice the variance since folds learn from each other. Differences: Welch's "
        "t. Shares: Fieller's. q-values: Benjamini and Hochberg over all columns and attributes, of one-sided tests of "
        "0.5."
    ),
    coverage=(
        "95% intervals of a column's ROC AUC in simulations of 100 to 2,000 rows: 92–99%. Tests at 0.05 of columns "
        "that know nothing: 2–7%. Gaps 94–95%; shares 96–97% where the difference is large, 73–93% where it is luck "
        "that it is told from zero."
    ),
    source=(
        "LeDell, Petersen & van der Laan (2015); Geurts, Ernst & Wehenkel (2006); Welch (1947); Fieller (1954); "
        "additivity: Lundberg & Lee (2017)."
    ),
    reading=(
        "0.5 says that a column knows nothing of the attribute, 1 that it gives it away. A column is named as a proxy "
        "where it rebuilds the attribute (q-value) and carries at least a tenth of a difference in output that is told "
        "from zero."
    ),
    limits=(
        "A proxy may have a reason of its own to be in the model: that is for people to judge. Columns that go "
        "together share or steal each other's part. What is carried is measured in the units of the explanation, which "
        "may be log-odds. Rows of unknown group are left out. Sample weights do not count."
    ),
    cost="No predictions beyond those of the explanation; five small forests for each attribute on up to 2,000 rows.",
    page="docs/assessments/proxies.md",
    fits=_fits,
)
def proxies(subject: Subject) -> Outcome:
    """Return how well columns rebuild sensitive attributes, and what they carry of differences in output."""
    table = subject.table
    names = names_of(table)
    drawn = np.random.default_rng([subject.seed, 23]).permutation(len(table))[:ROWS]
    columns = coded_columns(table, drawn)
    notes: list[str] = []
    attributes = _attributes(subject, notes)
    found: dict[str, _Found] = {}
    for done, attribute in enumerate(attributes):
        found[attribute.name] = _rebuild(attribute, columns, drawn, subject, notes)
        subject.progress("proxies", done + 1, len(attributes))
    direct = [name for name in found if name in names]
    notes += [f"{name!r} itself is a column of X, so the model may use it as it is." for name in direct]
    q = _q_values(found)
    parts = carried(subject, attributes, names, notes)
    proxied: dict[str, Json] = {}
    for name in found:
        of_name = {column: q.get((name, column), np.nan) for column in names}
        proxied[name] = list(named(parts.get(name, []), of_name, 1 - subject.confidence))
    values: list[Value] = []
    for name, one in found.items():
        listed = _listed(one, parts.get(name, []), names)
        values += _rebuilt_values(name, one, listed, q, subject)
        values += _carried_values(name, parts.get(name, []), listed, subject.confidence)
    parameters: dict[str, Json] = {
        "rows": len(drawn),
        "rows_available": len(table),
        "proxies": proxied,
        "direct": list(direct),
        "share_from": SHARE,
        "columns_available": len(names),
        "seed": subject.seed,
        "confidence": subject.confidence,
    }
    if parts:
        parameters["output"] = subject.attributions.output
        parameters["rows_explained"] = len(subject.attributions)
    return Outcome(values=tuple(values), parameters=parameters, notes=tuple(notes))


class _Found(NamedTuple):
    """What rebuilds an attribute: its judged groups, all columns together, and each by name."""

    groups: list[str]
    together: Rebuilt
    alone: dict[str, Rebuilt]
    n: int


def _attributes(subject: Subject, notes: list[str]) -> list[Attribute]:
    """Return the sensitive attributes as groups; one that cannot be is noted, and costs the others nothing."""
    out = []
    for name, column in subject.sensitive.items():
        try:
            out.append(encode(column, name, bins=subject.bins.get(name)))
        except InputError as error:
            notes.append(f"{error}")
    if not out:
        raise InputError(notes[0], hint="Name sensitive columns that can be made groups of.")
    notes += [one.note for one in out if one.note]
    return out


def _rebuild(attribute: Attribute, columns: list[Coded], drawn: Ints, subject: Subject, notes: list[str]) -> _Found:
    """Return how well the columns, but not the attribute itself, rebuild the groups that have enough rows."""
    codes = attribute.codes[drawn].astype(np.int64)
    known = np.array([attribute.groups[code] != UNKNOWN for code in range(len(attribute.groups))])[codes]
    codes, size = codes[known], len(attribute.groups)
    counts = np.bincount(codes, minlength=size)
    large = [g for g in range(size) if min(counts[g], len(codes) - counts[g]) >= subject.minimum]
    small = [name for g, name in enumerate(attribute.groups) if g not in large and name != UNKNOWN]
    if small:
        some = f"{len(small)} groups of {attribute.name!r} have" if len(small) > 1 else f"{small[0]!r} has"
        notes.append(f"{some} fewer than {subject.minimum} rows, or all others together do: too few to be rebuilt.")
    folds = folds_of(codes, np.random.default_rng([subject.seed, 24]))
    others = [Coded(c.name, c.values[known], c.kind, c.words) for c in columns if c.name != attribute.name]
    # Of two groups the second says the same.
    judged = large[:1] if len(large) == 2 and np.count_nonzero(counts) == 2 else large
    if not judged or not others:
        nothing = rebuilt(np.empty((0, size)), codes[:0], [], folds[:0], subject.confidence)
        return _Found([], nothing, {}, len(codes))
    all_of_them = together(others, codes, size, folds, seed=subject.seed)
    each = {c.name: rebuilt(alone(c, codes, size, folds), codes, judged, folds, subject.confidence) for c in others}
    return _Found(
        [attribute.groups[g] for g in judged],
        rebuilt(all_of_them, codes, judged, folds, subject.confidence),
        each,
        len(codes),
    )


def _q_values(found: Mapping[str, _Found]) -> dict[tuple[str, str], float]:
    keys = [(name, column) for name, one in found.items() for column in one.alone]
    q = false_discovery([found[name].alone[column].p for name, column in keys])
    return dict(zip(keys, q.tolist(), strict=True))


def _listed(found: _Found, carried: list[Carried], names: list[str]) -> set[str]:
    """Return the columns whose numbers are told: those that rebuild best, and those that carry most."""
    best = sorted(found.alone, key=lambda c: -found.alone[c].mean.value if found.alone[c].p <= 1 else 0.0)[:COLUMNS]
    if not carried:
        return set(best)
    largest = np.abs(np.stack([one.parts[0] for one in carried])).max(axis=0)
    return {*best, *(names[j] for j in np.argsort(-largest, kind="stable")[:COLUMNS])}


def _rebuilt_values(
    name: str, found: _Found, listed: set[str], q: Mapping[tuple[str, str], float], subject: Subject
) -> list[Value]:
    measure, confidence, n = "rebuild_roc_auc", subject.confidence, found.n
    if not found.groups:
        return [estimate(measure, np.nan, np.nan, np.nan, confidence, n, "", attribute=name)]
    several = len(found.groups) > 1

    def told(interval: Interval, **where: Any) -> Value:
        return estimate(measure, *interval, confidence, n, "delong (folds)", **where)

    values = [told(found.together.mean, kind="estimate", attribute=name)]
    if several:
        pairs = zip(found.groups, found.together.each, strict=True)
        values += [told(each, kind="group", attribute=name, group=group) for group, each in pairs]
    ordered = sorted((c for c in found.alone if c in listed), key=lambda c: -found.alone[c].mean.value)
    for column in ordered:
        one = found.alone[column]
        where: dict[str, Any] = {"attribute": column, "label": name}
        values.append(told(one.mean, kind="column", **where))
        if several:
            pairs = zip(found.groups, one.each, strict=True)
            values += [told(each, kind="column", group=group, **where) for group, each in pairs]
        for kind, number in (("p_value", one.p), ("q_value", q[name, column])):
            values.append(Value(measure=measure, kind=kind, value=number, n=n, method="mann-whitney", **where))  # type: ignore[arg-type]
    return values


def _carried_values(name: str, carried: list[Carried], listed: set[str], confidence: float) -> list[Value]:
    values = []
    for one in carried:

        def told(measure: str, numbers: Floats, method: str, *, one: Carried = one, **where: Any) -> Value:
            interval = Interval(*(float(number) for number in numbers))
            return estimate(measure, *interval, confidence, one.n, method, group=one.group, reference="rest", **where)

        values.append(told("output_gap", one.total, "welch", kind="attribution", label=name))
        for j in np.argsort(-np.abs(one.parts[0]), kind="stable"):
            if one.columns[j] in listed:
                of: dict[str, Any] = {"kind": "attribution", "attribute": one.columns[j], "label": name}
                values.append(told("attribution_gap", one.parts[:, j], "welch", **of))
                values.append(told("attribution_gap_share", one.shares[:, j], "fieller", **of))
    return values
