"""``jupyter gov doctor``: looks at everything that must fit together, changes nothing, and says what to do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from threading import Thread

from jupyter_gov.errors import GovError

from ._check import Check, masked, problem

__all__ = ["Check", "examine"]

LIMIT_SECONDS = 30.0
"""How long all checks together may take; a network disk that does not answer would hold one for ever."""

_REPORT = "Look at the reason given; where it does not help, report it with what this prints: jupyter gov doctor --json"

Question = Callable[[], Iterator[Check]]


def examine(store: str | None = None, *, seconds: float = LIMIT_SECONDS) -> list[Check]:
    """Look at the installation, front and back end, running servers, store, kernels and rendering.

    Nothing is changed and nothing is fetched; running servers of this machine are asked for their version.

    Parameters
    ----------
    store : str, optional
        URL or path of the store; the one in force otherwise.
    seconds : float
        How long to wait; what is not known by then is a problem.

    Returns
    -------
    list of Check
        By area. A check that breaks is a problem too, with its reason.
    """
    areas = [_Area(name, questions) for name, questions in _areas(store).items()]
    end = time.monotonic() + seconds
    for area in areas:
        area.start()
    for area in areas:
        area.join(max(0.0, end - time.monotonic()))
    return [check for area in areas for check in area.so_far(seconds)]


def _areas(store: str | None) -> dict[str, Sequence[Question]]:
    # Only here: nobody but the doctor needs them.
    from ._applications import check_applications, check_widgets
    from ._back_end import check_command, check_server_extension, check_server_module
    from ._browser import check_bundle
    from ._front_end import check_disabled, check_lab_extension
    from ._installation import check_copies, check_demo, check_files, check_imports, check_requirements, check_version
    from ._kernels import check_kernels
    from ._rendering import check_charts, check_engine, check_temporary
    from ._servers import check_servers
    from ._store import check_migrations, check_store

    return {
        "installation": (check_version, check_copies, check_requirements, check_files, check_demo, check_imports),
        "front and back end": (
            check_server_extension,
            check_server_module,
            check_lab_extension,
            check_disabled,
            check_applications,
            check_widgets,
            check_command,
        ),
        "servers": (check_servers,),
        "store": (partial(check_store, store), check_migrations),
        "kernels": (check_kernels,),
        "rendering": (check_charts, check_temporary, check_engine),
        "browser": (check_bundle,),
    }


class _Area(Thread):
    """Asks the questions of one area, in a thread that nobody has to wait for."""

    def __init__(self, area: str, questions: Sequence[Question]) -> None:
        super().__init__(name=f"doctor-{area}", daemon=True)
        self._area, self._questions = area, questions
        self._found: list[Check] = []

    def run(self) -> None:
        from ._commands import reinstall

        for question in self._questions:
            try:
                for check in question():
                    self._keep(check)
            except GovError as error:
                self._keep(problem("error", masked(error.message), masked(error.hint) or _REPORT))
            except ImportError as error:
                message = f"A piece of jupyter-gov, or of what it needs, cannot be loaded: {error}."
                self._keep(problem("error", message, f"Install all of it again: {reinstall(with_needs=True)}"))
            except BaseException as error:  # a configuration file may even leave the interpreter
                self._keep(problem("error", f"A check broke: {type(error).__name__}: {masked(str(error))}.", _REPORT))

    def so_far(self, seconds: float) -> list[Check]:
        """Return what was found, and that it is not all where the time was too short."""
        alive, found = self.is_alive(), list(self._found)
        if not alive:
            return found
        late = problem(
            "time",
            f"What was looked at next did not answer within {seconds:.0f} seconds.",
            "See whether a disk or server that it needs hangs, then look again: jupyter gov doctor",
        )
        return [*found, replace(late, area=self._area)]

    def _keep(self, check: Check) -> None:
        self._found.append(replace(check, area=self._area))
