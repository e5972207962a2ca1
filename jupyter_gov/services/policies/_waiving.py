"""Somebody's decision that a control need not be met for a while."""

from __future__ import annotations

from datetime import UTC, date, datetime

from jupyter_gov.errors import InputError, NotFoundError, did_you_mean
from jupyter_gov.records import Run, Waiver, utc_now

from ..session import actor, write
from ._checking import check
from ._place import Place


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
    """Waive a control until a day; it counts for all runs of the experiment.

    Parameters
    ----------
    control : str
        Its id.
    by, why : str
        Who decided so, and the reason.
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
        If name, reason or day are missing, or the day is over.
    NotFoundError
        If the policy has no such control, or there is no policy.
    NotTrackingError
        If no run is given and none is tracked.
    StoreError
        If it could not be written.
    """
    place = Place.of(run, store)
    day = _day(until)
    for what, text in (("name", by), ("reason", why)):
        if not text.strip():
            raise InputError(f"A waiver needs a {what}.", hint="Say who decided so and why: --by NAME --why TEXT.")
    judged = check(place.run, policy, store=place.store.url, record=False)
    verdicts = {v.control: v for v in judged.verdicts}
    if control not in verdicts:
        raise NotFoundError(f"{judged.policy} has no control {control!r}.", hint=did_you_mean(control, verdicts))
    waiver = Waiver(
        policy=verdicts[control].origin.partition(" ")[0],
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
    taken = [w.replace(withdrawn=True) for w in found]
    for one in taken:
        # It goes where the waiver is: verdicts are worked out again from the events of the runs that had any.
        write(at.get(one.id, place.run.id), (one, "waiver.withdrawn"), store=place.store.url)
    return taken


def _day(text: str) -> str:
    """Return a day that is not over."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise InputError(
            f"{text[:40]!r} is no day.", hint="Write the last day of the waiver like 2027-01-31."
        ) from error
    if day < datetime.now(UTC).date():
        raise InputError(f"{day.isoformat()} is over.", hint="A waiver counts until a day that is to come.")
    return day.isoformat()
