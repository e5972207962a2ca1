"""Secrets that were taken out of the code, given back for one execution and written down nowhere."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from urllib.parse import quote

from jupyter_gov.errors import InputError, NotFoundError
from jupyter_gov.records import Cause, Cell

from .._secrets import process_secrets
from ._exchange import escaped

_MARK = re.compile(r"\[redacted: ([^\]]+)\]")
_NAME = re.compile(r"""([A-Za-z_]\w*)["']?\s*\]?\s*(?::[^=,"']*)?[=:,(]\s*[A-Za-z]{0,2}["']{0,3}[^"']*$""")
_SERVICE = "jupyter-gov"
"""Under which a keyring has them."""
_LABEL = "secret"
_KNOW = """
for _value in {!r}:
    __import__('jupyter_gov.services._secrets', fromlist=['process_secrets']).process_secrets().know(_value, 'secret')
del _value
"""


def find_secrets(names: Sequence[str]) -> dict[str, str]:
    """Return the value of each secret: that of the environment variable of its name, else the keyring's.

    From now on this process takes them out of all that it records.

    Raises
    ------
    NotFoundError
        If there is none of that name.
    """
    found: dict[str, str] = {}
    for name in names:
        value = os.environ.get(name) or _from_keyring(name)
        if not value:
            raise NotFoundError(
                f"No secret {name!r}.",
                hint=f"Set the environment variable {name}, or keep it with: keyring set {_SERVICE} {name}",
            )
        found[name] = value
        process_secrets().know(value, _LABEL)
    return found


def knowing(secrets: Collection[str]) -> str:
    """Return code that lets a kernel take secrets out of all that it records; empty where there are none."""
    return _KNOW.format(sorted(secrets)) if secrets else ""


def without_secrets(text: str, secrets: Collection[str]) -> str:
    """Return a text in which neither the secrets that were given nor any that are known stand."""
    spelled = {form for value in secrets for form in (value, repr(value)[1:-1], escaped(value), quote(value, safe=""))}
    if spelled:
        longest = "|".join(re.escape(form) for form in sorted(spelled, key=len, reverse=True))
        text = re.sub(longest, f"[redacted: {_LABEL}]", text)
    for one in reversed(process_secrets().find(text)):
        text = f"{text[: one.start]}[redacted: {one.label}]{text[one.end :]}"
    return text


def put_secrets(
    cells: Sequence[Cell], secrets: Mapping[str, str], *, others: Sequence[Cell] = ()
) -> tuple[dict[str, str], tuple[Cause, ...]]:
    """Return the source of each cell, by its id, with its secrets; and what is missing.

    A secret belongs where the code gives it to a variable, key or argument of its name, whatever the case; otherwise
    the secrets that are left belong to the places that are left, if there are as many of these. One that only
    `others` have a place for, which are not executed, is not needed.

    Raises
    ------
    InputError
        If a secret is given for which there is no place.
    """
    places = {(c.id, m.start()): _name_at(c.source, m) for c in cells for m in _MARK.finditer(c.source)}
    known = {_plain(name): value for name, value in secrets.items()}
    chosen = {place: known[_plain(name)] for place, name in places.items() if _plain(name) in known}
    used = {_plain(places[place]) for place in chosen}
    elsewhere = {_plain(_name_at(c.source, m)) for c in others for m in _MARK.finditer(c.source)}
    spare = [value for name, value in known.items() if name not in used | elsewhere]
    open_ = list(dict.fromkeys(name for place, name in places.items() if place not in chosen))
    if spare and len(spare) == len(open_):
        by_name = dict(zip(open_, spare, strict=True))
        chosen |= {place: by_name[name] for place, name in places.items() if place not in chosen}
    elif spare:
        names = ", ".join(name for name in secrets if _plain(name) not in used | elsewhere)
        raise InputError(
            f"The code has no place for the secret {names}.",
            hint=f"It has places for: {', '.join(dict.fromkeys(places.values()))}." if places else "",
        )
    sources = {c.id: _filled(c, chosen) for c in cells}
    missing = {place: name for place, name in places.items() if place not in chosen}
    return sources, _missing(missing)


def _missing(places: Mapping[tuple[str, int], str]) -> tuple[Cause, ...]:
    if not places:
        return ()
    names = list(dict.fromkeys(places.values()))
    given = " ".join(f"--secret {name.upper().replace(' ', '_')}" for name in names)
    cause = Cause(
        what="secret",
        message=f"Secrets that were not recorded are needed: {', '.join(names)}.",
        remedy=f"Set environment variables, or a keyring of the service {_SERVICE}, and add: {given}",
        cells=tuple(dict.fromkeys(cell for cell, _ in places)),
    )
    return (cause,)


def _filled(cell: Cell, chosen: Mapping[tuple[str, int], str]) -> str:
    return _MARK.sub(
        lambda m: escaped(chosen[cell.id, m.start()]) if (cell.id, m.start()) in chosen else m[0], cell.source
    )


def _name_at(source: str, mark: re.Match[str]) -> str:
    """Return the variable, key or argument that a secret was given to; else what sort of secret it was."""
    line = source[source.rfind("\n", 0, mark.start()) + 1 : mark.start()]
    found = _NAME.search(line)
    return found[1] if found else mark[1]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _from_keyring(name: str) -> str | None:
    if find_spec("keyring") is None:
        return None
    found: str | None = import_module("keyring").get_password(_SERVICE, name)
    return found
