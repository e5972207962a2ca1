"""``jupyter gov policy``: exit statuses, what a person reads, the last line of --json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jupyter_gov.cli import main
from jupyter_gov.policy import SCHEMA, digest, from_json, read_policy

HOUSE = """\
schema: jupyter-gov/policy/1
id: house
version: 1.0.0
title: Rules of the house
text: What we ask of every model.
owner: Head of models
source: {title: A rule of the house, date: 2026-04-17, certainty: verified}
controls:
  - id: h.purpose
    title: The purpose is written down
    text: Whoever uses the model must know what for.
    require: {document: purpose, min_words: 2}
    remedies: ["Write it: %%gov_doc purpose."]
examples:
  - {name: nothing is written, expect: {h.purpose: missing}}
  - {name: it is written, given: {documents: {purpose: To rank applicants.}}, expect: {h.purpose: pass}}
"""


@pytest.fixture
def gov(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JUPYTER_GOV_POLICIES", raising=False)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "house.yaml").write_text(HOUSE, encoding="utf-8")
    return lambda *arguments: CliRunner().invoke(main, ["policy", *arguments])


def last(result: Result) -> Any:
    """Return the JSON on the last line of standard output."""
    return json.loads(result.stdout.splitlines()[-1])


def test_list(gov: Any, tmp_path: Path) -> None:
    result = gov("list")
    assert result.exit_code == 0, result.output
    assert "house" in result.stdout
    assert "good-practice" in result.stdout
    found = {p["name"]: p for p in last(gov("list", "--json"))["policies"]}
    assert found["house"]["where"] == str(tmp_path / "policies" / "house.yaml")
    assert found["good-practice"]["where"] == "pack"
    text = HOUSE.replace("id: house", "id: site\nextends: house").replace("h.purpose", "s.purpose")
    (tmp_path / "policies" / "site.yaml").write_text(text, encoding="utf-8")
    assert "2 (1 inherited)" in gov("list").stdout


def test_show(gov: Any) -> None:
    result = gov("show", "house")
    assert result.exit_code == 0, result.output
    assert "documented: purpose, 2 words or more" in " ".join(result.stdout.split())
    assert digest(read_policy(HOUSE)) in result.stdout
    data = last(gov("show", "house", "--json"))
    assert from_json({k: v for k, v in data.items() if k not in ("where", "digest")}) == read_policy(HOUSE)


def test_a_name_that_is_wrong(gov: Any) -> None:
    result = gov("show", "hose")
    assert result.exit_code == 1
    assert result.stderr == "Error: No policy named 'hose'. Did you mean 'house'?\n"
    assert last(gov("show", "hose", "--json"))["error"]["code"] == "not_found"


def test_lint(gov: Any, tmp_path: Path) -> None:
    assert gov("lint", "house").stdout == "1 policy, 0 errors, 0 warnings.\n"
    path = tmp_path / "policies" / "house.yaml"
    path.write_text(HOUSE.replace("owner: Head of models\n", ""), encoding="utf-8")
    result = gov("lint", "policies/house.yaml")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"warning: {path}, line 1, column 1: Nobody answers for the policy. Add `owner`: a role.",
        "1 policy, 0 errors, 1 warning.",
    ]
    assert gov("lint", "house", "--strict").exit_code == 1
    path.write_text(HOUSE.replace("min_words", "min_wrods"), encoding="utf-8")
    result = gov("lint", "house", "good-practice", "--json")
    assert result.exit_code == 1
    told = last(result)
    assert told["ok"] is False
    (note,) = [n for n in told["notes"] if n["level"] == "error"]
    assert (note["file"], note["line"], note["column"], note["hint"]) == (
        str(path),
        12,
        34,
        "Did you mean 'min_words'?",
    )


def test_diff(gov: Any, tmp_path: Path) -> None:
    (tmp_path / "later.yaml").write_text(HOUSE.replace("min_words: 2", "min_words: 20"), encoding="utf-8")
    assert gov("diff", "house", "house").stdout == "They ask for the same.\n"
    result = gov("diff", "house", "later.yaml")
    assert result.exit_code == 0
    assert result.stdout == (
        "h.purpose: asked (stricter): documented: purpose, 2 words or more → documented: purpose, 20 words or more\n"
    )
    assert last(gov("diff", "house", "later.yaml", "--json"))["differences"][0]["control"] == "h.purpose"


def test_explain(gov: Any) -> None:
    result = gov("explain", "house", "h.purpose")
    assert result.stdout.startswith("h.purpose: The purpose is written down (major)\n  Whoever uses")
    assert gov("explain", "house").stdout.startswith("Rules of the house (house 1.0.0)\n")
    assert last(gov("explain", "house", "--json"))["policy"] == "house"
    assert "Did you mean 'h.purpose'?" in gov("explain", "house", "h.porpose").stderr


def test_test(gov: Any, tmp_path: Path) -> None:
    result = gov("test", "house")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == "2 of 2 examples as expected."
    path = tmp_path / "policies" / "house.yaml"
    path.write_text(HOUSE.replace("h.purpose: pass", "h.purpose: fail"), encoding="utf-8")
    result = gov("test", "house")
    assert result.exit_code == 1
    assert "not as expected: it is written\n  h.purpose: fail expected, pass found." in result.stdout
    told = last(gov("test", "house", "--json"))
    assert (told["ok"], [e["passed"] for e in told["examples"]]) == (False, [True, False])


def test_a_policy_without_examples_says_that_nothing_was_tried(gov: Any, tmp_path: Path) -> None:
    path = tmp_path / "policies" / "house.yaml"
    path.write_text(HOUSE.partition("examples:")[0], encoding="utf-8")
    result = gov("test", "house")
    assert (result.exit_code, result.stdout) == (0, "There are no examples in house, so nothing was tried.\n")
    assert gov("test", "house", "--strict").exit_code == 1
    path.write_text(HOUSE, encoding="utf-8")
    assert gov("test", "house", "--strict").exit_code == 0


def test_schema(gov: Any) -> None:
    assert json.loads(gov("schema").stdout) == SCHEMA
    assert last(gov("schema", "--json")) == SCHEMA


def test_no_name_of_a_control_steers_the_terminal(gov: Any, tmp_path: Path) -> None:
    path = tmp_path / "policies" / "house.yaml"
    path.write_text(HOUSE.replace("purpose is written", "\u202epurpose is written"), encoding="utf-8")
    for command in ("show", "explain", "lint"):
        assert "\u202e" not in gov(command, "house").output
