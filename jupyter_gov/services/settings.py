"""Configuration: which store, and the traitlets class that a site configures.

A flag beats the environment variable ``JUPYTER_GOV_STORE``, which beats ``c.Governance.store`` in
``jupyter_gov_config.py`` or ``.json`` on Jupyter's configuration path, which beats the default.
"""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_core.paths import jupyter_config_path, jupyter_data_dir
from traitlets import Float, List, TraitError, Unicode
from traitlets.config import Config, Configurable
from traitlets.config.loader import ConfigFileNotFound, JSONFileConfigLoader, PyFileConfigLoader

from jupyter_gov.errors import StoreError
from jupyter_gov.execution import STORE_VARIABLE

POLICIES_VARIABLE = "JUPYTER_GOV_POLICIES"
"""Environment variable that names folders with policies, as PATH does; they come before those of the configuration."""


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
    policies = List(
        Unicode(),
        help="Folders with policies of the site, one file NAME.yaml for each; looked through after the project's own.",
    ).tag(config=True)
    voices = Unicode(
        "",
        help="Folder with a site's own templates of the voices that verdicts are told in, such as business.j2. "
        "Empty: those that come with jupyter-gov.",
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


def voices_folder() -> Path | None:
    """Return the folder of the site's own templates of the voices; None where the site has none.

    Raises
    ------
    StoreError
        If the configuration cannot be read.
    """
    folder = governance().voices
    return Path(folder).expanduser() if folder else None


def site_voices() -> dict[str, str]:
    """Return the site's own templates of the voices by name, to be handed to `jupyter_gov.display`.

    Raises
    ------
    InputError
        If the folder or a file in it cannot be read.
    StoreError
        If the configuration cannot be read.
    """
    from jupyter_gov.display import read_voices

    folder = voices_folder()
    return read_voices(folder) if folder else {}


def policy_folders(config: Config | None = None) -> list[Path]:
    """Return the site's folders with policies, those that are looked through first first.

    Raises
    ------
    StoreError
        If the configuration cannot be read.
    """
    named = os.environ.get(POLICIES_VARIABLE, "").split(os.pathsep)
    return [Path(name).expanduser() for name in [*named, *governance(config).policies] if name]


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
            hint="Write texts in quotes, such as sqlite:////home/me/gov.db, sizes as plain numbers, and folders of "
            "policies as a list.",
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
