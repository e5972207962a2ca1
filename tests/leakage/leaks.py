"""The corpus of small notebooks that leak, and of those that look alike and do not; and what is found in each.

A file of ``corpus/`` holds notebooks. A line ``#@ NAME: CHECK|CHECK`` begins one and says what must be found in it, by
any of these names; without names nothing may be found. ``#@setup`` … ``#@end`` encloses what happens before tracking
begins, such as writing a file; ``# %%`` parts cells; ``#@@`` begins another notebook of the same experiment, in the
same folder.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel
from jupyter_core.utils import ensure_event_loop

from jupyter_gov.records import Cell, Finding
from jupyter_gov.services import close_stores, list_runs, load_records

FOLDER = Path(__file__).parent / "corpus"

RANDOMNESS = "unseeded_randomness"
"""What is found for another reason: some estimators draw random numbers that change nothing."""

SAME: dict[str, set[str]] = {
    "tuned_on_test": {"test_set_reuse"},
    "test_set_reuse": {"tuned_on_test"},
    "target_in_features": {"identifier_as_feature"},
    "overlapping_rows": {"preparation_on_test_rows"},
}
"""What may be found besides what must be: another name of the mistake, or what follows from it."""


@dataclass(frozen=True)
class Notebook:
    """One entry of the corpus.

    Attributes
    ----------
    name : str
    wanted : frozenset of str
        Checks of which one must find something; empty where none may.
    setup : str
        What happens before tracking begins.
    parts : tuple of tuple of str
        The cells of each notebook.
    """

    name: str
    wanted: frozenset[str]
    setup: str
    parts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Outcome:
    """What was found in an entry: findings that are warnings or errors, and what went wrong in a cell."""

    notebook: Notebook
    findings: tuple[Finding, ...]
    raised: tuple[str, ...]

    @property
    def missed(self) -> bool:
        """Whether something had to be found and was not."""
        return bool(self.notebook.wanted) and not self.notebook.wanted & {f.check for f in self.findings}

    @property
    def false_alarms(self) -> list[Finding]:
        """Findings that are not what is wrong with the entry."""
        allowed = set(self.notebook.wanted).union(*(SAME.get(name, ()) for name in self.notebook.wanted))
        return [f for f in self.findings if f.check not in allowed]


def corpus() -> list[Notebook]:
    """Return all entries, file by file."""
    return [_read(entry) for path in sorted(FOLDER.glob("*.py")) for entry in _entries(path.read_text("utf-8"))]


def _entries(text: str) -> Iterator[str]:
    # What stands before the first is about the file.
    yield from re.split(r"^#@ ", text, flags=re.M)[1:]


def _read(entry: str) -> Notebook:
    head, _, body = entry.partition("\n")
    name, _, wanted = head.partition(":")
    found = re.match(r"#@setup\n(.*?)#@end\n", body, flags=re.S)
    body = body[found.end() :] if found else body
    parts = [tuple(re.split(r"^# %%\n", part, flags=re.M)) for part in re.split(r"^#@@\n", body, flags=re.M)]
    names = frozenset(n.strip() for n in wanted.split("|") if n.strip())
    return Notebook(name.strip(), names, found[1] if found else "", tuple(parts))


def examine(notebooks: Sequence[Notebook], *, kernels: int = 2) -> Iterator[Outcome]:
    """Run entries in a few kernels and yield what was found in each, in their order."""
    with tempfile.TemporaryDirectory() as made, ThreadPoolExecutor(kernels) as pool:
        free: SimpleQueue[BlockingKernelClient] = SimpleQueue()
        started = [_start(Path(made), number) for number in range(kernels)]
        try:
            for _, client in started:
                free.put(client)
            yield from pool.map(lambda entry: _in_thread(entry, Path(made), free), notebooks)
        finally:
            for manager, client in started:
                client.stop_channels()
                manager.shutdown_kernel(now=True)
            close_stores()


def _start(folder: Path, number: int) -> tuple[object, BlockingKernelClient]:
    settings = {
        "JUPYTER_GOV_STORE": _store(folder),
        "OMP_NUM_THREADS": "1",
        "IPYTHONDIR": str(folder / f"ipython{number}"),
    }
    hidden = ("JUPYTER_GOV_RUN", "JUPYTER_GOV_NOTEBOOK", "JUPYTER_GOV_AUTOTRACK", "JPY_SESSION_NAME")
    env = {k: v for k, v in os.environ.items() if k not in hidden} | settings
    return start_new_kernel(cwd=str(folder), env=env)


def _store(folder: Path) -> str:
    return f"sqlite:///{folder / 'gov.db'}"


def _in_thread(entry: Notebook, folder: Path, free: SimpleQueue[BlockingKernelClient]) -> Outcome:
    # The thread's own event loop, in which Jupyter's clients work and which they leave open.
    with contextlib.closing(ensure_event_loop()):
        return _examine(entry, folder, free)


def _examine(entry: Notebook, folder: Path, free: SimpleQueue[BlockingKernelClient]) -> Outcome:
    raised: list[str] = []
    client = free.get()
    try:
        (folder / entry.name).mkdir()
        for part, cells in enumerate(entry.parts):
            _run(client, f"import os; os.chdir({str(folder / entry.name)!r})", raised)
            if part == 0 and entry.setup:
                _run(client, entry.setup, raised)
            _run(client, "%reset -f\n%load_ext jupyter_gov", raised)
            _run(client, f"%gov_track {entry.name} --experiment {entry.name}", raised)
            for number, source in enumerate(cells):
                _run(client, source, raised, cell_id=f"{part}-{number}")
            _run(client, "%gov_track --off", raised)
    finally:
        free.put(client)
    runs = list_runs(_store(folder), experiment=entry.name)
    records = [r for run in runs for r in load_records(run.id, _store(folder))]
    assert sum(isinstance(r, Cell) for r in records) >= sum(map(len, entry.parts)), f"{entry.name} was not tracked"
    findings = tuple(r for r in records if isinstance(r, Finding) and r.severity != "info" and r.check != RANDOMNESS)
    return Outcome(entry, findings, tuple(raised))


def _run(client: BlockingKernelClient, source: str, raised: list[str], *, cell_id: str | None = None) -> None:
    def look(message: dict[str, object]) -> None:
        content = message["content"]
        if message["msg_type"] == "error" and isinstance(content, dict):
            raised.append(f"{content['ename']}: {content['evalue']}")

    client.execute_interactive(source, timeout=120, output_hook=look, allow_stdin=False)
