"""Reason codes: what would be told to the people whom the model refuses, and whether the model bears it out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...records import Json, Outcome, Value
from .._intervals import clopper_pearson, normal_quantile
from .._prepare import Bools, Floats, plain
from .._registry import add_assessment
from .._scores import Scores
from .._subject import Subject
from .._table import names_of, take
from .._values import estimate
from ._against import Against, attribute_against
from ._columns import refuse_unordered
from ._decision import Decisions, decisions, refuse_unsaid
from ._mapping import REFERENCES, Reasons, read_reasons
from ._monotone import ROWS, Monotone, measure_monotonicity
from ._stating import Factors, find_factors

WORK = 250_000
"""Rows that explaining may predict, where a model is explained by permutations."""
LEAST, MOST = 30, 300
"""Refused rows explained."""
SIZE = 5
"""Reference rows in each of ten parts; more for a linear model."""
_LISTED = 10


def _fits(subject: Subject) -> str:
    if subject.model is None:
        return subject.no_model
    if subject.reasons is None:
        return "It needs the reasons that columns stand for (option reasons, a mapping or a YAML file)."
    return ""


@add_assessment(
    name="reason_codes",
    title="Reasons for refusals",
    question="Which reasons would the refused be given, and does the model bear them out?",
    tasks=("binary",),
    needs="The model, and a mapping from its columns to reasons (option reasons).",
    formula=(
        "SHAP values of each refused row against a stated reference, added up by reason; the largest that are above "
        "zero beyond their error are stated, four at most. Monotonicity: the output along each column's values, all "
        "others as they are, must not get better in the direction that is called adverse."
    ),
    intervals="Of shares exact (Clopper–Pearson), of means normal, for the draw of rows. Largest gains: as observed.",
    source=(
        "Regulation B, 12 CFR 1002.9(b)(2), official interpretation 9(b)(2)-1 to -5 and form C-1 of appendix C. "
        "Lundberg et al. (2020), Nat. Mach. Intell. 2:56–67. Goldstein et al. (2015), J. Comput. Graph. Stat. 24:44–65."
    ),
    reading=(
        "Rows without a usable reason, or with a principal factor that has none, could not be told why. A column that "
        "violates its stated direction makes its reason false for some people."
    ),
    limits=(
        "It measures whether reasons follow from this model's attributions, not whether a notice meets the law. "
        "Another reference gives other reasons. Sample weights do not count."
    ),
    cost="Up to 300 refused rows against 50 rows (more for linear models); 200 rows along 15 values of each column.",
    page="docs/assessments/reason_codes.md",
    fits=_fits,
)
def reason_codes(subject: Subject) -> Outcome:
    """Return how often each reason is stated, what reasons leave out, and where the model contradicts them."""
    model, table = subject.asked_model, subject.table
    reasons = read_reasons(subject.reasons, names_of(table))
    refuse_unordered(table, reasons.features)
    decided = _decided(subject, reasons)
    notes: list[str] = []
    reference = decided.reference(reasons.reference)
    rng = np.random.default_rng([subject.seed, 4])
    refused = rng.permutation(np.flatnonzero(decided.refused))
    explained = np.sort(refused[: _rows(len(names_of(table)))])
    values: list[Value] = []
    gaps: list[str] = []
    told: dict[str, Json] = {}
    if len(explained):
        found = attribute_against(
            model,
            table,
            explained,
            take(table, reference),
            size=SIZE,
            seed=subject.seed,
            notify=subject.progress,
            name="reason_codes",
        )
        factors = find_factors(found, reasons, table, reference, sign=decided.sign, confidence=subject.confidence)
        gaps = [name for name in reasons.gaps(found.names) if _used(found, name)]
        values += _stated(factors, subject.confidence)
        told = {"explainer": found.explainer, "output": found.output, "background_rows": found.reference_rows}
        notes += [*found.notes, *_notes(reasons, gaps, factors)]
    else:
        notes.append(f"The model decides {decided.unfavourable!r} for no row, so there is nobody to give reasons to.")
    values.append(
        Value(measure="columns_without_reason", value=float(len(gaps)), n=len(names_of(table)), method="count")
    )
    moved = rng.permutation(len(table))[:ROWS]
    lines = measure_monotonicity(
        model,
        table,
        moved,
        reasons,
        sign=decided.sign,
        threshold=decided.threshold,
        notify=lambda done, total: subject.progress("reason_codes", done, max(total, 1)),
    )
    values += [value for line in lines for value in _violations(line, subject.confidence)]
    bent = [line.column for line in lines if line.violating]
    if bent:
        notes.append(f"The output gets better against the stated direction for {_names(bent)}.")
    parameters: dict[str, Json] = {
        "reference": REFERENCES[reasons.reference],
        "limit": reasons.limit,
        "unfavourable": decided.unfavourable,
        "refused": int(decided.refused.sum()),
        "rows": len(explained),
        "rows_moved": len(moved),
        "without_reason": gaps,
        "ignored": {name: f.ignore for name, f in reasons.features.items() if f.ignore},
        "seed": subject.seed,
        "confidence": subject.confidence,
        **told,
    }
    return Outcome(values=tuple(values), parameters=parameters, notes=tuple(notes))


def _decided(subject: Subject, reasons: Reasons) -> Decisions:
    labels = subject.encoded
    if reasons.unfavourable is None and not labels.positive < labels.negative:  # by default it is the larger
        refuse_unsaid(labels.positive, labels.negative)
    scores = subject.scores or Scores(labels.predicted.astype(np.float64), "label")
    return decisions(
        labels.predicted,
        scores.values,
        scores.space,
        plain(labels.positive),
        plain(labels.negative),
        reasons.unfavourable,
        subject.asked_model.estimator,
    )


def _rows(columns: int) -> int:
    """Return how many rows to explain: a number by size, not by a clock, so that a result can be reproduced."""
    return int(min(MOST, max(LEAST, WORK // (2 * columns * SIZE * 10))))


def _used(found: Against, name: str) -> bool:
    """Return whether the model uses a column at all: whether it moved any row."""
    return bool(np.abs(found.parts[:, :, found.names.index(name)]).max() > found.error)


def _stated(factors: Factors, confidence: float) -> list[Value]:
    """Return how often reasons are stated, and what is left unsaid."""
    n = len(factors.stated)
    values = [
        _share("reason_rate", np.array([k in listed for listed in factors.stated]), confidence, "group", reason)
        for k, reason in enumerate(factors.reasons)
    ]
    values.sort(key=lambda value: -(value.value or 0.0))
    values.append(_share("no_usable_reason_rate", np.array([not listed for listed in factors.stated]), confidence))
    values.append(_share("unnamed_principal_factor_rate", np.array([bool(u) for u in factors.unnamed]), confidence))
    covered = factors.covered()
    values.append(_mean("reason_coverage", covered[~np.isnan(covered)], confidence))
    for j, name in enumerate(factors.names):
        adverse = factors.adverse[:, j]
        if adverse.any() and factors.against[:, j].any():
            hits = factors.against[adverse, j]
            values.append(_share("contradiction_rate", hits, confidence, "column", name))
        if n and any(j in listed for listed in factors.unnamed):
            hits = np.array([j in listed for listed in factors.unnamed])
            values.append(_share("unnamed_principal_factor_rate", hits, confidence, "column", name))
    return values


def _share(measure: str, hits: Bools, confidence: float, kind: str = "estimate", about: str | None = None) -> Value:
    n = len(hits)
    rate = float(hits.mean()) if n else math.nan
    lower, upper = clopper_pearson(rate, float(n), normal_quantile(confidence))
    where: dict[str, Any] = {"kind": kind}
    if kind == "group":
        where |= {"attribute": "reason", "group": about}
    elif kind == "column":
        where |= {"attribute": about}
    return estimate(measure, rate, float(lower), float(upper), confidence, n, "clopper-pearson", **where)


def _mean(measure: str, values: Floats, confidence: float) -> Value:
    n = len(values)
    if not n:
        return Value(measure=measure, n=0, method="not estimable")
    mean = float(values.mean())
    if n < 2:
        return Value(measure=measure, value=mean, n=n, method="no interval")
    half = normal_quantile(confidence) * float(values.std(ddof=1)) / math.sqrt(n)
    return estimate(measure, mean, max(mean - half, 0.0), min(mean + half, 1.0), confidence, n, "normal")


def _violations(line: Monotone, confidence: float) -> list[Value]:
    def rate(measure: str, hits: int) -> Value:
        return _share(measure, np.arange(line.rows) < hits, confidence, "column", line.column)

    made = [rate("monotonicity_violation_rate", line.violating)]
    if line.flipped is not None:
        made.append(rate("decision_violation_rate", line.flipped))
    largest = Value(
        measure="largest_monotonicity_violation",
        kind="column",
        attribute=line.column,
        value=line.largest,
        n=line.rows,
        method="observed maximum",
    )
    return [*made, largest]


def _notes(reasons: Reasons, gaps: list[str], factors: Factors) -> list[str]:
    notes = []
    if gaps:
        notes.append(f"The model uses {_names(gaps)}, and the mapping has neither a reason nor an ignore for it.")
    ignored = {j for listed in factors.unnamed for j in listed if (held := _held(reasons, factors, j)) and held.ignore}
    if ignored:
        notes.append(
            f"Ignored, and among the {reasons.limit} largest factors of some rows: "
            f"{_names([factors.names[j] for j in sorted(ignored)])}. Regulation B lets no principal factor be left out."
        )
    return notes


def _held(reasons: Reasons, factors: Factors, column: int) -> Any:
    return reasons.features.get(factors.names[column])


def _names(names: list[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(map(repr, names[:_LISTED])) + more
