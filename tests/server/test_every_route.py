"""What all routes have in common: who may call them, their errors, and that reading changes nothing."""

from __future__ import annotations

import json
import sqlite3
import threading

import pytest
from jupyter_server.auth import Authorizer
from server_samples import EVERY_ROUTE, body, full_run, parts, refused
from tornado.httpclient import HTTPClientError

from jupyter_gov import services
from jupyter_gov.errors import GovError, StoreError
from jupyter_gov.server._handler import STATUS


@pytest.mark.parametrize(("verb", "path"), [*EVERY_ROUTE, ("get", "/no/such/route"), ("delete", "/no/such/route")])
async def test_nobody_gets_anything_without_a_token(api, verb, path):
    body = "{}" if verb == "post" else None
    code, error = await refused(api(*parts(path), method=verb.upper(), body=body, headers={"Authorization": ""}))
    assert code == 403
    assert error["code"] == "forbidden"


@pytest.mark.parametrize("verb", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", sorted({p for _, p in EVERY_ROUTE} - {p for v, p in EVERY_ROUTE if v != "get"}))
async def test_routes_that_read_only_read(api, verb, path):
    with pytest.raises(HTTPClientError) as caught:
        await api(*parts(path), method=verb, body=None if verb == "DELETE" else "{}")
    assert caught.value.code == 405
    assert body(caught.value.response)["code"] == "method"
    assert caught.value.response.headers["Allow"] == "GET, OPTIONS"


@pytest.mark.parametrize("verb", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    "path", ["no", "runs/latest/cells/x", "runs/latest/reports/x/files/a/b", "experiments/x", "RUNS"]
)
async def test_anything_else_is_no_route(api, verb, path):
    code, error = await refused(api(*path.split("/"), method=verb, body="{}" if verb == "POST" else None))
    assert code == 404
    assert error == {"code": "no_route", "message": "No such route.", "hint": ""}


async def test_reading_changes_nothing(api, store, tmp_path, jp_root_dir):
    run = full_run(tmp_path / "reports")

    def state():
        with sqlite3.connect(store.removeprefix("sqlite:///")) as connection:
            dump = list(connection.iterdump())
        connection.close()
        return dump, sorted(jp_root_dir.rglob("*")), sorted((tmp_path / "reports").iterdir())

    before = state()
    [report] = services.show_run(run.id)["reports"]
    values = {"report": report["id"], "name": "model-card.html"}
    for collection in services.COLLECTIONS:
        for verb, path in EVERY_ROUTE:
            if verb == "get" and path != "/jobs/{job}":
                await api(*parts(path, collection=collection, **values))
    assert state() == before


async def test_a_store_that_cannot_be_read(api, monkeypatch):
    def unreadable(**_):
        raise StoreError("The store is locked.", hint="Close the other program.")

    monkeypatch.setattr(services, "list_runs", unreadable)
    code, error = await refused(api("runs"))
    assert code == 503
    assert error == {"code": "store", "message": "The store is locked.", "hint": "Close the other program."}


@pytest.mark.parametrize(
    "url", ["postgresql://ada:s3cret@db/gov", "sqlite://ada:s3c@ret@/x/gov.db", "sqlite:////x/gov.db?password=s3cret"]
)
async def test_an_error_keeps_the_password_of_the_store(api, monkeypatch, caplog, url):
    monkeypatch.setenv("JUPYTER_GOV_STORE", url)
    code, error = await refused(api("runs"))
    assert (code, error["code"]) == (503, "store")
    assert "://" in error["message"]
    for secret in ("s3c", "ret@", "ada"):
        assert secret not in json.dumps(error)
        assert secret not in caplog.text


async def test_an_error_nobody_foresaw_tells_nothing(api, monkeypatch):
    def broken(**_):
        raise RuntimeError("secret")

    monkeypatch.setattr(services, "list_runs", broken)
    code, error = await refused(api("runs"))
    assert code == 500
    assert error == {"code": "server", "message": "Internal Server Error.", "hint": ""}


async def test_the_store_is_read_off_the_event_loop(api, monkeypatch):
    threads = []

    def listing(**_):
        threads.append(threading.current_thread())
        return []

    monkeypatch.setattr(services, "list_runs", listing)
    await api("runs")
    assert threads != [threading.main_thread()]


def test_every_error_has_a_status():
    def tree(cls):
        return {cls.code}.union(*map(tree, cls.__subclasses__()))

    assert tree(GovError) - set(STATUS) <= {GovError.code}


class Recorder(Authorizer):
    """Refuses everything, and keeps what it was asked."""

    asked: list[tuple[str, str]] = []  # noqa: RUF012

    def is_authorized(self, handler, user, action, resource):
        self.asked.append((action, resource))
        return False


class TestAuthorization:
    @pytest.fixture
    def jp_server_config(self, store):
        Recorder.asked.clear()
        return {
            "ServerApp": {"jpserver_extensions": {"jupyter_gov": True}, "authorizer_class": Recorder},
        }

    @pytest.mark.parametrize(("verb", "path"), [*EVERY_ROUTE, ("get", "/no/such/route")])
    async def test_each_route_asks_by_its_own_name(self, api, verb, path):
        body = "{}" if verb == "post" else None
        code, error = await refused(api(*parts(path), method=verb.upper(), body=body))
        assert code == 403
        assert error["code"] == "forbidden"
        assert Recorder.asked == [("read" if verb == "get" else "execute", "jupyter_gov")]
