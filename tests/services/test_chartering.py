"""Charters in a store: the newest counts, also from a notebook's kernel and without a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyter_gov import services
from jupyter_gov.errors import InputError, NotFoundError
from jupyter_gov.policy import charter_template

GOAL = {"goal": "Fewer wrong refusals"}


def test_the_newest_counts_for_all_runs_of_the_experiment(kernel: Any, tmp_path: Path) -> None:
    file = tmp_path / "charter.yaml"
    file.write_text("goal: Fewer wrong refusals\nanswers: {use: credit, autonomy: advice}\n", encoding="utf-8")
    run = kernel.track("charter --experiment lending")
    ran = kernel.run(f"%gov_charter {file}\n42")
    assert ran.result == "42"
    assert not ran.gov("error")
    assert "Fewer wrong refusals" in ran.gov("charter")[0]
    kernel.flush()
    first = kernel.show(run)
    # The same again is not written again.
    kernel.run(f"import jupyter_gov as gov\nsame = gov.charter({str(file)!r})")
    assert kernel.run("print(same.id == gov.charter().id)").text().strip() == "True"
    kernel.untrack()
    again = kernel.track("another --experiment lending")
    assert again != run
    assert "high" in kernel.run("print(gov.charter().tier)").text()
    shown = kernel.run("%gov_charter --show").gov("charter")
    assert "Fewer wrong refusals" in shown[0]
    kernel.run("_ = gov.charter({'goal': 'Something else'})")
    assert kernel.run("print(gov.charter().goal)").text().strip() == "Something else"
    assert first["experiment"] == "lending"


def test_it_is_shown_as_a_card(kernel: Any) -> None:
    kernel.track("cards --experiment cards")
    ran = kernel.run("import jupyter_gov as gov\ngov.charter({'goal': 'A card', 'risks': [{'risk': '<script>'}]})")
    html = next(o["content"]["data"]["text/html"] for o in ran.outputs if o["type"] == "execute_result")
    assert "jg-charter" in html
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("%gov_charter nowhere.yaml", "There is no file"),
        ("import jupyter_gov as gov\ngov.charter(3)", "The charter is an int"),
        ("gov.charter({'goal': 'x', 'experiment': 'other'})", "is about the experiment 'other'"),
        ("gov.charter({'gaol': 'x'})", "Did you mean 'goal'"),
    ],
)
def test_what_is_wrong_is_said(kernel: Any, line: str, words: str) -> None:
    kernel.track("errors --experiment errors")
    ran = kernel.run(line, check=False)
    assert words in " ".join([*ran.gov("error"), str(ran.error or ""), ran.traceback])


def test_without_a_notebook_it_is_a_run_of_its_own(store: str, tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text("goal: g\n", encoding="utf-8")
    with pytest.raises(InputError, match="names no experiment"):
        services.charter_experiment(file)
    assert not services.list_runs()
    made, run = services.charter_experiment(file, experiment="e")
    assert run is not None
    assert run.status == "finished"
    assert services.charter_experiment(file, experiment="e")[1] is None
    found = services.find_charter("e")
    assert found == made
    assert services.find_charter("f") is None


def test_files_are_written_with_care(tmp_path: Path) -> None:
    path = services.write_charter_file(GOAL, str(tmp_path / "c.yaml"))
    assert services.read_charter_source(path).goal == GOAL["goal"]
    (tmp_path / "other.yaml").write_text("a: b\n", encoding="utf-8")
    with pytest.raises(InputError, match="no key 'a'"):
        services.write_charter_file(GOAL, str(tmp_path / "other.yaml"))
    with pytest.raises(InputError, match="no name of a YAML file"):
        services.write_charter_file(GOAL, str(tmp_path / "c.txt"))
    assert services.write_charter_template(str(tmp_path / "t.yaml")).read_text(encoding="utf-8") == charter_template()
    with pytest.raises(InputError, match="is there already"):
        services.write_charter_template(str(tmp_path / "t.yaml"))
    with pytest.raises(NotFoundError, match="There is no file"):
        services.read_charter_source(tmp_path / "nothing.yaml")
    for name in (str(tmp_path / "no" / "dir" / "x.yaml"), "~nouser-at-all/x.yaml", "a\0.yaml"):
        with pytest.raises(InputError):
            services.write_charter_template(name)
    (tmp_path / "latin.yaml").write_bytes(b"goal: \xe4\n")
    with pytest.raises(InputError, match="UTF-8"):
        services.read_charter_source(tmp_path / "latin.yaml")
