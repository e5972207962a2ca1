"""Working verdicts out again, years later, from records alone."""

from __future__ import annotations

from jupyter_gov.errors import NotFoundError
from jupyter_gov.records import PolicyCheck, PolicyUse

from ._checking import judge_material, moment
from ._evidence import gather_again
from ._place import Place

MOST = 10_000
"""How many checks of a run are looked through."""


def recorded_check(check: str, run: str, store: str | None = None) -> PolicyCheck:
    """Return a check as it was recorded; parameters and errors as of `recompute`."""
    return _find(Place.of(run, store), check)


def recompute(check: str, run: str, store: str | None = None) -> PolicyCheck:
    """Return a recorded check with its digests and verdicts worked out again: equal to it where nothing is amiss.

    The policy is the one that was recorded, the evidence what was known then, the time the one that was judged at.

    Parameters
    ----------
    check, run : str
        Ids; the run's as in `find_run`, of the check the beginning is enough, or ``latest``.
    store : str, optional
        URL or path of the store.

    Raises
    ------
    NotFoundError, InputError
        If there is no such run or check, or its policy was not recorded.
    """
    from jupyter_gov.policy import digest, from_json

    place = Place.of(run, store)
    made = _find(place, check)
    use = place.store.get(PolicyUse, made.use)
    if use is None:
        raise NotFoundError("The policy of this check is not on record.", hint="Check the run again.")
    material = gather_again(place.store, place.run.id, {key: int(seq) for key, seq in made.through.items()})
    use = use.replace(digest=digest(from_json(use.content)))
    again = judge_material(material, use, moment(made.as_of), model=made.model, fit=made.fit, act=made.act)
    return again.replace(id=made.id, redacted=made.redacted, cell=made.cell, checked=made.checked, actor=made.actor)


def differences(recorded: PolicyCheck, again: PolicyCheck) -> list[str]:
    """Return in which way a check that was worked out again differs from what was recorded, in plain words."""
    names = {"policy_digest": "the policy", "evidence_digest": "the evidence"}
    told = [what for field, what in names.items() if getattr(recorded, field) != getattr(again, field)]
    before = {v.control: v for v in recorded.verdicts}
    for verdict in again.verdicts:
        old = before.pop(verdict.control, None)
        if old is None:
            told.append(f"{verdict.control} was not there")
        elif old.status != verdict.status:
            told.append(f"{verdict.control} was {old.status} and is {verdict.status}")
        elif old != verdict:
            told.append(f"what {verdict.control} rests on")
    return told + [f"{control} is not there" for control in before]


def _find(place: Place, check: str) -> PolicyCheck:
    found = [PolicyCheck.from_json(data) for _, data in place.store.page(place.run.id, PolicyCheck.kind, limit=MOST)]
    right = [one for one in found if check == "latest" or one.id.startswith(check.lower())]
    if not right:
        hint = f"It has {', '.join(c.id for c in found[-3:])}." if found else "It has none: check it first."
        raise NotFoundError(f"This run has no check {check!r}.", hint=hint)
    return right[-1]
