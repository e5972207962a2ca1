"""A papermill engine whose kernel tracks from the start and knows each cell's id."""

from __future__ import annotations

import os
from typing import Any

from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.log import logger
from papermill.utils import merge_kwargs, remove_args

from ._variables import AUTOTRACK_VARIABLE

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


class GovEngine(NBClientEngine):  # type: ignore[misc]
    """Executes a notebook in a kernel with jupyter-gov loaded and tracking."""

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
        given = remove_args(["timeout", "startup_timeout", "input_path"], **kwargs)
        merged = merge_kwargs(
            given,
            timeout=execution_timeout or kwargs.get("timeout"),
            startup_timeout=start_timeout,
            kernel_name=kernel_name,
            log=logger,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
            extra_arguments=[*QUIET, "--ext", "jupyter_gov"],
        )
        return _Client(nb_man, **merged).execute(env={**os.environ, AUTOTRACK_VARIABLE: "1"})


class PlainEngine(NBClientEngine):  # type: ignore[misc]
    """Executes a template: papermill's own engine, with a quiet kernel."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Execute the notebook; the arguments are papermill's."""
        return super().execute_managed_notebook(nb_man, kernel_name, extra_arguments=QUIET, **kwargs)


def register() -> None:
    """Make the engines known, also where the package is used without its installed entry points."""
    papermill_engines.register("gov", GovEngine)
    papermill_engines.register("gov-template", PlainEngine)
