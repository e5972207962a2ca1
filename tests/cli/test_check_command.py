"""``jupyter gov check``: exit statuses for pipelines, JUnit and Markdown, and the same verdicts again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from jupyter_gov import services
from jupyter_gov.cli import main
from jupyter_gov.records import AssessmentResult, Document, PolicyCheck, Record, Run, Value, new_id, utc_now
from jupyter_gov.services.session import entry_of

POLICY = """\
schema: jupyter-gov/policy/1
id: credit
version: 1.0.0
title: Credit
controls:
  - {id: c.auc, title: It ranks well enough, severity: blocker, require: {measure: roc_auc, at_least: 0.7}}
  - {id: c.purpose, title: Purpose is written down, severity: major, require: {document: purpose}}
  - {id: c.data, title: Data are described, severity: minor, require: {document: data}}
"""

AUC = Value(measure="roc_auc", value=0.8, lower=0.75, upper=0.85, confidence=0.95, n=500)
RESULT = AssessmentResult(name="performance", act="a", model="forest", values=(AUC,), parameters={"task": "binary"})
PURPOSE, DATA = (Document(section=s, markdown="Some words.", written=utc_now()) for s in ("purpose", "data"))


@pytest.fixture
def gov(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "credit.yaml").write_text(POLICY, encoding="utf-8")

    def invoke(*arguments: str) -> Result:
        verb = [] if arguments[:1] in (("waive",), ("withdraw",)) else ["check"]
        return CliRunner().invoke(main, [*verb, *arguments])

    yield invoke
    services.close_stores()


def begin(*records: Record) -> Run:
    run = services.begin_run(name="credit", experiment="loans")
    mine = [r.replace(id=new_id()) for r in records]
    services.get_store().append([entry_of(r, f"{r.kind}.made", run.id) for r in mine])
    return run


@pytest.mark.parametrize(
    ("records", "statuses"),
    [
        ((), {"minor": 5, "major": 5, "blocker": 5}),
        ((RESULT,), {"minor": 4, "major": 4, "blocker": 0}),
        ((RESULT, PURPOSE), {"minor": 3, "major": 0, "blocker": 0}),
        ((RESULT, PURPOSE, DATA), {"minor": 0, "major": 0, "blocker": 0}),
        ((PURPOSE, DATA), {"minor": 5, "major": 5, "blocker": 5}),
    ],
)
def test_exit_status(gov: Callable[..., Result], records: tuple[Record, ...], statuses: dict[str, int]) -> None:
    begin(*records)
    for level, status in statuses.items():
        assert gov("latest", "--policy", "credit.yaml", "--fail-on", level).exit_code == status
    assert gov("latest", "--policy", "credit.yaml").exit_code == statuses["minor"]


def test_other_exit_statuses(gov: Callable[..., Result]) -> None:
    run = begin(RESULT)
    assert gov(run.id).exit_code == 1
    assert "No policy is in force" in gov(run.id).stderr
    assert gov(run.id, "--policy", "credti.yaml").exit_code == 1
    assert gov("0123", "--policy", "credit.yaml").exit_code == 1
    assert gov(run.id, "--policy", "credit.yaml", "--model", "forst").exit_code == 1
    assert "Did you mean 'forest'?" in gov(run.id, "--policy", "credit.yaml", "--model", "forst").stderr
    assert gov(run.id, "--policy", "credit.yaml", "--as-of", "soon").exit_code == 1
    assert gov(run.id, "--fail-on", "always").exit_code == 2
    assert gov(run.id, "--policy", "credit.yaml", "--junit", "nowhere/x.xml").exit_code == 1


def test_nothing_that_applies_is_no_success(gov: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "narrow.yaml").write_text(
        POLICY.replace("title: Credit\n", "title: Credit\napplies: {jurisdiction: [US]}\n"), encoding="utf-8"
    )
    begin(RESULT, PURPOSE, DATA)
    assert gov("--policy", "narrow.yaml", "--jurisdiction", "us-ny").exit_code == 0
    done = gov("--policy", "narrow.yaml", "--jurisdiction", "DE", "--fail-on", "blocker")
    assert done.exit_code == 1
    assert "Nothing was judged: none of the controls of credit applies." in done.stdout
    assert "here it is DE" in done.stdout
    wrong = gov("--policy", "narrow.yaml", "--jurisdiction", "USA")
    assert (wrong.exit_code, "Did you mean 'US'?" in wrong.stderr) == (1, True)


def test_a_sites_own_voice_speaks_everywhere(
    gov: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_gov.services.site_voices", lambda: {"data_scientist": "Ours: {{ verdict.control }}."})
    begin(RESULT)
    done = gov("--policy", "credit.yaml", "--junit", "own.xml", "--markdown", "own.md")
    assert "Ours: c.purpose." in done.stdout
    assert "Ours: c.purpose." in (tmp_path / "own.xml").read_text("utf-8")


def test_junit_has_a_case_for_each_control(gov: Callable[..., Result], tmp_path: Path) -> None:
    begin(RESULT)
    done = gov("--policy", "credit.yaml", "--junit", "check.xml", "--markdown", "check.md")
    assert done.exit_code == 4
    tree = ElementTree.parse(tmp_path / "check.xml")
    cases = tree.findall(".//testcase")
    assert [c.get("name", "").partition(":")[0] for c in cases] == ["c.auc", "c.purpose", "c.data"]
    bad = [c for c in cases if c.find("failure") is not None or c.find("error") is not None]
    assert len(bad) == 2
    assert "Purpose is written down" in (tmp_path / "check.md").read_text(encoding="utf-8")
    assert "Credit 1.0.0" in done.stdout


def test_json_and_the_same_again(gov: Callable[..., Result], tmp_path: Path) -> None:
    run = begin(RESULT, PURPOSE)
    done = gov(run.id, "--policy", "credit.yaml", "--as-of", "2999-01-01", "--json")
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["readiness"], told["exit"], done.exit_code) == ("with_reservations", 3, 3)
    assert told["counts"]["pass"] == 2
    assert told["as_of"].startswith("2999-01-01T23:59:59")
    assert services.get_store().get(PolicyCheck, told["id"]) is not None
    (tmp_path / "credit.yaml").write_text(POLICY.replace("1.0.0", "2.0.0").replace("0.7", "0.9"), encoding="utf-8")
    services.get_store().append([entry_of(DATA, "document.written", run.id)])
    again = gov(run.id, "--again", told["id"])
    assert again.exit_code == 3
    assert "comes out again" in again.stdout
    assert gov(run.id, "--again", "latest", "--fail-on", "major").exit_code == 0
    assert gov(run.id, "--again", "latest", "--policy", "credit.yaml").exit_code == 1
    assert gov(run.id, "--again", "ffff").exit_code == 1
    assert gov(run.id, "--policy", "credit.yaml").exit_code == 5  # as it is now


def test_the_policy_in_force_is_taken_as_it_was(gov: Callable[..., Result], tmp_path: Path) -> None:
    run = begin(RESULT, PURPOSE, DATA)
    services.open_session(run, owner=True)
    services.use_policy("credit.yaml")
    services.close_session()
    assert gov().exit_code == 0
    (tmp_path / "credit.yaml").write_text(POLICY.replace("0.7", "0.9"), encoding="utf-8")
    done = gov()
    assert done.exit_code == 0
    assert "has changed since it was put in force" in done.stdout


def test_a_waiver_counts_until_it_is_withdrawn(gov: Callable[..., Result]) -> None:
    begin(RESULT, PURPOSE)
    asked = ("--by", "Ann", "--why", "it is described elsewhere", "--until", "2999-12-31", "--policy", "credit.yaml")
    made = gov("waive", "c.data", *asked)
    assert (made.exit_code, made.stdout.startswith("c.data is waived by Ann until 2999-12-31")) == (0, True)
    assert gov("--policy", "credit.yaml").exit_code == 0
    begin(RESULT, PURPOSE)  # another run of the experiment
    done = gov("--policy", "credit.yaml", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout.splitlines()[-1])["readiness"] == "with_reservations"
    assert gov("withdraw", "c.data").exit_code == 0
    assert gov("--policy", "credit.yaml").exit_code == 3
    assert gov("withdraw", "c.data").exit_code == 1
    assert "Did you mean 'c.data'?" in gov("waive", "c.dta", *asked).stderr
