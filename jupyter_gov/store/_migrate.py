"""Bringing a database to the revision that this code works with."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from jupyter_gov.errors import StoreError

from ._engine import WRITE
from ._schema import HEAD


def migrate(engine: Engine) -> None:
    """Upgrade the database behind `engine` to `HEAD`; does nothing, and imports no Alembic, where it is there already.

    Raises
    ------
    StoreError
        If the database was written by a later version.
    """
    if _revision(engine) == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        config.attributes["connection"] = connection
        found = (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if _has(connection) else None
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


def _has(connection: object) -> bool:
    return bool(inspect(connection).has_table("alembic_version"))


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not _has(connection):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
