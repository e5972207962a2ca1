"""A papermill engine whose kernel tracks from the start and knows each cell's id."""

from __future__ import annotations

import os
import sys
from abc import abstractmethod
from typing import Any, ClassVar

from jupyter_client.kernelspec import KernelSpec
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.log import logger
from papermill.utils import merge_kwargs, remove_args

from ._variables import AUTOTRACK_VARIABLE, NOTEBOOK_VARIABLE, RUN_VARIABLE

QUIET = ["--log-level=ERROR"]
"""A kernel that a command line starts must not write its warnings between the command's own lines."""


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Sends the cell's id with each execution, as JupyterLab does and nbclient does not."""

    def execute_cell(self, cell: NotebookNode, cell_index: int, *args: Any, **kwargs: Any) -> NotebookNode:
        session = self.kc.session
        session.__dict__.pop("msg", None)
        message = session.msg

        def named(
            msg_type: str, content: Any = None, parent: Any = None, header: Any = None, metadata: Any = None
        ) -> Any:
            if msg_type == "execute_request":
                metadata = {**(metadata or {}), "cellId": cell.get("id")}
            return message(msg_type, content, parent, header, metadata)

        session.__dict__["msg"] = named
        executed: NotebookNode = super().execute_cell(cell, cell_index, *args, **kwargs)
        return executed

    def papermill_execute_cells(self) -> None:
        """Execute the cells; a run that the kernel itself began is told that a cell raised, which it cannot know."""
        super().papermill_execute_cells()
        raised = [c for c in self.nb.cells if c.get("metadata", {}).get("papermill", {}).get("exception")]
        if raised and RUN_VARIABLE not in os.environ:
            reason = f"A cell raised: {_error_text(raised[0])}"
            self.kc.session.__dict__.pop("msg", None)
            code = f"from jupyter_gov.capture import untrack as _; _(failed={reason!r})"
            self.wait_for_reply(self.kc.execute(code, silent=True, store_history=False))


def _error_text(cell: NotebookNode) -> str:
    """Return ``Type: message`` of the error that a cell put out."""
    errors = [o for o in cell.get("outputs", ()) if o.get("output_type") == "error"]
    return f"{errors[-1].ename}: {errors[-1].evalue}"[:500] if errors else "without a message"


class _TemplateClient(PapermillNotebookClient):  # type: ignore[misc]
    """Runs in this very Python, whatever kernels are installed: a template imports this package."""

    def create_kernel_manager(self) -> Any:
        """Return a manager whose kernel is this interpreter's."""
        manager = super().create_kernel_manager()
        manager._kernel_spec = KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="jupyter-gov",
            language="python",
        )
        return manager


class _Engine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine, with another client and a quiet kernel."""

    client: ClassVar[type[PapermillNotebookClient]]
    arguments: ClassVar[list[str]] = []

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        **kwargs: Any,
    ) -> Any:
        """Execute the notebook; the arguments are papermill's."""
        given = remove_args(["timeout", "startup_timeout", "input_path", "folder"], **kwargs)
        merged = merge_kwargs(
            given,
            timeout=execution_timeout or kwargs.get("timeout"),
            startup_timeout=start_timeout,
            kernel_name=kernel_name,
            log=logger,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
            extra_arguments=[*QUIET, *cls.arguments],
        )
        place = {"cwd": kwargs["folder"]} if "folder" in kwargs else {}
        return cls.client(nb_man, **merged).execute(env=cls.environment(kwargs.get("input_path")), **place)

    @classmethod
    @abstractmethod
    def environment(cls, path: str | None) -> dict[str, str]:
        """Return the kernel's environment, given the notebook's path."""


class GovEngine(_Engine):
    """Executes a notebook in a kernel with jupyter-gov loaded and tracking."""

    client = _Client
    arguments: ClassVar[list[str]] = ["--ext", "jupyter_gov"]

    @classmethod
    def environment(cls, path: str | None) -> dict[str, str]:
        """Return the kernel's environment, which says what it is part of."""
        notebook = {NOTEBOOK_VARIABLE: os.path.abspath(path)} if path else {}  # noqa: PTH100 - links stay links
        return {**notebook, **os.environ, AUTOTRACK_VARIABLE: "1"}


class TemplateEngine(_Engine):
    """Executes a report's template, which is no part of any run."""

    client = _TemplateClient

    @classmethod
    def environment(cls, _: str | None) -> dict[str, str]:
        """Return the kernel's environment, without what would make it join a run."""
        return {k: v for k, v in os.environ.items() if k not in (RUN_VARIABLE, NOTEBOOK_VARIABLE, AUTOTRACK_VARIABLE)}


def register() -> None:
    """Make the engines known, also where the package is used without its installed entry points."""
    papermill_engines.register("gov", GovEngine)
    papermill_engines.register("gov-template", TemplateEngine)
