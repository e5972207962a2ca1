"""Executing a run again as a job of the server, ending it, and what is shown of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
import threading

import nbformat
import psutil
import pytest
from jupyter_core.utils import ensure_event_loop
from server_samples import add, begin, body, full_run, refused, reproduction

from jupyter_gov import services
from jupyter_gov.errors import InputError
from jupyter_gov.records import Dataset, Fit, Metric, Reproduction
from jupyter_gov.server import _jobs
from jupyter_gov.server._app import EVENT_SCHEMA


async def post(api, run="latest", asked=None):
    return await api("runs", run, "reproductions", method="POST", body=json.dumps(asked or {}))


async def ended(api, job):
    """Return a job when it has ended."""
    while (now := body(await api("jobs", job["id"])))["finished"] is None:
        await asyncio.sleep(0.01)
    return now


class Reproducing:
    """Stands for the service: goes a step whenever it is let, and records what it was asked for."""

    def __init__(self):
        self.asked, self.go, self.error = [], threading.Semaphore(0), None

    def __call__(self, run, *, progress, stopped, **asked):
        self.asked.append((run, asked))
        for step in range(3):
            progress("Executing", step, 3)
            while not self.go.acquire(timeout=0.01):
                if stopped():
                    raise KeyError("whatever")
        if self.error:
            raise self.error
        made = Reproduction(verdict="different", summary="Other.")
        add(services.find_run(run), made)
        return made


@pytest.fixture
def reproducing(monkeypatch):
    made = Reproducing()
    monkeypatch.setattr(services, "reproduce", made, raising=False)
    return made


async def test_from_the_request_to_the_verdict(api, reproducing, jp_serverapp, jp_base_url, monkeypatch):
    monkeypatch.setattr(_jobs, "_EVERY_SECONDS", 3600)
    run = begin()
    events = []

    async def listen(logger, schema_id, data):
        events.append(data)

    jp_serverapp.event_logger.add_listener(schema_id=EVENT_SCHEMA, listener=listen)
    answer = await post(api, run.id)
    job = body(answer)
    assert answer.code == 202
    assert answer.headers["Location"] == f"{jp_base_url}jupyter-gov/api/jobs/{job['id']}"
    assert (job["kind"], job["run"], job["verdict"]) == ("reproduction", run.id, None)
    code, error = await refused(post(api))
    assert (code, error["message"]) == (409, "This reproduction is being made already.")

    reproducing.go.release()
    while body(await api("jobs", job["id"]))["progress"] != {"what": "Executing", "done": 1, "total": 3}:
        await asyncio.sleep(0.01)
    reproducing.go.release(2)
    now = await ended(api, job)
    assert (now["status"], now["verdict"], now["error"], now["progress"]) == ("done", "different", None, None)
    defaults = {"scope": "slice", "env": "current", "restore": False, "times": 1, "timeout": None}
    assert reproducing.asked == [(run.id, defaults)]
    [made] = body(await api("runs", run.id, "reproductions"))["items"]
    assert made["id"] == now["reproduction"]
    assert events[-1] == {
        "action": "reproduction.recorded",
        "job": job["id"],
        "run": run.id,
        "reproduction": now["reproduction"],
    }


async def test_every_option_reaches_the_service(api, reproducing):
    run = begin()
    asked = {"scope": "all", "env": "rebuild", "restore": True, "times": 3, "timeout": 0.5}
    reproducing.go.release(3)
    job = await ended(api, body(await post(api, run.id, asked)))
    assert reproducing.asked == [(run.id, asked)]
    assert {key: job[key] for key in asked} == asked


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"scope": "some"}, "scope is 'some'."),
        ({"env": ["current"]}, "env is \"['current']\"."),
        ({"restore": 1}, "restore is neither true nor false."),
        ({"times": 0}, "times is '0'."),
        ({"times": True}, "times is 'True'."),
        ({"times": 10**9}, "times is '1000000000'."),
        ({"timeout": -1}, "timeout is '-1'."),
        ({"timeout": "1"}, "timeout is '1'."),
        ({"timeout": float("nan")}, "timeout is 'nan'."),
        ({"secrets": ["X"]}, "The body has an unknown key 'secrets'."),
    ],
)
async def test_what_cannot_be_asked_for(api, reproducing, asked, says):
    begin()
    code, error = await refused(post(api, asked=asked))
    assert (code, error["code"], error["message"]) == (400, "input", says)
    assert error["hint"]
    assert reproducing.asked == []


async def test_a_job_that_is_cancelled_leaves_nothing(api, reproducing):
    run = begin()
    job = body(await post(api, run.id))
    while body(await api("jobs", job["id"]))["status"] == "waiting":
        await asyncio.sleep(0.01)
    answer = await api("jobs", job["id"], method="DELETE")
    assert answer.code == 202
    assert body(answer)["id"] == job["id"]
    now = await ended(api, job)
    assert (now["status"], now["error"], now["reproduction"], now["progress"]) == ("cancelled", None, None, None)
    assert body(await api("runs", run.id, "reproductions"))["items"] == []
    # What has ended stays as it is, and may be begun again.
    assert body(await api("jobs", job["id"], method="DELETE")) == now
    reproducing.go.release(3)
    assert (await ended(api, body(await post(api, run.id))))["status"] == "done"
    assert (await refused(api("jobs", "none", method="DELETE")))[0] == 404


async def test_one_that_cannot_begin_says_why(api, reproducing):
    reproducing.error = InputError("The run has no cells.", hint="Track a notebook.")
    reproducing.go.release(3)
    begin()
    job = await ended(api, body(await post(api)))
    assert (job["status"], job["verdict"]) == ("failed", None)
    assert job["error"] == {"code": "input", "message": "The run has no cells.", "hint": "Track a notebook."}


async def test_the_overview_tells_what_came_of_it(api, tmp_path):
    run = full_run(tmp_path / "reports")
    seen = body(await api("runs", run.id, "overview"))
    [shown] = seen["reproductions"]["items"]
    place = {"cell_id": "abc", "number": 1}
    assert (shown["verdict"], shown["counts"], shown["times"]) == ("different", {"identical": 1, "different": 2}, 2)
    fit = {"of": "fit", "name": "tree", "verdict": "different", "detail": "depth", "difference": None}
    assert shown["first"] == fit | {"value": None, "cell": place}
    assert shown["items"] == [shown["first"]]
    [metric] = shown["metrics"]
    assert (metric["value"], metric["detail"], metric["cell"]) == (0.9, "0.9 became 0.8", place)
    assert shown["causes"] == [
        {"what": "unseeded", "message": "tree has no seed.", "remedy": "Give it one.", "decides": True, "cell": place}
    ]
    assert shown["changes"] == [{"what": "numpy", "before": "2.0", "after": None}]
    assert shown["inputs"] == [{"path": "loans.csv", "verdict": "missing", "detail": "It is gone."}]
    [finding] = seen["findings"]["items"]
    assert (finding["title"], finding["remedy"]) == ("Overlapping rows", "Split them.")
    assert (finding["count"], finding["of"], finding["expected"]) == (2, 3, 0.5)
    assert finding["columns"] == ["age"]


async def test_of_many_reproductions_the_newest_are_shown(api):
    run = begin()
    made = [
        reproduction(Dataset(name="X", digest="", rows=0), Fit(class_="a.B"), Metric(name="m", value=1))
        for _ in range(7)
    ]
    add(run, *made)
    seen = body(await api("runs", run.id, "overview"))["reproductions"]
    assert seen["total"] == 7
    assert [r["id"] for r in seen["items"]] == [r.id for r in made[:1:-1]]


NOTEBOOK = [
    "from sklearn.metrics import accuracy_score\naccuracy_score([0, 1, 1, 0], [0, 1, 0, 0])",
    "import os, time\nwhile not os.path.exists('go'):\n    time.sleep(0.02)",
]


def run_notebook(path):
    with contextlib.closing(ensure_event_loop()):
        return services.run_notebook(path)


async def test_a_real_run_is_executed_again_and_a_real_kernel_ended(api, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.chdir(tmp_path)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in NOTEBOOK])
    nbformat.write(notebook, "small.ipynb")
    (tmp_path / "go").touch()
    done = await asyncio.get_running_loop().run_in_executor(None, run_notebook, tmp_path / "small.ipynb")
    assert done.error is None
    before = set(psutil.Process().children(recursive=True))

    # The cell that waits stands behind no result, and the file that it waits for is nowhere else.
    job = await ended(api, body(await post(api, done.run.id)))
    assert (job["status"], job["verdict"]) == ("done", "identical")
    [seen] = body(await api("runs", done.run.id, "overview"))["reproductions"]["items"]
    assert (seen["verdict"], {*seen["counts"]}, seen["metrics"][0]["value"]) == ("identical", {"identical"}, 0.75)

    job = body(await post(api, done.run.id, {"scope": "all"}))
    while (now := body(await api("jobs", job["id"])))["progress"] is None or now["progress"]["done"] == 0:
        assert now["finished"] is None
        await asyncio.sleep(0.05)
    assert set(psutil.Process().children(recursive=True)) - before
    await api("jobs", job["id"], method="DELETE")
    assert (await ended(api, job))["status"] == "cancelled"
    assert len(body(await api("runs", done.run.id, "reproductions"))["items"]) == 1
    gone = set(psutil.Process().children(recursive=True)) - before
    assert not [p for p in gone if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert list(scratch.iterdir()) == []
