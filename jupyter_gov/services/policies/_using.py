"""Which policy is in force in a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_gov.errors import InputError, NotFoundError, did_you_mean
from jupyter_gov.records import TIERS, PolicyUse, Record, utc_now

from .._stores import find_store
from ..runs import find_run
from ._place import Place

if TYPE_CHECKING:
    from jupyter_gov.policy import Policy

MOST = 1000
"""How many uses of policies in a run are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody said about the use of the model; empty where nothing was."""

    jurisdiction: str = ""
    stage: str = ""
    tier: str = ""

    @classmethod
    def read(cls, *, jurisdiction: str = "", stage: str = "", tier: str = "") -> Said:
        """Return what somebody says now.

        Raises
        ------
        InputError
            If a place is no code, or there is no such stage or tier.
        """
        from jupyter_gov.policy import STAGES, read_places

        for what, said, known in (("stage", stage, STAGES), ("tier", tier, TIERS)):
            if said and said not in known:
                hint = did_you_mean(said, known, label=f"{what.capitalize()}s")
                raise InputError(f"There is no {what} {said!r}.", hint=hint)
        return cls(jurisdiction=", ".join(read_places(jurisdiction)), stage=stage, tier=tier)

    @classmethod
    def of(cls, use: PolicyUse | None) -> Said:
        """Return what was said when a policy was put in force."""
        return cls() if use is None else cls(jurisdiction=use.jurisdiction, stage=use.stage, tier=use.tier)

    def or_else(self, other: Said) -> Said:
        """Return it, completed by another."""
        return Said(
            jurisdiction=self.jurisdiction or other.jurisdiction,
            stage=self.stage or other.stage,
            tier=self.tier or other.tier,
        )


def use_policy(name: str | Sequence[str], *, jurisdiction: str = "", stage: str = "", tier: str = "") -> PolicyUse:
    """Put a policy in force in the notebook that is tracked here; it takes the place of the one before.

    Parameters
    ----------
    name : str or sequence of str
        As in `find_policy`; several, also separated by commas, hold together.
    jurisdiction, stage, tier : str
        Where the model is used (``EU``, or codes of ISO 3166 such as ``US-NY``; several with commas), in which stage of
        its life it is, and how much is at stake.

    Returns
    -------
    PolicyUse
        On disk on return.

    Raises
    ------
    NotTrackingError
        If nothing is tracked.
    NotFoundError, InputError
        If there is no such policy, or it, a place, stage or tier cannot be read.
    StoreError
        If it could not be written.
    """
    place = Place.of(None)
    said = Said.read(jurisdiction=jurisdiction, stage=stage, tier=tier)
    use = make_use(name, said).replace(in_force=True, cell=place.cell)
    place.write((use, "policy.used"))
    return use


def drop_policy() -> PolicyUse:
    """Take the policy out of force in the notebook that is tracked here; return the use that ended.

    Raises
    ------
    NotTrackingError, NotFoundError
        If nothing is tracked, or no policy is in force.
    StoreError
        If it could not be written.
    """
    place = Place.of(None)
    before = policy_in_force(place.run.id, place.store.url)
    if before is None:
        raise none_in_force()
    place.write((PolicyUse(policy="", cell=place.cell, used=utc_now()), "policy.dropped"))
    return before


def policy_in_force(run: str, store: str | None = None) -> PolicyUse | None:
    """Return the policy in force in a run, None where there is none.

    Parameters
    ----------
    run : str
        As in `find_run`.
    store : str, optional
        URL or path of the store.

    Raises
    ------
    NotFoundError, InputError
        As `find_run`.
    """
    found, opened = find_run(run, store), find_store(store)
    newest = [] if opened is None else opened.page(found.id, PolicyUse.kind, limit=MOST, newest=True)
    return in_force(PolicyUse.from_json(data) for _, data in reversed(newest))


def in_force(records: Iterable[Record]) -> PolicyUse | None:
    """Return the policy that was put in force last, None where it was taken out again."""
    last = None
    for record in records:
        if isinstance(record, PolicyUse) and record.in_force:
            last = record if record.policy else None
    return last


def make_use(policy: str | Sequence[str] | Policy, said: Said) -> PolicyUse:
    """Return the record of a policy's use, with its whole content; it is not in force.

    Raises
    ------
    NotFoundError, InputError
        If there is no such policy, or it cannot be read.
    """
    from jupyter_gov.policy import Policy, compose, digest, to_json

    sources: list[str] = []
    if not isinstance(policy, Policy):
        from ..workplace import from_home
        from ._finding import PACK, find_policy

        names = policy.split(",") if isinstance(policy, str) else policy
        found = [find_policy(name) for name in names]
        sources = [where if where == PACK else from_home(Path(where)) for _, where in found]
        policy = compose([one for one, _ in found])
    return PolicyUse(
        policy=policy.id,
        version=policy.version,
        title=policy.title,
        digest=digest(policy),
        content=to_json(policy),
        sources=tuple(dict.fromkeys(sources)),
        in_force=False,
        jurisdiction=said.jurisdiction,
        stage=said.stage,
        tier=said.tier,
        used=utc_now(),
    )


def none_in_force() -> NotFoundError:
    """Return the error for a run without a policy."""
    return NotFoundError(
        "No policy is in force in this run.", hint="Name one, or put it in force with %gov_policy use NAME."
    )
