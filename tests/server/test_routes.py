from __future__ import annotations

import asyncio
import json
import logging
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from server_samples import EVERY_ROUTE, NO_RUN, add, begin, body, full_run, parts, refused
from tornado.httpclient import HTTPClientError

import jupyter_gov
from jupyter_gov import services
from jupyter_gov import store as store_package
from jupyter_gov.records import (
    Answer,
    AssessmentResult,
    Cell,
    Compared,
    Fit,
    Metric,
    Mitigation,
    PolicyCheck,
    Reproduction,
    Spread,
    Tried,
    Value,
    Verdict,
)
from jupyter_gov.server import GovApp
from jupyter_gov.store import _look

OLD = Path(__file__).parents[1] / "store" / "fixtures" / "gov-0001.db"


async def test_root_says_which_version_runs(api):
    assert body(await api()) == {"version": jupyter_gov.__version__, "api": 5}


# -- experiments and runs ----------------------------------------------------------------------------------------------


async def test_nothing_yet(api):
    assert body(await api("runs")) == {"runs": [], "next": None}
    assert body(await api("experiments")) == {"experiments": [], "next": None}
    assert body(await api("jobs")) == {"jobs": []}


@pytest.mark.parametrize("place", ["", "no such folder/"])
async def test_a_store_that_does_not_exist_is_not_made(api, tmp_path, monkeypatch, place):
    path = tmp_path / place / "new.db"
    monkeypatch.setenv("JUPYTER_GOV_STORE", f"sqlite:///{path}")
    before = sorted(tmp_path.rglob("*"))
    assert body(await api("runs")) == {"runs": [], "next": None}
    assert body(await api("experiments")) == {"experiments": [], "next": None}
    for verb, route in EVERY_ROUTE:
        if "{run}" in route:
            code, error = await refused(api(*parts(route), method=verb.upper(), body="{}" if verb == "post" else None))
            assert (code, error["code"]) == (404, "not_found")
    assert (await refused(api("runs", limit="0")))[0] == 400
    assert sorted(tmp_path.rglob("*")) == before
    # Once somebody has made it, it is read.
    run = begin()
    assert [r["id"] for r in body(await api("runs"))["runs"]] == [run.id]


async def test_a_store_without_tables_gets_none(api, store):
    path = Path(store.removeprefix("sqlite:///"))
    path.touch()
    assert body(await api("runs")) == {"runs": [], "next": None}
    assert path.stat().st_size == 0


async def test_a_store_of_an_earlier_version_is_left_as_it_is(api, tmp_path, monkeypatch):
    path = tmp_path / "old.db"
    monkeypatch.setenv("JUPYTER_GOV_STORE", f"sqlite:///{path}")
    begin()
    services.close_stores()
    before = path.read_bytes(), path.stat().st_mtime_ns
    with monkeypatch.context() as patched:
        patched.setattr(_look, "HEAD", "a later one")
        for verb, route in EVERY_ROUTE:
            if route.startswith(("/runs", "/experiments")):
                sent = "{}" if verb == "post" else None
                code, error = await refused(api(*parts(route), method=verb.upper(), body=sent))
                assert (code, error["code"], error["hint"]) == (503, "store", "To migrate it: jupyter gov runs")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert len(body(await api("runs"))["runs"]) == 1


class TestStart:
    @pytest.fixture
    def opened(self, store, monkeypatch):
        """What was opened as which file by which thread, and when that was."""
        shutil.copy(OLD, store.removeprefix("sqlite:///"))
        found, done, open_store = [], threading.Event(), store_package.open_store

        def opening(url):
            found.append((url, threading.current_thread().name))
            made = open_store(url)
            done.set()
            return made

        monkeypatch.setattr(store_package, "open_store", opening)
        return found, done

    @pytest.fixture
    def jp_server_config(self, opened):
        return {"ServerApp": {"jpserver_extensions": {"jupyter_gov": True}}}

    async def test_a_store_that_is_there_is_opened_and_so_migrated(self, api, store, opened):
        found, done = opened
        assert await asyncio.to_thread(done.wait, 60)
        assert len(body(await api("runs"))["runs"]) == 1
        assert found == [(store, "jupyter-gov-open")]

    def test_what_is_wrong_is_logged_without_a_password(self, monkeypatch, caplog):
        monkeypatch.setenv("JUPYTER_GOV_STORE", "postgresql://ada:s3cret@db/gov")
        GovApp._open_store(SimpleNamespace(log=logging.getLogger("test")))
        assert "is not SQLite" in caplog.text
        assert "s3cret" not in caplog.text


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


async def test_runs_of_the_notebook_at_a_jupyter_path(api, jp_root_dir):
    wanted = begin(notebook=services.recorded_notebook(jp_root_dir / "deep down" / "ü.ipynb"))
    begin(notebook="ü.ipynb")
    for path in ("deep down/ü.ipynb", "/deep down/ü.ipynb", "deep down/./ü.ipynb"):
        assert [run["id"] for run in body(await api("runs", path=path))["runs"]] == [wanted.id]
    assert body(await api("runs", path="ü.ipynb"))["runs"] == []


@pytest.mark.parametrize("path", ["../a.ipynb", "a/../../b.ipynb", ".."])
async def test_a_path_that_leads_out_of_the_root(api, path):
    code, error = await refused(api("runs", path=path))
    assert code == 400
    assert error["message"].startswith("path is ")


async def test_notebook_and_path_at_once(api):
    code, error = await refused(api("runs", path="a.ipynb", notebook="a.ipynb"))
    assert (code, error["message"]) == (400, "Both notebook and path are given.")


async def test_experiments_come_with_their_latest_run(api):
    begin(experiment="old")
    begin(experiment="loans")
    latest = begin(experiment="loans", name="again")
    begin(experiment="fraud")

    first = body(await api("experiments", limit="2"))
    second = body(await api("experiments", limit="2", after=first["next"]))

    assert [e["name"] for e in first["experiments"]] == ["fraud", "loans"]
    assert first["experiments"][1] == {"name": "loans", "runs": 2, "latest": latest.to_json()}
    assert [e["name"] for e in second["experiments"]] == ["old"]
    assert second["next"] is None


@pytest.mark.parametrize("route", ["runs", "experiments", "runs/latest/overview", "runs/latest/cells"])
@pytest.mark.parametrize("limit", ["0", "-1", "501", "1.5", "ten", "²", "9" * 400])
async def test_a_limit_that_is_no_page_size(api, route, limit):
    begin()
    code, error = await refused(api(*route.split("/"), limit=limit))
    assert code == 400
    assert error["code"] == "input"
    assert error["message"].startswith("limit is ")
    assert error["hint"] == "Give a whole number from 1 to 500."


async def test_a_query_that_is_not_utf_8(api):
    code, error = await refused(api("runs", experiment=b"\xff"))
    assert code == 400
    assert error["code"] == "input"


# -- one run -----------------------------------------------------------------------------------------------------------


async def test_one_run(api, tmp_path):
    run = full_run(tmp_path / "reports")
    shown = body(await api("runs", run.id))
    assert shown == json.loads(json.dumps(services.show_run(run.id)))
    # Nobody reads the states of random generators; they have their own list.
    assert services.COLLECTIONS.keys() - {c for c in services.COLLECTIONS if shown.get(c)} == {"generator_states"}


async def test_one_run_with_a_metric_that_is_not_a_number(api):
    run = begin()
    add(run, Metric(name="roc_auc_score", value=float("nan")))
    shown = (await api("runs", run.id)).body.decode()
    assert json.loads(shown, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))["metrics"]


async def test_one_run_with_intervals_and_times_that_are_not_finite(api):
    run = begin()
    named = {"control": "h.auc", "title": "AUC", "severity": "major", "status": "missing"}
    unknown = Answer(of="metric", asked="AUC", status="missing", value=float("nan"), lower=float("-inf"))
    odd = Value(measure="roc_auc", value=float("nan"), lower=float("-inf"), upper=float("inf"), confidence=0.95)
    add(
        run,
        Cell(order=1, source="", seconds=float("inf")),
        Fit(class_="a.B", seconds=float("nan")),
        AssessmentResult(name="performance", act="a", model="m", values=(odd,), seconds=float("inf")),
        Reproduction(
            verdict="different",
            summary="",
            items=(Compared(of="metric", name="auc", verdict="different", difference=float("inf")),),
            spread=(Spread(metric="m", name="auc", original=float("nan"), values=(float("nan"), 0.5)),),
            seconds=float("inf"),
        ),
        PolicyCheck(policy="house", verdicts=(Verdict(**named, answers=(unknown,)),)),
        Mitigation(tried=(Tried(name="original", method="original", values=(odd,), changes=(odd,)),)),
    )
    shown = body(await api("runs", run.id))
    [value] = shown["assessments"][0]["values"]
    assert [value[key] for key in ("value", "lower", "upper", "confidence")] == ["NaN", "-Infinity", "Infinity", 0.95]
    assert shown["cells"][0]["seconds"] == "Infinity"
    [answer] = shown["checks"][0]["verdicts"][0]["answers"]
    assert (answer["value"], answer["lower"]) == ("NaN", "-Infinity")
    assert shown["mitigations"][0]["tried"][0]["changes"] == [value]
    assert as_recorded(shown["cells"]) == body(await api("runs", run.id, "cells"))["items"]
    seen = body(await api("runs", run.id, "overview"))
    assert seen["fits"]["items"][0]["seconds"] == "NaN"
    [reproduced] = seen["reproductions"]["items"]
    assert reproduced["metrics"][0]["difference"] == reproduced["seconds"] == "Infinity"
    assert reproduced["spread"] == [{"metric": "m", "name": "auc", "original": "NaN", "values": ["NaN", 0.5]}]


@pytest.mark.parametrize(("verb", "path"), [(v, p) for v, p in EVERY_ROUTE if "{run}" in p])
async def test_no_such_run(api, verb, path):
    body = "{}" if verb == "post" else None
    code, error = await refused(api(*parts(path, run=NO_RUN), method=verb.upper(), body=body))
    assert code == 404
    assert error["code"] == "not_found"
    assert error["message"]


async def test_the_beginning_of_several_ids(api):
    begin()
    begin()
    code, error = await refused(api("runs", "0", "overview"))
    assert (code, error["message"]) == (400, "Several runs begin with '0'.")


async def test_an_id_that_is_markup_stays_inert(api):
    code, error = await refused(api("runs", "<script>alert(1)<script>"))
    assert code == 404
    assert error["code"] == "not_found"


async def test_records_of_each_kind_a_page_at_a_time(api, tmp_path):
    run = full_run(tmp_path / "reports")
    shown = body(await api("runs", run.id))
    for collection in services.COLLECTIONS:
        listed, after = [], None
        while after or not listed:
            page = body(await api("runs", "latest", collection, limit="1", **({"after": after} if after else {})))
            listed += page["items"]
            after = page["next"]
        assert listed
        assert collection == "generator_states" or as_recorded(shown[collection]) == listed


def as_recorded(shown):
    """Return what is shown of records without what is worked out when it is shown."""
    made = [{k: v for k, v in r.items() if k not in ("state", "reasons", "slice", "top_to_bottom")} for r in shown]
    return [r | {"stale": None} if "stale" in r else r for r in made]


async def test_a_cursor_that_is_none(api):
    begin()
    for collection in ("metrics", "reports", "reproductions", "checks"):
        code, error = await refused(api("runs", "latest", collection, after="../x"))
        assert (code, error["code"]) == (400, "input")


@pytest.mark.parametrize("route", ["runs", "experiments"])
@pytest.mark.parametrize("after", ["zzz", "\0", " ", "1", NO_RUN[:-1], f"{{{NO_RUN}}}", f"{NO_RUN}\n", "é"])
async def test_a_cursor_that_is_no_id(api, route, after):
    begin()
    code, error = await refused(api(route, after=after))
    assert (code, error["code"]) == (400, "input")
    assert error["hint"]


async def test_latest_in_upper_case(api):
    run = begin()
    for name in ("LATEST", "Latest", run.id.upper(), run.id[:-2].upper()):
        assert body(await api("runs", name))["id"] == run.id


async def test_a_key_of_the_query_that_nobody_knows(api):
    run = begin()
    assert [r["id"] for r in body(await api("runs", before="zzz"))["runs"]] == [run.id]


async def test_a_collection_that_does_not_exist(api):
    begin()
    code, error = await refused(api("runs", "latest", "secrets"))
    assert (code, error["code"]) == (404, "no_route")


# -- the overview ------------------------------------------------------------------------------------------------------


async def test_the_overview_of_a_run_with_everything(api, tmp_path):
    run = full_run(tmp_path / "reports")
    shown = body(await api("runs", run.id, "overview"))
    assert shown == json.loads(json.dumps(services.overview(run.id)))
    assert shown["metrics"]["total"] == 2
    assert len(body(await api("runs", run.id, "overview", limit="1"))["metrics"]["items"]) == 1


async def test_an_overview_that_has_not_changed_is_not_sent_again(api, monkeypatch):
    run = begin()
    answer = await api("runs", "latest", "overview")
    tag = answer.headers["Etag"]
    assert run.id in tag

    with monkeypatch.context() as patched:
        patched.setattr(services, "overview", lambda *_, **__: pytest.fail("was worked out again"))
        with pytest.raises(HTTPClientError) as caught:
            await api("runs", "latest", "overview", headers={"If-None-Match": tag})
    assert caught.value.code == 304
    assert caught.value.response.headers["Etag"] == tag

    # More items of the same run are another answer.
    assert (await api("runs", "latest", "overview", limit="500", headers={"If-None-Match": tag})).code == 200

    add(run, Metric(name="accuracy_score", value=0.9))
    changed = await api("runs", "latest", "overview", headers={"If-None-Match": tag})
    assert body(changed)["metrics"]["total"] == 1
    assert changed.headers["Etag"] != tag
    begin()
    assert run.id not in (await api("runs", "latest", "overview", headers={"If-None-Match": tag})).headers["Etag"]
