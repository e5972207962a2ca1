"""Reproduce the run in this bundle: ``python reproduce.py``.

It checks that the bundle is whole, makes a virtual environment from the versions that the run had, executes the cells
again in a temporary folder, and says whether the same came out. The exit status is 0 only for "identical" or
"equivalent". It needs Python 3.11 or later and a package index; nothing of jupyter-gov has to be installed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import types
from pathlib import Path

HERE = Path(__file__).resolve().parent
_PATIENCE = 20
"""Seconds for the reproduction to end its kernels."""


def main() -> int:
    """Do it, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="reproduce.py",
        description="Execute the run in this bundle again, in a fresh environment, and say whether the same came out.",
        epilog="Other options are those of `jupyter gov reproduce`, such as --all, --input OLD=NEW, --secret NAME, "
        "--times N, --tolerance X, --timeout SECONDS, --restore-state, --json.",
    )
    parser.add_argument(
        "--environment",
        metavar="FOLDER",
        type=Path,
        help="make the virtual environment here and keep it, or use the one that is here from the last time",
    )
    given, rest = parser.parse_known_args()
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever has a bundle may have any Python
        return _fail(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.")
    wrong = _changed()
    if wrong:
        return _fail("The bundle is not whole. " + " ".join(wrong[:5]))
    _end_when_told()
    try:
        with tempfile.TemporaryDirectory(prefix="jupyter-gov-", ignore_cleanup_errors=True) as scratch:
            python = _environment(given.environment or Path(scratch, "environment"))
            return _reproduce(python, rest, Path(scratch)) if python else 1
    except KeyboardInterrupt:
        return 130


def _end_when_told() -> None:
    """Leave nothing behind also where the process is told to end, or its terminal is closed."""

    def end(number: int, _: object) -> None:
        # Once is enough: what is cleaned up then is not broken off by being told again.
        for each in told:
            signal.signal(each, signal.SIG_IGN)
        sys.exit(128 + number)

    told = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    for number in told:
        signal.signal(number, end)


def _changed() -> list[str]:
    """Return what is not as the bundle's list of sums says."""
    wrong = []
    for line in (HERE / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        file = HERE / name
        if not file.is_file():
            wrong.append(f"{name} is missing.")
            continue
        with file.open("rb") as opened:
            if hashlib.file_digest(opened, "sha256").hexdigest() != digest:
                wrong.append(f"{name} has changed.")
    return wrong


def _environment(folder: Path) -> Path | None:
    """Return the interpreter of an environment with the versions that the run had."""
    building = _building()
    kept = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if kept.exists():
        _say(f"Using the environment in {folder}")
        return kept
    lock = building.Lock(**json.loads((HERE / "environment" / "lock.json").read_text(encoding="utf-8")))
    told = []

    def tell(what: str, done: int, total: int) -> None:  # noqa: ARG001 - their names
        if what not in told:
            told.append(what)
            _say(what + " …")

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        built = building.build_environment(lock, folder, package=HERE / "package" / "jupyter_gov", progress=tell)
    except importlib.import_module("jupyter_gov.errors").GovError as error:
        _fail(str(error))
        return None
    for note in built.notes:
        _say(note)
    for name in built.missing:
        _say(f"Without {name}: {built.reasons[name]}")
    python: Path = built.python
    return python


def _building() -> types.ModuleType:
    """Return the module that makes environments, without the packages that the rest of its package needs."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(HERE / "package"))
    around = types.ModuleType("reproducing")
    around.__path__ = [str(HERE / "package" / "jupyter_gov" / "services" / "reproducing")]
    sys.modules["reproducing"] = around
    return importlib.import_module("reproducing._building")


def _reproduce(python: Path, rest: list[str], scratch: Path) -> int:
    """Execute the run, and return the exit status; nothing is written outside of the temporary folder."""
    own = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
    }
    environ = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")}
    environ |= {name: str(scratch / folder) for name, folder in own.items()}
    environ |= {"JUPYTER_GOV_STORE": f"sqlite:///{scratch / 'gov.db'}"}
    # What it does not come to remove itself goes with the rest.
    (scratch / "tmp").mkdir()
    environ |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch / "tmp"))
    command = [str(python), "-m", "jupyter_gov.cli", "reproduce", str(HERE), *rest]
    process = subprocess.Popen(command, env=environ)  # noqa: S603
    try:
        return process.wait()
    except KeyboardInterrupt:
        # The terminal has told it too.
        process.wait()
        raise
    except SystemExit:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _fail(text: str) -> int:
    _say(f"Error: {text}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
