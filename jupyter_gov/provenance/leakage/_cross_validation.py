"""Checks on cross-validation: whether anything had seen the rows of a fold before the fold was set apart."""

from __future__ import annotations

from collections.abc import Iterator

from ...records import Finding
from ._case import Case
from ._computed import computed
from ._picked import picked_by_target
from ._preparation import cells, severity, short, steps_seen, told

_OUTSIDE = {
    "transforms": "was fitted on",
    "selects": "chose columns by",
    "resamples": "changed the numbers of",
}


def cross_validation_leak(case: Case) -> Iterator[Finding]:
    """Find steps, statistics and copies of rows that every fold shares with the others.

    What is prepared without the target before a search is told, but not as a warning, where other rows are held back
    for the result: the choice is hardly touched by it.
    """
    if case.use != "cross_validation":
        return
    model, rows = short(case.fit), case.test.rows
    reported = bool(case.metrics) or not (case.fit.candidates and _held_back(case))
    steps = list(steps_seen(case))
    for seen in steps:
        step = short(seen.step.fit)
        weight = severity(seen)
        yield Finding(
            check="cross_validation_leak",
            severity=weight if reported or weight == "error" else "info",
            message=f"{step} {_OUTSIDE[seen.does]} {seen.rows:,} of the {rows:,} rows before cross-validation: each "
            f"fold of {model} is tested on rows that {step} has seen.",
            remedy=f"Put {step} into a Pipeline with the model and cross-validate that: each fold then fits it anew.",
            count=seen.rows,
            of=rows,
            cells=cells(seen.step.fit, case),
            datasets=(case.test.id,),
            fits=(seen.step.fit.id, case.fit.id),
            evidence={"seen": seen.rows, "rows": rows, "supervised": seen.supervised, "step": seen.does},
        )
    for found in () if any(s.does == "transforms" and severity(s) != "info" for s in steps) else computed(case):
        yield Finding(
            check="cross_validation_leak",
            severity="error" if found.supervised else "warning" if reported else "info",
            message=f"{told(found.columns)} {found.were} before the rows were cross-validated: {found.proof}.",
            remedy=f"Compute {found.statistic} within each fold, by a transformer in a Pipeline with the model.",
            count=rows,
            of=rows,
            cells=case.cells,
            columns=found.columns,
            datasets=(case.test.id,),
            fits=(case.fit.id,),
            evidence=found.evidence,
        )
    for picked in () if any(seen.does == "selects" for seen in steps) else picked_by_target(case):
        yield Finding(
            check="cross_validation_leak",
            severity="error",
            message=f"{picked} over all rows that were cross-validated.",
            remedy="Rank columns within each fold, by SelectKBest in a Pipeline with the model.",
            count=rows,
            of=rows,
            evidence={"picked": picked.count, "of": picked.of},
        )
    if not any(seen.does == "resamples" for seen in steps):
        yield from _repeated(case)


def _held_back(case: Case) -> bool:
    """Say whether the rows are a part only of what they came from."""
    parts = ((case.sources[id_], p) for id_, p in case.test.origins.items() if id_ in case.sources)
    return any(0 < len(set(p[p >= 0].tolist())) < source.rows for source, p in parts)


def _repeated(case: Case) -> Iterator[Finding]:
    """Find rows that are in the data more than once although they are one row of the source."""
    import numpy as np

    if case.splitter.get("groups"):
        return
    hashes = case.test.hashes()
    count = 0
    for positions in case.test.origins.values():
        rows = np.flatnonzero(positions >= 0)
        order = rows[np.argsort(positions[rows], kind="stable")]
        same = positions[order][1:] == positions[order][:-1]
        if hashes is not None:
            # A row that was joined to several others is one source row too, and yet no copy.
            same &= hashes[order][1:] == hashes[order][:-1]
        twin = np.zeros(len(order), bool)
        twin[1:] |= same
        twin[:-1] |= same
        count = max(count, int(twin.sum()))
    if count:
        yield Finding(
            check="cross_validation_leak",
            severity="error",
            message=f"{count:,} of the {case.test.rows:,} rows that were cross-validated are copies of one another: "
            "folds are tested on rows whose copies they were trained on.",
            remedy="Cross-validate the rows as they were, and repeat rows in each fold's training part alone; or keep "
            "copies together with GroupKFold.",
            count=count,
            of=case.test.rows,
            cells=case.cells,
            datasets=(case.test.id,),
            fits=(case.fit.id,),
            evidence={"copies": count, "rows": case.test.rows},
        )
