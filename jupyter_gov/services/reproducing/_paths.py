"""Paths that stand in the code: what they name is put into the tree, and those from the root on are exchanged."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from jupyter_gov.records import Cause, Cell

from ._exchange import named_by_magic
from ._plan import texts_in, writes
from ._tree import WorkTree

_NAMED = re.compile(r"[^\n\0]{1,240}")
_WHOLE = re.compile(r"(\w+(?:\+\w+)?:///|file://)?((?:/|~/)[^\n\0]{1,240})")
_DEVICES = ("/dev", "/proc", "/sys")
_HIDDEN = re.compile(r"\bPath\.home\(\)|\bexpanduser\(|['\"](?:HOME|USERPROFILE)['\"]")
_SPARE = 256 << 20
"""Bytes that stay free where files are copied to; what does not fit is linked."""
_MOST, _FILES = 50_000_000, 500
"""Bytes and files that a folder may have to be copied although nobody saw what of it was read."""


def copy_file(path: Path, tree: WorkTree, target: Path) -> bool:
    """Copy a file into the tree, so that nothing that is executed can alter the user's own; say whether it is a copy.

    Where there is no room it is a link.
    """
    target = tree.make_room(target)
    if path.stat().st_size + _SPARE > shutil.disk_usage(target.parent).free:
        target.symlink_to(path)
        return False
    shutil.copy2(path, target)
    return True


def place_relative(
    known: Collection[Path], cells: Sequence[Cell], tree: WorkTree, written: Collection[str]
) -> list[Cause]:
    """Put files into the tree that the code names from its folder, although nobody saw the run read them.

    Parameters
    ----------
    known : collection of Path
        Where the inputs were, which are placed already.
    cells : sequence of Cell
        Those that are executed.
    tree : WorkTree
    written : collection of str
        Names of files that these make.
    """
    causes = []
    for text in sorted({t for c in cells for t in texts_of(c) if _NAMED.fullmatch(t) and not t.startswith(("/", "~"))}):
        place = tree.told(text)
        try:
            is_file, is_folder, has_folder = place.is_file(), place.is_dir(), "/" in text and place.parent.is_dir()
        except OSError:  # a text that is too long for a path
            continue
        if is_folder or has_folder:
            tree.make_folder(tree.at(place if is_folder else place.parent))
        if (
            is_file
            and place not in known
            and place.suffix
            and not tree.at(place).exists()
            and place.name not in written
        ):
            copy_file(place, tree, tree.at(place))
            causes.append(taken(text))
    return causes


def taken(text: str) -> Cause:
    """Return what there is to know about a file that nobody saw being read."""
    message = f"The code names the file {text}, which was taken as it is now: its content was not recorded."
    return Cause(what="not_recorded", message=message, decides=False)


def place_whole(known: Collection[Path], cells: Sequence[Cell], tree: WorkTree) -> tuple[dict[str, str], list[Cause]]:
    """Return what takes the place of paths that the code names from the root or from ``~``, and what to know of it.

    Those below the user's home, the working folder and the repository lead into the tree, and so do others that stand
    in a cell that writes. A folder of which nobody saw what was read is copied where it is small.

    Parameters
    ----------
    known, cells, tree
        As in `place_relative`.
    """
    exchanges: dict[str, str] = {}
    causes: list[Cause] = []
    own = [p for p in (Path.home(), tree.here, tree.top) if p != Path(p.anchor)]
    writing = any(writes(c.source) for c in cells)
    left: dict[str, str] = {}
    for cell in cells:
        for text in sorted(texts_of(cell)):
            found = _WHOLE.fullmatch(text)
            if found is None or text in exchanges:
                continue
            place = tree.told(found[2])
            is_own = any(place.is_relative_to(p) for p in own)
            if str(place).startswith(_DEVICES) or not (is_own or (writes(cell.source) and place.suffix)):
                continue
            if _bring(place, known, tree, causes, text, is_own=is_own):
                ending = "/" if text.endswith("/") else ""
                exchanges[text] = f"{found[1] or ''}{tree.at(place)}{ending}"
            elif writing and place.is_dir():
                left[text] = cell.id
    causes += _not_exchanged(cells, left) if writing else []
    return exchanges, causes


def texts_of(cell: Cell) -> frozenset[str]:
    """Return the texts of a cell that may be paths."""
    return texts_in(cell.source) | named_by_magic(cell.source)


def _bring(
    place: Path, known: Collection[Path], tree: WorkTree, causes: list[Cause], text: str, *, is_own: bool
) -> bool:
    """Put what a whole path names into the tree; say whether that can take its place."""
    target = tree.at(place)
    try:
        if place in known or target.exists():
            tree.make_folder(target.parent)
            return True
        if place.is_file():
            # A program is called, not read.
            if not os.access(place, os.X_OK):
                copy_file(place, tree, target)
                causes.append(taken(text))
            return target.exists()
        if place.is_dir():
            return _bring_folder(place, tree, target)
        if is_own or (place.parent != Path(place.anchor) and place.parent.is_dir()):
            tree.make_folder(target.parent)
            return True
    except OSError:  # too long for a path, or not to be read
        return False
    return False


def _bring_folder(place: Path, tree: WorkTree, target: Path) -> bool:
    """Copy a folder that is small."""
    size, files = 0, []
    for folder, _, names in os.walk(place):
        for path in (Path(folder, name) for name in names):
            if path.is_file():
                size += path.stat().st_size
                files.append(path)
        if size > _MOST or len(files) > _FILES:
            return False
    tree.make_folder(target)
    for path in files:
        copy_file(path, tree, target / path.relative_to(place))
    return True


def _not_exchanged(cells: Sequence[Cell], left: Mapping[str, str]) -> Iterator[Cause]:
    """Yield which places outside of the tree cells may write to."""
    hidden = {m[0]: c.id for c in cells for m in _HIDDEN.finditer(c.source)}
    outside = {**left, **hidden}
    if outside:
        names = ", ".join(sorted(outside))
        message = f"The code names {names}, outside of the temporary folder: what cells write there is written over."
        remedy = "Name what the notebook writes from its own folder."
        yield Cause(
            what="code", message=message, remedy=remedy, cells=tuple(dict.fromkeys(outside.values())), decides=False
        )


def folders_of(cells: Sequence[Cell], told: Callable[[str], Path]) -> list[Path]:
    """Return the folders that cells change to."""
    changed = re.compile(r"^\s*%(?:cd|pushd)\s+(\S.*?)\s*$|\bchdir\(\s*['\"]([^'\"\n]+)['\"]\s*\)", re.MULTILINE)
    return [told(m[1] or m[2]) for c in cells for m in changed.finditer(c.source)]
