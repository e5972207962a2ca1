"""From the text of a policy to its values, with every error at its line and column."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..errors import InputError
from ..records import Json
from ..records._builtins import with_own_builtins
from ._model import Origin, Policy
from ._notes import Note
from ._reading_errors import structural_notes, structural_paths
from ._reading_meaning import meaning_notes, value_notes
from ._reading_parts import make_policy, write_policy
from ._schema import SCHEMA
from ._yaml import Document, Refused, read_yaml

SHOWN = 20
"""Errors that are told at once."""


def read_policy(text: str, *, name: str = "policy") -> Policy:
    """Return the policy that a YAML text describes, not yet resolved.

    Parameters
    ----------
    text : str
        At most 1 MB; see ``docs/policies.md`` for the language.
    name : str
        What the text is called in errors, such as its file.

    Raises
    ------
    InputError
        If something is wrong; each error, up to 20, names line and column, and the nearest right word.
    """
    policy, _, notes = parse_policy(text)
    if policy is None or notes:
        raise InputError("\n".join(note.say(name) for note in notes[:SHOWN]))
    return policy


def parse_policy(text: str) -> tuple[Policy | None, Document, list[Note]]:
    """Return the policy where the text has the structure of one, where all of it stands, and what is wrong."""
    try:
        document = read_yaml(text, SCHEMA)
    except Refused as refused:
        return None, Document(), [refused.note]
    notes = structural_notes(document)
    if notes:
        return None, document, sorted({*notes, *value_notes(document, structural_paths(document))})
    policy = own(make_policy(document.value, lambda path: document.place(path).line))
    return policy, document, meaning_notes(policy, document)


def own(policy: Policy) -> Policy:
    """Fill in what controls have of their policy: owner, source and origin."""
    origin = f"{policy.id} {policy.version}"
    filled = (
        replace(
            control,
            owner=control.owner or policy.owner,
            source=policy.source if control.source == Origin() else control.source,
            origin=control.origin or origin,
        )
        for control in policy.controls
    )
    return replace(policy, controls=tuple(filled))


def to_json(policy: Policy) -> dict[str, Json]:
    """Return a policy as JSON: the language of the files, and for each control its ``origin``.

    What is empty is left out, and so are lines.
    """
    return write_policy(policy)


def from_json(data: Mapping[str, Json]) -> Policy:
    """Return the policy that `to_json` wrote.

    Raises
    ------
    InputError
        If it is not what `to_json` writes.
    """
    try:
        return make_policy(data)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise InputError(
            f"The content of a policy cannot be read: {type(error).__name__} {error}",
            hint="Was the record changed, or written by a newer version of jupyter-gov?",
        ) from error


def digest(policy: Policy) -> str:
    """Return what identifies the content of a policy: ``jg1:`` and BLAKE3 of its canonical JSON (RFC 8785).

    Comments, white space, the order of keys and lines do not count.
    """
    from blake3 import blake3

    return f"jg1:{blake3(_rfc8785().dumps(to_json(policy))).hexdigest()}"


@functools.cache
def _rfc8785() -> Any:
    # A notebook that replaces `sorted` and the like must not have a say in what a policy's digest is.
    return with_own_builtins("rfc8785._impl")
