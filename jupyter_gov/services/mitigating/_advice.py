"""What a reader must know besides the numbers: what choosing does to them, and what no candidate can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jupyter_gov.records import Json, Verdict, to_json

from ._asked import Asked
from ._trying import Trials

if TYPE_CHECKING:
    from jupyter_gov.mitigation import Method, Problem


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
    missing = [v.control for v in verdicts if v.status == "missing"]
    rest = f" Not judged for lack of evidence: {', '.join(missing)}." if missing else ""
    return f"Nothing was tried: the model meets {which}.{rest}"


def advise(methods: Sequence[Method], problem: Problem) -> tuple[str, ...]:
    """Return what methods say that no candidate can do."""
    return tuple(dict.fromkeys(sentence for method in methods for sentence in method.advise(problem)))


def selection_note(compared: int) -> str:
    """Return what choosing among candidates by the held-out rows does to the numbers of the chosen one."""
    if compared < 2:
        return "Assess the chosen candidate once more on rows that none of this has seen."
    return (
        f"The proposed one was picked among {compared} by these rows, so that its own numbers are a little too good; "
        f"its adjusted intervals allow for {compared} comparisons. Assess it once more on rows that none of this has "
        "seen."
    )


def adjusted(trials: Trials, proposed: str) -> dict[str, Json]:
    """Return the proposed candidate's changes and verdicts with intervals that hold for all candidates together.

    Notes
    -----
    Bonferroni: of k candidates each interval has the confidence 1 − α / k, so that all hold together with at least
    1 − α, whichever is picked.
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
