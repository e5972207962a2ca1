"""Why the model decided one row as it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ...errors import InputError
from ...records import Json, Outcome, Value
from .._model import TIME_LIMIT, Model
from .._prepare import Ints, confidence_level, dense, plain
from .._robustness._changes import changes_of
from .._robustness._smallest import smallest_change, turning_points
from .._settling import settled
from .._subject import Progress
from .._table import names_of, take
from ._against import Against, attribute_against
from ._card import ROW_CARD
from ._columns import refuse_unordered
from ._decision import Decisions, refuse_unsaid
from ._finding import Row, find_row, same_row
from ._mapping import REFERENCES, Reasons, read_reasons
from ._shown import shown_of
from ._stating import find_factors
from ._telling import limited, notes_of, stated_values, told_of, with_change

NAME = ROW_CARD.name
SIZE = 50
"""Reference rows in each of ten parts; more for a linear model."""


class RowExplanation(NamedTuple):
    """The explanation of one row.

    Attributes
    ----------
    outcome : Outcome
        Without any value of the row: it can be recorded.
    shown : dict
        By column the row's ``value``, its ``percentile`` among the rows, what is ``typical`` of the reference, at which
        value, all else as it is, the decision ``turns``, and what it is in the smallest change within declared bounds
        that turns it (``changed``): for the reader alone.
    """

    outcome: Outcome
    shown: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A row, what was decided of it and of others, and whom it is compared with."""

    row: Row
    model: Model
    decided: Decisions | None
    label: Any
    score: float
    space: str
    reference: Any
    places: Ints
    referred: str
    confidence: float
    decision: Mapping[str, Any]


def explain_row(
    model: Any,
    X: Any,
    row: Any,
    *,
    background: Any = None,
    reasons: Mapping[str, Any] | None = None,
    changeable: Mapping[Any, Any] | str | None = None,
    positive: Any = None,
    unfavourable: Any = None,
    seed: int = 0,
    confidence: float = 0.95,
    time_limit: float | None = None,
    progress: Progress = lambda _name, _done, _total: None,
) -> RowExplanation:
    """Explain what a fitted model says of one row.

    Parameters
    ----------
    model : fitted model
        As in `evaluate`.
    X : DataFrame or ndarray of shape (n, columns)
        Rows to compare with; most often those that the row is one of.
    row : label, int, Series, mapping or table of one row
        See `find_row`.
    background : str or table, optional
        Whom the row is compared with: ``approved``, ``just approved`` or ``all`` rows of `X`, or a table with its
        columns. By default what `reasons` say; without them the approved if `unfavourable` is given, else all.
    reasons : mapping, optional
        Reasons by column, see `read_reasons`.
    changeable : mapping or str, optional
        The columns that the person can change, with bounds, see `changes_of`.
    positive : label, optional
        Whose score is explained, of two classes; by default the larger in sort order.
    unfavourable : label, optional
        The decision that reasons are given for; by default the one that is not the positive label.
    seed : int
    confidence : float
    time_limit : float, optional
        Seconds that may be spent on predictions.
    progress : callable, optional

    Returns
    -------
    RowExplanation
        Values: ``score``, ``base_value``, ``threshold`` where there is one; ``shap_value`` of kind ``attribution`` for
        each column, largest first; ``adverse_attribution`` for each reason that is stated, the weightiest first;
        ``smallest_change`` and ``columns_changed`` of kind ``perturbation`` where `changeable` is given.

    Raises
    ------
    InputError, NotFoundError
        If there is no such row or reference, the model cannot predict, or reasons or bounds cannot be used.
    """
    confidence = confidence_level(confidence)
    found_row = find_row(X, row)
    mapping = None if reasons is None else read_reasons(reasons, names_of(found_row.table))
    changes = changes_of(changeable, found_row.table) if changeable else None
    case = _case(model, found_row, background, mapping, positive, unfavourable, confidence, time_limit, progress)
    if mapping is not None:
        refuse_unordered(found_row.table, mapping.features)
    change = None
    if changes is not None:
        change = smallest_change(case.model, found_row.position, changes, decision=case.decision)
    found = attribute_against(
        case.model,
        found_row.table,
        np.array([found_row.position]),
        case.reference,
        size=SIZE,
        seed=seed,
        notify=progress,
    )
    outcome = _outcome(case, found, mapping, seed)
    if changes is not None:
        outcome = with_change(outcome, changes, change)
    turns = turning_points(case.model, found_row.table, found_row.position, decision=case.decision)
    return RowExplanation(outcome, shown_of(found_row, case.reference, turns, change))


def _case(
    model: Any,
    row: Row,
    background: Any,
    mapping: Reasons | None,
    positive: Any,
    unfavourable: Any,
    confidence: float,
    time_limit: float | None,
    progress: Progress,
) -> _Case:
    bad = unfavourable if unfavourable is not None else None if mapping is None else mapping.unfavourable
    asked, decided, labels, scores, space, answered, decision = settled(
        model,
        row.table,
        positive=positive,
        unfavourable=bad,
        two=mapping is not None or bad is not None or positive is not None,
        time_limit=TIME_LIMIT if time_limit is None else float(time_limit),
        progress=progress,
    )
    if mapping is not None and decided is None:
        raise InputError("Reasons are for a decision between two classes.", hint="Leave reasons out.")
    if mapping is not None and decided is not None and bad is None and positive is None:
        refuse_unsaid(asked.positive, decided.unfavourable)
    at = np.flatnonzero(answered == row.position)
    if not len(at):
        raise InputError("The model cannot predict this row.", hint="Pass a row that it predicts.")
    among = np.flatnonzero(answered < row.known)  # a row from elsewhere is not compared with itself
    own = background is not None and not isinstance(background, str)
    if own:
        reference, places, referred = _given(background, row.table), among, "the rows given"
    else:
        named = background or (
            "all" if bad is None and mapping is None else mapping.reference if mapping else "approved"
        )
        if decided is None and named != "all":
            raise InputError(
                f"There are no decisions to find the {named} by.", hint="Use background='all', or a table."
            )
        chosen = among if decided is None else np.intersect1d(decided.reference(named), among)
        places = answered[chosen]
        reference, referred = take(row.table, places), named
    if len(reference) == 1 and same_row(reference, take(row.table, np.array([row.position]))):
        raise InputError("The only row to compare with is the row itself.", hint="Pass more rows, or a background.")
    return _Case(
        row=row,
        model=asked,
        decided=decided,
        label=plain(labels[int(at[0])]) if labels is not None else None,
        score=float(np.max(scores[int(at[0])])),
        space=space,
        reference=reference,
        places=np.asarray(places),
        referred=referred,
        confidence=confidence,
        decision=decision,
    )


def _given(background: Any, table: Any) -> Any:
    held = dense(background, "background")
    if hasattr(held, "columns") != hasattr(table, "columns") or held.shape[1] < table.shape[1]:
        raise InputError("background does not have the columns of X.", hint="Pass rows of the training data.")
    if not hasattr(held, "columns"):
        return held
    missing = [str(name) for name in table.columns if name not in held.columns]
    if missing:
        raise InputError(f"background lacks {', '.join(map(repr, missing[:6]))}.", hint="Pass the columns of X.")
    return held[list(table.columns)]


def _outcome(case: _Case, found: Against, mapping: Reasons | None, seed: int) -> Outcome:
    decided, level = case.decided, case.confidence
    mean, half = (part[0] for part in found.spread(found.parts, level))
    base, base_half = (float(part[0]) for part in found.spread(found.bases, level))
    n = found.reference_rows
    values = [
        Value(measure="score", value=case.score, n=1, method="exact"),
        limited("base_value", base, base_half, level, n),
    ]
    if decided is not None and decided.threshold is not None:
        values.append(Value(measure="threshold", value=decided.threshold, method="exact"))
    for j in np.argsort(-np.abs(mean), kind="stable"):
        where = {"kind": "attribution", "attribute": found.names[j]}
        values.append(limited("shap_value", float(mean[j]), float(half[j]), level, n, **where))
    parameters: dict[str, Json] = {
        "task": case.model.task,
        "row": case.row.label if isinstance(case.row.label, int | float | str | None) else str(case.row.label),
        "decision": case.label if isinstance(case.label, int | float | str | bool) else str(case.label),
        "score": case.space,
        "explainer": found.explainer,
        "output": found.output,
        "output_value": float(found.outputs[0]),
        "background": case.referred,
        "background_rows": n,
        "additivity_error": found.error,
        "seed": seed,
        "confidence": level,
        "rows": case.row.known,
    }
    notes = list(found.notes)
    if mapping is not None:
        parameters["labels"] = {name: f.label for name, f in mapping.features.items() if f.label}
    if decided is not None:
        refused = str(case.label) == str(decided.unfavourable)
        parameters |= {
            "positive": plain(case.model.positive),
            "unfavourable": decided.unfavourable,
            "favourable": decided.favourable,
            "refused": refused,
        }
        if mapping is not None:
            parameters["reference"] = REFERENCES.get(case.referred, case.referred)
        if mapping is not None and refused:
            factors = find_factors(
                found, mapping, case.row.table, case.places, sign=decided.sign, confidence=level
            )  # fmt: skip
            values += stated_values(factors, level, n)
            parameters |= told_of(factors, mapping)
            notes += notes_of(factors, mapping)
        elif mapping is not None:
            notes.append("The decision is not the unfavourable one, so no reasons are stated.")
    return Outcome(values=tuple(values), parameters=parameters, notes=tuple(notes))
