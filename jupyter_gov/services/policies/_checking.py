"""Judging a policy on a run, and what follows for the one whose run it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING

from jupyter_gov.errors import InputError, NotFoundError, did_you_mean
from jupyter_gov.records import (
    LEVELS,
    Assessment,
    AssessmentResult,
    Json,
    PolicyCheck,
    PolicyUse,
    Run,
    Status,
    new_id,
    utc_now,
)

from .._stores import get_store
from ..runs import find_run
from ..session import actor, current
from ._evidence import SHARED, Material, gather, of_results
from ._place import Place
from ._using import Said, in_force, make_use, none_in_force, policy_in_force

if TYPE_CHECKING:
    from jupyter_gov.policy import Policy
    from jupyter_gov.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """One thing to do about a control that is not met.

    Attributes
    ----------
    control, title, severity, status
        As of the verdict.
    text : str
        Why it is not met.
    action : str
        A call, else a sentence.
    """

    control: str
    title: str
    severity: str
    status: Status
    text: str
    action: str


def check(
    assessment_or_run: Assessment | Run | str | None = None,
    policy: str | Sequence[str] | Policy | None = None,
    *,
    as_of: datetime | date | str | None = None,
    model: str | None = None,
    jurisdiction: str = "",
    stage: str = "",
    tier: str = "",
    store: str | None = None,
    record: bool = True,
) -> PolicyCheck:
    """Judge whether what a policy asks for holds.

    Parameters
    ----------
    assessment_or_run : Assessment, Run or str, optional
        A run, or its id; by default the one that is tracked here. Or an assessment: of all results, only its own count.
        If no tracked run knows it, they are all the evidence there is, and nothing is recorded.
    policy : str, sequence of str or Policy, optional
        As in `find_policy`; by default the one in force in the run, as it was when it was put in force.
    as_of : datetime, date or str, optional
        When ages and waivers are judged: a moment (UTC where it has no zone), or the end of a day; by default now.
        What was made later does not count.
    model : str, optional
        The name of the model that is judged; by default the one that was assessed last.
    jurisdiction, stage, tier : str
        Where the model is used (``EU``, or codes of ISO 3166 such as ``US-NY``; several with commas), in which stage of
        its life it is, and how much is at stake; by default what was said when the policy was put in force.
    store : str, optional
        URL or path of the store.
    record : bool
        Whether the verdicts become a record of the run. If not, what the store could not take has no part in them.

    Returns
    -------
    PolicyCheck

    Raises
    ------
    NotTrackingError
        If no run is given and none is tracked.
    NotFoundError, InputError
        If there is no such run, policy or model, or no policy is in force, or a date, place, stage or tier cannot be
        read.
    StoreError
        If the store cannot be read, or the verdicts could not be written.
    """
    at, said = moment(as_of), Said.read(jurisdiction=jurisdiction, stage=stage, tier=tier)
    fit, act, name, run = None, "", model or "", assessment_or_run
    if isinstance(run, Assessment):
        fit, act, name = next((r.fit for r in run.results), None), run.id, model or run.model
        if not _is_tracked(run):
            if policy is None:
                raise none_in_force()
            return judge_material(of_results(run.results), make_use(policy, said), at, model=name, fit=fit, act=act)
        run = None
    place = Place.of(run, store)
    material = place.gather(on_disk=record)
    # Now is when all is known: what was left to do until then is evidence too.
    at = moment(as_of)
    use, known = find_use(material, policy, said)
    _check_model(material, model)
    made = judge_material(material, use, at, model=name, fit=fit, act=act)
    if not record:
        return made
    made = made.replace(cell=place.cell, checked=utc_now(), actor=actor())
    place.write(*[] if known else [(use.replace(cell=place.cell), "policy.checked_once")], (made, "policy.checked"))
    return made


def current_check(run: str, store: str | None = None) -> PolicyCheck | None:
    """Return the verdicts of the policy in force in a run as they are now, None without one; nothing is recorded.

    They are worked out again only where something has been recorded since, or a day has passed.

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
    found, opened = find_run(run, store), get_store(store)
    if policy_in_force(found.id, store) is None:
        return None
    through = opened.known_through(found.id, experiment=found.experiment, shared=SHARED)
    return _current(opened, found, tuple(sorted(through.items())), datetime.now(UTC).date())


@lru_cache(maxsize=8)
def _current(store: Store, run: Run, _through: tuple[tuple[str, int], ...], _today: date) -> PolicyCheck | None:
    material = gather(store, run)
    use = in_force(material.records)
    return None if use is None else judge_material(material, use, datetime.now(UTC), cited=False)


def judge_material(
    material: Material,
    use: PolicyUse,
    at: datetime,
    *,
    model: str = "",
    fit: str | None = None,
    act: str = "",
    cited: bool = True,
) -> PolicyCheck:
    """Return what a policy comes to on what is known, at a moment.

    Parameters
    ----------
    model, fit, act : str
        As of `PolicyCheck`.
    cited : bool
        Whether the digest of what was judged is worked out, which costs.
    """
    from jupyter_gov.policy import from_json, judge

    known = material.at(at)
    if act:
        known = known.of_act(act)
    evidence = known.evidence(model=model, fit=fit, said=asdict(Said.of(use))).at(at)
    chosen = known.judged(model=model, fit=fit)
    return PolicyCheck(
        policy=use.policy,
        version=use.version,
        title=use.title,
        use=use.id,
        policy_digest=use.digest,
        evidence_digest=evidence.digest if cited else "",
        as_of=at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        through=material.through,
        model=chosen.model,
        fit=chosen.fit,
        act=act,
        context=evidence.context,
        verdicts=judge(from_json(use.content), evidence, at),
    )


def why_nothing_applies(check: PolicyCheck) -> str:
    """Return why no control of a check applies, in a sentence or two; empty where one does."""
    if any(v.status != "not_applicable" for v in check.verdicts):
        return ""
    if not check.verdicts:
        return f"Nothing was judged: {check.policy} asks for nothing."
    ((reason, _),) = Counter(v.reason for v in check.verdicts).most_common(1)
    return f"Nothing was judged: none of the controls of {check.policy} applies. {reason}"


def nudges(check: PolicyCheck) -> list[Nudge]:
    """Return what is to be done about controls that are not met, the most severe first."""
    return [
        Nudge(
            control=v.control,
            title=v.title,
            severity=v.severity,
            status=v.status,
            text=v.reason,
            action=v.action or next(iter(v.remedies), ""),
        )
        for v in sorted(check.unmet(), key=lambda v: LEVELS.index(v.severity))
    ]


def moment(as_of: datetime | date | str | None) -> datetime:
    """Return a moment in UTC: now for None, the end of a day for a day.

    Raises
    ------
    InputError
        If a text is no date.
    """
    if as_of is None:
        return datetime.now(UTC)
    if isinstance(as_of, str):
        text = as_of.strip()
        try:
            # `fromisoformat` reads weeks and days without hyphens too, which people take for something else.
            day = datetime.strptime(text[:10], "%Y-%m-%d").date()
            as_of = datetime.fromisoformat(text) if len(text) > len("2027-01-31") else day
        except ValueError as error:
            raise InputError(f"{text[:40]!r} is no date.", hint="Write it like 2027-01-31.") from error
    if not isinstance(as_of, datetime):
        # What was made on the day counts on it.
        as_of = datetime.combine(as_of, time.max)
    try:
        return as_of.replace(tzinfo=UTC) if as_of.tzinfo is None else as_of.astimezone(UTC)
    except OverflowError as error:
        raise InputError(
            f"{as_of} is beyond the last year, 9999, or the first.", hint="Write it like 2027-01-31."
        ) from error


def _is_tracked(assessment: Assessment) -> bool:
    """Say whether an assessment was made in the run that is tracked here."""
    session = current()
    if session is None:
        return False
    session.flush()
    return session.store.count(session.run.id, AssessmentResult.kind, where={"act": assessment.id}) > 0


def find_use(
    material: Material, policy: str | Sequence[str] | Policy | None, said: Said | None = None
) -> tuple[PolicyUse, bool]:
    """Return the use of the policy that is asked for, and whether it is on record already."""
    before = in_force(material.records)
    said = (said or Said()).or_else(Said.of(before))
    if policy is not None:
        use = make_use(policy, said)
    elif before is None:
        raise none_in_force()
    else:
        use = before.replace(id=new_id(), in_force=False, used=utc_now(), **asdict(said))

    def content(one: PolicyUse) -> tuple[Json, ...]:
        return one.policy, one.digest, Said.of(one), one.sources

    same = [r for r in material.records if isinstance(r, PolicyUse) and content(r) == content(use)]
    return (same[-1], True) if same else (use, False)


def _check_model(material: Material, model: str | None) -> None:
    assessed = dict.fromkeys(r.model for r in material.records if isinstance(r, AssessmentResult))
    if model and model not in assessed:
        hint = did_you_mean(model, assessed, label="Assessed") or "Assess it first, with %gov_assess."
        raise NotFoundError(f"No model {model!r} was assessed in this run.", hint=hint)
