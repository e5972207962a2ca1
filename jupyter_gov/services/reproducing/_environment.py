"""The environment of a run: how another one differs from it, and making it again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jupyter_gov.execution import Progress
from jupyter_gov.records import Environment, Json

from .._secrets import UNCHECKED
from ._building import Built, Lock, build_environment

OURS = "jupyter-gov"

_THREADS = {
    "accelerate": "VECLIB_MAXIMUM_THREADS",
    "blis": "BLIS_NUM_THREADS",
    "flexiblas": "FLEXIBLAS_NUM_THREADS",
    "mkl": "MKL_NUM_THREADS",
    "openblas": "OPENBLAS_NUM_THREADS",
    "openmp": "OMP_NUM_THREADS",
}
"""The environment variable by which each library is told how many threads to use."""


def changes(before: Environment, after: Environment) -> tuple[Mapping[str, Json], ...]:
    """Return what differs between two environments, what is likeliest to change a result first.

    Parameters
    ----------
    before, after : Environment
        The run's, and the one that it was executed in again.

    Returns
    -------
    tuple of mapping
        Each has ``what``, ``before`` and ``after`` (None where it is not there). ``what`` is ``python``,
        ``implementation``, ``package NAME``, ``linear algebra``, ``OpenMP``, ``cpu``, ``machine``, ``gpus``, ``os``,
        ``cores``, ``variable NAME`` or ``lock file PATH``.
    """
    found: list[tuple[str, Json, Json]] = [
        ("python", before.python, after.python),
        ("implementation", before.implementation, after.implementation),
        *_packages(before.packages, after.packages),
        *_pools(before, after),
        ("cpu", before.cpu, after.cpu),
        ("machine", before.machine, after.machine),
        ("gpus", ", ".join(before.gpus) or None, ", ".join(after.gpus) or None),
        ("os", before.os, after.os),
        ("cores", before.cores, after.cores),
        *_variables(before, after),
        # A lock file that is not in the work tree has not changed.
        *((f"lock file {n}", d, after.lock_files[n]) for n, d in before.lock_files.items() if n in after.lock_files),
    ]
    return tuple(
        {"what": what, "before": a, "after": b}
        for what, a, b in found
        # What could not be checked for secrets was not recorded: nobody knows whether it has changed.
        if a != b and not any(isinstance(one, str) and UNCHECKED in one for one in (a, b))
    )


def thread_variables(environment: Environment) -> dict[str, str]:
    """Return environment variables that give a process as many threads as a run had in each numerical library."""
    found: dict[str, int] = {}
    for pool in environment.thread_pools:
        name, threads = _THREADS.get(str(pool.get("library"))), pool.get("threads")
        if name and isinstance(threads, int):
            found[name] = max(threads, found.get(name, 1))
    return {name: str(threads) for name, threads in sorted(found.items())}


def build(environment: Environment, folder: Path, *, progress: Progress | None = None) -> Built:
    """Make a fresh virtual environment from the versions that a run had; nothing is left of one that was broken off.

    What cannot be had is named, and the rest is installed all the same. This package itself goes in as it runs here.

    Parameters
    ----------
    environment : Environment
        The run's.
    folder : path
        Where it is made; it must not exist yet.
    progress : callable, optional
        Told what is being done; what it raises ends the work.

    Raises
    ------
    ExecutionError
        If no virtual environment can be made here.
    """
    return build_environment(lock(environment), folder, package=Path(__file__).parents[2], progress=progress)


def lock(environment: Environment) -> Lock:
    """Return what a fresh environment is made from: the captured versions, and those that cannot come from an index."""
    wanted = {_plain(name): (name, version) for name, version in environment.packages.items() if _plain(name) != OURS}
    # Their names and versions may be somebody else's on an index.
    local = {name: why for name, why in _not_from_an_index().items() if name in wanted}
    needed = {n: v for n, v in _own_requirements().items() if _plain(n) not in wanted}
    return Lock(
        python=environment.python,
        packages=dict(sorted((wanted[n] for n in wanted if n not in local), key=lambda item: item[0].lower())) | needed,
        local={f"{wanted[n][0]}=={wanted[n][1]}": why for n, why in sorted(local.items())},
    )


def _packages(before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[tuple[str, Json, Json]]:
    old, new = ({_plain(name): (name, version) for name, version in one.items()} for one in (before, after))
    for key in sorted(old.keys() | new.keys()):
        name = (old.get(key) or new[key])[0]
        yield f"package {name}", old.get(key, (name, None))[1], new.get(key, (name, None))[1]


def _pools(before: Environment, after: Environment) -> Iterable[tuple[str, Json, Json]]:
    for what, openmp in (("linear algebra", False), ("OpenMP", True)):
        old, new = (_of_pools(one, openmp) for one in (before, after))
        # A library that was not loaded, because nothing in a slice needs it, has not changed.
        if not (old <= new or new <= old):
            yield what, ", ".join(sorted(old)), ", ".join(sorted(new))


def _of_pools(environment: Environment, openmp: bool) -> set[str]:
    return {
        " ".join(str(pool[k]) for k in ("library", "version", "architecture") if pool.get(k))
        + f" ({pool.get('threads')} threads)"
        for pool in environment.thread_pools
        if (pool.get("library") == "openmp") is openmp
    }


def _variables(before: Environment, after: Environment) -> Iterable[tuple[str, Json, Json]]:
    # Those of the threads are set for a reproduction in order that they are as they were.
    ours = thread_variables(before)
    for name in sorted(set(before.variables) ^ set(after.variables)):
        if name not in ours:
            yield f"variable {name}", *(("set", None) if name in before.variables else (None, "set"))


def _plain(name: str) -> str:
    """Return a distribution's name in the form that all its spellings share."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _not_from_an_index() -> dict[str, str]:
    """Return why no index has them of the distributions that were installed here from elsewhere.

    The form is that of the direct URL of an installed distribution (PEP 610).
    """
    found = {}
    for distribution in metadata.distributions():
        about = json.loads(distribution.read_text("direct_url.json") or "{}")
        path = unquote(urlsplit(about.get("url", "")).path)
        # Packages of conda name the folder that they were built in, on another machine.
        if about and not ("dir_info" in about and not Path(path).exists()):
            kind = "a folder" if "dir_info" in about else "a repository" if "vcs_info" in about else "a file"
            found[_plain(distribution.name)] = f"it was installed from {kind}, not from an index"
    return found


def _own_requirements() -> dict[str, str]:
    """Return name and version of every distribution that this package needs here, and those need in turn."""
    from packaging.requirements import Requirement

    found: dict[str, str] = {}
    waiting = [Requirement(OURS)]
    while waiting:
        requirement = waiting.pop()
        if _plain(requirement.name) in map(_plain, found):
            continue
        try:
            distribution = metadata.distribution(requirement.name)
        except metadata.PackageNotFoundError:
            continue
        found[distribution.name] = distribution.version
        extras = requirement.extras or {""}
        needed = [Requirement(line) for line in distribution.requires or ()]
        waiting += [n for n in needed if not n.marker or any(n.marker.evaluate({"extra": e}) for e in extras)]
    return {name: version for name, version in found.items() if name != OURS}
