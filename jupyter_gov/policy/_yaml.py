"""YAML as far as a policy needs it: one tree of texts, numbers, lists and mappings, and where each of them stands.

Read from the parser's events, so that nothing is expanded or built before it is counted. Scalars follow the core schema
of YAML 1.2, and what its schema says is a text stays as it is written: ``no``, ``3.10``, ``2026-07-21``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..records import Json
from ._notes import Note

LARGEST = 1_000_000
"""Characters that a policy may have, and bytes that its file may have."""

NODES = 50_000
"""Keys and values that a policy may have."""

DEPTH = 40
"""How deep they may be nested."""

Path = tuple[str | int, ...]

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What has no place in a text, and what turns its direction: it would read otherwise than it is (CVE-2021-42574)."""

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column, both from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Document:
    """What a text says, and where.

    Attributes
    ----------
    value : JSON
    places : dict
        Where each value stands, by its path.
    keys : dict
        Where the key of each value in a mapping stands, by the value's path.
    """

    value: Json = None
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """Return where a value stands, or what it would be part of."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(1, 1))


@dataclass(frozen=True, slots=True)
class _Scalar:
    text: str
    plain: bool


class Refused(Exception):  # noqa: N818 - it ends the reading, and never leaves the package
    """A text that is not read to its end, with what is wrong."""

    def __init__(self, place: Place, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.note = Note(line=place.line, column=place.column, level="error", message=message, hint=hint)


def read_yaml(text: str, schema: Mapping[str, Json]) -> Document:
    """Return what one YAML document says.

    Parameters
    ----------
    text : str
    schema : mapping
        JSON Schema of the document, to know where a text is meant.

    Raises
    ------
    Refused
        If it is too large, is not YAML, or uses what a policy has no need of: anchors, tags, several documents.
    """
    if len(text) > LARGEST:
        raise Refused(
            Place(1, 1),
            f"The text has {len(text):,} characters; there may be {LARGEST:,}",
            "Is it the file you meant? Split what is so large.",
        )
    found = _CONTROL.search(text)
    if found:
        raise Refused(
            _at(text, found.start()),
            f"There is a control character, {ord(found[0]):#06x}",
            "Save it as plain UTF-8 text.",
        )
    document = Document()
    tree = _Builder(text, document).build()
    document.value = _resolve(tree, schema, schema, (), document)
    return document


class _Builder:
    def __init__(self, text: str, document: Document) -> None:
        self._document = document
        self._events = _events(text)
        self._nodes = 0

    def build(self) -> Any:
        import yaml

        next(self._events)
        first = next(self._events)
        if isinstance(first, yaml.StreamEndEvent):
            raise Refused(Place(1, 1), "There is nothing in it", "Begin with the keys that are needed.")
        tree = self._value(next(self._events), ())
        next(self._events)
        second = next(self._events)
        if not isinstance(second, yaml.StreamEndEvent):
            raise Refused(_start(second), "A second document begins here", "Keep one in each file.")
        return tree

    def _value(self, event: Any, path: Path) -> Any:
        import yaml

        place = _start(event)
        self._nodes += 1
        if self._nodes > NODES:
            raise Refused(place, f"There are more than {NODES:,} keys and values", "Split it into several.")
        if len(path) > DEPTH:
            raise Refused(
                place, f"This is nested more than {DEPTH} deep", "Name combinations as controls of their own."
            )
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise Refused(
                place,
                f"{sign}{event.anchor[:40]} is an anchor or an alias, and not taken here",
                "Write it out; one policy can also extend another.",
            )
        if event.tag is not None:
            raise Refused(place, f"{event.tag[:40]} is a tag, and not taken here", "Leave it out.")
        self._document.places[path] = place
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place)
        return self._list(path) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(path)

    def _scalar(self, event: Any, place: Place) -> _Scalar:
        found = _CONTROL.search(event.value)
        if found:
            raise Refused(place, f"This text has a control character, {ord(found[0]):#06x}", "Leave it out.")
        return _Scalar(event.value, plain=not event.style)

    def _list(self, path: Path) -> list[Any]:
        import yaml

        made: list[Any] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            made.append(self._value(event, (*path, len(made))))
        return made

    def _mapping(self, path: Path) -> dict[str, Any]:
        import yaml

        made: dict[str, Any] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            place = _start(event)
            key = self._value(event, (*path, ""))
            if not isinstance(key, _Scalar):
                raise Refused(place, "A key is a single text, not a list or mapping", "Is a quote or a colon missing?")
            if key.plain and key.text == "<<":
                raise Refused(place, "<< merges mappings, and is not taken here", "Write them out.")
            inner = (*path, key.text)
            if key.text in made:
                before = self._document.keys[inner].line
                raise Refused(place, f"The key {key.text!r} is here a second time", f"It stands in line {before} too.")
            self._document.keys[inner] = place
            made[key.text] = None
            made[key.text] = self._value(next(self._events), inner)
        return made


def _events(text: str) -> Iterator[Any]:
    import yaml

    try:
        yield from yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        said = " ".join(part for part in (error.context, error.problem) if part)
        raise Refused(
            place, f"This is not YAML: {said}", "Look for a missing quote, colon or space before this."
        ) from error
    except yaml.YAMLError as error:
        raise Refused(Place(1, 1), f"This is not YAML: {error}", "Save it as plain UTF-8 text.") from error


def _start(event: Any) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


def _at(text: str, index: int) -> Place:
    return Place(text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


def _resolve(tree: Any, schema: Mapping[str, Json], root: Mapping[str, Json], path: Path, document: Document) -> Json:
    """Turn scalars into texts, numbers, true, false and null."""
    told = list(_told(schema, root, tree))
    if isinstance(tree, dict):
        return {k: _resolve(v, _property(told, k), root, (*path, k), document) for k, v in tree.items()}
    if isinstance(tree, list):
        inner: Mapping[str, Json] = next((s["items"] for s in told if "items" in s), {})
        return [_resolve(v, inner, root, (*path, i), document) for i, v in enumerate(tree)]
    if not tree.plain:
        return tree.text
    word = _WORDS.get(tree.text, tree)
    if word is None or not any(_text_only(s) for s in told):
        return _core(tree.text, document.place(path)) if word is tree else word
    return tree.text


def _told(schema: Mapping[str, Json], root: Mapping[str, Json], tree: Any) -> Iterator[Mapping[str, Json]]:
    """Yield what the schema says about a value: itself, what it refers to, and the branch that its keys choose."""
    yield schema
    if "$ref" in schema:
        yield from _told(root["$defs"][schema["$ref"].rpartition("/")[2]], root, tree)
    if "required" in schema.get("if", ()):
        chosen = isinstance(tree, dict) and all(k in tree for k in schema["if"]["required"])
        yield from _told(schema.get("then" if chosen else "else", {}), root, tree)


def _property(told: list[Mapping[str, Json]], key: str) -> Mapping[str, Json]:
    for schema in told:
        found = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
        if isinstance(found, dict):
            return found
    return {}


def _text_only(schema: Mapping[str, Json]) -> bool:
    types = schema.get("type", ())
    types = {types} if isinstance(types, str) else set(types)
    return "string" in types and not types & {"number", "integer", "boolean"}


def _core(text: str, place: Place) -> Json:
    """Read a plain scalar by the core schema of YAML 1.2.2, section 10.3.2, but decimal numbers only."""
    if _NOT_FINITE.fullmatch(text):
        raise Refused(place, f"{text} is not a number to compare with", "Write a finite number.")
    if _INTEGER.fullmatch(text) and len(text) <= 15:
        return int(text)
    if _FLOAT.fullmatch(text):
        value = float(text)
        if not math.isfinite(value) or (_INTEGER.fullmatch(text) and abs(value) >= 2**53):
            raise Refused(
                place, f"{text[:20]} is too large a number", "Write a number below 2**53, or a text in quotes."
            )
        return value
    return text
