"""Bringing a database to the revision that this code works with."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from jupyter_gov.errors import StoreError

from ._engine import WRITE
from ._schema import HEAD


def migrate(engine: Engine) -> None:
    """Upgrade the database behind `engine` to `HEAD`; does nothing, and imports no Alembic, where it is there already.

    Raises
    ------
    StoreError
        If the database was written by a later version, or holds something else.
    """
    if _revision(engine) == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    # A percent sign would ask the configuration for a value.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        config.attributes["connection"] = connection
        found = _found(connection)
        if found is None and inspect(connection).get_table_names():
            raise StoreError(
                f"{engine.url.database} is a database of another program.",
                hint="Set JUPYTER_GOV_STORE or --store to a file of its own.",
            )
        if found is not None:
            try:
                ScriptDirectory.from_config(config).get_revision(found)
            except CommandError as error:
                raise StoreError(
                    f"The store was written by a later version of jupyter-gov (revision {found}).",
                    hint="Upgrade jupyter-gov, or set JUPYTER_GOV_STORE to another file.",
                ) from error
        command.upgrade(config, HEAD)


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return _found(connection)


def _found(connection: Connection) -> str | None:
    """Return the revision of the database, or None where it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
