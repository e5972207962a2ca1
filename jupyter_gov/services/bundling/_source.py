"""The files of a bundle: the work tree as the run had it, and what the run read, where that is allowed."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_gov.records import Cell

from .._secrets import process_secrets
from ..reproducing._inputs import Input, _inputs_of, digest_of
from ..reproducing._original import Original
from ..reproducing._tree import WorkTree, lay_source, make_tree
from . import _layout as layout

_DATA = frozenset(
    (
        ".arff", ".arrow", ".avro", ".bz2", ".csv", ".db", ".dta", ".duckdb", ".feather", ".gz", ".h5", ".hdf", ".hdf5",
        ".joblib", ".jsonl", ".mat", ".ndjson", ".npy", ".npz", ".orc", ".parquet", ".pickle", ".pkl", ".pq", ".rds",
        ".sas7bdat", ".sav", ".sqlite", ".sqlite3", ".tar", ".tsv", ".xls", ".xlsb", ".xlsx", ".xz", ".zip", ".zst",
    )
)  # fmt: skip
"""Ends of names that data have."""

_SEARCHED = 8 << 20
"""Bytes of a file that are searched for secrets."""


@dataclass(slots=True)
class Collected:
    """What there is of files.

    Attributes
    ----------
    root : Path
        A temporary folder that the work tree's paths are below.
    inputs : list of mapping
        As in the bundle's own list.
    left_out : list of str
        What is not in it, and why.
    notes : list of str
        What else there is to know.
    """

    root: Path
    inputs: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def collect(original: Original, folder: Path, *, scratch: Path, data: bool) -> Collected:
    """Write a run's work tree and inputs into the folder of a bundle.

    Parameters
    ----------
    original : Original
        The run.
    folder : Path
        The bundle's.
    scratch : Path
        A temporary folder.
    data : bool
        Whether data may go in.
    """
    found = Collected(root=scratch / "tree")
    source = original.source
    tree = make_tree(found.root, source, original.run.notebook)
    missing = lay_source(tree, source)
    found.left_out += [missing] if missing else []
    found.left_out += [f"{name} (left out of the snapshot)" for name in source.left_out]
    cells = [r for r in original.records if isinstance(r, Cell)]
    inputs = sorted(_inputs_of(original.records, cells, tree), key=lambda i: (not i.imported, i.told))
    read = {tree.at(i.place) for i in inputs}
    top = tree.at(tree.top)
    for file in sorted(f for f in top.rglob("*") if f not in read):
        reason = _carry(file, folder / layout.SOURCE / file.relative_to(top), top, data, found.notes)
        found.left_out += [f"{file.relative_to(top).as_posix()}{reason}"] if reason else []
    for one, place in _places(inputs, tree):
        found.inputs.append(_input(one, place, tree, folder, data, found))
    return found


def _carry(file: Path, target: Path, top: Path, data: bool, notes: list[str]) -> str:
    """Copy a file of the work tree; return why it is left out if it is, to be read after its name."""
    if file.is_symlink() and not file.resolve().is_relative_to(top.resolve()):
        return ": it leads out of the work tree"
    if not file.is_file():
        return ""
    if re.search(r"[\\:\n]", file.relative_to(top).as_posix()):
        return ": not every system can hold a file of this name"
    if not data and file.suffix.lower() in _DATA:
        return ": data"
    if not data and file.suffix == ".ipynb":
        bare = _without_outputs(file.read_bytes())
        reason = process_secrets().describe_first(file.name, bare)
        if not reason:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(bare)
        return reason
    return _copy(file, target, file.relative_to(top).as_posix(), notes)


def _copy(file: Path, target: Path, told: str, notes: list[str]) -> str:
    """Copy a file in pieces, if there is no secret at its beginning; return why not, to be read after its name."""
    with file.open("rb") as opened:
        beginning = opened.read(_SEARCHED)
    reason = process_secrets().describe_first(file.name, beginning)
    if reason:
        return reason
    if file.stat().st_size > len(beginning):
        notes.append(f"{told}: only its first {_SEARCHED >> 20} MB were searched for secrets")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    return ""


def _places(inputs: Sequence[Input], tree: WorkTree) -> Iterator[tuple[Input, str]]:
    """Yield each input with its place in the bundle: in the work tree where it lay there, else beside it."""
    taken: set[str] = set()
    for one in inputs:
        if one.place.is_relative_to(tree.top):
            yield one, f"{layout.SOURCE}/{one.place.relative_to(tree.top).as_posix()}"
            continue
        name = one.place.name
        while name in taken:
            name = f"other-{name}"
        taken.add(name)
        yield one, f"{layout.FILES}/{name}"


def _input(one: Input, place: str, tree: WorkTree, folder: Path, data: bool, found: Collected) -> dict[str, Any]:
    candidates = ((p, digest_of(p)) for p in (tree.at(one.place), one.place) if p.is_file())
    path, digest = next(((p, d) for p, d in candidates if not one.digests or d in one.digests), (None, ""))
    item: dict[str, Any] = {
        "path": one.told,
        "place": place,
        "digest": one.digests[-1] if one.digests else "",
        "sha256": "",
        "bytes": one.size if path is None else path.stat().st_size,
        "code": one.imported,
        "included": False,
    }
    if path is None:
        found.left_out.append(f"{one.told}: it is not there as the run had it")
        return item
    with path.open("rb") as opened:
        item["sha256"] = hashlib.file_digest(opened, "sha256").hexdigest()
    item["digest"] = digest
    if not (one.imported or data):
        return item
    reason = _copy(path, folder / place, one.told, found.notes)
    if reason:
        found.left_out.append(f"{one.told}{reason}")
    return item | {"included": not reason}


def _without_outputs(content: bytes) -> bytes:
    """Return a notebook without what its cells put out, which may show data."""
    try:
        notebook = json.loads(content)
        cells = [c for c in notebook["cells"] if c.get("cell_type") == "code"]
        for cell in cells:
            cell |= {"outputs": [], "execution_count": None}
    except (ValueError, KeyError, TypeError, AttributeError):
        return content
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
