from __future__ import annotations

import sys
from pathlib import Path

import pytest

# Not in `pytest_plugins`, which only the topmost conftest may have: a server is wanted in this folder only.
from pytest_jupyter.jupyter_core import *  # noqa: F403
from pytest_jupyter.jupyter_server import *  # noqa: F403
from pytest_jupyter.pytest_tornasync import *  # noqa: F403
from tornado.httpclient import HTTPClientError

from jupyter_gov import services

sys.path.insert(0, str(Path(__file__).parent))


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
    """Fetch a route of ours, ``await api("runs", limit="2")``; every answer must be as the OpenAPI file says."""
    from server_samples import check_answer

    async def fetch(*path, headers=None, method="GET", body=None, **query):
        more = {"headers": headers} if headers else {}
        try:
            answer = await jp_fetch("jupyter-gov", "api", *path, params=query, method=method, body=body, **more)
        except HTTPClientError as error:
            check_answer(method, path, error.response)
            raise
        check_answer(method, path, answer)
        return answer

    return fetch
