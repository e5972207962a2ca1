"""Opening the database: one engine a store, with SQLite made safe for several processes."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from jupyter_gov.errors import StoreError

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
        If the URL is not one, or its folder cannot be made.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            f"{url!r} is not a store URL.", hint="Write it like sqlite:////home/me/gov.db, with the path after ///."
        ) from error
    if parsed.get_backend_name() != "sqlite":
        raise StoreError(
            f"The store {parsed.render_as_string()!r} is not SQLite.", hint="Use a URL that begins with sqlite:///."
        )
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError("The store needs a file.", hint="Write it like sqlite:////home/me/gov.db.")
    path = Path(parsed.database).expanduser().absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreError(
            f"The store {path} cannot be written: {error.strerror}.",
            hint="Set JUPYTER_GOV_STORE or --store to a file in a folder that you may write to.",
        ) from error
    engine = create_engine(parsed.set(database=str(path)), connect_args={"timeout": BUSY_SECONDS})
    journal = "WAL" if sqlite3.sqlite_version_info >= _WAL_SINCE and _is_local(path) else "DELETE"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # SQLAlchemy, not the sqlite3 module, decides when a transaction begins: see `begin`.
        connection.isolation_level = None
        for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer fails at once when another is writing; an immediate one waits.
        write = connection.get_execution_options().get(WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _is_local(path: Path) -> bool:
    """Say whether `path` lies on a local file system (WAL needs shared memory); unknown counts as not local."""
    import psutil

    try:
        mounts = [m for m in psutil.disk_partitions(all=True) if path.is_relative_to(m.mountpoint)]
    except OSError:
        return False
    return bool(mounts) and max(mounts, key=lambda m: len(m.mountpoint)).fstype not in _NETWORK
