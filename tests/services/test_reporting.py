"""Reports: where their record goes, and their files as they were recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from jupyter_gov.errors import ConflictError, InputError, NotFoundError
from jupyter_gov.records import PolicyCheck, Run
from jupyter_gov.services import (
    begin_run,
    check_report,
    close_stores,
    get_store,
    render_report,
    report,
    report_file,
    reporting,
    session,
    use_policy,
)


@pytest.fixture
def run(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.chdir(tmp_path)
    yield begin_run(name="credit", experiment="loans")
    session.close_session()
    close_stores()


def test_a_report_on_the_tracked_run_goes_through_its_session(run: Run, store: str) -> None:
    other = begin_run(name="other", experiment="loans")
    opened = session.open_session(run, owner=True)
    written: list[int] = []
    opened.written = written.append
    told: list[tuple[str, int, int]] = []

    made = render_report(run, progress=lambda *step: told.append(step))

    assert told
    [event] = [e for e in get_store().events(run.id) if e.envelope["action"] == "report.rendered"]
    # On disk on return; whoever follows the session has heard of it.
    assert event.envelope["subject"]["id"] == made.id
    assert written[-1] == event.envelope["seq"]

    files = report(other)
    assert files[0].parent == Path.cwd() / "gov-reports"
    assert written[-1] == event.envelope["seq"]


def test_a_report_records_and_shows_the_verdicts_of_the_policy_in_force(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, template = tmp_path / "house.yaml", tmp_path / "short.ipynb"
    policy.write_text(
        "schema: jupyter-gov/policy/1\nid: house\nversion: 1.0.0\ntitle: House\nowner: Head of risk\n"
        "controls: [{id: h.purpose, title: Purpose is written down, require: {document: purpose}}]\n"
    )
    cells = [
        nbformat.v4.new_code_cell('run = store = voices = ""', metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(
            "from jupyter_gov.reports import ModelCard\ncard = ModelCard(run, store=store, voices=voices)"
        ),
        nbformat.v4.new_code_cell("card.policy()"),
    ]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), template)
    voices = tmp_path / "voices"
    voices.mkdir()
    (voices / "business.j2").write_text("The house says: {{ verdict.title }}.")
    monkeypatch.setattr(reporting, "voices_folder", lambda: voices)
    session.open_session(run, owner=True)
    use_policy(str(policy))

    [page, _] = report(run, str(template))

    [check] = [r for r in get_store().records(run.id) if isinstance(r, PolicyCheck)]
    shown = page.read_text("utf-8")
    assert check.id in shown
    assert "Undecided" in shown
    assert "The house says: Purpose is written down." in shown


def test_a_file_is_given_as_it_was_recorded(run: Run, tmp_path: Path) -> None:
    made = render_report(run, output=tmp_path / "out")
    for path, digest in zip(made.files, made.digests, strict=True):
        content, format_ = report_file("latest", made.id, Path(path).name)
        assert f"sha256:{hashlib.sha256(content).hexdigest()}" == digest
        assert Path(path).suffix == f".{format_}"
    page = Path(made.files[0])
    with pytest.raises(NotFoundError, match="has no file 'out/"):
        report_file(run.id, made.id, f"out/{page.name}")
    with pytest.raises(NotFoundError, match="no report 'latest'"):
        report_file(run.id, "latest", page.name)
    page.write_text("changed")
    with pytest.raises(ConflictError, match="not what was recorded"):
        report_file(run.id, made.id, page.name)
    page.unlink()
    with pytest.raises(NotFoundError, match="gone"):
        report_file(run.id, made.id, page.name)


def test_an_earlier_report_stays_as_it_was_recorded(run: Run, tmp_path: Path) -> None:
    made = [render_report(run, output=tmp_path / "out") for _ in range(2)]
    for record in made:
        for path in record.files:
            assert Path(path).stem.endswith(record.id[-12:])
            assert report_file(run.id, record.id, Path(path).name)[0] == Path(path).read_bytes()


def test_what_cannot_be_rendered_is_known_before(tmp_path: Path) -> None:
    check_report("model-card", ["html", "ipynb"])
    mine = tmp_path / "mine.ipynb"
    mine.write_text("{}")
    for template in ("model-crad", "", str(mine)):
        with pytest.raises(InputError, match="No template named"):
            check_report(template, ["html"])
    with pytest.raises(InputError, match="cannot render 'pdf'"):
        check_report("model-card", ["pdf"])
