"""Files that a run read or imported: found by their digest, and put where its code looks for them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from jupyter_gov.errors import InputError, NotFoundError, did_you_mean
from jupyter_gov.records import Cause, Cell, Dataset, Json, Module, Record

from ._paths import copy_file, folders_of, place_relative, place_whole, texts_of
from ._plan import texts_in, writes
from ._tree import WorkTree

_PIECE = 1 << 20
_ROAMS = re.compile(r"\bchdir\(|^\s*%(cd|pushd)\b", re.MULTILINE)
_SHOWN = 3
_URL = re.compile(r"(?!file:|sqlite)[\w.+-]+://")
_DATABASE = re.compile(r"\w+(?:\+\w+)?:///")


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A file of the run.

    Attributes
    ----------
    told : str
        Its path as recorded.
    place : Path
        Where it was.
    digests : tuple of str
        Of the contents that it had; none where that was not recorded.
    size : int or None
        Bytes.
    imported : bool
        Whether it is code.
    cell : str or None
        The execution that read it first.
    """

    told: str
    place: Path
    digests: tuple[str, ...] = ()
    size: int | None = None
    imported: bool = False
    cell: str | None = None


@dataclass(slots=True)
class Placed:
    """What became of the inputs.

    Attributes
    ----------
    inputs : list of mapping
        As `Reproduction.inputs`.
    causes : list of Cause
    exchanges : dict
        Texts in the code that another path takes the place of.
    """

    inputs: list[Mapping[str, Json]] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    exchanges: dict[str, str] = field(default_factory=dict)


def place_inputs(
    records: Iterable[Record],
    cells: Sequence[Cell],
    tree: WorkTree,
    *,
    moved: Mapping[str, str],
    brought: Mapping[str, Path],
) -> Placed:
    """Look for each file that the cells need, by its digest, and put it into the tree.

    Parameters
    ----------
    records : iterable of Record
        All of the run.
    cells : sequence of Cell
        Those that are executed.
    tree : WorkTree
        Where the source is already.
    moved : mapping
        Where files are now, by the path that the run knew or an end of it.
    brought : mapping
        Files that are at hand, by their digest.

    Raises
    ------
    NotFoundError
        If a file that has been moved is none of the run's, or is not where it is said to be.
    InputError
        If the same could be said of several.
    """
    listed = list(records)
    inputs = [_moved_to(one, cells, tree) for one in _inputs_of(listed, cells, tree)]
    names = {Path(text).name for c in cells for text in texts_of(c)}
    for old in moved:
        if Path(old).name in names and not _meant(old, inputs, tree):
            # Nobody saw it being read.
            inputs.append(Input(told=old, place=tree.told(old)))
    given = _match(moved, inputs, tree)
    placed = Placed(causes=list(_fetched(listed, cells)))
    written = _written(cells)
    roams = any(_ROAMS.search(c.source) for c in cells)
    orders = {c.id: c.order for c in cells}
    for one in inputs:
        made = written.get(one.place.name)
        if made is not None and one.cell is not None and orders.get(one.cell, made) < made:
            # It was read before it was written over.
            first = replace(one, digests=one.digests[:1])
            _place(first, given.get(one.told), tree, brought, placed, written=False)
        else:
            # Where cells change the folder, a file may be where nobody can tell.
            away = roams and not one.told.startswith(("/", "~")) and not tree.at(one.place).exists()
            _place(one, given.get(one.told), tree, brought, placed, written=made is not None or away)
    known = {one.place for one in inputs}
    placed.causes += place_relative(known, cells, tree, written)
    exchanges, causes = place_whole(known, cells, tree)
    # What --input or a bundle has given comes first.
    placed.exchanges = {**exchanges, **placed.exchanges}
    placed.causes += causes
    told = sorted(text for text in placed.exchanges if any(text in texts_of(c) for c in cells))
    if told:
        named = ", ".join(told[:_SHOWN]) + (f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else "")
        message = f"The code names {named} by the whole path; another path took its place there."
        placed.causes.append(Cause(what="code", message=message, decides=False))
    return placed


def _written(cells: Sequence[Cell]) -> dict[str, int]:
    """Return the names of files that cells may make, with the place in the order of the first that does."""
    found: dict[str, int] = {}
    for cell in cells:
        if writes(cell.source):
            for text in texts_of(cell):
                found.setdefault(Path(text).name, cell.order)
    return found


def _moved_to(one: Input, cells: Sequence[Cell], tree: WorkTree) -> Input:
    """Return the input with its place below a folder that a cell had changed to, where it was there."""
    if one.told.startswith(("/", "~")) or one.place.is_file() or tree.at(one.place).exists():
        return one
    places = [folder / one.told for folder in folders_of(cells, tree.told)]
    found = next((p for p in places if p.is_file() or tree.at(p).exists()), None)
    return one if found is None else replace(one, place=found)


def digest_of(path: Path) -> str:
    """Return a file's digest as records spell it; empty where it cannot be read."""
    from blake3 import blake3

    hasher = blake3()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                hasher.update(piece)
    except OSError:
        return ""
    return f"jg1:{hasher.hexdigest()}"


def _inputs_of(records: Iterable[Record], cells: Sequence[Cell], tree: WorkTree) -> Iterator[Input]:
    """Yield each file once: those that a cell in question read first or names, and all imported code."""
    ids, named = {c.id for c in cells}, {Path(text).name for c in cells for text in texts_in(c.source)}
    found: dict[Path, Input] = {}
    for record in records:
        if isinstance(record, Module):
            one = Input(told=record.path, place=tree.told(record.path), digests=(record.digest,), imported=True)
        elif isinstance(record, Dataset) and record.file_bytes is not None and not record.source.startswith("package "):
            path = _DATABASE.sub("", record.source).removeprefix("file://")
            if record.cell not in ids and Path(path).name not in named:
                continue
            digests = (record.file_digest,) if record.file_digest else ()
            one = Input(
                told=record.source, place=tree.told(path), digests=digests, size=record.file_bytes, cell=record.cell
            )
        else:
            continue
        before = found.get(one.place)
        # It had several contents while the run went on.
        found[one.place] = one if before is None else replace(one, digests=(*before.digests, *one.digests))
    yield from found.values()


def _meant(old: str, inputs: Sequence[Input], tree: WorkTree) -> list[str]:
    """Return the inputs that a path, an end of one, or the code's own spelling names."""
    wanted = Path(os.path.expanduser(old)).parts  # noqa: PTH111 (does not raise)
    return [
        i.told for i in inputs if old == i.told or i.place.parts[-len(wanted) :] == wanted or tree.told(old) == i.place
    ]


def _match(moved: Mapping[str, str], inputs: Sequence[Input], tree: WorkTree) -> dict[str, Path]:
    """Return where the inputs are that have been moved, by the path that the run knew."""
    given: dict[str, Path] = {}
    for old, new in moved.items():
        found = _meant(old, inputs, tree)
        if not found:
            raise NotFoundError(
                f"The run read no file {old!r}.", hint=did_you_mean(old, [i.told for i in inputs], label="It read")
            )
        if len(found) > 1:
            raise InputError(f"The run read several files {old!r}: {', '.join(found)}.", hint="Give more of the path.")
        path = Path(new).expanduser().absolute()
        if not path.is_file():
            raise NotFoundError(f"No file {new!r}.", hint=f"Give the path at which {found[0]!r} lies now.")
        given[found[0]] = path
    return given


def _place(
    one: Input, given: Path | None, tree: WorkTree, brought: Mapping[str, Path], placed: Placed, *, written: bool
) -> None:
    """Put one file into the tree; `written` says whether a cell that is executed may make it."""
    target = tree.at(one.place)
    at_hand = next((brought[d] for d in one.digests if d in brought), None)
    # The source tree may have it as it was, which its own folder has not any more.
    places = [given] if given else [p for p in (at_hand, target, one.place) if p is not None and p.is_file()]
    seen = [(path, digest_of(path)) for path in places]
    same = next((path for path, digest in seen if digest in one.digests), None)
    path = same or next((path for path in reversed(places)), None)
    had = f"The run had {one.size:,} bytes" if one.size is not None else "The run had one"
    had += f" with the digest {one.digests[-1][:16]}…" if one.digests else ""
    if path is not None and path != target and not copy_file(path, tree, target):
        message = f"There is no room for a copy of {one.told}: a cell that writes to it alters the file itself."
        placed.causes.append(Cause(what="input", message=message, decides=False))
    if path is None or not same:
        if written:
            return
        verdict, detail = "missing" if path is None else "different", f"{had}."
    else:
        verdict, detail = "identical", ""
    if path is not None and not one.digests:
        verdict, detail = "identical", "Its digest was not recorded: it is only known to be there."
    placed.inputs.append({"path": one.told, "verdict": verdict, "detail": detail})
    if path is not None and path != one.place and one.told.startswith(("/", "~")):
        placed.exchanges |= {one.told: str(target), str(one.place): str(target)}


def _fetched(records: Iterable[Record], cells: Sequence[Cell]) -> Iterator[Cause]:
    """Yield what there is to know about data that come from elsewhere."""
    ids = {c.id for c in cells}
    for record in records:
        if isinstance(record, Dataset) and record.cell in ids and _URL.match(record.source):
            message = f"{record.source} is not kept: the notebook's own code fetches it again."
            yield Cause(what="input", message=message, cells=(record.cell or "",), decides=False)
