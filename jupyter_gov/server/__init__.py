"""The Jupyter server extension: the REST interface under ``/jupyter-gov/api/``."""

from ._app import GovApp

__all__ = ["GovApp"]
