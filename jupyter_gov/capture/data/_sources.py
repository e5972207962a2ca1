"""Where data come from: files by path and digest, URLs and databases without credentials."""

from __future__ import annotations

import io
import os
import re
import sys
import sysconfig
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jupyter_gov.fingerprints import fingerprint_bytes
from jupyter_gov.services.workplace import short_path

from .._kinds import LISTS
from ._addresses import is_url, without_credentials

AT_ONCE = 8 << 20
"""Bytes up to which a file is hashed before the call that reads it; a larger one on the writer's thread."""

_PIECE = 1 << 20
_MOST = 20
"""Files of one list that are named."""

_LONGEST = 4096
"""Characters of a path."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was found: what its system says of it, and its digest if that was taken at once."""

    path: Path
    size: int
    stamp: tuple[int, ...]
    digest: str = ""

    def unchanged(self) -> bool:
        """Say whether the system says the same of the file as it did then."""
        try:
            return _stamp(self.path) == self.stamp
        except OSError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is known of data at the door.

    Attributes
    ----------
    door : str
        The function that read them, such as ``pandas.read_csv``.
    source, query : str
        As in `Dataset`.
    file : File or None
        The one local file that was read.
    """

    door: str
    source: str = ""
    query: str = ""
    file: File | None = None


class Handles:
    """What was opened to be read later, such as a reader of chunks, and from where; keeps none of it alive."""

    def __init__(self) -> None:
        self._by_id: dict[int, tuple[Callable[[], Any], Reading]] = {}

    def remember(self, handle: Any, reading: Reading) -> None:
        """Let `reading` stand for what is read through the handle."""
        key = id(handle)
        try:
            self._by_id[key] = (weakref.ref(handle, lambda _: self._by_id.pop(key, None) and None), reading)
        except TypeError:
            # Without weak references an id could soon be another object's.
            return

    def of(self, handle: Any) -> Reading | None:
        """Return where the very handle reads from."""
        found = self._by_id.get(id(handle))
        return found[1] if found is not None and found[0]() is handle else None


def look_up(thing: Any, *, several: bool = False) -> tuple[str, File | None]:
    """Return where data are read from, and the one local file that is, if it is one.

    Parameters
    ----------
    thing : object
        What a function that reads was given; if it says by code of its own which path it is, that runs once.
    several : bool
        Whether the function takes a list for that many files; others take it for lines or numbers.
    """
    if type(thing) in LISTS:
        return locate(thing, several=several), None
    text = _text(thing)
    return (_class_of(thing), None) if text is None else (locate(text), find_file(text))


def locate(thing: Any, *, several: bool = False) -> str:
    """Return where data were read from: a path, a URL without credentials or query, or what kind of object it was."""
    if type(thing) in LISTS:
        return _several(thing) if several else _class_of(thing)
    text = _text(thing)
    if text is None:
        return _class_of(thing)
    if len(text) > _LONGEST or "\n" in text or "\0" in text:
        return "text in the notebook"
    if is_url(text):
        return without_credentials(text)
    if text.lstrip().startswith(("{", "[", "<")) and not os.path.isfile(text):  # noqa: PTH113 - may be too long
        return "text in the notebook"
    path = Path(os.path.abspath(text))  # noqa: PTH100 - links must stay as the user wrote them
    for folder in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        if path.is_relative_to(folder):
            inside = path.relative_to(folder)
            return f"package {inside.parts[0]}: {Path(*inside.parts[1:]).as_posix()}"
    return short_path(path)


def _several(things: Any) -> str:
    places = list(dict.fromkeys(locate(thing) for thing in things[:_MOST]))
    more = len(things) - _MOST
    return "; ".join([*places, f"and {more:,} more"] if more > 0 else places)


def _class_of(thing: Any) -> str:
    return f"an object of class {type(thing).__qualname__}"


def find_file(thing: Any) -> File | None:
    """Return the local file that a path, ``file://`` URL or open file stands for; None where there is no one file."""
    text = _text(thing)
    if text is None or "\n" in text or len(text) > _LONGEST:
        return None
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    try:
        # What the user sees may be a link to what is read.
        path = Path(text).expanduser().resolve()
        if not path.is_file():
            return None
        stamp = _stamp(path)
        digest = fingerprint_bytes(path.read_bytes()) if stamp[0] <= AT_ONCE else ""
    except (OSError, ValueError, RuntimeError):
        return None
    return File(path, stamp[0], stamp, digest)


def hash_file(file: File) -> str:
    """Return the digest of a file, read piece by piece, as `fingerprint_bytes` spells it; empty if it has changed."""
    from blake3 import blake3

    hasher = blake3()
    try:
        with file.path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                hasher.update(piece)
    except OSError:
        return ""
    return f"jg1:{hasher.hexdigest()}" if file.unchanged() else ""


def database(connection: Any) -> tuple[str, File | None]:
    """Return a database's URL without credentials, or what kind of connection it was; and its file if it has one."""
    kind = type(connection)
    root = kind.__module__.partition(".")[0]
    if kind is str:
        path = re.match(r"sqlite:/{2,3}(/?[^?]+)", connection)
        if "://" not in connection:
            return "a connection string", None
        return without_credentials(connection), find_file(path[1]) if path else None
    if root == "sqlite3" and kind is sys.modules["sqlite3"].Connection:
        path_text = _sqlite_path(connection)
        return (f"sqlite:///{locate(path_text)}", find_file(path_text)) if path_text else ("sqlite in memory", None)
    if root == "sqlalchemy":
        url = getattr(connection, "url", None) or connection.engine.url
        if url.get_backend_name() == "sqlite":
            if url.database in (None, "", ":memory:"):
                return "sqlite in memory", None
            return f"{url.drivername}:///{locate(url.database)}", find_file(url.database)
        port = f":{url.port}" if url.port else ""
        return f"{url.drivername}://{url.host or ''}{port}/{url.database or ''}", None
    return f"a connection of class {kind.__module__}.{kind.__qualname__}", None


def query_text(query: Any) -> str:
    """Return the text of a query: of a string, or of an SQLAlchemy statement, whose values are left as parameters."""
    if type(query) is str:
        return query
    return str(query) if type(query).__module__.partition(".")[0] == "sqlalchemy" else ""


def _sqlite_path(connection: Any) -> str:
    cursor = connection.cursor()
    cursor.row_factory = None
    # As bytes, so that the connection's own text_factory is not asked.
    found = cursor.execute("SELECT CAST(file AS BLOB) FROM pragma_database_list WHERE name = 'main'").fetchone()
    return os.fsdecode(found[0] or b"") if found else ""


def _text(thing: Any) -> str | None:
    """Return the path or URL that a thing is or has; what only calls itself a file has none."""
    kind = type(thing)
    if issubclass(kind, str):
        return str.__str__(thing)
    if issubclass(kind, Path):
        return str(thing)
    if issubclass(kind, io.IOBase):
        return _opened_path(thing)
    if hasattr(kind, "__fspath__"):
        found = os.fspath(thing)
        return found if type(found) is str else None
    return None


def _opened_path(stream: Any) -> str | None:
    """Return the path of an open file, through the layers that Python puts upon it; a name alone proves nothing."""
    while (below := _LAYERS.get((type(stream).__module__, type(stream).__name__))) is not None:
        stream = getattr(stream, below, None)
    if type(stream) is not io.FileIO or not isinstance(stream.name, str | bytes):
        return None
    text = os.fsdecode(stream.name)
    try:
        return text if os.path.samestat(os.fstat(stream.fileno()), os.stat(text)) else None  # noqa: PTH116
    except (OSError, ValueError):
        return None


_LAYERS = {
    ("_io", "TextIOWrapper"): "buffer", ("_io", "BufferedReader"): "raw", ("_io", "BufferedRandom"): "raw",
    ("gzip", "GzipFile"): "fileobj", ("bz2", "BZ2File"): "_fp", ("lzma", "LZMAFile"): "_fp",
}  # fmt: skip
"""Where a stream keeps the one below it, by class."""


def _stamp(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns
