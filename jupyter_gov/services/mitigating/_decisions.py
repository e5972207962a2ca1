"""Which decisions are another model's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_gov.records import Json

if TYPE_CHECKING:
    from jupyter_gov.assessment import Subject

HARDLY = "It hardly decides any more"

_NEARLY = 0.97
"""Share of alike decisions from which one may ask what the model is for."""


def decisions_changed(original: Subject, candidate: Subject) -> dict[str, Json]:
    """Return how many decisions two models make differently, and for whom.

    Parameters
    ----------
    original, candidate : Subject
        The same rows.

    Returns
    -------
    dict
        ``changed``, ``of``, ``groups`` (by attribute and group); of two classes also ``up``, refusals that became
        approvals, and ``down``. Empty where numbers are predicted.
    """
    import numpy as np

    if original.task not in ("binary", "multiclass") or original.predicted is None or candidate.predicted is None:
        return {}
    if original.labels is not None and candidate.labels is not None:
        before, after = original.labels.predicted, candidate.labels.predicted
        parts: dict[str, Any] = {"changed": before != after, "up": ~before & after, "down": before & ~after}
    else:
        parts = {"changed": np.asarray(original.predicted) != np.asarray(candidate.predicted)}

    def counted(rows: Any) -> dict[str, Json]:
        return {**{name: int(part[rows].sum()) for name, part in parts.items()}, "of": int(rows.sum())}

    groups: dict[str, Json] = {}
    together = original.combinations
    if together is not None:
        for position, attribute in enumerate(together.attributes):
            codes = together.table[:, position][together.rows]
            rows = {group: codes == i for i, group in enumerate(attribute.groups)}
            groups[attribute.name] = {group: counted(some) for group, some in rows.items() if some.any()}
    return {**counted(np.ones(len(original), np.bool_)), "groups": groups}


def nearly_constant(original: Subject, candidate: Subject) -> tuple[str, ...]:
    """Return a sentence where a candidate decides nearly all rows alike and the original does not."""
    shares = []
    for subject in (original, candidate):
        if subject.labels is None or subject.predicted is None:
            return ()
        shares.append(float(subject.labels.predicted.mean()))
    before, after = (max(share, 1 - share) for share in shares)
    if after < _NEARLY or before >= _NEARLY or candidate.labels is None:
        return ()
    label = candidate.labels.positive if shares[1] > 0.5 else candidate.labels.negative
    return (f"{HARDLY}: {after:.0%} of these rows get {label}, of the original {before:.0%}.",)
