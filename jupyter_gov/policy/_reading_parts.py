"""A policy's values and their JSON form, which is the language of the files: each is read into the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from ..records import Json
from ._model import (
    COMPARISONS,
    FORMAT,
    KINDS,
    Applies,
    Change,
    Combination,
    Control,
    Example,
    Item,
    Origin,
    Policy,
    Requirement,
    Rule,
)
from ._yaml import Path

Line = Callable[[Path], int]
"""Gives the line in which the value at a path stands."""

T = TypeVar("T")

WHERE = (
    "assessment",
    "kind",
    "attribute",
    "group",
    "reference",
    "label",
    "split",
    "severity",
    "min_words",
    "min_items",
    "each_with",
)
"""What narrows a requirement, beside what it compares."""


def nowhere(_: Path) -> int:
    """Return 0: the line is not known."""
    return 0


def kind_of(data: Mapping[str, Json]) -> str:
    """Return the kind of a requirement, or of a combination ``all``, ``any``, ``of`` or ``if``."""
    return next((k for k in (*KINDS, "all", "any", "of", "if") if k in data), "")


def make_policy(data: Mapping[str, Json], line: Line = nowhere) -> Policy:
    """Return the policy that `data` describes, which keeps to the schema."""
    return Policy(
        id=data["id"],
        version=data["version"],
        title=data["title"],
        text=data.get("text", ""),
        source=_origin(data),
        owner=data.get("owner", ""),
        applies=_applies(data),
        extends=_texts(data.get("extends", ())),
        overrides=tuple(_change(d, ("override", i), line) for i, d in enumerate(data.get("override", ()))),
        controls=tuple(_control(d, ("controls", i), line) for i, d in enumerate(data.get("controls", ()))),
        items=tuple(Item(**{**item, "controls": tuple(item.get("controls", ()))}) for item in data.get("items", ())),
        not_covered=tuple(data.get("not_covered", ())),
        examples=tuple(Example(**example) for example in data.get("examples", ())),
    )


def write_policy(policy: Policy) -> dict[str, Json]:
    """Return the JSON form of a policy; what is empty is left out."""
    data = {
        "schema": FORMAT,
        **_filled(policy, "id", "version", "title", "text", "owner", "extends"),
        "source": _filled(policy.source),
        "applies": _filled(policy.applies),
        "override": [_write_change(change) for change in policy.overrides],
        "controls": [_write_control(control) for control in policy.controls],
        "items": [_filled(item) for item in policy.items],
        "not_covered": list(policy.not_covered),
        "examples": [_filled(example) for example in policy.examples],
    }
    return {key: value for key, value in data.items() if value}


def make_rule(data: Json, path: Path = (), line: Line = nowhere) -> Rule:
    """Return the requirement or combination that `data` describes; a list is all of its parts."""
    if isinstance(data, list):
        parts = _rules(data, path, line)
        return parts[0] if len(parts) == 1 else Combination(how="all", parts=parts)
    kind = kind_of(data)
    if kind in ("all", "any"):
        return Combination(how="all" if kind == "all" else "any", parts=_rules(data[kind], (*path, kind), line))
    if kind == "of":
        return Combination(how="at_least", parts=_rules(data["of"], (*path, "of"), line), k=data["at_least"])
    if kind == "if":
        condition, then = (make_rule(data[k], (*path, k), line) for k in ("if", "then"))
        return Combination(how="if", parts=(condition, then))
    comparison = next((c for c in COMPARISONS if c in data), "")
    name = data[kind]
    if isinstance(name, list):
        name = name[0] if len(name) == 1 else tuple(name)
    return Requirement(
        of=kind,
        name=name,
        where={key: data[key] for key in WHERE if key in data and key != kind},
        comparison=comparison,
        threshold=data.get(comparison),
        decide_on=data.get("decide_on", "interval"),
        confidence=data.get("confidence"),
        min_rows=data.get("min_rows", 0),
        at_most_days=data.get("at_most_days"),
        line=line(path),
    )


def write_rule(rule: Rule) -> dict[str, Json]:
    """Return the JSON form of a requirement or combination."""
    if isinstance(rule, Combination):
        parts = [write_rule(part) for part in rule.parts]
        if rule.how == "if":
            return {"if": parts[0], "then": parts[1]}
        return {"at_least": rule.k, "of": parts} if rule.how == "at_least" else {rule.how: parts}
    data = {rule.of: list(rule.name) if isinstance(rule.name, tuple) else rule.name, **rule.where}
    if rule.comparison:
        data[rule.comparison] = rule.threshold
    if rule.of == "measure" or rule.decide_on != "interval":
        data["decide_on"] = rule.decide_on
    return data | _filled(rule, "confidence", "min_rows", "at_most_days")


def requirements(rule: Rule) -> Iterator[Requirement]:
    """Yield the requirements of a rule, in its order."""
    if isinstance(rule, Requirement):
        yield rule
    else:
        for part in rule.parts:
            yield from requirements(part)


def _rules(data: list[Json], path: Path, line: Line) -> tuple[Rule, ...]:
    return tuple(make_rule(part, (*path, i), line) for i, part in enumerate(data))


def _control(data: Mapping[str, Json], path: Path, line: Line) -> Control:
    said = _said(data, path, line)
    return Control(id=data["id"], origin=data.get("origin", ""), line=line(path), **said)


def _change(data: Mapping[str, Json], path: Path, line: Line) -> Change:
    return Change(
        control=data["control"],
        because=data["because"],
        remove=data.get("remove", False),
        fields=_said(data, path, line),
        line=line(path),
    )


def _said(data: Mapping[str, Json], path: Path, line: Line) -> dict[str, Any]:
    """Return the fields of a control that are there."""
    made: dict[str, Any] = {key: data[key] for key in ("title", "text", "severity", "owner") if key in data}
    if "source" in data:
        made["source"] = _origin(data)
    if "applies" in data:
        made["applies"] = _applies(data)
    if "remedies" in data:
        made["remedies"] = tuple(data["remedies"])
    if "require" in data:
        made["require"] = make_rule(data["require"], (*path, "require"), line)
    return made


def _write_control(control: Control) -> dict[str, Json]:
    return {
        **_filled(control, "id", "title", "text", "severity", "owner", "origin", "remedies"),
        **_write_said({"source": control.source, "applies": control.applies, "require": control.require}),
    }


def _write_change(change: Change) -> dict[str, Json]:
    removed = {"remove": True} if change.remove else {}
    return {"control": change.control, "because": change.because, **removed, **_write_said(change.fields, keep=True)}


def _write_said(said: Mapping[str, Any], *, keep: bool = False) -> dict[str, Json]:
    """Return the JSON form of fields of a control; `keep` what is empty, since it replaces something."""
    made: dict[str, Json] = {}
    for key, value in said.items():
        if key == "require":
            made[key] = write_rule(value)
        elif isinstance(value, Origin | Applies):
            made[key] = _filled(value)
        else:
            made[key] = list(value) if isinstance(value, tuple) else value
    return {key: value for key, value in made.items() if value or keep}


def _origin(data: Mapping[str, Json]) -> Origin:
    return Origin(**data.get("source", {}))


def _applies(data: Mapping[str, Json]) -> Applies:
    said = {key: _texts(value) for key, value in data.get("applies", {}).items()}
    return Applies(**said | {key: tuple(v.upper() for v in said[key]) for key in said if key == "jurisdiction"})


def _texts(value: Json) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _filled(value: Any, *names: str) -> dict[str, Json]:
    """Return the fields that are not empty, by name; all of them unless some are named."""
    found = {name: getattr(value, name) for name in names or [f.name for f in fields(value)]}
    return {k: _plain(v) for k, v in found.items() if v not in (None, "", (), {}, 0)}


def _plain(value: Any) -> Json:
    if isinstance(value, Mapping):
        return {key: _plain(v) for key, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, tuple | list) else value
