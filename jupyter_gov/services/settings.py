"""Configuration: which store, and the traitlets class that a site configures.

A flag beats the environment variable ``JUPYTER_GOV_STORE``, which beats ``c.Governance.store`` in
``jupyter_gov_config.py`` or ``.json`` on Jupyter's configuration path, which beats the default.
"""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_core.paths import jupyter_config_path, jupyter_data_dir
from traitlets import Float, TraitError, Unicode
from traitlets.config import Config, Configurable
from traitlets.config.loader import ConfigFileNotFound, JSONFileConfigLoader, PyFileConfigLoader

from jupyter_gov.errors import StoreError
from jupyter_gov.execution import STORE_VARIABLE


class Governance(Configurable):
    """Settings of jupyter-gov."""

    store = Unicode(
        "",
        help="URL of the store, such as sqlite:////home/me/gov.db. "
        "Empty: gov.db in the folder jupyter_gov of Jupyter's data directory.",
    ).tag(config=True)
    snapshot_mb = Float(
        50.0,
        min=0.0,
        help="How much uncommitted work is kept in a private git reference when tracking begins, in MB; 0 keeps none.",
    ).tag(config=True)
    snapshot_file_mb = Float(10.0, min=0.0, help="The largest file that is kept there, in MB.").tag(config=True)
    kept_mb = Float(
        200.0,
        min=0.0,
        help="How much of what models predicted and have learned is kept with a run, for reproductions to compare, "
        "in MB; 0 keeps none.",
    ).tag(config=True)
    kept_each_mb = Float(
        8.0, min=0.0, help="The largest that is kept of one model or prediction, in MB; 0 keeps none."
    ).tag(config=True)


def default_store() -> str:
    """Return the URL of the store that is used when nothing else is said."""
    return f"sqlite:///{Path(jupyter_data_dir()).absolute() / 'jupyter_gov' / 'gov.db'}"


def store_url(explicit: str | None = None, *, config: Config | None = None) -> str:
    """Return the URL of the store in force.

    Parameters
    ----------
    explicit : str, optional
        A URL, or the path of an SQLite file; beats everything else.
    config : Config, optional
        The application's configuration; the files on Jupyter's configuration path otherwise.

    Raises
    ------
    StoreError
        If the configuration cannot be read.
    """
    chosen = explicit or os.environ.get(STORE_VARIABLE) or governance(config).store
    if not chosen:
        return default_store()
    return chosen if "://" in chosen else f"sqlite:///{Path(os.path.expanduser(chosen)).absolute()}"  # noqa: PTH111


def governance(config: Config | None = None) -> Governance:
    """Return the settings in force; the files on Jupyter's configuration path unless `config` is given.

    Raises
    ------
    StoreError
        If the configuration cannot be read.
    """
    try:
        return Governance(config=config or _files())
    except TraitError as error:
        raise StoreError(
            f"The configuration of jupyter-gov cannot be used: {error}",
            hint="Write texts in quotes, such as sqlite:////home/me/gov.db, and sizes as plain numbers.",
        ) from error


def _files() -> Config:
    """Read ``jupyter_gov_config``; the user's file beats the system's."""
    merged = Config()
    for folder in reversed(jupyter_config_path()):
        for loader, suffix in ((JSONFileConfigLoader, "json"), (PyFileConfigLoader, "py")):
            try:
                merged.merge(loader(f"jupyter_gov_config.{suffix}", folder).load_config())
            except ConfigFileNotFound:
                continue
            except Exception as error:  # a file of configuration may run any code
                raise StoreError(
                    f"The configuration {Path(folder) / f'jupyter_gov_config.{suffix}'} cannot be read: {error}.",
                    hint="Mend it or take it away.",
                ) from error
    return merged
