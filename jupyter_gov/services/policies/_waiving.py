"""Somebody's decision that a control need not be met for a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from jupyter_gov.errors import InputError, NotFoundError, did_you_mean
from jupyter_gov.records import Run, Waiver, utc_now

from ..session import actor, write
from ._checking import find_use
from ._place import Place

if TYPE_CHECKING:
    from jupyter_gov.policy import Control, Policy

REASON = 10
"""How many characters a reason has at least."""


def waive(
    control: str,
    *,
    by: str,
    why: str,
    until: str,
    policy: str | None = None,
    run: str | Run | None = None,
    store: str | None = None,
) -> Waiver:
    """Waive what a control asks for now, until a day; it counts for all runs of the experiment.

    Parameters
    ----------
    control : str
        Its id.
    by, why : str
        Who decided so, and the reason, in 10 characters or more.
    until : str
        The last day on which it counts, as ``2027-01-31``.
    policy : str, optional
        The policy that has it, as in `find_policy`; by default the one in force.
    run : str or Run, optional
        By default the run that is tracked here.
    store : str, optional
        URL or path of the store.

    Raises
    ------
    InputError
        If name or day are missing, the reason says nothing, or the day is over.
    NotFoundError
        If the policy has no such control, or there is no policy.
    NotTrackingError
        If no run is given and none is tracked.
    StoreError
        If it could not be written.
    """
    from jupyter_gov.policy import requirement_digest

    place = Place.of(run, store)
    day = _day(until)
    for what, text, least in (("name", by, 1), ("reason", why, REASON)):
        if len(text.strip()) < least:
            raise InputError(
                f"A waiver needs a {what}{f', in {least} characters or more' if least > 1 else ''}.",
                hint="Say who decided so and why: --by NAME --why TEXT.",
            )
    asked, name = _asked(place, policy)
    if control not in asked:
        raise NotFoundError(f"{name} has no control {control!r}.", hint=did_you_mean(control, asked))
    origin, _, version = asked[control].origin.partition(" ")
    waiver = Waiver(
        policy=origin,
        version=version,
        requirement=requirement_digest(asked[control]),
        control=control,
        by=by.strip(),
        why=why.strip(),
        until=day,
        given=utc_now(),
        actor=actor(),
        cell=place.cell,
    )
    place.write((waiver, "waiver.given"))
    return waiver


def withdraw(waiver: str, *, run: str | Run | None = None, store: str | None = None) -> list[Waiver]:
    """Take back a waiver, by its id, or all of a control, by the control's; return them as they now are.

    Raises
    ------
    NotFoundError
        If the experiment has none.
    NotTrackingError, StoreError
        As `waive`.
    """
    place = Place.of(run, store)
    material = place.gather()
    at = {r.id: key for key, r in material.shared if isinstance(r, Waiver)}
    found = [w for w in material.waivers if waiver in (w.id, w.control)]
    if not found:
        known = [w.control for w in material.waivers]
        hint = did_you_mean(waiver, dict.fromkeys(known), label="Waived") or "None is waived in this experiment."
        raise NotFoundError(f"There is no waiver of {waiver!r}.", hint=hint)
    now = utc_now()
    taken = [w.replace(withdrawn=True, withdrawn_at=now) for w in found]
    for one in taken:
        # It goes where the waiver is: verdicts are worked out again from the events of the runs that had any.
        write(at.get(one.id, place.run.id), (one, "waiver.withdrawn"), store=place.store.url)
    return taken


def _asked(place: Place, policy: str | Sequence[str] | Policy | None) -> tuple[dict[str, Control], str]:
    """Return what a policy and the newest charter ask for, by the control's id, and the policy's name."""
    from jupyter_gov.policy import controls_of_charter, from_json

    material = place.gather()
    use, _ = find_use(material, policy)
    charter = material.charter(material.judged().model)
    controls = (*from_json(use.content).controls, *controls_of_charter(charter))
    return {c.id: c for c in controls}, use.policy


def _day(text: str) -> str:
    """Return a day that is not over."""
    try:
        day = datetime.strptime(text.strip(), "%Y-%m-%d").date()
    except ValueError as error:
        raise InputError(
            f"{text[:40]!r} is no day.", hint="Write the last day of the waiver like 2027-01-31."
        ) from error
    if day < datetime.now(UTC).date():
        raise InputError(f"{day.isoformat()} is over.", hint="A waiver counts until a day that is to come.")
    return day.isoformat()
