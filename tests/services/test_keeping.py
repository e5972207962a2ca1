"""What is kept with a run, and what becomes of what is too much."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from jupyter_gov.records import Artifact, Gap
from jupyter_gov.services import begin_run, close_session, close_stores, get_store, kept, open_session
from jupyter_gov.services.session import Session
from jupyter_gov.services.settings import governance


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    yield f"sqlite:///{tmp_path / 'gov.db'}"
    close_session()
    close_stores()


@pytest.fixture
def session(url: str) -> Session:
    return open_session(begin_run(name="n", experiment="e", store=url), owner=True, store=url)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 1 kB be kept of each and 3 kB of all."""
    (tmp_path / "jupyter_gov_config.py").write_text("c.Governance.kept_mb = 0.003\nc.Governance.kept_each_mb = 0.001\n")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path))


def gaps(session: Session) -> list[Gap]:
    session.flush()
    return [r for r in session.store.records(session.run.id) if isinstance(r, Gap)]


def test_what_was_kept_is_found(session: Session, url: str) -> None:
    session.keep("fit", "learned", lambda: {"coef_": np.arange(3.0), "C": 1.0})
    session.keep("fit", "rows", lambda: {"positions": [4, 2]})
    session.keep("another", "learned", lambda: {"C": 2.0})
    session.flush()
    for run in (session.run.id, None):
        found = kept("fit", "learned", url, run=run)
        assert found is not None
        assert (found["coef_"].tolist(), found["C"]) == ([0, 1, 2], 1.0)
    assert kept("another", "learned", url) == {"C": 2.0}
    assert kept("none", "learned", url) is None
    assert kept("fit", "learned", url, run="another run") is None
    (action,) = {e.envelope["action"] for e in session.store.events() if e.envelope["subject"]["kind"] == "artifact"}
    assert action == "artifact.kept"


def test_who_only_looks_makes_no_store(tmp_path: Path) -> None:
    assert kept("fit", "learned", str(tmp_path / "none.db")) is None
    assert list(tmp_path.iterdir()) == []


def test_secrets_are_taken_out(session: Session, url: str) -> None:
    key = "sk-proj-" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9"
    learned = {
        "steps.model.api_key": "hunter2Hunter",
        "dsn": "postgresql://ada:tr0ub4dor@host/db",
        "words": np.array(["a", None, f"token {key}"], object),
        "labels": np.array([["x", key]]),
        "C": 1.0,
    }
    session.keep("fit", "learned", lambda: learned)
    session.keep("fine", "learned", lambda: {"solver": "lbfgs", "words": np.array(["a", "b"])})
    session.flush()
    found, fine = kept("fit", "learned", url), kept("fine", "learned", url)
    assert found is not None
    assert fine is not None
    for secret in (key, "hunter2Hunter", "tr0ub4dor"):
        assert secret not in str(found)
    assert found["dsn"].startswith("postgresql://ada:[redacted")
    assert found["words"][:2].tolist() == ["a", None]
    assert (found["labels"].shape, found["labels"][0, 0], found["C"]) == ((1, 2), "x", 1.0)
    assert (fine["solver"], fine["words"].tolist()) == ("lbfgs", ["a", "b"])
    told = {r.about: r.redacted for r in session.store.records(session.run.id) if isinstance(r, Artifact)}
    assert len(told["fit"]) == 4
    assert told["fine"] == ()
    assert "tr0ub4dor" in learned["dsn"]  # type: ignore[operator]


def test_what_cannot_be_packed_or_made_becomes_a_gap(session: Session, url: str) -> None:
    def fail() -> dict[str, object]:
        raise RuntimeError

    session.keep("fit", "learned", lambda: {"coef_": object()})
    session.keep("data", "rows", fail)
    session.keep("fine", "rows", lambda: {"a": 1})
    assert sorted(g.what for g in gaps(session)) == ["a record (artifact.learned)", "a record (artifact.rows)"]
    assert kept("fine", "rows", url) == {"a": 1}


@pytest.mark.usefixtures("small")
def test_what_is_too_large_becomes_one_gap(session: Session, url: str) -> None:
    for i in range(3):
        session.keep(f"fit {i}", "learned", lambda: {"coef_": np.zeros(200)})
    session.keep("small", "learned", lambda: {"coef_": np.zeros(3)})
    (gap,) = gaps(session)
    assert (gap.what, gap.reason) == ("what models have learned", "Some take more than 0.001 MB each.")
    assert "c.Governance.kept_each_mb" in gap.remedy
    assert kept("fit 0", "learned", url) is None
    assert kept("small", "learned", url) is not None


@pytest.mark.usefixtures("small")
def test_a_run_has_so_much_and_no_more(session: Session, url: str) -> None:
    for i in range(20):
        session.keep(f"{i}", "predictions", lambda i=i: {"values": np.full(100, i // 2)})  # type: ignore[misc]
    (gap,) = gaps(session)
    assert gap.what == "what models predicted"
    assert "c.Governance.kept_mb" in gap.remedy
    held = [kept(f"{i}", "predictions", url) for i in range(20)]
    # The same content counts once.
    assert [i for i, values in enumerate(held) if values] == [0, 1, 2, 3, 4, 5]


@pytest.mark.usefixtures("small")
def test_who_asks_first_copies_nothing_in_vain(session: Session) -> None:
    assert not session.keeps("learned", 1001)
    assert [session.keeps("learned", 1000) for _ in range(4)] == [True, True, True, False]
    session.keep("fit", "learned", lambda: {}, size=1000)
    session.flush()
    assert session.keeps("learned", 900)
    assert len(gaps(session)) == 2


@pytest.mark.parametrize("setting", ["kept_mb", "kept_each_mb"])
def test_nothing_is_kept_where_that_is_wanted(
    setting: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jupyter_gov_config.json").write_text(f'{{"Governance": {{"{setting}": 0}}}}')
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path))
    opened = open_session(begin_run(name="n", experiment="e", store=url), owner=True, store=url)
    assert not opened.keeps("learned", 1)
    opened.keep("fit", "learned", lambda: {"a": 1})
    assert gaps(opened) == []
    assert not any(isinstance(r, Artifact) for r in get_store(url).records(opened.run.id))


def test_the_caps_that_are_documented() -> None:
    settings = governance()
    assert (settings.kept_mb, settings.kept_each_mb) == (200, 8)
