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

AT_ONCE = 8 << 20
"""Bytes up to which a file is hashed before the call that reads it; a larger one on the writer's thread."""

_PIECE = 1 << 20


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


def locate(thing: Any) -> str:
    """Return where data were read from: a path, a URL without credentials or query, or what kind of object it was."""
    if type(thing) in (list, tuple):
        return "; ".join(dict.fromkeys(locate(item) for item in thing))
    text = _text(thing)
    if text is None:
        return f"an object of class {type(thing).__qualname__}"
    if re.match(r"[a-z][a-z0-9+.-]+://", text, re.IGNORECASE):
        return without_credentials(text)
    if "\n" in text or text.lstrip().startswith(("{", "[", "<")):
        return "text in the notebook"
    path = Path(os.path.abspath(text))  # noqa: PTH100 - links must stay as the user wrote them
    for folder in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        if path.is_relative_to(folder):
            inside = path.relative_to(folder)
            return f"package {inside.parts[0]}: {Path(*inside.parts[1:]).as_posix()}"
    return short_path(path)


def without_credentials(url: str) -> str:
    """Return a URL without user, password, query and fragment: any of these may hold a key."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0]
    if "@" in host:
        rest = rest[len(host.rpartition("@")[0]) + 1 :]
    elif ":" in host and "@" in rest and not host.rpartition(":")[2].isdigit():
        # A password may hold a slash, though it should not.
        rest = rest.rpartition("@")[2]
    return f"{scheme}://{re.split('[?#]', rest, maxsplit=1)[0]}"


def find_file(thing: Any) -> File | None:
    """Return the local file that a path, ``file://`` URL or open file stands for; None where there is no one file."""
    text = _text(thing)
    if text is None or "\n" in text or len(text) > 4096:
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
        if url.get_backend_name() == "sqlite" and url.database:
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
    rows = cursor.execute("PRAGMA database_list").fetchall()
    return next((str(row[2]) for row in rows if row[1] == "main"), "")


def _text(thing: Any) -> str | None:
    """Return the path or URL that a thing is or has; nothing is asked of an object of the user's own class."""
    kind = type(thing)
    if issubclass(kind, str):
        return str.__str__(thing)
    if issubclass(kind, Path):
        return str(thing)
    if issubclass(kind, io.IOBase):
        name = getattr(thing, "name", None)
        return name if type(name) is str else None
    if hasattr(kind, "__fspath__"):
        found = os.fspath(thing)
        return found if type(found) is str else None
    return None


def _stamp(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns
