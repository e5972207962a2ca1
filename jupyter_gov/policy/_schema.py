"""The JSON Schema of a policy: what an editor, the reader and ``jupyter gov policy schema`` go by."""

from __future__ import annotations

from ..records import LEVELS, STATUSES, TIERS, Json
from ._model import FORMAT, STAGES, TASKS
from ._schema_given import GIVEN
from ._schema_rules import COMBINATIONS, DAY, MANY_TEXTS, RULES, TEXT, TEXTS, one_of, part, rule, say

_ID = {
    "type": "string",
    "pattern": r"^[a-z0-9][a-z0-9._-]*$",
    "maxLength": 80,
    "description": "Lower-case letters, digits, points, hyphens and underscores, such as cc.four-fifths.",
}


_SOURCE = part(
    "a source",
    title=say(TEXT, "The law, standard or rule of the house."),
    clause=say(TEXT, "Where in it, such as 12 CFR 1002.9(b)(2)."),
    url=say(TEXT, "Where it can be read."),
    date=say(DAY, "The day of the state that was read, such as 2026-04-17."),
    certainty={
        "type": "string",
        "enum": ["verified", "unverified"],
        "description": "verified where the text itself or an official summary was read.",
    },
    note=say(TEXT, "What a reader must know of it, such as that it is not binding."),
)
_APPLIES = part(
    "a scope",
    task=say(one_of(*TASKS), "What kind of target the model has."),
    tier=say(one_of(*TIERS), "The risk tier of the charter."),
    jurisdiction=say(TEXTS, "Where the model is used: EU, or codes of ISO 3166 such as US, US-NY, DE."),
    stage=say(one_of(*STAGES), "Where it is in its life."),
)
_SAID: dict[str, Json] = {
    "title": say(TEXT, "What people call it, in a few words."),
    "text": say(TEXT, "What it asks and why, in plain sentences."),
    "severity": {
        "type": "string",
        "enum": list(LEVELS),
        "description": "blocker, major (the default) or minor: how much it matters.",
    },
    "owner": say(TEXT, "The role that answers for it; by default the policy's."),
    "source": {"$ref": "#/$defs/source"},
    "applies": {"$ref": "#/$defs/applies"},
    "require": {"$ref": "#/$defs/rule"},
    "remedies": say(MANY_TEXTS, "What to do when it is not met."),
}
SCHEMA: dict[str, Json] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:jupyter-gov:schema:policy:1",
    **part(
        "a policy",
        "schema",
        "id",
        "version",
        "title",
        schema={"type": "string", "enum": [FORMAT], "description": f"{FORMAT}: the format of this file."},
        id=_ID,
        version={
            "type": "string",
            "pattern": r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$",
            "description": "Three numbers with points between them (semantic versioning), such as 1.0.0.",
        },
        title=say(TEXT, "What people call it."),
        text=say(TEXT, "What it is for, in plain sentences."),
        owner=say(TEXT, "The role that answers for it; controls may name another."),
        source={"$ref": "#/$defs/source"},
        applies={"$ref": "#/$defs/applies"},
        extends=say(TEXTS, "Policies that this one inherits from: a name, name@version, or a path."),
        override=say(
            {"type": "array", "items": {"$ref": "#/$defs/change"}},
            "Changes to inherited controls, each with its reason.",
        ),
        controls={"type": "array", "items": {"$ref": "#/$defs/control"}, "description": "What must hold."},
        items=say(
            {
                "type": "array",
                "items": part(
                    "an item",
                    "id",
                    "title",
                    id=say(TEXT, "Such as Annex IV 2(d)."),
                    title=TEXT,
                    certainty=_SOURCE["properties"]["certainty"],
                    controls=say(MANY_TEXTS, "Controls that ask for it, in whole or in part."),
                    because=say(TEXT, "Why no control does, or what they leave open."),
                ),
            },
            "What the law or standard behind the policy asks for, and its place.",
        ),
        not_covered=say(MANY_TEXTS, "What the policy says nothing about, in plain sentences."),
        examples=say(
            {
                "type": "array",
                "items": part(
                    "an example",
                    "name",
                    "expect",
                    name=say(TEXT, "What the example is about."),
                    given={"$ref": "#/$defs/given"},
                    as_of=say(DAY, "The day of the check; by default 2026-01-01."),
                    expect={
                        "type": "object",
                        "minProperties": 1,
                        "additionalProperties": {"type": "string", "enum": list(STATUSES)},
                        "description": "The status of each control that the example is about.",
                    },
                ),
            },
            "Made-up evidence and what the policy must say to it; `jupyter gov policy test` runs them.",
        ),
    ),
    "$defs": {
        "source": _SOURCE,
        "applies": _APPLIES,
        "control": part("a control", "id", "title", "require", id=_ID, **_SAID),
        "change": part(
            "an override",
            "control",
            "because",
            control=say(TEXT, "Id of an inherited control."),
            because=say(TEXT, "Why, in a plain sentence."),
            remove=say({"type": "boolean", "enum": [True]}, "true: the control is not asked for."),
            **_SAID,
        ),
        "given": GIVEN,
        "rule": rule(),
        **RULES,
        **COMBINATIONS,
    },
}
"""JSON Schema, draft 2020-12."""
