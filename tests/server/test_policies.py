"""Policies by REST: which there are, and judging one on a run."""

from __future__ import annotations

import json

import pytest
from server_samples import add, begin, body, full_run, refused
from tornado.httpclient import HTTPClientError

from jupyter_gov import services
from jupyter_gov.policy import read_policy, to_json
from jupyter_gov.records import Document, PolicyUse

POLICY = """schema: jupyter-gov/policy/1
id: house
version: 1.0.0
title: House rules
controls:
  - {id: h.purpose, title: The purpose is written down, require: {document: purpose}}
"""


def post(**given):
    return {"method": "POST", "body": json.dumps(given)}


async def test_the_policies_that_a_notebook_finds(api, jp_root_dir):
    found = {p["name"] for p in body(await api("policies"))["policies"]}
    assert "good-practice" in found
    assert "house" not in found
    (jp_root_dir / "project" / "policies").mkdir(parents=True)
    (jp_root_dir / "project" / "policies" / "house.yaml").write_text(POLICY)
    listed = body(await api("policies", path="project/credit.ipynb"))["policies"]
    assert {"name": "house", "version": "1.0.0", "title": "House rules"} in listed
    code, error = await refused(api("policies", path="../../etc/x.ipynb"))
    assert (code, error["code"]) == (400, "input")


async def test_a_check_is_recorded_with_the_run(api):
    run = begin()
    made = body(await api("runs", run.id, "checks", **post(policy="good-practice", as_of="2026-11-21", tier="high")))
    assert made["policy"] == "good-practice"
    assert made["readiness"] in ("undecided", "blocked")
    assert sum(made["counts"].values()) == len(made["verdicts"]) > 0
    assert made["as_of"].startswith("2026-11-21")
    [kept] = [r for r in services.load_records(run.id) if r.kind == "policy_check"]
    assert kept.id == made["id"]
    # What the verdicts come to is worked out, not recorded.
    recorded = {k: v for k, v in made.items() if k not in ("readiness", "counts")}
    assert body(await api("runs", run.id, "checks")) == {"items": [recorded], "next": None}
    [use] = body(await api("runs", run.id, "policies"))["items"]
    assert (use["id"], use["content"]["id"], use["in_force"]) == (made["use"], "good-practice", False)
    assert body(await api("runs", run.id, "overview"))["policy"] is None


async def test_without_a_name_the_policy_in_force_is_judged(api):
    run = begin()
    code, error = await refused(api("runs", run.id, "checks", **post()))
    assert (code, error["code"]) in {(400, "input"), (404, "not_found")}
    add(run, PolicyUse(policy="house", version="1.0.0", title="House rules", content=to_json(read_policy(POLICY))))
    made = body(await api("runs", run.id, "checks", **post()))
    assert [(v["control"], v["status"]) for v in made["verdicts"]] == [("h.purpose", "missing")]


async def test_a_name_is_no_path(api, tmp_path):
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: hunter2")
    run = begin()
    beside = [f"good-practice@{slash}..{slash}{secret.name}" for slash in "/\\"]
    ends = ["good-practice@1.0.0.yaml", "good-practice@1.0.0-a.yaml", "good-practice@", "good-practice@1"]
    paths = [str(secret), "../secret", "good-practice,/etc/passwd", "file:///etc/passwd", "", f"good-practice@{secret}"]
    for name in (*paths, *beside, *ends):
        code, error = await refused(api("runs", run.id, "checks", **post(policy=name)))
        assert (code, error["code"]) == (404, "not_found")
        assert "hunter2" not in json.dumps(error)
    _, error = await refused(api("runs", run.id, "checks", **post(policy="good-practise")))
    assert "good-practice" in error["hint"]


async def test_what_a_notebook_finds_can_be_checked_from_there(api, jp_root_dir, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (jp_root_dir / "project" / "policies").mkdir(parents=True)
    (jp_root_dir / "project" / "policies" / "house.yaml").write_text(POLICY)
    run = begin()
    for name in ("house", "house@1.0.0"):
        made = body(await api("runs", run.id, "checks", **post(policy=name, path="project/credit.ipynb")))
        assert [v["control"] for v in made["verdicts"]] == ["h.purpose"]
    assert (await refused(api("runs", run.id, "checks", **post(policy="house"))))[0] == 404
    code, error = await refused(api("runs", run.id, "checks", **post(policy="house", path="../x.ipynb")))
    assert (code, error["code"]) == (400, "input")


async def test_those_of_the_servers_root_are_found_without_a_path(api, jp_root_dir, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (jp_root_dir / "policies").mkdir(parents=True)
    (jp_root_dir / "policies" / "house.yaml").write_text(POLICY)
    assert "house" in {p["name"] for p in body(await api("policies"))["policies"]}
    made = body(await api("runs", begin().id, "checks", **post(policy="good-practice,house")))
    assert made["policy"] == "good-practice + house"


@pytest.mark.parametrize(
    "given",
    [
        {"policy": 1},
        {"path": 1},
        {"as_of": 1},
        {"as_of": "soon", "policy": "good-practice"},
        {"tier": None},
        {"policies": "x"},
    ],
)
async def test_a_request_that_cannot_be_used(api, given):
    run = begin()
    code, error = await refused(api("runs", run.id, "checks", **post(**given)))
    assert (code, error["code"]) == (400, "input")


async def test_an_overview_with_a_policy_is_as_described(api, tmp_path):
    run = full_run(tmp_path / "reports")
    add(run, PolicyUse(policy="house", version="1.0.0", title="House rules", content=to_json(read_policy(POLICY))))
    answer = await api("runs", run.id, "overview")
    shown = body(answer)["policy"]
    # The charter's target is a control as well.
    assert (shown["readiness"], [i["id"] for i in shown["rest"]["items"]]) == ("ready", ["h.purpose", "kpi.auc"])
    assert shown["rest"]["items"][0]["cell"] == {"cell_id": "abc", "number": 1}
    tag = answer.headers["Etag"]
    with pytest.raises(HTTPClientError) as caught:
        await api("runs", run.id, "overview", headers={"If-None-Match": tag})
    assert caught.value.code == 304
    add(run, Document(section="limitations", markdown="Few.\n"))
    assert (await api("runs", run.id, "overview", headers={"If-None-Match": tag})).code == 200
