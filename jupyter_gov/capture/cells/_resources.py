"""What a cell or a fit used: wall time, processor time, memory."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, field

import psutil

from jupyter_gov.records._builtins import keep_builtins

if sys.platform != "win32":
    import resource

keep_builtins(globals())

INTERVAL = 0.05
"""Seconds between two looks at the resident memory."""

_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in one of the units that `ru_maxrss` counts in."""


@dataclass(eq=False, slots=True)
class Usage:
    """What is being measured, from `Resources.begin` on."""

    wall: float = field(default_factory=time.perf_counter)
    cpu: float = field(default_factory=time.process_time)
    highest: int = field(default_factory=lambda: _highest())
    peak: int = 0


class Resources:
    """Measures cells and fits, which may overlap; one thread looks at the memory for all of them.

    The thread sleeps while nothing is open. A call that never lets other threads run is not looked into, but where it
    raised the most memory that the process has ever had, the operating system knows by how much.
    """

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._open: set[Usage] = set()
        self._wanted = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look."""
        self._thread = threading.Thread(target=self._look, name="jupyter-gov-memory", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self._wanted.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def begin(self) -> Usage:
        """Begin to measure; what this returns is for `end`."""
        usage = Usage()
        self._open.add(usage)
        if not self._wanted.is_set():
            self._wanted.set()
        return usage

    def end(self, usage: Usage) -> tuple[float, float, int | None]:
        """Return what was used since `begin`.

        Returns
        -------
        wall, cpu : float
            Seconds; `cpu` is of the whole process, all of its threads.
        peak : int or None
            The most resident memory of the process that was seen, in bytes; None for less than `INTERVAL`.
        """
        wall, cpu = time.perf_counter() - usage.wall, time.process_time() - usage.cpu
        self._open.discard(usage)
        if wall < INTERVAL:
            return wall, cpu, None
        highest = _highest()
        grown = highest if highest > usage.highest else 0
        return wall, cpu, max(usage.peak, grown, self._resident()) or None

    def _look(self) -> None:
        while not self._stopped.is_set():
            self._wanted.wait()
            # Not at once: most of what is opened is closed sooner.
            self._stopped.wait(INTERVAL)
            if not self._open:
                self._wanted.clear()
                # Whoever opened something in between has seen the flag still set.
                if self._open:
                    self._wanted.set()
                continue
            resident = self._resident()
            for usage in tuple(self._open):
                usage.peak = max(usage.peak, resident)

    def _resident(self) -> int:
        try:
            return int(self._process.memory_info().rss)
        except Exception:
            # psutil reads a file with whatever `open` is in this notebook; no cell is lost for that.
            return 0


def _highest() -> int:
    """Return the most resident memory that the process has ever had, in bytes; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
