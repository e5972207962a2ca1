"""Reading makes no store; what is there is opened once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_gov import services
from jupyter_gov.errors import InputError, NotFoundError, StoreError
from jupyter_gov.store import _look


@pytest.fixture(autouse=True)
def closed(store: str) -> Iterator[None]:
    yield
    services.close_stores()


def test_reading_makes_no_store(tmp_path: Path) -> None:
    assert services.find_store() is None
    assert services.list_runs() == []
    assert services.list_experiments() == []
    for read in (services.find_run, services.show_run, services.overview, services.run_version):
        with pytest.raises(NotFoundError, match=r"No run .latest. in sqlite:///.*gov\.db"):
            read("latest")
    with pytest.raises(NotFoundError):
        services.render_report()
    assert list(tmp_path.iterdir()) == []
    run = services.begin_run(name="credit", experiment="loans")
    assert services.list_runs() == [run]
    assert services.find_store() is services.get_store()


def test_a_store_of_an_earlier_version(monkeypatch: pytest.MonkeyPatch) -> None:
    services.check_revision()
    run = services.begin_run(name="credit", experiment="loans")
    monkeypatch.setattr(_look, "HEAD", "a later one")
    # What is open has been migrated.
    services.check_revision()
    services.close_stores()
    with pytest.raises(StoreError, match="has not been migrated"):
        services.check_revision()
    assert services.find_run("LATEST") == run
    services.check_revision()


@pytest.mark.parametrize("before", ["", "zzz", "\0", "01980000-0000-7000-8000-00000000000", "٠" * 36])
def test_a_cursor_is_an_id(before: str) -> None:
    for read in (services.list_runs, services.list_experiments):
        with pytest.raises(InputError, match="after is"):
            read(before=before)
