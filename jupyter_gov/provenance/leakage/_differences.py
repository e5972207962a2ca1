"""Whether held-out rows are enough to tell two models apart."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...records import Finding
from ._case import Look
from ._measures import is_baseline, known_measure, one_number

_LEVEL = 0.05
_CORRELATION = 0.9
"""Assumed between the errors of two models' AUC on the same rows: a difference shows the better, the larger it is."""


def difference_not_shown(looks: list[Look]) -> Iterator[Finding]:
    """Tell of two models whose difference the held-out rows cannot show, however they fall: only ever an info.

    Which rows two models differ on is not known here, so that the best case is taken. Of accuracy: all rows on which
    they differ favour the better one, tested by the exact sign test (McNemar 1947, Psychometrika 12:153–157). Of ROC
    AUC: as many rows of each class, and errors correlated by 0.9 (Hanley & McNeil 1983, Radiology 148:839–843).
    """
    last: dict[str, dict[str, Look]] = {}
    for look in looks:
        measure = known_measure(look.metric.name)
        told = measure in ("accuracy", "roc_auc") and one_number(look.metric.value) is not None
        if look.here and told and look.size and look.metric.split != "train" and not is_baseline(look.fit):
            last.setdefault(look.metric.name, {})[look.fit.model_digest or look.fit.id] = look
    for name, found in last.items():
        ranked = sorted(((one_number(k.metric.value) or 0.0, i) for i, k in enumerate(found.values())), reverse=True)
        if len(ranked) < 2:
            continue
        (best, first), (next_, second) = ranked[:2]
        of = list(found.values())
        rows, apart = of[first].size, best - next_
        p = _sign(apart * rows) if known_measure(name) == "accuracy" else _normal(best, apart, rows)
        if apart > 0 and p > _LEVEL:
            yield Finding(
                check="too_few_positives",
                severity="info",
                message=f"The two best models differ by {apart:.3f} in {name}, which {rows:,} rows cannot show: even "
                f"in the best case as much is had by chance with probability {p:.2f}.",
                remedy="Do not call one of them the better, or compare them on more rows.",
                count=rows,
                of=rows,
                fits=(of[first].fit.id, of[second].fit.id),
                evidence={"metric": name, "difference": round(apart, 6), "p at the best": round(p, 4)},
            )


def _sign(rows: float) -> float:
    return min(1.0, 2 * 0.5 ** round(rows))


def _normal(value: float, apart: float, rows: int) -> float:
    half, a = rows / 2, min(max(value, 0.5), 1 - 1e-6)
    one, two = a / (2 - a), 2 * a * a / (1 + a)
    error = math.sqrt((a * (1 - a) + (half - 1) * (one + two - 2 * a * a)) / half**2)
    return math.erfc(apart / (error * math.sqrt(2 * (1 - _CORRELATION))) / math.sqrt(2))
