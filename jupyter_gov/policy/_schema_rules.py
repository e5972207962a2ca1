"""The part of the schema that is about requirements: one entry of `RULES` for each kind, and how they combine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from ..records import Json
from ..records._assessment import Kind
from ._model import FACTS, KINDS

TEXT: dict[str, Json] = {"type": "string", "minLength": 1}
TEXTS: dict[str, Json] = {"type": ["string", "array"], "minLength": 1, "minItems": 1, "items": TEXT}
MANY_TEXTS: dict[str, Json] = {"type": "array", "items": TEXT}
DAY: dict[str, Json] = {
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "description": "A day, such as 2026-04-17.",
}
CHARTER = (
    "goal",
    "kpis",
    "affected",
    "alternatives",
    "risks",
    "decision",
    "conditions",
    "decided",
    "approvers",
    "answers",
    "tier",
    "jurisdiction",
    "policies",
)
"""What a charter can be asked for."""


def say(schema: Mapping[str, Json], description: str) -> dict[str, Json]:
    """Return a schema with words for an editor to show."""
    return {**schema, "description": description}


def part(title: str, /, *required: str, **properties: Mapping[str, Json]) -> dict[str, Json]:
    """Return the schema of a mapping with these keys only, of which some are required."""
    return {
        "title": title,
        "type": "object",
        "required": [*required],
        "additionalProperties": False,
        "properties": properties,
    }


def _comparisons(value: Mapping[str, Json], *names: str) -> dict[str, Json]:
    return {name: say(value, _COMPARED[name]) for name in names or tuple(_COMPARED)[:5]}


_COMPARED = {
    "at_least": "Met from this value upwards.",
    "at_most": "Met up to this value.",
    "above": "Met above this value only.",
    "below": "Met below this value only.",
    "equals": "Met by this value only.",
}
_NUMBER: dict[str, Json] = {"type": "number"}
_VERSION = say(TEXT, "A version, such as 3.11.")
_DAYS = {
    "at_most_days": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 36_500,
        "description": "How old the evidence may be on the day of the check, in days.",
    }
}
_ONE_OF = {
    "type": "array",
    "minItems": 1,
    "items": {"type": ["string", "number", "boolean"]},
    "description": "Met by any of these.",
}


def _asks(title: str, key: str, value: Mapping[str, Json], /, **properties: Mapping[str, Json]) -> dict[str, Json]:
    return part(title, key, **{key: value, **properties, **_DAYS})


def word(*names: str) -> dict[str, Json]:
    """Return the schema of one of these words."""
    return {"type": "string", "enum": [*names]}


def one_of(*names: str) -> dict[str, Json]:
    """Return the schema of one of these words, or of a list of them."""
    return {
        "type": ["string", "array"],
        "minItems": 1,
        "items": word(*names),
        "if": {"type": "string"},
        "then": {"enum": [*names]},
    }


RULES: dict[str, dict[str, Json]] = {
    "measure": _asks(
        "a requirement on a measure",
        "measure",
        say(TEXT, "A measure of an assessment, such as roc_auc or selection_rate."),
        assessment=say(TEXT, "The assessment that it is from; by default any that has it."),
        kind=say(word(*get_args(Kind)), "What the value is about; by default estimate: all rows."),
        attribute=say(
            TEXTS,
            "A sensitive attribute, a list of which each must be there, `each` (the default where the kind needs one: "
            "every attribute that was assessed), or `each with intersections`.",
        ),
        group=say(TEXT, "A group, or `each`."),
        reference=say(TEXT, "What a difference or ratio is taken against: max-min, best, overall, rest, a group …"),
        label=say(TEXT, "The class that it is about, or `each`, where the target has several."),
        **_comparisons(_NUMBER),
        decide_on=say(
            word("interval", "estimate"),
            "interval (the default): met where the whole interval keeps the threshold, not met where the whole "
            "interval breaks it, else inconclusive. estimate: the value alone decides.",
        ),
        confidence={
            "type": "number",
            "exclusiveMinimum": 0,
            "exclusiveMaximum": 1,
            "description": "The least confidence of the interval; by default 0.95, for 95%.",
        },
        min_rows={"type": "integer", "minimum": 0, "description": "Values with fewer rows are not judged."},
    ),
    "metric": _asks(
        "a requirement on a metric",
        "metric",
        say(TEXT, "A number that the notebook computed, by the name of its function or variable."),
        split=say(TEXT, "The part of the data that it is on, such as test."),
        **_comparisons(_NUMBER),
    ),
    "assessment": _asks("a requirement on an assessment", "assessment", say(TEXTS, "Each of these was made.")),
    "finding": _asks(
        "a requirement on findings",
        "finding",
        say(TEXTS, "Checks that were made and found nothing, by name; or `any`."),
        severity=say(word("info", "warning", "error"), "The least severe finding that counts; by default warning."),
    ),
    "reproduction": _asks(
        "a requirement on a reproduction",
        "reproduction",
        say(one_of("identical", "equivalent", "different", "impossible"), "What a second run may have come to."),
    ),
    "fact": _asks(
        "a requirement on a fact",
        "fact",
        say(word(*FACTS), " ".join(f"{k}: {v}" for k, v in FACTS.items())),
        **_comparisons(_NUMBER, "at_least", "at_most", "above", "below"),
        equals={"type": ["number", "string", "boolean"], "description": _COMPARED["equals"]},
        one_of=_ONE_OF,
    ),
    "document": _asks(
        "a requirement on a document",
        "document",
        say(TEXTS, "Sections of the documentation that are written, such as purpose."),
        min_words={"type": "integer", "minimum": 1, "description": "The fewest words of each."},
    ),
    "environment": _asks(
        "a requirement on the environment",
        "environment",
        say(TEXT, "python, lock_file, or a package whose version is compared."),
        **_comparisons(_VERSION),
    ),
    "age": _asks(
        "a requirement on an age",
        "age",
        {
            "type": "string",
            "pattern": "^(run|assessment|reproduction|charter|(document|assessment):.+)$",
            "description": "run, assessment, reproduction, charter, document:NAME or assessment:NAME.",
        },
    ),
    "charter": _asks(
        "a requirement on the charter",
        "charter",
        say(word(*CHARTER), "A part of the charter that is filled in."),
        one_of=_ONE_OF,
        equals={"type": "string", "description": _COMPARED["equals"]},
        min_items={"type": "integer", "minimum": 1, "description": "The fewest entries."},
        each_with={
            "type": "array",
            "minItems": 1,
            "items": TEXT,
            "description": "What is filled in for every entry, such as [owner, mitigation] of risks.",
        },
        min_words={"type": "integer", "minimum": 1, "description": "The fewest words."},
    ),
}
"""The schema of a requirement, by its kind."""
RULES["age"]["required"] = ["age", "at_most_days"]

_RULE = {"$ref": "#/$defs/rule"}
_PARTS = {"type": "array", "minItems": 1, "items": _RULE}


COMBINATIONS: dict[str, dict[str, Json]] = {
    "all": part("a combination", "all", all=say(_PARTS, "Each of these must be met.")),
    "any": part("a combination", "any", any=say(_PARTS, "One of these must be met.")),
    "of": part(
        "a combination",
        "at_least",
        "of",
        at_least={"type": "integer", "minimum": 1, "description": "How many of these must be met."},
        of=say(_PARTS, "Requirements."),
    ),
    "if": part(
        "a condition",
        "if",
        "then",
        **{"if": say(_RULE, "Where this is met …"), "then": say(_RULE, "… this must be met too.")},
    ),
}
"""The schema of a combination, by the key that tells it."""


def rule() -> dict[str, Json]:
    """Return the schema of a requirement or combination: the first key that is there says which."""
    made: dict[str, Json] = {
        "title": "a requirement",
        "anyOf": [{"required": [name]} for name in (*KINDS, "all", "any", "of", "if")],
    }
    for name in reversed((*KINDS, *COMBINATIONS)):
        made = {"if": {"type": "object", "required": [name]}, "then": {"$ref": f"#/$defs/{name}"}, "else": made}
    return {
        "type": ["object", "array"],
        "items": _RULE,
        "minItems": 1,
        "description": "What must hold: one requirement, a list of which each must be met, or a combination. "
        "The first key says the kind of evidence.",
        **made,
    }
