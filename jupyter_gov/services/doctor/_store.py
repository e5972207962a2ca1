"""Whether the store that is in force can be written, read and trusted."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jupyter_gov.display import words
from jupyter_gov.errors import StoreError
from jupyter_gov.execution import STORE_VARIABLE
from jupyter_gov.services.settings import default_store, store_url

from ._check import Check, line, masked, note, ok, problem
from ._commands import NAME, jupyter, pip

_LITTLE, _TOO_LITTLE = 1_000_000_000, 100_000_000
"""Free bytes: from where on to say so, and from where on a run may not fit."""

_CHECKED = 200_000_000
"""Bytes: a larger file takes too long to read as a whole."""

_ELSEWHERE = f"set {STORE_VARIABLE} to a file in a folder that you may write to"


def check_store(explicit: str | None) -> Iterator[Check]:
    """Look at the store in force, from its name to its content."""
    from jupyter_gov.store import locate

    try:
        url = store_url(explicit)
        path = locate(url)
    except StoreError as error:
        yield problem("url", masked(error.message), masked(error.hint))
        return
    yield ok("url", f"The store is {path} ({_source(explicit, url)}).")
    try:
        yield from _place(path)
    except OSError as error:
        yield problem(
            "file",
            f"{path} cannot be looked at: {error.strerror or error}.",
            f"Get the right to look there, or {_ELSEWHERE}.",
        )
        return
    yield from _journal(path)
    if path.is_file():
        yield from _content(path)


def check_migrations() -> Iterator[Check]:
    """Check that a store can be made and read, one that is thrown away at once."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="jupyter-gov-")
    except OSError:  # that no temporary folder can be written is said where documents are made
        return
    with folder as path:
        try:
            from jupyter_gov.store import open_store

            with open_store(f"sqlite:///{Path(path) / 'gov.db'}") as store:
                store.runs()
        except Exception as error:  # whatever a broken package leads to
            again = pip("install", "--force-reinstall", "alembic", "sqlalchemy")
            message = f"No store can be made, even a new one: {type(error).__name__}: {line(str(error))}."
            yield problem("migrations", message, f"Install what makes them again: {again}")
        else:
            yield ok("migrations", "A new store can be made and read.")


def _source(explicit: str | None, url: str) -> str:
    if explicit:
        return "from --store"
    if os.environ.get(STORE_VARIABLE):
        return f"from {STORE_VARIABLE}"
    return "the default" if url == default_store() else "from jupyter_gov_config"


def _place(path: Path) -> Iterator[Check]:
    """Check that the file can be written, or made, and that there is room."""
    there = next(p for p in (path, *path.parents) if p.exists())
    folder = there if there != path else path.parent
    if path.exists() and not path.is_file():
        yield problem("file", f"{path} is not a file.", f"Give the name of a file: {_ELSEWHERE}.")
    elif not folder.is_dir():
        yield problem("file", f"{folder} is a file, so no store can be made below it.", f"Move it, or {_ELSEWHERE}.")
    elif not os.access(folder, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.W_OK | os.R_OK)):
        yield problem("file", f"{there} cannot be written by this user.", f"Get the right to write, or {_ELSEWHERE}.")
    elif path.exists():
        yield ok("file", f"The file has {words.size(path.stat().st_size)} and can be written.")
    else:
        yield ok("file", "The file does not exist yet; the first run makes it.")
    free = shutil.disk_usage(there).free
    if free < _LITTLE:
        say = problem if free < _TOO_LITTLE else note
        yield say(
            "disk", f"Only {words.size(free)} are free on the disk of {there}.", f"Free some space, or {_ELSEWHERE}."
        )
    else:
        yield ok("disk", f"{words.size(free)} are free on its disk.")


def _journal(path: Path) -> Iterator[Check]:
    """Check that SQLite's journal suits its version and the disk."""
    from jupyter_gov.store import look_at_journal

    found = look_at_journal(path)
    name = f"SQLite {found.sqlite}"
    # Opening the store, when nobody else has it open, changes the journal to one that suits.
    change = f"Close every notebook that uses the store, then: {jupyter('gov', 'runs')}"
    if found.wal and not found.local:
        yield problem("journal", "The file is in WAL mode on a network disk, where that does not work.", change)
    elif found.wal and not found.safe:
        message = f"The file is in WAL mode, which {name} can damage when two processes write (mended in 3.51.3)."
        yield problem("journal", message, change)
    elif not found.local:
        message = "The file seems to lie on a network disk, where locks between machines are not always sure."
        yield note("journal", message, f"For one machine alone, {_ELSEWHERE} on a local disk.")
    else:
        why = "" if found.safe else ", because WAL is sure from 3.51.3 on only"
        yield ok("journal", f"{name} keeps it safe with {'WAL' if found.safe else 'the rollback journal'}{why}.")


def _content(path: Path) -> Iterator[Check]:
    """Check that it is a store, of a known revision, whole, and that its runs have ended."""
    from jupyter_gov.store import find_damage, look

    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat().replace("+00:00", "Z")
    try:
        found = look(path, since=yesterday)
        broken = find_damage(path) if not found.unfinished and path.stat().st_size <= _CHECKED else []
    except StoreError as error:
        yield problem("content", error.message, error.hint)
        return
    if found.unfinished:
        message = "A process was cut off while it wrote; the next use brings the file in order and loses nothing kept."
        yield note("content", message, f"To do it now: {jupyter('gov', 'runs')}")
    if broken:
        message = f"{path} is damaged: {'; '.join(broken)}."
        yield problem("content", message, f"Restore it from a backup, or {_ELSEWHERE}. Keep the damaged file: {path}")
    yield from {
        "empty": [ok("revision", "The file is empty; the first run makes its tables.")],
        "foreign": [
            problem("revision", f"{path} is a database of another program.", f"For a file of its own, {_ELSEWHERE}.")
        ],
        "later": [
            problem(
                "revision",
                f"The store was written by a later version of jupyter-gov (revision {found.revision}).",
                f"Upgrade, or {_ELSEWHERE}: {pip('install', '--upgrade', NAME)}",
            )
        ],
        "earlier": [note("revision", f"The store has revision {found.revision}; the next use migrates it.")],
        "current": [],
    }[found.state]
    if found.runs is None or found.events is None:
        return
    yield ok(
        "revision",
        f"Revision {found.revision}: {words.plural(found.runs, 'run')}, {words.plural(found.events, 'event')}.",
    )
    if found.silent:
        count = words.plural(len(found.silent), "run says `running` but was", "runs say `running` but were")
        message = f"{count} silent for more than a day; the kernel probably died. What was recorded is kept."
        yield note("runs", message, f"To see what is kept: {jupyter('gov', 'show', found.silent[0])}")
