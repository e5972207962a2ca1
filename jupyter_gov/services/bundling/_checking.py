"""What a bundle holds of itself, read and checked in one place: whoever made it may have meant ill."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from jupyter_gov.errors import GovError, InputError
from jupyter_gov.records import KINDS, Artifact, Record, Run, Source, unpack

from . import _layout as layout

T = TypeVar("T")

ANOTHER = "Give a file that `jupyter gov bundle` has made."
_NEWER = "Install the newest jupyter-gov."
_FORM = re.compile(rf"({re.escape(layout.FORMAT.rpartition(' ')[0])}) (\d+)")


@dataclass(frozen=True, slots=True)
class Held:
    """What a bundle says of its run.

    Attributes
    ----------
    run : Run
    records : tuple of Record
        All that the run has.
    inputs : tuple of mapping
        The files that it read.
    """

    run: Run
    records: tuple[Record, ...]
    inputs: tuple[Mapping[str, Any], ...]


def read_held(folder: Path, name: str) -> Held:
    """Return what the bundle in a folder holds; `name` is what messages call it.

    Raises
    ------
    InputError
        If anything in it is not of the form that bundles have.
    """
    about = _read(folder / layout.ABOUT, name, _mapping)
    form = _FORM.fullmatch(str(about.get("format")))
    if form is None:
        raise InputError(f"{name} is not a bundle.", hint=ANOTHER)
    if form[0] != layout.FORMAT:
        raise InputError(f"{name} is a bundle of another form ({form[2]}) than this version reads.", hint=_NEWER)
    records = _read(folder / layout.RECORDS, name, _records)
    run = next((r for r in records if isinstance(r, Run) and r.id == about.get("run")), None)
    if run is None:
        raise InputError(f"{name} does not hold the run that it says.", hint=ANOTHER)
    for record in records:
        if isinstance(record, Source):
            _check_folders(record)
        elif isinstance(record, Artifact):
            _read(folder / layout.CONTENTS / content_name(record.digest), name, unpack)
    return Held(run, records, read_inputs(folder, name))


def read_inputs(folder: Path, name: str) -> tuple[Mapping[str, Any], ...]:
    """Return the files that a run read, as its bundle lists them, none with a place outside of it.

    Raises
    ------
    InputError
        If the list is not of the form that bundles have.
    """
    inputs = _read(folder / layout.INPUTS, name, _inputs)
    for item in inputs:
        check_name(item["place"])
    return inputs


def check_name(name: str) -> None:
    """Refuse the name of a file that would not lie in the bundle.

    Raises
    ------
    InputError
    """
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or re.search(r"[\\:\0]", name) or not parts:
        raise InputError(f"The bundle names a file outside of itself: {name!r}.", hint=ANOTHER)


def content_name(digest: str) -> str:
    """Return the name of the file in a bundle that has the content of that digest."""
    return re.sub(r"[^0-9A-Za-z]", "-", digest)


def _check_folders(source: Source) -> None:
    for folder in (source.folder, source.top):
        if ".." in PurePosixPath(folder.replace("\\", "/")).parts:
            raise InputError(f"The bundle names a working folder outside of itself: {folder!r}.", hint=ANOTHER)


def _read(file: Path, name: str, make: Callable[[bytes], T]) -> T:
    """Return what is made of a file's content."""
    try:
        return make(file.read_bytes())
    except (OSError, ValueError, LookupError, TypeError, AttributeError, GovError) as error:
        what = "is not there" if isinstance(error, FileNotFoundError) else "cannot be read"
        hint = f"{ANOTHER} One that a newer jupyter-gov has made may need the newest."
        raise InputError(f"{name} is not a bundle: {file.name} {what}.", hint=hint) from error


def _mapping(content: bytes) -> dict[str, Any]:
    return dict(json.loads(content))


def _records(content: bytes) -> tuple[Record, ...]:
    told = [json.loads(line) for line in content.decode().splitlines()]
    return tuple(KINDS[one["kind"]].from_json(one["data"]) for one in told)


def _inputs(content: bytes) -> tuple[Mapping[str, Any], ...]:
    inputs = tuple(dict(item) for item in json.loads(content))
    if not all(isinstance(item[key], str) for item in inputs for key in ("path", "place", "digest")):
        raise TypeError
    if not all(isinstance(item["code"], bool) for item in inputs):
        raise TypeError
    return inputs
