"""Reports: where their record goes, and their files as they were recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_gov.errors import ConflictError, InputError, NotFoundError
from jupyter_gov.records import Run
from jupyter_gov.services import (
    begin_run,
    check_report,
    close_stores,
    get_store,
    render_report,
    report,
    report_file,
    session,
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
