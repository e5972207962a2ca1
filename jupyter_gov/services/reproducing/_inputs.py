"""Files that a run read or imported: found by their digest, and put where its code looks for them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from jupyter_gov.errors import InputError, NotFoundError, did_you_mean
from jupyter_gov.records import Cause, Cell, Dataset, Json, Module, Record

from ._plan import texts_in, writes
from ._tree import WorkTree

_PIECE = 1 << 20
_URL = re.compile(r"(?!file:|sqlite)[\w.+-]+://")
_DATABASE = re.compile(r"\w+(?:\+\w+)?:///")
_SPARE = 256 << 20
"""Bytes that stay free where files are copied to; what does not fit is linked."""
_NAMED = re.compile(r"[^\n\0]{1,240}")


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
    """

    told: str
    place: Path
    digests: tuple[str, ...] = ()
    size: int | None = None
    imported: bool = False


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
    inputs = list(_inputs_of(listed, cells, tree))
    given = _match(moved, inputs)
    placed = Placed(causes=list(_fetched(listed, cells)))
    written = {Path(text).name for c in cells if writes(c.source) for text in texts_in(c.source)}
    for one in inputs:
        _place(one, given.get(one.told), tree, brought, placed, written=one.place.name in written)
    _place_named(inputs, cells, tree, placed)
    return placed


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
            one = Input(told=record.source, place=tree.told(path), digests=digests, size=record.file_bytes)
        else:
            continue
        before = found.get(one.place)
        # It had several contents while the run went on.
        found[one.place] = one if before is None else replace(one, digests=(*before.digests, *one.digests))
    yield from found.values()


def _match(moved: Mapping[str, str], inputs: Sequence[Input]) -> dict[str, Path]:
    """Return where the inputs are that have been moved, by the path that the run knew."""
    given: dict[str, Path] = {}
    for old, new in moved.items():
        wanted = Path(old).expanduser().parts
        found = [
            i.told for i in inputs if old == i.told or i.place.parts[-len(wanted) :] == wanted or str(i.place) == old
        ]
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
    had = f"The run had {one.size:,} bytes" if one.size is not None else "The run had another content"
    had += f" with the digest {one.digests[-1][:16]}…" if one.digests else ""
    if path is not None and path != target:
        _copy(path, target)
    if path is None or not same:
        if written:
            return
        verdict, detail = "missing" if path is None else "different", f"{had}."
    else:
        verdict, detail = "identical", ""
    if path is not None and not one.digests:
        verdict, detail = "identical", "Its digest was not recorded: it is only known to be there."
    placed.inputs.append({"path": one.told, "verdict": verdict, "detail": detail})
    if path in (given, at_hand) and one.told.startswith(("/", "~")):
        placed.exchanges |= {one.told: str(target), str(one.place): str(target)}
        told = f"The code names {one.told} by its whole path; another path took its place there."
        placed.causes.append(Cause(what="code", message=told, decides=False))


def _place_named(inputs: Sequence[Input], cells: Sequence[Cell], tree: WorkTree, placed: Placed) -> None:
    """Put files into the tree that stand in the code, although nobody saw the run read them; make its folders."""
    texts = {t for c in cells for t in texts_in(c.source) if _NAMED.fullmatch(t) and not t.startswith(("/", "~"))}
    known = {i.place for i in inputs}
    for text in sorted(texts):
        place = tree.told(text)
        target = tree.at(place)
        try:
            is_file, is_folder, has_folder = place.is_file(), place.is_dir(), "/" in text and place.parent.is_dir()
        except OSError:  # a text that is too long for a path
            continue
        if is_folder or has_folder:
            (target if is_folder else target.parent).mkdir(parents=True, exist_ok=True)
        if is_file and place not in known and not target.exists() and place.suffix:
            _copy(place, target)
            message = f"The code names the file {text}, which was taken as it is now: its content was not recorded."
            placed.causes.append(Cause(what="not_recorded", message=message, decides=False))


def _copy(path: Path, target: Path) -> None:
    """Copy a file, so that nothing that is executed can alter the user's own; link it where there is no room."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    if path.stat().st_size + _SPARE > shutil.disk_usage(target.parent).free:
        target.symlink_to(path)
    else:
        shutil.copy2(path, target)


def _fetched(records: Iterable[Record], cells: Sequence[Cell]) -> Iterator[Cause]:
    """Yield what there is to know about data that come from elsewhere."""
    ids = {c.id for c in cells}
    for record in records:
        if isinstance(record, Dataset) and record.cell in ids and _URL.match(record.source):
            message = f"{record.source} is not kept: the notebook's own code fetches it again."
            yield Cause(what="input", message=message, cells=(record.cell or "",), decides=False)
