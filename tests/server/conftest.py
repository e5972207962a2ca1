from __future__ import annotations

import pytest

# Not in `pytest_plugins`, which only the topmost conftest may have: a server is wanted in this folder only.
from pytest_jupyter.jupyter_core import *  # noqa: F403
from pytest_jupyter.jupyter_server import *  # noqa: F403
from pytest_jupyter.pytest_tornasync import *  # noqa: F403

from jupyter_gov import services


@pytest.fixture
def store(tmp_path, monkeypatch):
    """An empty store, the one in force."""
    url = f"sqlite:///{tmp_path / 'gov.db'}"
    monkeypatch.setenv("JUPYTER_GOV_STORE", url)
    yield url
    services.close_stores()


@pytest.fixture
def jp_server_config(store):
    return {"ServerApp": {"jpserver_extensions": {"jupyter_gov": True}}}


@pytest.fixture
def api(jp_fetch):
    """Fetch a route of ours: ``await api("runs", limit="2")``."""

    async def fetch(*path, headers=None, **query):
        return await jp_fetch("jupyter-gov", "api", *path, params=query, **({"headers": headers} if headers else {}))

    return fetch
