"""What Jupyter loads: the routes, put under the server's base URL."""

from __future__ import annotations

from jupyter_server.extension.application import ExtensionApp

from ._routes import ROUTES


class GovApp(ExtensionApp):
    """Serves the records of runs to the side panel and to anyone else with a token."""

    name = "jupyter_gov"
    extension_url = "/jupyter-gov/api"

    def initialize_handlers(self) -> None:
        """Add the routes."""
        self.handlers.extend(ROUTES)
