"""Explaining one row, and recording why it was decided as it was."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jupyter_gov.records import Assessment, new_id

from ._given import Given
from ._reasons_file import load_reasons
from .assessing import Progress, _evidence, keep, result_of
from .session import current

REFERENCES = ("approved", "just approved", "all")
"""Whom a row is compared with, by name."""

if TYPE_CHECKING:
    from pathlib import Path


def explain_row(
    model: Any,
    X: Any,
    row: Any,
    *,
    background: Any = None,
    reasons: Mapping[str, Any] | str | Path | None = None,
    changeable: Mapping[str, Any] | str | None = None,
    positive: Any = None,
    unfavourable: Any = None,
    seed: int = 0,
    confidence: float = 0.95,
    time_limit: float | None = None,
    progress: Progress | None = None,
    name: str = "",
) -> Assessment:
    """Explain why a fitted model decided one row as it did, with reasons where they are given.

    Parameters
    ----------
    model : fitted classifier, regressor, ranker or Pipeline; or anything with ``predict``
    X : DataFrame or ndarray of shape (n_rows, n_features)
        Rows to compare with; most often those that the row is one of.
    row : label, int, Series, mapping or table of one row
        An index label of `X`, a position where `X` has no labels that are numbers, or the row itself.
    background : str or table, optional
        Whom the row is compared with: ``approved``, ``just approved`` or ``all`` rows of `X`, or a table of others. By
        default what `reasons` say; without them the approved if `unfavourable` is given, else all.
    reasons : mapping or path of a YAML file, optional
        The reasons that columns stand for; see the page on reason codes.
    changeable : mapping or str, optional
        The columns that the person can change, with the bounds of the change: the smallest change within them that
        turns the decision is searched for; see the page on adversarial changes.
    positive : label, optional
        Of two classes, whose score is explained; by default the larger in sort order.
    unfavourable : label, optional
        The decision that reasons are given for; by default the one that is not the positive label.
    seed : int
        Of everything that is drawn at random.
    confidence : float
        Of the intervals, two-sided.
    time_limit : float, optional
        Seconds that may be spent on predictions; by default 300.
    progress : callable, optional
        Called as the work goes on.
    name : str, optional
        What the model is called where a tracked notebook does not tell.

    Returns
    -------
    Assessment
        With one result, ``row_explanation``. Its parameter ``values`` holds the row's own values, for the reader; what
        is recorded where a run is tracked has none of them.

    Raises
    ------
    InputError, NotFoundError
        If there is no such row or reference, the model cannot predict, or reasons or bounds cannot be used.
    StoreError
        If the result could not be written.
    """
    from jupyter_gov.assessment import ROW_CARD, Evaluation
    from jupyter_gov.assessment import explain_row as explained

    session = current()
    given = Given(model, X, None, is_model=True)
    called = session.resolver.name_of(model) if session and session.resolver else ""
    label = called or name or type(model).__name__
    start = time.perf_counter()
    # Data are identified before the model runs, which may change them.
    about: dict[str, Any] = {"act": new_id(), "model": label, **_evidence(session, given, None, label, {})}
    found = explained(
        model,
        X,
        row,
        background=background,
        reasons=load_reasons(reasons),
        changeable=changeable,
        positive=positive,
        unfavourable=unfavourable,
        seed=seed,
        confidence=confidence,
        time_limit=time_limit,
        progress=progress or (lambda _name, _done, _total: None),
    )
    done = Evaluation(ROW_CARD.name, ROW_CARD, "done", "", found.outcome, time.perf_counter() - start)
    result = result_of(done, about)
    keep(session, result)
    shown = replace(result, parameters={**result.parameters, "values": found.shown})
    return Assessment(id=about["act"], model=label, rows=1, results=(shown,))
