"""What Jupyter loads: the routes, put under the server's base URL, the jobs and the events."""

from __future__ import annotations

from importlib.resources import as_file, files
from threading import Thread
from typing import Any

from jupyter_server.extension.application import ExtensionApp

from jupyter_gov import services
from jupyter_gov.errors import GovError

from ._handler import redact
from ._jobs import Jobs
from ._routes import PREFIX, patterns

EVENT_SCHEMA = "https://jupyter-gov.github.io/events/act/v1"
"""Names the schema of `events.yaml`; nothing is fetched from there."""


class GovApp(ExtensionApp):
    """Serves the records of runs to the side panel and to anyone else with a token."""

    name = "jupyter_gov"
    extension_url = PREFIX

    def initialize_settings(self) -> None:
        """Make the queue of jobs, and the events that tell of them; open the store if there is one."""
        with as_file(files(__package__) / "events.yaml") as schema:
            self.settings["event_logger"].register_event_schema(schema)
        self._jobs = Jobs(self._emit, self.log)
        self.settings["jupyter_gov_jobs"] = self._jobs
        Thread(target=self._open_store, name="jupyter-gov-open", daemon=True).start()

    def initialize_handlers(self) -> None:
        """Add the routes."""
        self.handlers.extend(patterns())

    async def stop_extension(self) -> None:
        """End the jobs."""
        await self._jobs.stop()

    def _open_store(self) -> None:
        """Migrate a store that an earlier version wrote: no request that only reads will."""
        try:
            services.find_store()
        except GovError as error:
            self.log.warning("jupyter-gov: %s", redact(str(error)))

    def _emit(self, event: dict[str, Any]) -> None:
        self.settings["event_logger"].emit(schema_id=EVENT_SCHEMA, data=event)
