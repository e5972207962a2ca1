"""Rendering a report as a job, and serving the files that came of it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
from http.cookies import SimpleCookie
from urllib.parse import quote, unquote

import nbformat
import pytest
from server_samples import NO_RUN, add, begin, body, full_run, refused, write_report
from tornado.httpclient import HTTPClientError

from jupyter_gov import services
from jupyter_gov.errors import StoreError
from jupyter_gov.server import _jobs
from jupyter_gov.server._app import EVENT_SCHEMA
from jupyter_gov.server._reports import POLICY, disposition


async def ended(api, job):
    """Return a job when it has ended."""
    while (now := body(await api("jobs", job["id"])))["finished"] is None:
        await asyncio.sleep(0.02)
    return now


async def post(api, run="latest", body="{}", **more):
    return await api("runs", run, "reports", method="POST", body=body, **more)


# -- from the request to the file --------------------------------------------------------------------------------------


async def test_a_report_from_the_request_to_the_file(
    api, monkeypatch, jp_root_dir, jp_base_url, jp_ws_fetch, jp_create_notebook
):
    # Of what happens in between nothing is told but the end: how often it would be depends on the machine.
    monkeypatch.setattr(_jobs, "_EVERY_SECONDS", 3600)
    steps, note = [], _jobs.Jobs._progress
    monkeypatch.setattr(_jobs.Jobs, "_progress", lambda jobs, job, step: (steps.append(step), note(jobs, job, step)))
    jp_create_notebook("deep down/credit.ipynb")
    run = begin(notebook=services.recorded_notebook(jp_root_dir / "deep down" / "credit.ipynb"))
    socket = await jp_ws_fetch("api", "events", "subscribe")
    folder = os.getcwd()  # noqa: PTH109

    answer = await post(api, run.id[:-1], '{"template": "model-card", "to": ["html"]}')
    job = body(answer)
    assert answer.code == 202
    assert answer.headers["Location"] == f"{jp_base_url}jupyter-gov/api/jobs/{job['id']}"
    assert (job["run"], job["template"], job["finished"], job["report"]) == (run.id, "model-card", None, None)
    code, error = await refused(post(api))
    assert (code, error["code"]) == (409, "conflict")

    # The server answers, in the folder where it was, while a kernel of its own fills the template.
    seen = []
    while (now := body(await api("jobs", job["id"])))["finished"] is None:
        seen.append(now["progress"])
        assert os.getcwd() == folder  # noqa: PTH109
        await asyncio.sleep(0.02)
    total = steps[0]["total"]
    assert steps == [{"what": "Filling model-card", "done": done, "total": total} for done in range(total)]
    told = [s["done"] for s in seen if s]
    assert told == sorted(told)

    name = f"model-card-{run.id[:13]}-{now['report'][-12:]}"
    assert (now["status"], now["error"], now["progress"]) == ("done", None, None)
    assert now["files"] == [{"name": f"{name}.html", "format": "html"}, {"name": f"{name}.ipynb", "format": "ipynb"}]
    assert body(await api("jobs")) == {"jobs": [now]}
    [report] = body(await api("runs", run.id, "reports"))["items"]
    assert report["id"] == now["report"]
    assert report["files"][0] == str(jp_root_dir / "deep down" / "gov-reports" / f"{name}.html")
    assert body(await api("runs", run.id, "overview"))["reports"]["items"][0]["files"] == now["files"]

    page = await api("runs", "latest", "reports", report["id"], "files", f"{name}.html")
    assert page.body.startswith(b"<!DOCTYPE html>")
    notebook = await api("runs", "latest", "reports", report["id"], "files", f"{name}.ipynb")
    nbformat.validate(nbformat.reads(notebook.body.decode(), as_version=4))

    # The event bus told all of it, by ids only.
    events = []
    while not events or events[-1]["action"] == "job.updated":
        events.append({k: v for k, v in json.loads(await socket.read_message()).items() if not k.startswith("__")})
    socket.close()
    ids = {"schema_id": EVENT_SCHEMA, "job": job["id"], "run": run.id}
    updates = events[:-1]
    assert all(e == {**ids, "action": "job.updated"} for e in updates)
    # Taken on, begun, ended.
    assert len(updates) == 3
    assert events[-1] == {**ids, "action": "report.rendered", "report": report["id"]}


async def test_a_report_that_fails_says_why(api, jp_serverapp, jp_root_dir):
    run = begin(notebook="elsewhere/credit.ipynb")
    (jp_root_dir / "gov-reports").write_text("no folder")
    events = []

    async def listen(logger, schema_id, data):
        events.append(data)

    jp_serverapp.event_logger.add_listener(schema_id=EVENT_SCHEMA, listener=listen)
    job = await ended(api, body(await post(api, body="")))
    assert job["status"] == "failed"
    assert job["error"]["code"] == "report"
    assert "cannot be written" in job["error"]["message"]
    assert (job["report"], job["files"]) == (None, [])
    assert events[-1] == {"action": "report.failed", "job": job["id"], "run": run.id}
    # What has ended may be tried again.
    assert body(await post(api))["status"] == "waiting"


async def test_the_folder_of_a_report(api, monkeypatch, jp_root_dir, jp_create_notebook, jp_fetch, tmp_path):
    folders = []

    def rendering(run, template, *, output, **_):
        folders.append(output)
        return write_report(tmp_path / "made")

    monkeypatch.setattr(services, "render_report", rendering)
    jp_create_notebook("project/nested/a.ipynb")
    jp_create_notebook("a.ipynb")
    jp_create_notebook("session.ipynb")
    (tmp_path / "outside.ipynb").write_text("{}")
    notebooks = {
        services.recorded_notebook(jp_root_dir / "project" / "nested" / "a.ipynb"): "project/nested",
        services.recorded_notebook(tmp_path / "outside.ipynb"): "",
        "project/nested/gone.ipynb": "",
        "": "",
        ".": "",
        "~nobody-of-that-name/a.ipynb": "",
        "~draft.ipynb": "",
        "~/" + "a" * 5000 + ".ipynb": "",
        "deep/" * 1000 + "a.ipynb": "",
        "a\ud800.ipynb": "",
    }
    for notebook, folder in notebooks.items():
        begin(notebook=notebook)
        await ended(api, body(await post(api)))
        assert folders.pop() == jp_root_dir / folder / "gov-reports", notebook


async def test_the_folder_of_a_report_on_a_notebook_below_the_home(
    api, monkeypatch, jp_root_dir, jp_create_notebook, tmp_path
):
    folders = []

    def rendering(run, template, *, output, **_):
        folders.append(output)
        return write_report(tmp_path / "made")

    monkeypatch.setattr(services, "render_report", rendering)
    monkeypatch.setenv("HOME", str(jp_root_dir))
    jp_create_notebook("mine/a.ipynb")
    jp_create_notebook("~draft.ipynb")
    for notebook, folder in {"~/mine/a.ipynb": "mine", "~/~draft.ipynb": ""}.items():
        begin(notebook=notebook)
        await ended(api, body(await post(api)))
        assert folders.pop() == jp_root_dir / folder / "gov-reports"


async def test_the_folder_of_a_report_on_a_notebook_in_a_repository(
    api, monkeypatch, jp_root_dir, jp_create_notebook, jp_serverapp, tmp_path
):
    folders = []

    def rendering(run, template, *, output, **_):
        folders.append(output)
        return write_report(tmp_path / "made")

    monkeypatch.setattr(services, "render_report", rendering)
    for repository in ("project", "other"):
        jp_create_notebook(f"{repository}/work/a.ipynb")
        subprocess.run(["git", "init", "-q", str(jp_root_dir / repository)], check=True)
    run = begin(notebook="work/a.ipynb")
    # Two repositories hold one of that name; the one that is open is meant, and where none is, nobody can tell.
    await ended(api, body(await post(api, run.id)))
    await jp_serverapp.session_manager.create_session(path="other/work/a.ipynb", type="notebook", kernel_name="python3")
    await ended(api, body(await post(api, run.id)))
    assert folders == [jp_root_dir / "gov-reports", jp_root_dir / "other" / "work" / "gov-reports"]


# -- requests that cannot be -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ("{", "The body is not JSON."),
        (b"\xff\xfe{}", "The body is not JSON."),
        ("[" * 100_000, "The body is not JSON."),
        ("[]", "The body is not a JSON object."),
        ("null", "The body is not a JSON object."),
        ('"model-card"', "The body is not a JSON object."),
        ('{"output": "/etc"}', "unknown key 'output'"),
        ('{"Template": "model-card"}', "unknown key 'Template'"),
        ('{"template": 3}', "template is not a text"),
        ('{"template": null}', "template is not a text"),
        ('{"template": "model-crad"}', "No template named 'model-crad'"),
        ('{"template": ""}', "No template named ''"),
        ('{"template": "../model-card"}', "No template named '../model-card'"),
        ('{"template": "/tmp/mine.ipynb"}', "No template named '/tmp/mine.ipynb'"),
        ('{"to": "html"}', "to is not a list of texts"),
        ('{"to": []}', "to is not a list of texts"),
        ('{"to": [["html"]]}', "to is not a list of texts"),
        ('{"to": ["html", "exe"]}', "No format 'exe'"),
        ('{"to": ["pdf"]}', "cannot render 'pdf'"),
    ],
)
async def test_a_request_that_cannot_be_used(api, jp_root_dir, sent, named):
    begin()
    code, error = await refused(post(api, body=sent))
    assert (code, error["code"]) == (400, "input")
    assert named in error["message"]
    assert error["hint"]
    assert body(await api("jobs")) == {"jobs": []}


async def test_a_report_on_no_run(api):
    code, error = await refused(post(api, NO_RUN))
    assert (code, error["code"]) == (404, "not_found")
    assert body(await api("jobs")) == {"jobs": []}


async def test_a_job_that_does_not_exist(api):
    code, error = await refused(api("jobs", "no-such-job"))
    assert (code, error["code"]) == (404, "not_found")


async def test_only_get_and_post_on_reports(api):
    for verb in ("PUT", "PATCH", "DELETE"):
        with pytest.raises(HTTPClientError) as caught:
            await api("runs", "latest", "reports", method=verb, body=None if verb == "DELETE" else "{}")
        assert caught.value.code == 405
        assert caught.value.response.headers["Allow"] == "GET, POST, OPTIONS"


async def test_another_page_cannot_post_with_the_users_login(api, monkeypatch, tmp_path):
    begin()
    monkeypatch.setattr(services, "render_report", lambda *_, **__: write_report(tmp_path / "made"))
    # A browser that has logged in sends cookies and no token.
    cookies = SimpleCookie()
    for sent in (await api()).headers.get_list("Set-Cookie"):
        cookies.load(sent)
    login = "; ".join(f"{c.key}={c.coded_value}" for c in cookies.values())
    assert body(await api("runs", headers={"Authorization": "", "Cookie": login}))["runs"]

    code, error = await refused(post(api, headers={"Authorization": "", "Cookie": login}))
    assert (code, error["code"]) == (403, "forbidden")
    assert "_xsrf" in error["message"]
    foreign = {"Authorization": "", "Cookie": f"{login}; _xsrf=a", "X-XSRFToken": "b"}
    assert (await refused(post(api, headers=foreign)))[0] == 403
    assert body(await api("jobs")) == {"jobs": []}

    ours = {"Authorization": "", "Cookie": f"{login}; _xsrf=a", "X-XSRFToken": "a"}
    assert (await post(api, headers=ours)).code == 202


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def stored(store, tmp_path):
    """A run with a report, and where the report's file is."""
    run = full_run(tmp_path / "reports")
    [report] = services.show_run(run.id)["reports"]
    return run, report["id"], tmp_path / "reports" / "model-card.html"


async def test_a_page_is_served_in_a_sandbox(api, stored):
    run, report, path = stored
    answer = await api("runs", run.id, "reports", report, "files", "model-card.html")
    assert answer.body == path.read_bytes()
    policy = dict(part.partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "sandbox": "",
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('inline; filename="model-card.html"')


class TestSitePolicy:
    @pytest.fixture
    def jp_server_config(self, store):
        settings = {"headers": {"Content-Security-Policy": "frame-ancestors *", "X-Content-Type-Options": ""}}
        return {"ServerApp": {"jpserver_extensions": {"jupyter_gov": True}, "tornado_settings": settings}}

    async def test_a_sites_own_policy_does_not_open_the_sandbox(self, api, stored):
        run, report, _ = stored
        answer = await api("runs", run.id, "reports", report, "files", "model-card.html")
        assert answer.headers.get_list("Content-Security-Policy") == [POLICY]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_file_that_was_changed_or_is_gone(api, stored):
    run, report, path = stored
    path.write_bytes(path.read_bytes() + b"<script>alert(1)</script>")
    code, error = await refused(api("runs", run.id, "reports", report, "files", path.name))
    assert (code, error["code"]) == (409, "conflict")
    path.unlink()
    for instead in (None, path.mkdir, lambda: (path.rmdir(), os.mkfifo(path))):
        if instead:
            instead()
        code, error = await refused(api("runs", run.id, "reports", report, "files", path.name))
        assert (code, error["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "name",
    ["other.html", "..", "../model-card.html", "%2e%2e", "/etc/passwd", "reports/model-card.html", "MODEL-CARD.html"],
)
async def test_a_name_that_is_not_the_reports(http_server_client, jp_base_url, jp_auth_header, stored, name):
    run, report, _ = stored
    url = f"{jp_base_url}jupyter-gov/api/runs/{run.id}/reports/{report}/files/{quote(name, safe='')}"
    code, error = await refused(http_server_client.fetch(url, headers=jp_auth_header))
    assert (code, error["code"]) == (404, "not_found")


async def test_a_report_of_another_run(api, stored):
    _, report, path = stored
    other = begin()
    for asked in (report, report[:-1], "latest", "%"):
        code, error = await refused(api("runs", other.id, "reports", asked, "files", path.name))
        assert (code, error["code"]) == (404, "not_found")


@pytest.mark.parametrize("name", ['a"; filename=b.html', "ü · 模.ipynb", "a'b%0d%0aX-Bad: 1.html", "a\\b;c.html"])
async def test_a_hostile_file_name_is_one_value(api, store, tmp_path, name):
    run = begin()
    report = write_report(tmp_path / "reports", name=name)
    add(run, report)
    answer = await api("runs", run.id, "reports", report.id, "files", name)
    sent = answer.headers["Content-Disposition"]
    found = re.fullmatch(r"(inline|attachment); filename=\"([\w. -]+)\"; filename\*=UTF-8''([\w.%~-]+)", sent, re.ASCII)
    assert found
    assert unquote(found[3]) == name
    assert found[1] == ("inline" if name.endswith("html") else "attachment")
    assert "X-Bad" not in answer.headers


def test_a_disposition_never_holds_a_line_break():
    assert disposition("inline", "a\r\nSet-Cookie: b") == (
        "inline; filename=\"a__Set-Cookie_ b\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b"
    )


async def test_a_file_from_a_store_that_fails(api, stored, monkeypatch):
    def unreadable(*_, **__):
        raise StoreError("The store is locked.")

    run, report, path = stored
    monkeypatch.setattr(services, "report_file", unreadable)
    assert (await refused(api("runs", run.id, "reports", report, "files", path.name)))[0] == 503
