"""Opening a bundle: nothing in it is trusted until its sums hold."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_gov.errors import ConflictError, InputError, NotFoundError
from jupyter_gov.records import Artifact, unpack

from ..reproducing._original import Original
from . import _layout as layout
from ._checking import ANOTHER, check_name, content_name, read_held, read_inputs

_MOST = 20_000_000_000
"""Bytes that a bundle may have when it is unpacked."""


def is_bundle(path: str | Path) -> bool:
    """Say whether a path is that of a bundle, as a file or unpacked."""
    path = Path(path)
    return (path / layout.ABOUT).is_file() if path.is_dir() else path.suffix == ".zip" and path.is_file()


@contextlib.contextmanager
def open_bundle(path: str | Path) -> Iterator[Original]:
    """Give the run of a bundle, a file or the folder that one was unpacked into; what that takes is gone afterwards.

    Raises
    ------
    NotFoundError
        If there is none.
    InputError
        If the path is not that of a bundle, anything in it has another form than bundles have, or it names something
        outside of its folder.
    ConflictError
        If something in it is not what its sums say.
    """
    path = Path(path)
    if not path.exists():
        raise NotFoundError(f"No bundle {str(path)!r}.", hint="Check the path.")
    with tempfile.TemporaryDirectory(prefix="jupyter-gov-bundle-") as scratch:
        folder = Path(scratch, "bundle")
        folder.mkdir()
        if path.is_dir():
            _copy(path, folder)
        else:
            _unpack(path, folder)
        held = read_held(folder, path.name)
        places = [
            (item["digest"], found)
            for item in held.inputs
            # Data are not copied out of an unpacked bundle, and may have come to it later.
            for found in (folder / item["place"], path / item["place"])
            if found.is_file()
        ]
        yield Original(
            run=held.run,
            records=held.records,
            kept=partial(_kept, folder, [r for r in held.records if isinstance(r, Artifact)]),
            lay=partial(_lay, folder / layout.SOURCE),
            files=dict(reversed(places)),
            bundle=_digest(folder / layout.SUMS),
        )


def _unpack(path: Path, folder: Path) -> None:
    """Unpack a file, every entry of it below `folder`, and check its sums."""
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
            for entry in entries:
                check_name(entry.filename)
                if stat.S_ISLNK(entry.external_attr >> 16):
                    raise InputError(f"{path.name} holds a link, {entry.filename!r}.", hint=ANOTHER)
            if sum(entry.file_size for entry in entries) > _MOST:
                raise InputError(f"{path.name} is too large to be unpacked.", hint=ANOTHER)
            packed.extractall(folder)
    # Encrypted, packed in a way that nobody here knows, or with two things of one name.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise InputError(f"{path.name} is not a bundle: {error}", hint=ANOTHER) from error
    listed = _listed(folder, path)
    for file in (f for f in folder.rglob("*") if f.is_file()):
        name = file.relative_to(folder).as_posix()
        if name != layout.SUMS and name not in listed:
            raise ConflictError(f"{path.name} holds {name!r}, which its {layout.SUMS} does not list.", hint=_CHANGED)
    for name in listed:
        _check_sum(folder / name, listed[name], name)


def _copy(path: Path, folder: Path) -> None:
    """Copy what an unpacked bundle lists, and nothing that came to it later; data stay where they are."""
    listed = _listed(path, path)
    for name, digest in listed.items():
        check_name(name)
        _check_sum(path / name, digest, name)
    shutil.copyfile(path / layout.SUMS, folder / layout.SUMS)
    data = {item["place"] for item in read_inputs(path, path.name) if not item["code"]}
    for name in listed.keys() - data:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path / name, folder / name)


def _listed(folder: Path, path: Path) -> dict[str, str]:
    sums = folder / layout.SUMS
    if not sums.is_file():
        raise InputError(f"{path.name} is not a bundle: it has no {layout.SUMS}.", hint=ANOTHER)
    lines = sums.read_text(encoding="utf-8", errors="replace").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines) if name}


def _check_sum(file: Path, digest: str, name: str) -> None:
    if not file.is_file():
        raise ConflictError(f"The bundle lacks {name!r}.", hint=_CHANGED)
    if _digest(file) != f"sha256:{digest}":
        raise ConflictError(f"{name!r} of the bundle is not what it was when the bundle was made.", hint=_CHANGED)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return f"sha256:{hashlib.file_digest(opened, 'sha256').hexdigest()}"


def _kept(folder: Path, artifacts: Sequence[Artifact], record: str, role: str) -> dict[str, Any] | None:
    """Return what was kept of a record, as `services.kept` does from the store."""
    found = next((a for a in reversed(artifacts) if a.about == record and a.role == role), None)
    return unpack((folder / layout.CONTENTS / content_name(found.digest)).read_bytes()) if found else None


def _lay(source: Path, folder: Path) -> None:
    """Put the work tree of a bundle into a folder."""
    if source.is_dir():
        shutil.copytree(source, folder, symlinks=True, dirs_exist_ok=True)


_CHANGED = "Fetch it again from whoever made it."
