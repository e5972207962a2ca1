"""The part of the schema that is about the made-up evidence of examples."""

from __future__ import annotations

from collections.abc import Mapping

from ..records import TIERS, Json
from ._model import STAGES, TASKS
from ._schema_rules import DAY, MANY_TEXTS, RULES, TEXT, part, say, word

_NUMBER = {"type": ["number", "null"]}
_TEXT_BY_NAME = {"type": "object", "additionalProperties": {"type": "string"}}


def _list(description: str, items: Mapping[str, Json]) -> dict[str, Json]:
    return {"type": "array", "items": items, "description": description}


GIVEN: dict[str, Json] = part(
    "made-up evidence",
    values=_list(
        "Values of assessments, as `jupyter gov show RUN --json` has them.",
        part(
            "a value",
            "measure",
            assessment=TEXT,
            measure=TEXT,
            kind=RULES["measure"]["properties"]["kind"],
            attribute=TEXT,
            group=TEXT,
            reference=TEXT,
            label=TEXT,
            value=_NUMBER,
            lower=_NUMBER,
            upper=_NUMBER,
            confidence={"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            n={"type": "integer", "minimum": 0},
            method=TEXT,
        ),
    ),
    assessments=say(MANY_TEXTS, "Assessments that were made, with values that do not matter."),
    metrics=_list(
        "Numbers that the notebook computed.",
        part("a metric", "name", "value", name=TEXT, value={"type": "number"}, split=TEXT),
    ),
    findings=_list(
        "What was found.",
        part("a finding", "check", check=TEXT, severity=word("info", "warning", "error"), message=TEXT),
    ),
    checked=say(MANY_TEXTS, "Checks that were made, whatever they found."),
    reproduction=say(word("identical", "equivalent", "different", "impossible"), "What a second run came to."),
    facts={
        "type": "object",
        "propertyNames": {"enum": RULES["fact"]["properties"]["fact"]["enum"]},
        "additionalProperties": {"type": ["boolean", "number", "string", "null"]},
        "description": "Facts about how the run came to be, by name.",
    },
    documents=say(_TEXT_BY_NAME, "Texts by section."),
    environment=say(
        part("an environment", python=TEXT, packages=_TEXT_BY_NAME, lock_file={"type": "boolean"}),
        "Versions, and whether there is a lock file.",
    ),
    charter=say({"type": "object"}, "Fields of a charter."),
    waivers=_list(
        "Decisions that a control need not be met for a while.",
        part("a waiver", "control", "until", control=TEXT, by=TEXT, why=TEXT, until=DAY),
    ),
    context=say(
        part("a context", task=word(*TASKS), tier=word(*TIERS), jurisdiction=TEXT, stage=word(*STAGES)),
        "What is known about the use of the model.",
    ),
    made=say(DAY, "When all of it was made; by default the day of the check."),
)
"""The schema of what an example gives."""
