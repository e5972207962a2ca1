from __future__ import annotations

import json
import threading

import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError

import jupyter_gov
from jupyter_gov import services
from jupyter_gov.errors import GovError, StoreError
from jupyter_gov.records import Metric
from jupyter_gov.server._handler import STATUS
from jupyter_gov.services.session import entry_of


def body(response):
    return json.loads(response.body)


async def refused(fetching):
    """Await a fetch that must fail; return its status and body."""
    with pytest.raises(HTTPClientError) as caught:
        await fetching
    assert caught.value.response.headers["Content-Type"] == "application/json"
    return caught.value.code, json.loads(caught.value.response.body)


def begin(name="credit", experiment="loans", **more):
    return services.begin_run(name=name, experiment=experiment, **more)


async def test_root_says_which_version_runs(api):
    assert body(await api()) == {"version": jupyter_gov.__version__, "api": 1}


async def test_no_runs_yet(api):
    assert body(await api("runs")) == {"runs": [], "next": None}


async def test_runs_come_newest_first_a_page_at_a_time(api):
    made = [begin(name=f"run {i}").id for i in range(5)]

    first = body(await api("runs", limit="2"))
    second = body(await api("runs", limit="2", after=first["next"]))
    third = body(await api("runs", limit="2", after=second["next"]))

    listed = [run["id"] for page in (first, second, third) for run in page["runs"]]
    assert listed == sorted(made, reverse=True)
    assert third["next"] is None


async def test_a_last_page_that_is_full_has_no_next(api):
    begin()
    begin()
    assert body(await api("runs", limit="2"))["next"] is None


async def test_a_run_is_listed_with_what_the_panel_shows(api):
    run = services.end_run(begin(notebook="credit.ipynb"), status="failed", reason="KeyError: 'age'")
    assert body(await api("runs"))["runs"] == [run.to_json()]


async def test_runs_of_one_experiment_or_notebook(api):
    wanted = begin(experiment="fraud", notebook="a&b ü.ipynb")
    begin()
    for query in ({"experiment": "fraud"}, {"notebook": "a&b ü.ipynb"}):
        assert [run["id"] for run in body(await api("runs", **query))["runs"]] == [wanted.id]


@pytest.mark.parametrize("limit", ["0", "-1", "201", "1.5", "ten", "²", "9" * 400])
async def test_a_limit_that_is_no_page_size(api, limit):
    code, error = await refused(api("runs", limit=limit))
    assert code == 400
    assert error["code"] == "input"
    assert error["message"].startswith("limit is ")
    assert error["hint"] == "Give a whole number from 1 to 200."


async def test_a_query_that_is_not_utf_8(api):
    code, error = await refused(api("runs", experiment=b"\xff"))
    assert code == 400
    assert error["code"] == "input"


async def test_one_run(api):
    run = begin()
    shown = body(await api("runs", run.id))
    assert shown == services.show_run(run.id)
    assert shown["id"] == run.id


async def test_one_run_with_a_metric_that_is_not_a_number(api):
    run = begin()
    metric = Metric(name="roc_auc_score", value=float("nan"))
    services.get_store().append([entry_of(metric, "metric.computed", run.id)])
    shown = (await api("runs", run.id)).body.decode()
    assert json.loads(shown, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))["metrics"]


async def test_no_such_run(api):
    code, error = await refused(api("runs", "019aa4f2-0000-7000-8000-000000000000"))
    assert code == 404
    assert error["code"] == "not_found"
    assert error["message"]


async def test_an_id_that_is_markup_stays_inert(api):
    code, error = await refused(api("runs", "<script>alert(1)<script>"))
    assert code == 404
    assert error["code"] == "not_found"


@pytest.mark.parametrize("path", [(), ("runs",), ("runs", "some-id")])
async def test_nobody_reads_without_a_token(api, path):
    code, error = await refused(api(*path, headers={"Authorization": ""}))
    assert code == 403
    assert error["code"] == "forbidden"


async def test_routes_only_read(jp_fetch):
    code, error = await refused(jp_fetch("jupyter-gov", "api", "runs", method="POST", body="{}"))
    assert code == 405
    assert error["code"] == "no_route"


async def test_a_store_that_cannot_be_read(api, monkeypatch):
    def unreadable(**_):
        raise StoreError("The store is locked.", hint="Close the other program.")

    monkeypatch.setattr(services, "list_runs", unreadable)
    code, error = await refused(api("runs"))
    assert code == 503
    assert error == {"code": "store", "message": "The store is locked.", "hint": "Close the other program."}


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

    @pytest.mark.parametrize("path", [(), ("runs",), ("runs", "some-id")])
    async def test_each_route_asks_by_its_own_name(self, api, path):
        code, error = await refused(api(*path))
        assert code == 403
        assert error["code"] == "forbidden"
        assert Recorder.asked == [("read", "jupyter_gov")]
