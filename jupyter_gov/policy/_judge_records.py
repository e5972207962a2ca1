"""Answers to what is asked of a run's records: assessments made, findings, reproductions, documents, environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ..records import SEVERITIES, Answer, Environment, Json, Record, Status, to_json
from . import _actions as actions
from ._evidence import Evidence
from ._explain_asked import asked as in_words
from ._index import Index, written
from ._judge_age import too_old
from ._judge_words import listed, threshold
from ._model import Requirement

_BY_ASSESSMENTS: Mapping[str, str] = {
    "disparity": "fairness",
    "small_groups": "fairness",
    "unknown_group": "fairness",
    "assessed_on_training_data": "",
}
"""Checks that assessments make themselves: the assessment that each needs, any where none is named."""


def assessment(asked: Requirement, evidence: Evidence, as_of: datetime) -> list[Answer]:
    """Answer whether each assessment was made."""
    index = evidence.index
    # One call makes all that lack.
    lacking = [name for name in names_of(asked) if name not in index.results]
    return [_assessment(asked, name, lacking, index, as_of) for name in names_of(asked)]


def _assessment(asked: Requirement, name: str, lacking: Sequence[str], index: Index, as_of: datetime) -> Answer:
    result = index.results.get(name)
    made: dict[str, Any] = {"of": "assessment", "asked": in_words(asked), "subject": {"assessment": name}}
    if result is not None and not (result.values or result.curves):
        told = f"The assessment {name} was made and has no values."
        return Answer(**made, **index.cite(result), status="missing", reason=told, action=actions.assess(index, [name]))
    if result is None:
        undone = index.undone.get(name)
        why = "" if undone is None else f" {undone.reason}"
        made |= {} if undone is None else index.cite(undone)
        reason = f"The assessment {name} was not made.{why}".rstrip()
        return Answer(**made, status="missing", reason=reason, action=actions.assess(index, lacking))
    made |= {**index.cite(result), "value": result.status}
    if old := too_old(asked, index.made(result), as_of, f"The assessment {name}"):
        return Answer(**made, status="missing", reason=old, action=actions.assess(index, [name]))
    return Answer(**made, status="pass", reason=f"The assessment {name} was made, with {len(result.values):,} values.")


def finding(asked: Requirement, evidence: Evidence, as_of: datetime) -> list[Answer]:
    """Answer whether each check was made, and raised nothing of the severity that counts."""
    return [_finding(asked, check, evidence, as_of) for check in names_of(asked)]


def _finding(asked: Requirement, check: str, evidence: Evidence, as_of: datetime) -> Answer:
    index = evidence.index
    least = str(asked.where.get("severity") or "warning")
    counted = SEVERITIES[: SEVERITIES.index(least) + 1]
    found = [f for f in index.findings if check in ("any", f.check) and f.severity in counted]
    subject: dict[str, Json] = {"finding": check, "severity": least}
    made: dict[str, Any] = {
        "of": "finding",
        "asked": in_words(asked),
        "subject": subject,
        "comparison": "at_most",
        "threshold": 0,
    }
    if found:
        worst = min(found, key=lambda f: (SEVERITIES.index(f.severity), f.id))
        others = f" There are {len(found) - 1} more." if len(found) > 1 else ""
        return Answer(
            **made,
            status="fail",
            value=len(found),
            reason=f"{worst.message}{others}",
            action=worst.remedy or "Look into what was found, mend it, and run the notebook again.",
            records=tuple(f.id for f in found),
            cells=tuple(dict.fromkeys(c for f in found for c in f.cells)),
            made=written(index.made(worst)),
        )
    looked, left = _looked(check, index), _left(check, index)
    if left and looked:
        # What nobody has looked at may hold just what is asked about.
        what = f"{left:,} {'check was' if left == 1 else 'checks were'}"
        if check != "any":
            what = f"The check {check} was made, but {left:,} time{'s' * (left != 1)} it was"
        return Answer(**made, status="missing", reason=f"{what} due and not made.", action=_rest(index))
    if not looked:
        why = (
            f"It was due {left:,} time{'s' * (left != 1)} and not made." if left else "It was not made for this model."
        )
        what = "Nothing was checked" if check == "any" else f"The check {check} found nothing since nobody looked"
        action = _rest(index) if left else _look(check, index)
        return Answer(**made, status="missing", reason=f"{what}. {why}", action=action)
    last = max(looked, key=lambda r: r.id)
    made |= {**index.cite(last), "value": 0, "cells": ()}
    if old := too_old(asked, index.made(last), as_of, f"The check {check}"):
        return Answer(**made, status="missing", reason=old, action=_look(check, index))
    grave = "" if least == "info" else f" of severity {listed(counted[::-1])}"
    what = "The checks that were made" if check == "any" else f"The check {check} was made and"
    return Answer(**made, status="pass", reason=f"{what} raised nothing{grave}.")


def _looked(check: str, index: Index) -> Sequence[Record]:
    """Return the records that show that a check was made for the judged model's fit, or for one that belongs to it."""
    made: list[Record] = [c for c in index.checked if _counts(check, index.made_for_own(c.checks))]
    # Without a run, nothing of what an assessment raises is on record.
    if not made and check in _BY_ASSESSMENTS and index.run is not None:
        made += [r for r in index.results.values() if _BY_ASSESSMENTS[check] in ("", r.name)]
    return made


def _counts(check: str, made: Mapping[str, int]) -> bool:
    return any(made.values()) if check == "any" else bool(made.get(check))


def _left(check: str, index: Index) -> int:
    """Return how often a check was due for the judged model and was not made."""
    return sum(index.left.values()) if check == "any" else index.left[check]


def _rest(index: Index) -> str:
    """Return how checks come to be made that there was no time for."""
    if index.run is not None and index.run.status == "running":
        return "Let the kernel rest for a minute, then check again."
    return "Run the notebook again, and let the kernel rest for a minute before the run ends."


def _look(check: str, index: Index) -> str:
    if index.run is None:
        return actions.TRACK
    name = _BY_ASSESSMENTS.get(check, "")
    return actions.assess(index, [name] if name else ())


def reproduction(asked: Requirement, evidence: Evidence, as_of: datetime) -> list[Answer]:
    """Answer what came of the last time that the run was executed again."""
    wanted, held = names_of(asked), evidence.index.reproductions
    made: dict[str, Any] = {
        "of": "reproduction",
        "asked": in_words(asked),
        "subject": {},
        "comparison": "one_of",
        "threshold": list(wanted),
        "action": "%gov_reproduce",
    }
    if not held:
        return [Answer(**made, status="missing", reason="The run was not executed again.")]
    last = held[-1]
    made |= {**evidence.index.cite(last), "cells": (), "value": last.verdict, "earlier": len(held) - 1}
    if old := too_old(asked, evidence.index.made(last), as_of, "The last reproduction"):
        return [Answer(**made, status="missing", reason=old)]
    met = last.verdict in wanted
    made["action"] = "" if met else next((c.remedy for c in last.causes if c.remedy), made["action"])
    told = f" {last.summary}" if last.summary and not met else ""
    reason = f"The last reproduction is {last.verdict}; {listed(wanted)} is asked.{told}"
    return [Answer(**made, status="pass" if met else "fail", reason=reason)]


def document(asked: Requirement, evidence: Evidence, as_of: datetime) -> list[Answer]:
    """Answer whether each section is written, and at the length asked for."""
    return [_document(asked, section, evidence, as_of) for section in names_of(asked)]


def _document(asked: Requirement, section: str, evidence: Evidence, as_of: datetime) -> Answer:
    held = evidence.index.documents.get(section)
    least = int(asked.where.get("min_words") or 1)
    call = actions.document(section, least)
    made: dict[str, Any] = {"of": "document", "asked": in_words(asked), "subject": {"document": section}}
    words = 0 if held is None else len(held.markdown.split())
    if held is None or not words:
        return Answer(**made, status="missing", reason=f"The section {section} is not written.", action=call)
    made |= {**evidence.index.cite(held), "value": words, "comparison": "at_least", "threshold": least}
    if old := too_old(asked, evidence.index.made(held), as_of, f"The section {section}"):
        return Answer(**made, status="missing", reason=old, action=call)
    short = words < least
    reason = f"The section {section} has {words:,} word{'s' * (words != 1)}" + (
        f"; {least:,} are asked." if short else "."
    )
    return Answer(**made, status="fail" if short else "pass", reason=reason, action=call if short else "")


def environment(asked: Requirement, evidence: Evidence, as_of: datetime) -> list[Answer]:
    """Answer for the version of Python or of a package, or whether there was a lock file."""
    return [_environment(asked, name, evidence.index, as_of) for name in names_of(asked)]


def _environment(asked: Requirement, name: str, index: Index, as_of: datetime) -> Answer:
    held = index.environment
    made: dict[str, Any] = {"of": "environment", "asked": in_words(asked), "subject": {"environment": name}}
    made |= {"comparison": asked.comparison, "threshold": to_json(asked.threshold)}
    if held is None:
        reason = "The environment is not on record."
        return Answer(**made, status="missing", reason=reason, action="%gov_track")
    made |= index.cite(held)
    if old := too_old(asked, index.made(held), as_of, "What is known about the environment"):
        return Answer(**made, status="missing", reason=old, action="%gov_track")
    if name == "lock_file":
        files = sorted(held.lock_files)
        made["value"] = bool(files)
        if files:
            return Answer(**made, status="pass", reason=f"There is a lock file: {listed(files, 'and')}.")
        call = "Write a lock file beside the notebook, such as with `pip freeze` or `uv lock`."
        return Answer(**made, status="fail", reason="There was no lock file.", action=call)
    version = held.python if name == "python" else _version(held, name)
    if version is None:
        call = f"Install {name}, and run the notebook again."
        return Answer(**made, status="fail", reason=f"{name} was not installed.", action=call)
    made["value"] = version
    shown = f"{'Python' if name == 'python' else name} was {version}"
    if not asked.comparison:
        return Answer(**made, status="pass", reason=f"{shown}.")
    status = _compare_versions(asked.comparison, version, asked.threshold)
    if status == "inconclusive":
        reason = f"{shown}, which is no version that can be compared."
        return Answer(**made, status=status, reason=reason, action=f"Install a release of {name}.")
    call = f"Install another version of {name}, and run the notebook again." if status == "fail" else ""
    reason = f"{shown}; {threshold(asked.comparison, asked.threshold)} is asked."
    return Answer(**made, status=status, reason=reason, action=call)


def _version(held: Environment, name: str) -> str | None:
    from packaging.utils import canonicalize_name

    wanted = canonicalize_name(name)
    return next((v for package, v in held.packages.items() if canonicalize_name(package) == wanted), None)


def _compare_versions(comparison: str, version: str, wanted: Json) -> Status:
    """Compare as PEP 440 orders versions."""
    from packaging.version import InvalidVersion, Version

    asked = wanted if isinstance(wanted, list | tuple) else [wanted]
    try:
        held, limits = Version(version), [Version(str(w)) for w in asked]
    except InvalidVersion:
        return "inconclusive"
    kept = {
        "at_least": held >= limits[0],
        "above": held > limits[0],
        "at_most": held <= limits[0],
        "below": held < limits[0],
        "equals": held == limits[0],
        "one_of": held in limits,
    }
    return "pass" if kept[comparison] else "fail"


def names_of(asked: Requirement) -> tuple[str, ...]:
    """Return the one or several names that a requirement has."""
    return (asked.name,) if isinstance(asked.name, str) else tuple(asked.name)
