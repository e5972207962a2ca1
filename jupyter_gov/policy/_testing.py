"""A policy's own examples: made-up evidence, and what the policy says to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, time

from ..errors import InputError, did_you_mean
from ..records import (
    AssessmentResult,
    Charter,
    Checked,
    Document,
    Environment,
    Finding,
    Fit,
    Json,
    Metric,
    Record,
    Reproduction,
    Run,
    Value,
    Verdict,
    Waiver,
)
from ._evidence import Evidence, evidence_of
from ._explain_asked import CONFIDENCE
from ._index import moment, written
from ._judge import judge
from ._model import FACTS, Example, Fact, Policy

AS_OF = "2026-01-01"
"""The day of an example that names none."""

_MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleResult:
    """What a policy said to one of its examples.

    Attributes
    ----------
    name : str
    passed : bool
        Whether every status is the one that was expected.
    differences : tuple of str
        What was not, in sentences.
    verdicts : tuple of Verdict
    """

    name: str
    passed: bool
    differences: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = field(default=(), repr=False)


def run_examples(policy: Policy) -> list[ExampleResult]:
    """Judge each of a policy's examples.

    Parameters
    ----------
    policy : Policy
        Resolved.

    Raises
    ------
    InputError
        If an example's evidence cannot be read, or it expects something of a control that there is not.
    """
    return [_run(policy, example) for example in policy.examples]


def _run(policy: Policy, example: Example) -> ExampleResult:
    as_of = _time(example.as_of or AS_OF, example)
    verdicts = judge(policy, evidence_of_example(example), as_of)
    said = {v.control: v for v in verdicts}
    differences = []
    for control, wanted in example.expect.items():
        if control not in said:
            hint = did_you_mean(control, said, label="Controls")
            raise InputError(f"Example {example.name!r}: there is no control {control!r}.", hint=hint)
        if said[control].status != wanted:
            differences.append(f"{control}: {wanted} expected, {said[control].status} found. {said[control].reason}")
    return ExampleResult(name=example.name, passed=not differences, differences=tuple(differences), verdicts=verdicts)


def evidence_of_example(example: Example) -> Evidence:
    """Return the evidence that an example makes up.

    Parameters
    ----------
    example : Example
        ``given`` can have: ``values`` (fields of `Value`, and ``assessment``; an interval has a
        confidence of 0.95 where nothing is said), ``assessments`` (names), ``metrics``
        (``name``, ``value``, ``split``), ``findings`` (``check``, ``severity``, ``message``), ``checked`` (names),
        ``reproduction`` (a verdict), ``facts``, ``documents`` (text by section), ``environment`` (``python``,
        ``packages``, ``lock_file``), ``charter`` (fields of `Charter`), ``waivers`` (``control``, ``by``, ``why``,
        ``until``), ``context`` and ``made``, the day on which all of it was made; by default the day of the example.

    Raises
    ------
    InputError
        If something in it cannot be read.
    """
    given = example.given
    made = _time(str(given.get("made") or example.as_of or AS_OF), example)
    ids = _ids(made)
    stamp = written(made)
    fit = next(ids)
    try:
        return evidence_of(
            _records(given, ids, stamp, fit),
            facts=_facts(given.get("facts") or {}),
            charter=_charter(given, ids, stamp),
            waivers=[
                Waiver(**{"policy": "", "by": "", "why": "", **w}, id=next(ids), given=stamp)
                for w in given.get("waivers") or ()
            ],
            context={str(k): str(v) for k, v in (given.get("context") or {}).items()},
            fit=fit,
            model=_MODEL,
        )
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        hint = "See what `given` can have in the page on policies."
        raise InputError(f"Example {example.name!r} cannot be read: {error}", hint=hint) from error


def _records(given: Mapping[str, Json], ids: Iterator[str], stamp: str, fit: str) -> Iterator[Record]:
    yield Run(id=next(ids), experiment="example", name="example", started=stamp)
    yield Fit(id=fit, class_="Model", name=_MODEL)
    yield from _results(given, ids, fit)
    for m in given.get("metrics") or ():
        yield Metric(id=next(ids), name=m["name"], value=m["value"], split=m.get("split", "unknown"))
    for f in given.get("findings") or ():
        told = {"severity": "warning", "message": f"{f['check']} was found.", **f}
        yield Finding.from_json(told).replace(id=next(ids))
    if names := given.get("checked"):
        yield Checked(id=next(ids), checks={fit: dict.fromkeys(names, 1)})
    if verdict := given.get("reproduction"):
        yield Reproduction(id=next(ids), verdict=verdict, summary="", started=stamp)
    for section, text in (given.get("documents") or {}).items():
        yield Document(id=next(ids), section=section, markdown=text, written=stamp)
    if (held := given.get("environment")) is not None:
        yield _environment(held, next(ids))


def _results(given: Mapping[str, Json], ids: Iterator[str], fit: str) -> Iterator[AssessmentResult]:
    values: dict[str, list[Value]] = {str(name): [] for name in given.get("assessments") or ()}
    task = (given.get("context") or {}).get("task")
    for one in given.get("values") or ():
        told = dict(one)
        if {"lower", "upper"} & {*told}:
            told.setdefault("confidence", CONFIDENCE)
        name = str(told.pop("assessment", None) or _assessment_of(told))
        unknown = set(told) - {f.name for f in fields(Value)}
        if unknown:
            raise KeyError(did_you_mean(min(unknown), [f.name for f in fields(Value)], label="Fields"))
        values.setdefault(name, []).append(Value.from_json(told))
    for name, held in values.items():
        parameters: dict[str, Json] = {"task": task} if task else {}
        yield AssessmentResult(
            id=next(ids),
            act="example",
            name=name,
            model=_MODEL,
            fit=fit,
            parameters=parameters,
            # One that is only named was made, with something in it.
            values=tuple(held) or (Value(measure="made", kind="estimate", value=None),),
        )


def _assessment_of(value: Mapping[str, Json]) -> str:
    return "fairness" if value.get("attribute") else "performance"


def _environment(held: Mapping[str, Json], key: str) -> Environment:
    return Environment(
        id=key,
        python=str(held.get("python") or ""),
        implementation="CPython",
        packages={str(k): str(v) for k, v in (held.get("packages") or {}).items()},
        os="",
        machine="",
        cpu="",
        cores=None,
        memory_bytes=None,
        lock_files={"lock file": "example"} if held.get("lock_file") else {},
    )


def _facts(given: Mapping[str, Json]) -> dict[str, Fact]:
    for name in given:
        if name not in FACTS:
            raise KeyError(f"there is no fact {name!r}. {did_you_mean(name, FACTS, label='Facts')}")
    return {name: Fact(name=name, value=value) for name, value in given.items()}


def _charter(given: Mapping[str, Json], ids: Iterator[str], stamp: str) -> Charter | None:
    held = given.get("charter")
    return None if held is None else Charter.from_json({**held, "id": next(ids), "written": stamp})


def _time(text: str, example: Example) -> datetime:
    found = moment(text)
    if found is None:
        raise InputError(f"Example {example.name!r}: {text!r} is no day.", hint="Write it as 2026-11-01.")
    return datetime.combine(found.date(), time(12), UTC) if len(text) == len(AS_OF) else found


def _ids(made: datetime) -> Iterator[str]:
    """Yield ids of the form of UUIDv7 with the time of an example, so that it comes out the same each time."""
    milliseconds = int(made.timestamp() * 1000)
    count = 0
    while True:
        count += 1
        yield f"{milliseconds >> 16:08x}-{milliseconds & 0xFFFF:04x}-7000-8000-{count:012x}"
