"""Where policies are found: a path, folders of the project, folders of the site, and the packs that ship."""

from __future__ import annotations

import functools
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_gov.errors import GovError, InputError, NotFoundError, did_you_mean

if TYPE_CHECKING:
    from jupyter_gov.policy import Policy

PACK = "pack"
"""What is said of where a policy was found that ships with jupyter-gov."""

_PACKS = Path(__file__).parents[2] / "policy" / "packs"
_SUFFIXES = (".yaml", ".yml", ".json")
_FOLDERS = (Path("policies"), Path(".jupyter-gov") / "policies")


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFile:
    """A policy that can be used by its name.

    Attributes
    ----------
    where : str
        ``pack``, or the path of its file.
    controls, inherited : int
        How many hold with all that it inherits; how many of them it inherits.
    error : str
        Why it cannot be used; empty where it can.
    """

    name: str
    version: str = ""
    title: str = ""
    where: str
    controls: int = 0
    inherited: int = 0
    error: str = ""


def find_policy(name: str, *, folder: Path | None = None) -> tuple[Policy, str]:
    """Return a policy with all that it inherits, and where it was found.

    Parameters
    ----------
    name : str
        A path ending in ``.yaml``, ``.yml`` or ``.json``; or the name of a policy, which is its id and that of its
        file: looked for in ``policies`` and ``.jupyter-gov/policies`` of `folder` and of the folders above it up to
        the top of the repository, then in the site's folders (``JUPYTER_GOV_POLICIES``, ``c.Governance.policies``),
        then among the packs. ``NAME@1.2.0`` takes that version only. Several, separated by commas, hold together.
    folder : Path, optional
        Where to begin; by default the working directory.

    Raises
    ------
    NotFoundError
        If there is no such policy.
    InputError, ConflictError
        If its text is wrong, or several contradict each other.
    """
    from jupyter_gov.policy import compose

    names = [part.strip() for part in name.split(",") if part.strip()]
    if not names:
        raise InputError("No policy is named", hint="List what there is: jupyter gov policy list.")
    found = [_resolved(one, _start(folder)) for one in names]
    return compose([policy for policy, _ in found]), ", ".join(dict.fromkeys(where for _, where in found))


def read_policy_file(path: Path) -> Policy:
    """Return the policy of a file, not resolved; what it extends in its own folder is named by its path.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InputError
        If it cannot be read, or something is wrong in it.
    """
    from jupyter_gov.policy import read_policy

    policy = read_policy(read_policy_text(path), name=str(path))
    return replace(policy, extends=tuple(_beside(path, name) for name in policy.extends))


def read_policy_text(path: Path) -> str:
    """Return the text of a policy's file, which is UTF-8 and at most 1 MB.

    Raises
    ------
    NotFoundError, InputError
        If there is no such file, or it is no such text.
    """
    from jupyter_gov.policy import LARGEST

    try:
        # A pipe or a device may never end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"{path} is no file", hint="A policy is a text file.")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            hint = "Is it the file you meant?"
            raise InputError(f"{path} has more than {LARGEST:,} bytes, the most that a policy may have", hint=hint)
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no file {path}", hint="List what there is: jupyter gov policy list.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", hint="A policy is a text file.") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = f"line {before.count(10) + 1}, column {error.start - before.rfind(10)}"
        raise InputError(f"{path}, {place}: this is not UTF-8 text", hint="Save the policy as UTF-8.") from error


def find_path(name: str, *, folder: Path | None = None) -> tuple[Path, str]:
    """Return the file of one policy, as for `find_policy` but unread, and where it was found.

    Raises
    ------
    NotFoundError
        If there is no such policy.
    """
    start = _start(folder)
    path = _at(start, name) if name.endswith(_SUFFIXES) else next(_called(name, start), None)
    if path is None:
        raise _unknown(name, start)
    return path, _where(path)


def list_policies(*, folder: Path | None = None) -> list[PolicyFile]:
    """Return the policies that can be used by name, each as it would be found, by name; those with errors too."""
    listed: dict[str, PolicyFile] = {}
    find = functools.cache(finder(folder))
    for path in _all(_start(folder)):
        if path.stem not in listed:
            listed[path.stem] = _described(path, find)
    return [listed[name] for name in sorted(listed)]


def finder(folder: Path | None = None) -> Callable[[str], Policy]:
    """Return what gives the policy of a name or path under ``extends``, as it stands in its file."""
    start = _start(folder)
    return lambda name: _named(name, start)[0]


def _resolved(name: str, folder: Path) -> tuple[Policy, str]:
    from jupyter_gov.policy import resolve

    policy, path = _named(name, folder)
    return resolve(policy, finder(folder)), _where(path)


def _named(name: str, folder: Path) -> tuple[Policy, Path]:
    if name.endswith(_SUFFIXES):
        path = _at(folder, name)
        return read_policy_file(path), path
    bare, _, version = name.partition("@")
    versions = []
    for path in _called(bare, folder):
        policy = read_policy_file(path)
        if policy.id != bare:
            raise InputError(
                f"{path} holds the policy {policy.id!r}, not {bare!r}", hint="A file has the name of its policy."
            )
        if version in ("", policy.version):
            return policy, path
        versions.append(policy.version)
    if versions:
        raise NotFoundError(f"{bare} is there as {' and '.join(versions)}, not as {version}")
    raise _unknown(bare, folder)


def _called(name: str, folder: Path) -> Iterator[Path]:
    return (path for path in _all(folder) if path.stem == name)


def _unknown(name: str, folder: Path) -> NotFoundError:
    known = sorted({path.stem for path in _all(folder)})
    return NotFoundError(f"No policy named {name!r}.", hint=did_you_mean(name, known, label="Policies"))


def _all(folder: Path) -> Iterator[Path]:
    """Yield the files of policies, those that are found first first."""
    for place in _places(folder):
        yield from (p for p in sorted(place.glob("*")) if p.suffix in _SUFFIXES and p.is_file())


def _places(folder: Path) -> Iterator[Path]:
    from ..settings import policy_folders

    yield from (above / inner for above in _up(folder) for inner in _FOLDERS)
    yield from policy_folders()
    yield _PACKS


def _up(folder: Path) -> list[Path]:
    """Return a folder and those above it up to the top of the repository; without one, the folder alone."""
    above = [folder, *folder.parents]
    top = next((i for i, f in enumerate(above) if (f / ".git").exists()), 0)
    return above[: top + 1]


def _start(folder: Path | None) -> Path:
    try:
        return Path(os.path.abspath(folder or Path.cwd()))  # noqa: PTH100 - as written, without following links
    except FileNotFoundError as error:
        raise InputError("The working directory is gone.", hint="Change to one that is there.") from error


def _at(folder: Path, name: str) -> Path:
    """Return the path that somebody wrote, as seen from a folder."""
    try:
        path = Path(name).expanduser()
    except RuntimeError as error:
        raise InputError(f"{name} begins with the home of nobody.", hint="Write the whole path.") from error
    if "\0" in name:
        raise InputError(f"{name!r} is no path.", hint="List what there is: jupyter gov policy list.")
    return folder / path


def _beside(path: Path, name: str) -> str:
    """Return the path of a policy that stands beside another's file, and other names as they are."""
    if name.endswith(_SUFFIXES):
        return str(_at(_start(path.parent), name))
    bare, _, version = name.partition("@")
    beside = [path.parent / f"{bare}{suffix}" for suffix in _SUFFIXES]
    there = next((p for p in beside if p.is_file() and p.name != path.name), None)
    return name if there is None or version else str(_start(there))


def _where(path: Path) -> str:
    return PACK if path.parent == _PACKS else str(path)


def _described(path: Path, find: Callable[[str], Policy]) -> PolicyFile:
    from jupyter_gov.policy import resolve

    try:
        policy = read_policy_file(path)
        controls = resolve(policy, find).controls
    except GovError as error:
        return PolicyFile(name=path.stem, where=_where(path), error=str(error).split("\n", 1)[0])
    return PolicyFile(
        name=path.stem,
        version=policy.version,
        title=policy.title,
        where=_where(path),
        controls=len(controls),
        inherited=len(controls) - len(policy.controls),
    )
