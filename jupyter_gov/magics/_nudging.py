"""One line below a cell of ours where it has changed which controls of the policy in force are met."""

from __future__ import annotations

from ..records import PolicyCheck

_SECONDS = 2.0
"""How long a line below a cell may wait for checks that are still to be made."""

_seen: dict[str, frozenset[tuple[str, str]]] = {}
"""What was not met, and how, when it was told last, by run."""


def nudge() -> None:
    """Say how much of the policy in force is met, and what is next, where that is news."""
    from ..display import show_text
    from ..services import current, current_check

    session = current()
    if session is None:
        return
    if session.resolver is not None:
        session.resolver.settle(_SECONDS)
    session.flush()
    check = current_check(session.run.id, session.store.url)
    if check is None or _seen.get(session.run.id) == _unmet(check):
        return
    saw(session.run.id, check)
    show_text(standing(check), kind="policy")


def saw(run: str, check: PolicyCheck | None) -> None:
    """Take note of what the reader knows by now."""
    if check is None:
        _seen.pop(run, None)
    else:
        _seen[run] = _unmet(check)


def standing(check: PolicyCheck) -> str:
    """Return how many of the controls that apply are met, and the next thing to do."""
    from ..services import nudges, why_nothing_applies

    if nothing := why_nothing_applies(check):
        return nothing
    counts = check.counts()
    met, applying = counts["pass"], len(check.verdicts) - counts["not_applicable"]
    waived = f", {counts['waived']} waived" if counts["waived"] else ""
    next_ = next((n.action for n in nudges(check) if n.action), "")
    return f"{check.policy}: {met} of {applying} met{waived}{f'; next: {next_}' if next_ else '.'}"


def _unmet(check: PolicyCheck) -> frozenset[tuple[str, str]]:
    return frozenset((v.control, v.status) for v in check.unmet())
