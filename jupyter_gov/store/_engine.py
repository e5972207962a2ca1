"""Opening the database: one engine a store, with SQLite made safe for several processes."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from jupyter_gov.errors import StoreError
from jupyter_gov.ledger import parse

BUSY_SECONDS = 30
"""How long a writer waits for another process's transaction."""

WRITE = "jupyter_gov_write"
"""Execution option of a connection that is going to write."""

_WAL_SINCE = (3, 51, 3)
"""Earlier SQLite can corrupt a WAL database that two connections reset at once."""

_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "lustre", "gpfs", "beegfs"}


def make_engine(url: str) -> Engine:
    """Return an engine for `url`; the folder of an SQLite file is made, readable by its owner only.

    Raises
    ------
    StoreError
        If the URL is not one, or the file cannot be made.
    """
    path = _file(url)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        if path.is_dir():
            raise IsADirectoryError(None, "it is a folder")
    except (OSError, ValueError) as error:
        raise StoreError(
            f"The store {path} cannot be written: {getattr(error, 'strerror', None) or error}.",
            hint="Set JUPYTER_GOV_STORE or --store to a file in a folder that you may write to.",
        ) from error
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS},
        # A body goes into the projection as the very text that was committed to, and is read as such.
        json_serializer=str,
        json_deserializer=parse,
    )
    journal = "wal" if sqlite3.sqlite_version_info >= _WAL_SINCE and _is_local(path) else "delete"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # SQLAlchemy, not the sqlite3 module, decides when a transaction begins: see `begin`.
        connection.isolation_level = None
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != journal:
            # Where another process holds the lock, it is changing the mode too, or works in the mode that there is:
            # we can work in either, so this is not worth waiting for.
            connection.execute("PRAGMA busy_timeout=200")
            with contextlib.suppress(sqlite3.OperationalError):
                connection.execute(f"PRAGMA journal_mode={journal}")
            connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer fails at once when another is writing; an immediate one waits.
        write = connection.get_execution_options().get(WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _file(url: str) -> Path:
    """Return the file that `url` names.

    Raises
    ------
    StoreError
        If it names none, or another database.
    """
    hint = "Write it like sqlite:////home/me/gov.db, with the path after ///."
    # A password has no place in an error, nor in the log that it ends up in.
    shown = re.sub(r"//[^/]*@", "//***@", url)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(f"{shown!r} is not a store URL.", hint=hint) from error
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise StoreError(
            f"The store {parsed.render_as_string()!r} is not SQLite.", hint="Use a URL that begins with sqlite:///."
        )
    if not parsed.database or parsed.database == ":memory:" or parsed.database.startswith("file:"):
        raise StoreError("The store needs a file.", hint=hint)
    if parsed.query or parsed.host:
        raise StoreError(f"The store {shown!r} has parts that are not the path of a file.", hint=hint)
    try:
        return Path(parsed.database).expanduser().absolute()
    except RuntimeError as error:
        raise StoreError(f"The store {shown!r} lies in the home of somebody unknown.", hint=hint) from error


def _is_local(path: Path) -> bool:
    """Say whether `path` lies on a local file system (WAL needs shared memory); unknown counts as not local."""
    import psutil

    try:
        mounts = [m for m in psutil.disk_partitions(all=True) if path.is_relative_to(m.mountpoint)]
    except OSError:
        return False
    return bool(mounts) and max(mounts, key=lambda m: len(m.mountpoint)).fstype not in _NETWORK
