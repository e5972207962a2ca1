"""Where a run's code comes from: the repository around the notebook, and what in it was not committed."""

from __future__ import annotations

import re
from pathlib import Path

from jupyter_gov.records import Source

from ._git import LONG, ask
from ._packages import digest_file
from ._paths import from_home, repository, short_path
from ._place import Place
from ._snapshot import Limits, take
from ._state import look

_NO_FOLDER = "everything: the working folder does not exist any more"
_REFUSED = "everything: git is not installed, or refuses this repository"


def source(
    notebook: str, *, path: Path | None = None, run: str = "", store: str = "", place: Place | None = None
) -> Source:
    """Return commit, branch, remote and state of the repository around the working folder.

    With a run, work that is not committed is kept in a commit of its own under ``refs/jupyter-gov/<run>``: branch,
    index and work tree stay as they are (``docs/source.md``).

    Parameters
    ----------
    notebook : str
        The notebook's path, as it is recorded.
    path : path, optional
        Its file.
    run : str
        The run's id; without one nothing is kept.
    store : str
        URL of the store, whose own file is no part of the code.
    place : Place, optional
        Where the run began, and when; by default here and now. What is written after it is not kept.
    """
    began = place.began if place else None
    place = place or Place.now()
    with place.kept():
        return _source(Source(notebook=notebook), path, run, store, place.folder, began)


def _source(found: Source, path: Path | None, run: str, store: str, here: Path | None, began: int | None) -> Source:
    if here is None:
        return found.replace(left_out=(_NO_FOLDER,))
    found = found.replace(folder=from_home(here))
    top = repository(here)
    if top is None:
        hidden = any((folder / ".git").exists() for folder in (here, *here.parents))
        digest = digest_file(path) if path else ""
        return found.replace(notebook_digest=digest, left_out=(_REFUSED,) if hidden else ())
    # These before all that takes longer: the notebook may commit something meanwhile.
    commit = ask(here, "rev-parse", "--verify", "--quiet", "HEAD") or None
    branch = ask(here, "symbolic-ref", "--quiet", "--short", "HEAD") or None
    found = found.replace(notebook_digest=digest_file(path) if path else "")
    found = found.replace(top=from_home(top), repository=top.name)
    found = found.replace(commit=commit, branch=branch, remote=_remote(top, branch))
    state = look(top, store=store)
    if state is None:
        return found.replace(left_out=(f"everything: git did not tell within {LONG:g} seconds what has changed",))
    if not run or not state.dirty:
        return found.replace(dirty=state.dirty, left_out=state.left_out if run else ())
    kept = take(top, state, commit=commit, run=run, limits=Limits.configured(), began=began)
    return found.replace(dirty=True, snapshot=kept.commit, snapshot_ref=kept.reference, left_out=kept.left_out)


def _remote(top: Path, branch: str | None) -> str:
    """Return the URL, without credentials, of the remote that a branch follows, else of ``origin`` or the only one."""
    name = ask(top, "config", "--get", f"branch.{branch}.remote") if branch else None
    if not name or name == ".":
        names = (ask(top, "remote") or "").splitlines()
        name = "origin" if "origin" in names else names[0] if len(names) == 1 else ""
    # A branch may follow a URL instead of a name.
    return clean_url((ask(top, "config", "--get", f"remote.{name}.url") or name) if name else "")


def clean_url(url: str) -> str:
    """Return a remote's URL without user, password, query and fragment: what tells the place, and nothing else."""
    helper, two, rest = url.rpartition("::")
    scheme, marks, rest = rest.partition("://")
    if marks:
        host, slash, path = rest.partition("/")
        if "@" in path and re.search(r":[^@]*\D[^@]*$", host) and "@" not in host:
            # What follows the colon is no port: a password with a slash in it.
            host, slash, path = rest.rpartition("@")[2].partition("/")
        clean = f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
    elif re.match(r"[^/\\]{2,}:", scheme):
        clean = scheme.rpartition("@")[2] if "@" in scheme else scheme
    else:
        clean = short_path(Path(scheme)) if Path(scheme).is_absolute() else scheme
    return helper + two + re.split(r"[?#]", clean)[0]
