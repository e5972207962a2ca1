"""Assessing a table of predictions: a model made anywhere, in any language."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_gov.errors import GovError, InputError, NotFoundError, did_you_mean
from jupyter_gov.records import Assessment, Column, Dataset, Gap, Json, Run, new_id, utc_now

from ._findings import checks_of, findings_of
from ._table_file import open_table, stem
from .assessing import Progress, result_of
from .session import actor, end_run, write
from .settings import store_url
from .workplace import default_experiment, environment, short_path, source

if TYPE_CHECKING:
    import pandas as pd

_ELSEWHERE = "The model was made elsewhere: only a table of its predictions was given."
_TRACK = "Fit it in a tracked notebook; or keep what its makers wrote about it beside this record."
_UNKNOWN = {
    "how the model was made: its algorithm and its parameters": _TRACK,
    "the columns that the model decides by": _TRACK,
    "the data that the model was trained on": "Ask its makers, and make sure that no row of this table is among them.",
    "the code and the packages that the model was made with": _TRACK,
    "what the model relies on": "Assess the model itself, in a notebook, with %gov_assess.",
}
"""What a table cannot tell, and what would."""

_ACTIONS = {
    "run": "run.started",
    "dataset": "dataset.observed",
    "environment": "environment.captured",
    "source": "source.captured",
    "gap": "gap.found",
}


@dataclass(frozen=True, slots=True)
class TableRun:
    """What came of assessing a table.

    Attributes
    ----------
    run : Run
        ``finished``, or ``failed`` where an assessment did.
    assessment : Assessment
        The results.
    table : str
        The table in words: its file, rows, columns and format.
    """

    run: Run
    assessment: Assessment
    table: str


def assess_table(
    path: Path | str,
    *,
    target: str | None = None,
    prediction: str | None = None,
    score: str | None = None,
    sensitive: Iterable[str] = (),
    task: str | None = None,
    threshold: float | None = None,
    positive: str | None = None,
    control: str | None = None,
    weight: str | None = None,
    strata: Iterable[str] = (),
    reference: str | None = None,
    bins: str | None = None,
    costs: str | None = None,
    seed: int = 0,
    model: str | None = None,
    name: str | None = None,
    experiment: str | None = None,
    include: str | Iterable[str] | None = None,
    confidence: float = 0.95,
    store: str | None = None,
    progress: Progress | None = None,
) -> TableRun:
    """Assess a model by a table of its predictions, as a run of its own.

    Whatever can be refused is refused before the run begins, and leaves nothing behind.

    Parameters
    ----------
    path : path
        A CSV or Parquet file; ``docs/tables.md`` says what is read how.
    target : str, optional
        The column of what happened, labels or numbers; by default the one with a usual name, such as ``y_true``.
    prediction, score : str, optional
        The columns of predicted labels or numbers, and of scores that grow with the positive label; by default, where
        neither is named, those with a usual name, such as ``y_pred`` and ``score``.
    sensitive : iterable of str, optional
        Sensitive columns; one item may name several, separated by commas.
    task : str, optional
        ``binary``, ``multiclass``, ``regression`` or ``ranking``; by default what the columns show.
    threshold : float, optional
        The score at or above which the decision is positive where there is no prediction; by default 0.5 if all scores
        lie in [0, 1].
    positive : str, optional
        The positive label, read in the target's own type; by default the larger of the two in sort order.
    control : str, optional
        The column of another model's predictions, to compare with.
    weight : str, optional
        The column of sample weights.
    strata : iterable of str, optional
        Columns within whose values groups are compared too; one item may name several, separated by commas.
    reference, bins, costs : str, optional
        As in `jupyter_gov.assess`, such as ``race=White``, ``age=25:40:65`` and ``false_positive=1,false_negative=5``.
    seed : int
        Of everything that is drawn at random.
    model : str, optional
        What the model is called; by default the file's name.
    name, experiment : str, optional
        As in `jupyter_gov.track`; by default the file's name, and the git repository that the file lies in.
    include : str or iterable of str, optional
        Only these assessments.
    confidence : float
        Of the intervals, two-sided.
    store : str, optional
        URL or path of the store.
    progress : callable, optional
        Called as the work goes on.

    Raises
    ------
    NotFoundError, InputError
        If there is no such file or column, or the table cannot be assessed as asked.
    StoreError
        If the store cannot be written.
    """
    from jupyter_gov.assessment import evaluate_predictions, find_roles

    # Links stay as the user wrote them.
    path = Path(os.path.abspath(path))  # noqa: PTH100
    title = stem(path)
    sensitive, strata = list(sensitive), list(strata)
    tell = progress or (lambda _what, _done, _total: None)
    tell(f"reading {path.name}", 0, 1)
    file = open_table(path, [c for c in (target, prediction, score, *_split(sensitive, ())) if c is not None])
    if not file.columns:
        raise InputError(f"{path.name!r} is empty.", hint="Give a table with names in its first row.")
    groups, within = _split(sensitive, file.columns), _split(strata, file.columns)
    others = (("control", control), ("weight", weight), *(("sensitive", g) for g in groups))
    _check_columns(file.columns, (("target", target), ("prediction", prediction), ("score", score), *others))
    _check_columns(file.columns, [("stratum", column) for column in within])
    taken = {column for _, column in others}
    free = [column for column in file.columns if column not in taken]
    target, prediction, score = find_roles(free, target=target, prediction=prediction, score=score)
    frame = file.read([*groups, *within])
    if frame.empty:
        raise InputError(f"{path.name!r} has no rows.", hint="Give one row for each prediction.")
    if score is not None:
        _check_score(frame[score])
    used = {target, prediction, score, control, weight}
    evaluations = evaluate_predictions(
        frame[target],
        None if prediction is None else frame[prediction],
        None if score is None else frame[score],
        sensitive_features=frame[groups] if groups else None,
        task=task,
        threshold=threshold,
        positive=None if positive is None else _label(positive, frame[target]),
        control=None if control is None else frame[control],
        control_name=control or "",
        sample_weight=None if weight is None else frame[weight],
        strata=frame[within] if within else None,
        reference=reference,
        bins=bins,
        costs=costs,
        seed=seed,
        confidence=confidence,
        include=include,
        progress=progress,
        columns=[column for column in file.columns if column not in used],
    )
    url = store_url(store)
    tell(f"identifying {path.name}", 0, 1)
    data = _dataset(frame, path, title, file.format)
    about: dict[str, Any] = {
        "act": new_id(),
        "model": model or title,
        **dict.fromkeys(("dataset", "target"), data.id if isinstance(data, Dataset) else None),
        "attributes": data.id if groups and isinstance(data, Dataset) else None,
    }
    columns: dict[str, Json] = {"target": target, "prediction": prediction, "score": score, "sensitive": groups}
    columns |= {role: name for role, name in (("control", control), ("weight", weight), ("strata", within)) if name}
    gaps = [Gap(what=what, reason=_ELSEWHERE, remedy=remedy) for what, remedy in _UNKNOWN.items()]
    place = (environment(), source(""))
    run = Run(
        name=name or title,
        experiment=experiment or default_experiment(path.parent),
        actor=actor(),
        started=utc_now(),
    )
    results = []
    try:
        # In one transaction: whoever sees the run sees what it is about.
        write(run.id, *((r, _ACTIONS[r.kind]) for r in (run, data, *place, *gaps)), store=url)
        for found in evaluations:
            result = result_of(found, about, columns=columns)
            results.append(result)
            write(run.id, (result, f"assessment.{result.status}"), store=url)
        findings = [(f, "finding.raised") for f in findings_of(results, seen="")]
        write(run.id, *findings, (checks_of(results), "checks.made"), store=url)
    except BaseException as error:
        end_run(run, status="failed", reason=f"{type(error).__name__}: {error}".strip(" :"), store=url)
        raise
    failed = [f"{r.name}: {r.reason}" for r in results if r.status == "failed"]
    ended = end_run(run, status="failed" if failed else "finished", reason=" ".join(failed), store=url)
    size = f"{len(frame):,} rows × {len(frame.columns):,} columns"
    return TableRun(
        run=ended,
        assessment=Assessment(id=about["act"], model=about["model"], rows=len(frame), results=tuple(results)),
        table=f"{short_path(path)} · {size} · {file.format}",
    )


def _split(names: Iterable[str], columns: Sequence[str]) -> list[str]:
    """Return names, those that are no column split at their commas."""
    parts = [[name] if name in columns else name.split(",") for name in names]
    return [part.strip() for some in parts for part in some if part.strip()]


def _check_columns(columns: Sequence[str], roles: Sequence[tuple[str, str | None]]) -> None:
    """Raise unless the table has each column once, and each is asked for in one role only."""
    twice, times = Counter(columns).most_common(1)[0] if columns else ("", 0)
    if times > 1:
        raise InputError(f"The table has {times} columns named {twice!r}.", hint="Rename all but one of them.")
    taken: dict[str, str] = {}
    for role, name in roles:
        if name is None:
            continue
        if name not in columns:
            hint = did_you_mean(name, columns, label="Columns")
            raise NotFoundError(f"The table has no column {name!r} ({role}).", hint=hint)
        if name in taken:
            raise InputError(
                f"The column {name!r} is named twice: as {taken[name]} and as {role}.", hint="Name it once."
            )
        taken[name] = role


def _label(text: str, target: pd.Series[Any]) -> Any:
    """Return the label that reads so, in the target's own type; the text itself where there is none."""
    labels = list(target.dropna().unique())
    same = [label for label in labels if str(label) == text]
    alike = [label for label in labels if str(label).casefold() == text.casefold() or _number(label) == _number(text)]
    return next(iter([*same, *alike]), text)


def _number(text: object) -> float:
    try:
        return float(str(text))
    except ValueError:
        return math.nan  # equal to nothing


def _check_score(score: pd.Series[Any]) -> None:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(score):
        return
    bad = score[pd.to_numeric(score, errors="coerce").isna() & score.notna()]
    if len(bad):
        raise InputError(
            f"The score {score.name!r} is not numeric: it holds {str(bad.iloc[0])!r}.",
            hint="Write plain numbers with a decimal point, such as 0.25 or 1234.5.",
        )


def _dataset(frame: pd.DataFrame, path: Path, name: str, kind: str) -> Dataset | Gap:
    """Return the table as a data set, or the gap where it cannot be identified."""
    from jupyter_gov.fingerprints import fingerprint

    try:
        found = fingerprint(frame)
    except GovError as error:
        return Gap(what=f"the table {path.name}", reason=error.message, remedy=error.hint)
    columns = tuple(Column(name=c.name, type=c.type, missing=c.missing) for c in found.columns)
    return Dataset(
        name=name,
        digest=found.digest,
        rows=found.rows,
        columns=columns,
        source=short_path(path),
        role="test",
        type=kind,
    )
