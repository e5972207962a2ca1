"""Putting a run into a bundle: the same run gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jupyter_gov import __version__
from jupyter_gov.ledger import canonical_json
from jupyter_gov.records import Artifact, Cell, Document, Fit, Report, Reproduction, unpack

from .._stores import get_store
from ..reproducing._environment import lock
from ..reproducing._original import Original, from_store
from ..reproducing._plan import plan, texts_in
from ..reproducing._tree import WorkTree, make_tree
from ..workplace import OUTPUT_FOLDER
from . import _layout as layout
from ._checking import content_name
from ._readme import readme
from ._script import as_notebook, as_script
from ._source import Collected, collect
from ._telling import columns_of, tells_no_rows

_PACKAGE = Path(__file__).parents[2]
_ROLES = {
    "learned": ("what {} fits learned", "it may hold values of rows; its digest is compared"),
    "predictions": ("{} predictions", "they are no numbers; their digests are compared"),
}
"""What is compared of what was kept, how it is called, and why it is left out where the data are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """A bundle that was made.

    Attributes
    ----------
    path : Path
        Its file.
    digest : str
        Of its sums, which tell everything that is in it.
    data : tuple of str
        Files that the run read, which are in it.
    wanted : tuple of str
        Files that the run read, which somebody must add.
    left_out : tuple of str
        What else is not in it, and why.
    notes : tuple of str
        What else there is to know of it.
    """

    path: Path
    digest: str
    data: tuple[str, ...]
    wanted: tuple[str, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...] = ()


def bundle(run: str, *, output: Path | None = None, data: bool = False, store: str | None = None) -> Bundled:
    """Put a run into one file, with all that somebody needs to execute it again and to compare.

    Parameters
    ----------
    run : str
        As in `find_run`.
    output : path, optional
        The file; by default in ``gov-reports/`` below the working folder. One that is there is replaced.
    data : bool
        Whether data may go in: the files that the run read, other data in its work tree, outputs of notebooks, and
        what models learned or predicted where it may hold values of rows.
    store : str, optional
        URL or path of the store.

    Raises
    ------
    NotFoundError, InputError
        As `find_run`.
    StoreError
        If something that was kept cannot be read.
    """
    original = from_store(run, store)
    contents = get_store(store).content
    name = re.sub(r"[^\w.-]+", "-", original.run.name).strip("-.")[:60] or "run"
    path = output or Path(OUTPUT_FOLDER) / f"{name}-{original.run.id[:13]}.zip"
    with tempfile.TemporaryDirectory(prefix="jupyter-gov-bundle-") as scratch:
        folder = Path(scratch, "bundle")
        folder.mkdir()
        collected = collect(original, folder, scratch=Path(scratch), data=data)
        for place, text in _texts(original, collected, contents, data=data).items():
            _write(folder / place, text)
        _copy_package(folder / layout.PACKAGE / "jupyter_gov")
        sums = _sums(folder)
        _write(folder / layout.SUMS, sums)
        path.parent.mkdir(parents=True, exist_ok=True)
        _zip(folder, path)
    inputs = [item for item in collected.inputs if not item["code"]]
    return Bundled(
        path=path.absolute(),
        digest=f"sha256:{hashlib.sha256(sums.encode()).hexdigest()}",
        data=tuple(item["path"] for item in inputs if item["included"]),
        wanted=tuple(item["path"] for item in inputs if not item["included"]),
        left_out=tuple(collected.left_out),
        notes=tuple(collected.notes),
    )


def _texts(
    original: Original, collected: Collected, contents: Callable[[str], bytes | None], *, data: bool
) -> dict[str, str | bytes]:
    """Return what is written into a bundle, by its place."""
    run, environment = original.run, original.environment
    locked = lock(environment) if environment else None
    found = _contents(original, collected, contents, data=data)
    # Reports and their like may come to a run later; content that is not there has no record.
    records = [
        r
        for r in original.records
        if not isinstance(r, Report | Reproduction | Document | Artifact)
        or (isinstance(r, Artifact) and _place(r) in found and r.role in _ROLES)
    ]
    found[layout.RECORDS] = "".join(canonical_json({"kind": r.kind, "data": r.to_json()}) + "\n" for r in records)
    python = locked.python if locked else ""
    cells = plan(records, scope="slice").cells or plan(records, scope="all").cells
    tree = make_tree(collected.root, original.source, run.notebook)
    here = f"{layout.SOURCE}/{tree.here.relative_to(tree.top).as_posix()}" if tree.here != tree.top else layout.SOURCE
    found[layout.NOTEBOOK] = as_notebook(cells, python=python)
    found[layout.SCRIPT] = as_script(
        cells, title=run.name, run=run.id, folder=here, moved=_moved(cells, collected, here, tree)
    )
    found[layout.INPUTS] = _json(collected.inputs)
    found[layout.LOCK] = _json(
        {
            "python": python,
            "packages": dict(locked.packages) if locked else {},
            "local": dict(locked.local) if locked else {},
        }
    )
    pins = [f"{n}=={v}" for n, v in locked.packages.items()] if locked else []
    missing = [f"# {name}: {why}" for name, why in locked.local.items()] if locked else []
    found[layout.REQUIREMENTS] = "\n".join([f"# Python {python}", *pins, *missing]) + "\n"
    found[layout.ABOUT] = _json(
        {
            "format": layout.FORMAT,
            "run": run.id,
            "name": run.name,
            "notebook": run.notebook,
            "python": python,
            "jupyter_gov": __version__,
        }
    )
    found[layout.RUNNER] = (_PACKAGE / "services" / "bundling" / "_standalone.py").read_text(encoding="utf-8")
    found[layout.README] = readme(original, collected, locked)
    return found


def _contents(
    original: Original, collected: Collected, contents: Callable[[str], bytes | None], *, data: bool
) -> dict[str, str | bytes]:
    """Return the content that was kept and may go in, by its place; say how much is left out."""
    fits = {r.id: r for r in original.records if isinstance(r, Fit)}
    columns = columns_of(original.records)
    found: dict[str, str | bytes] = {}
    kept: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for record in original.records:
        if not isinstance(record, Artifact) or record.role not in _ROLES:
            continue
        content = contents(record.digest)
        if content is None:
            continue
        kept[record.role] += 1
        if data or tells_no_rows(record.role, unpack(content), fits.get(record.about), columns):
            found[_place(record)] = content
        else:
            refused[record.role] += 1
    for role, count in refused.items():
        what, why = _ROLES[role]
        collected.left_out.append(f"{what.format(f'{count:,} of {kept[role]:,}')}: {why}")
    return found


def _place(artifact: Artifact) -> str:
    return f"{layout.CONTENTS}/{content_name(artifact.digest)}"


def _moved(cells: Iterable[Cell], collected: Collected, here: str, tree: WorkTree) -> Mapping[str, str]:
    """Return paths that the script must name otherwise: those of files that lie outside of the work tree."""
    places = {
        tree.told(item["path"]): os.path.relpath(item["place"], here)
        for item in collected.inputs
        if item["place"].startswith(f"{layout.FILES}/")
    }
    names = {path.name for path in places}
    texts = {text for cell in cells for text in texts_in(cell.source) if Path(text).name in names}
    return {text: places[path] for text in sorted(texts) if (path := tree.told(text)) in places}


def _copy_package(folder: Path) -> None:
    """Copy this package as it runs here, without the panel of JupyterLab."""
    for file in sorted(_PACKAGE.rglob("*")):
        inside = file.relative_to(_PACKAGE)
        if file.is_file() and "labextension" not in inside.parts and "__pycache__" not in inside.parts:
            _write(folder / inside, file.read_bytes())


def _sums(folder: Path) -> str:
    """Return the SHA-256 of every file, in the form that ``sha256sum --check`` reads."""
    lines = []
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        lines.append(f"{digest}  {file.relative_to(folder).as_posix()}\n")
    return "".join(sorted(lines, key=lambda line: line[66:]))


def _zip(folder: Path, path: Path) -> None:
    """Pack a folder, with nothing in the file that another day or machine would make otherwise."""
    made = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
            for file in sorted((f for f in folder.rglob("*") if f.is_file()), key=lambda f: f.as_posix()):
                entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
                entry.create_system = 3
                entry.external_attr = (0o100755 if file.name == layout.RUNNER else 0o100644) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                with file.open("rb") as source, packed.open(entry, "w", force_zip64=False) as target:
                    while piece := source.read(1 << 20):
                        target.write(piece)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def _json(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True) + "\n"
