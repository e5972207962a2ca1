"""A look at a store that neither makes, nor migrates, nor changes anything."""

from __future__ import annotations

import contextlib
import os
import shlex
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jupyter_gov.errors import StoreError

from ._engine import _WAL_SINCE, _file, _is_local
from ._schema import HEAD

State = Literal["empty", "current", "earlier", "later", "foreign"]

_WAIT_SECONDS = 3.0
_WAL_HEADER = b"\x02\x02"
"""What SQLite writes at bytes 18 and 19 of a file in WAL mode."""

_RUNS = """
    SELECT r.id FROM record r
    WHERE r.kind = 'run' AND json_extract(r.data, '$.status') = 'running' AND (
        SELECT json_extract(e.envelope, '$.ts') FROM event e WHERE e.run_id = r.id ORDER BY e.seq DESC LIMIT 1
    ) < ? ORDER BY r.id DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What an existing store file is like.

    Attributes
    ----------
    state : str
        How its revision relates to the code's: ``empty`` (no tables yet), ``current``, ``earlier``, ``later``, or
        ``foreign`` (another program's database).
    revision : str or None
        What it says.
    runs, events : int or None
        How many; None where its tables are not this version's.
    silent : tuple of str
        Ids of runs that say ``running`` without an event since the time asked about.
    unfinished : bool
        Whether a writer was cut off, so that the next use has something to bring in order.
    """

    state: State
    revision: str | None = None
    runs: int | None = None
    events: int | None = None
    silent: tuple[str, ...] = ()
    unfinished: bool = False


def locate(url: str) -> Path:
    """Return the file of the store at `url`, which need not exist.

    Raises
    ------
    StoreError
        If `url` names none.
    """
    return _file(url)


def look(path: Path, *, since: str) -> Look:
    """Read what the store file at `path` says about itself.

    Parameters
    ----------
    path : Path
        An existing file.
    since : str
        UTC, RFC 3339: runs that have been silent for longer are named.

    Raises
    ------
    StoreError
        If it cannot be read, is not a database, or is damaged.
    """
    cut_off = _is_cut_off(path)
    try:
        with _reading(path) as connection:
            state, revision = _state(connection)
            if state != "current":
                return Look(state=state, revision=revision, unfinished=cut_off)
            (runs,) = connection.execute("SELECT count(*) FROM record WHERE kind = 'run'").fetchone()
            (events,) = connection.execute("SELECT count(*) FROM event").fetchone()
            silent = tuple(key for (key,) in connection.execute(_RUNS, (since,)))
            return Look(state=state, revision=revision, runs=runs, events=events, silent=silent, unfinished=cut_off)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_READONLY_ROLLBACK":
            raise _said(path, error) from error
        return Look(state="current", unfinished=True)
    except sqlite3.DatabaseError as error:
        raise _said(path, error) from error


def find_state(path: Path) -> State | None:
    """Return how the revision of the store file at `path` relates to the code's.

    A file that does not exist is ``empty``; None stands for what cannot be told without opening it to write.
    """
    try:
        if _is_cut_off(path):
            return None
        path.stat()
        with _reading(path) as connection:
            return _state(connection)[0]
    except FileNotFoundError:
        return "empty"
    except (OSError, ValueError, sqlite3.DatabaseError):
        return None


def find_damage(path: Path) -> list[str]:
    """Return what SQLite finds wrong with the file's structure; reads all of it.

    Raises
    ------
    StoreError
        If it cannot be read at all.
    """
    try:
        with _reading(path) as connection:
            found = [" ".join(str(line).split()) for (line,) in connection.execute("PRAGMA quick_check(5)")]
    except sqlite3.DatabaseError as error:
        raise _said(path, error) from error
    return [] if found == ["ok"] else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """How the store's file is kept safe.

    Attributes
    ----------
    sqlite : str
        The version of the SQLite library in use.
    safe : bool
        Whether that version is free of the defect by which two connections can damage a file in WAL mode.
    local : bool
        Whether the file lies on a local file system.
    wal : bool
        Whether the file is in WAL mode now.
    """

    sqlite: str
    safe: bool
    local: bool
    wal: bool


def look_at_journal(path: Path) -> Journal:
    """Return how the store at `path` is, or would be, kept safe."""
    return Journal(
        sqlite=sqlite3.sqlite_version,
        safe=sqlite3.sqlite_version_info >= _WAL_SINCE,
        local=_is_local(path),
        wal=path.is_file() and _is_wal(path),
    )


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file so that SQLite makes nothing beside it."""
    # Reading a file in WAL mode makes its shared memory, unless it is taken for one that nobody writes.
    mode = "immutable=1" if _is_wal(path) and not _beside(path, "-shm").exists() else "mode=ro"
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True, timeout=_WAIT_SECONDS)) as connection:
        yield connection


def _state(connection: sqlite3.Connection) -> tuple[State, str | None]:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "alembic_version" not in tables:
        return ("foreign" if tables else "empty"), None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    revision = str(row[0]) if row else None
    if revision == HEAD:
        return "current", revision
    return ("earlier" if revision in _revisions() else "later"), revision


def _revisions() -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory(str(Path(__file__).parent / "migrations")).walk_revisions()}


def _is_wal(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(20)[18:] == _WAL_HEADER
    except OSError:
        return False


def _is_cut_off(path: Path) -> bool:
    # A file without its shared memory is used by nobody: what a writer that was cut off left in the log waits there.
    return _is_wal(path) and not _beside(path, "-shm").exists() and _size(_beside(path, "-wal")) > 0


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _said(path: Path, error: sqlite3.DatabaseError) -> StoreError:
    """Return what an error of SQLite means, and what to do about it."""
    names = os.fspath(path), f"{path}.old"
    aside = f"Set JUPYTER_GOV_STORE to another file, or move this one away: {shlex.join(['mv', *names])}"
    meaning = {
        "SQLITE_NOTADB": (f"{path} is not a database", aside),
        "SQLITE_CORRUPT": (f"{path} is damaged: {error}", f"Restore it from a backup. {aside}"),
        "SQLITE_BUSY": (
            f"{path} has been locked by another process for {_WAIT_SECONDS:.0f} seconds",
            "End the process that holds it, or wait and look again: jupyter gov doctor",
        ),
    }
    name = getattr(error, "sqlite_errorname", "")
    message, hint = meaning.get(name) or (
        f"{path} cannot be read: {error}",
        "Check that you may read the file and its folder, or set JUPYTER_GOV_STORE to another file.",
    )
    return StoreError(f"{message}.", hint=hint)
