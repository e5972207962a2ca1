"""What a reader must know besides the numbers: what choosing does to them, and what no candidate can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jupyter_gov.records import Answer, Json, Verdict, to_json

from ._asked import Asked
from ._trying import Trials

if TYPE_CHECKING:
    from jupyter_gov.mitigation import Method, Problem


_HOW = (
    ": `%gov_assess chosen X_NEW y_NEW --include fairness,performance`, with new or so far unread rows as X_NEW, y_NEW"
)


def nothing_to_do(asked: Asked, verdicts: Sequence[Verdict]) -> str:
    """Return why nothing was tried."""
    if asked.policy is None:
        return (
            "Nothing was tried: no difference between groups is beyond chance on these rows. To try all the same, name "
            "a policy, or methods."
        )
    if not verdicts:
        return f"Nothing was tried: no control of {asked.name} asks for a measure of the model."
    which = ", ".join(asked.only) if asked.only else f"every control of {asked.name} that measures of the model decide"
    missing = [v.control for v in verdicts if v.status == "missing" and asked.wants(v.control)]
    rest = f" Not judged for lack of evidence: {', '.join(missing)}." if missing else ""
    if not any(v.status == "pass" for v in verdicts if asked.wants(v.control)):
        return f"Nothing was tried: no control could be judged by measures of the model.{rest}"
    return f"Nothing was tried: the model meets {which}{' that could be judged' if missing else ''}.{rest}"


def advise(methods: Sequence[Method], problem: Problem) -> tuple[str, ...]:
    """Return what methods say that no candidate can do."""
    return tuple(dict.fromkeys(sentence for method in methods for sentence in method.advise(problem)))


def selection_note(compared: int) -> str:
    """Return what choosing among candidates by the held-out rows does to the numbers of the chosen one."""
    if compared < 2:
        return f"Assess the chosen candidate once more on rows that none of this has seen{_HOW}."
    return (
        f"The proposed one was picked among {compared} by these rows, so that its own numbers are a little too good; "
        f"its adjusted intervals allow for {compared} comparisons. Assess it once more on rows that none of this has "
        f"seen{_HOW}."
    )


def without_limits(trials: Trials) -> tuple[str, ...]:
    """Return why changes of a disparity have no intervals, where that is so."""
    aimed = trials.aims.disparity
    changes = [v for t in trials.tried for v in t.changes if aimed is not None and v.attribute == aimed.attribute]
    if aimed is None or aimed.attribute is None or not any(v.lower is None for v in changes):
        return ()
    return (
        f"Changes of differences between groups of {aimed.attribute} have no intervals: with more than five groups, or "
        "groups of fewer than 30 rows, they would not hold what they promise.",
    )


def no_method(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Return which of the controls that are not met are about no difference between groups."""
    apart = [v.title for v in verdicts if not any(_between_groups(a) for a in v.answers)]
    if not apart:
        return ()
    return (
        f"No method aims at {', '.join(f'“{title}”' for title in apart)}: what is tried is to make differences between "
        "groups smaller, and may meet it by the way.",
    )


def _between_groups(answer: Answer) -> bool:
    return answer.of == "measure" and answer.subject.get("kind") in ("difference", "ratio")


def adjusted(trials: Trials, proposed: str) -> dict[str, Json]:
    """Return the proposed one's changes and verdicts with intervals that allow for all comparisons.

    Notes
    -----
    Bonferroni: of k candidates each interval has the confidence 1 − α / k, so that all would hold together with at
    least 1 − α, whichever is picked, if each held what it promises.
    """
    level = trials.level
    found = trials.assess(trials.made[proposed], level)
    return {
        "candidate": proposed,
        "compared": trials.compared,
        "confidence": level,
        "method": "bonferroni",
        "changes": [to_json(v) for v in trials.changes(found, level)],
        "verdicts": trials.statuses(trials.verdicts(found)),
    }
