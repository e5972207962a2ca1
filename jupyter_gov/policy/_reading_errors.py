"""What the schema has against a document, each in one sentence at its place."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from ..errors import did_you_mean
from ..records import Json
from ._model import KINDS
from ._notes import Note
from ._schema import SCHEMA
from ._schema_rules import RULES
from ._yaml import Document, Path, Place

MOST = 200
"""Errors that are looked at; the reader shows the first of them."""

_TYPES = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "empty",
}


def structural_notes(document: Document, schema: Mapping[str, Json] | None = None) -> list[Note]:
    """Return what is wrong with the structure, in the order of the text; by default of a policy."""
    errors = _validator(schema).iter_errors(document.value)
    notes = [note for error in islice(errors, MOST) for note in _say(error, document)]
    return sorted(set(notes))


def structural_paths(document: Document) -> set[Path]:
    """Return the paths of what is wrong with the structure of a policy."""
    return {tuple(error.absolute_path) for error in islice(_of_policies().iter_errors(document.value), MOST)}


def _validator(schema: Mapping[str, Json] | None) -> Any:
    from jsonschema import Draft202012Validator

    return _of_policies() if schema is None else Draft202012Validator(schema)


@functools.cache
def _of_policies() -> Any:
    return _validator(SCHEMA)


def _say(error: Any, document: Document) -> Iterator[Note]:
    path: Path = tuple(error.absolute_path)
    said = {
        "additionalProperties": _unknown,
        "required": _needed,
        "anyOf": _no_kind,
        "enum": _none_of,
        "type": _type,
    }.get(error.validator, _other)
    for place, message, hint in said(error, path, document):
        yield Note(line=place.line, column=place.column, level="error", message=message, hint=hint)


_Said = Iterator[tuple[Place, str, str]]


def _unknown(error: Any, path: Path, document: Document) -> _Said:
    known = list(error.schema["properties"])
    extra = [key for key in error.instance if key not in known]
    what = error.schema.get("title", "this")
    kinds = [key for key in extra if what == RULES["assessment"]["title"] and _near(key, KINDS)]
    if kinds:  # what was meant is another kind, which `assessment` narrows
        place, hint = document.keys[(*path, kinds[0])], _near(kinds[0], KINDS)
        yield place, f"There is no kind of requirement {_short(kinds[0])}", hint
        return
    for key in extra:
        place = document.keys.get((*path, key)) or document.place(path)
        yield place, f"There is no key {_short(key)} in {what}", did_you_mean(key, known, label="Keys")


def _needed(error: Any, path: Path, document: Document) -> _Said:
    missing = next((k for k in error.validator_value if f"'{k}' is a required" in error.message), "")
    what = error.schema.get("title", "this")
    said = error.schema.get("properties", {}).get(missing, {})
    if _near(missing, [k for k in error.instance if k not in error.schema.get("properties", ())]):
        return  # it is there, misspelt, and told as such
    yield document.place(path), f"{what[0].upper()}{what[1:]} needs `{missing}`", said.get("description", "")


def _no_kind(error: Any, path: Path, document: Document) -> _Said:
    kinds = (*KINDS, "all", "any", "at_least … of", "if … then")
    for key in error.instance:
        if _near(key, (*KINDS, "all", "any")) and key not in RULES["measure"]["properties"]:
            place = document.keys[(*path, key)]
            yield place, f"There is no kind of requirement {_short(key)}", _near(key, (*KINDS, "all", "any"))
            return
    yield document.place(path), "This does not say what it asks for", f"A requirement begins with {', '.join(kinds)}."


def _none_of(error: Any, path: Path, document: Document) -> _Said:
    known = error.validator_value
    if error.absolute_schema_path and "propertyNames" in error.absolute_schema_path:
        place = document.keys.get((*path, error.instance)) or document.place(path)
        yield (
            place,
            f"There is no {_short(error.instance)} in {_name(path)}",
            did_you_mean(str(error.instance), known),
        )
        return
    if not isinstance(error.instance, str) and error.schema.get("type") == "string":
        return  # its type is told
    hint = did_you_mean(str(error.instance), known, label="It is one of")
    yield document.place(path), f"{_name(path)} cannot be {_short(error.instance)}", hint


def _type(error: Any, path: Path, document: Document) -> _Said:
    wanted = error.validator_value
    words = " or ".join(_TYPES[t] for t in ([wanted] if isinstance(wanted, str) else wanted))
    if error.instance is None:
        message = f"{_name(path)} is empty"
        yield document.place(path), message, f"It is {words}; leave it out where there is nothing to say."
        return
    hint = error.schema.get("description", "")
    yield document.place(path), f"{_name(path)} is {words}, not {_kind(error.instance)}", hint


def _other(error: Any, path: Path, document: Document) -> _Said:
    value, limit = error.instance, error.validator_value
    words: Mapping[str, str] = {
        "pattern": f"cannot be {_short(value)}",
        "minLength": "is empty",
        "minItems": "is an empty list",
        "minProperties": "is empty",
        "maxLength": f"is longer than {limit} characters",
        "minimum": f"is at least {limit}, not {_short(value)}",
        "maximum": f"is at most {limit:,}, not {_short(value)}" if isinstance(limit, int) else "",
        "exclusiveMinimum": f"is above {limit}, not {_short(value)}",
        "exclusiveMaximum": f"is below {limit}, not {_short(value)}",
    }
    said = words.get(error.validator, f"does not keep to {error.validator} {_short(limit)}")
    yield document.place(path), f"{_name(path)} {said}", error.schema.get("description", "")


def _near(name: str, known: Iterable[str]) -> str:
    """Return the hint that names the nearest; empty where none is near."""
    hint = did_you_mean(name, known)
    return hint if hint.startswith("Did you mean") else ""


def _name(path: Path) -> str:
    """Return what a path ends with, in words."""
    if not path:
        return "The policy"
    key = next(str(part) for part in reversed(path) if isinstance(part, str))
    return f"`{key}`" if isinstance(path[-1], str) else f"An entry of `{key}`"


def _kind(value: Json) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "a mapping"}
    return names.get(type(value), "empty")


def _short(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
