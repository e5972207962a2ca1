"""How environments differ, and what of one is asked for when it is made again."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.records import Environment
from jupyter_gov.services._secrets import UNCHECKED
from jupyter_gov.services.reproducing._environment import changes, lock, thread_variables
from jupyter_gov.services.workplace import environment

OPENBLAS = {"library": "openblas", "version": "0.3.30", "architecture": "Haswell", "threads": 4, "file": "a.so"}
OPENMP = {"library": "openmp", "version": None, "architecture": None, "threads": 2, "file": "b.so"}


def an_environment(**given: object) -> Environment:
    plain = {
        "python": "3.12.1", "implementation": "CPython", "packages": {}, "os": "Linux", "machine": "x86_64",
        "cpu": "a", "cores": 4, "memory_bytes": 1,
    }  # fmt: skip
    return Environment(**{**plain, **given})  # type: ignore[arg-type]


names = st.from_regex(r"[a-z]{1,5}", fullmatch=True)
packages = st.dictionaries(names, st.sampled_from(["1.0", "1.1", "2.0"]), max_size=6)


@given(packages, packages)
def test_what_differs_is_told_from_both_sides(before: dict[str, str], after: dict[str, str]) -> None:
    found = changes(an_environment(packages=before), an_environment(packages=after))

    assert {c["what"] for c in found} == {f"package {n}" for n in before | after if before.get(n) != after.get(n)}
    turned = changes(an_environment(packages=after), an_environment(packages=before))
    assert [(c["what"], c["before"], c["after"]) for c in found] == [
        (c["what"], c["after"], c["before"]) for c in turned
    ]


def test_this_environment_is_like_itself() -> None:
    here = environment()

    assert changes(here, here) == ()


def test_the_spelling_of_a_name_is_no_difference() -> None:
    before, after = an_environment(packages={"Jinja2_x": "3.1"}), an_environment(packages={"jinja2-X": "3.1"})

    assert changes(before, after) == ()


def test_what_was_not_recorded_is_not_said_to_have_changed() -> None:
    unchecked = an_environment(cpu=UNCHECKED, packages={"numpy": UNCHECKED, "scipy": "1.0"})

    for before, after in ((unchecked, an_environment(packages={"numpy": "2", "scipy": "1.1"})),):
        assert [c["what"] for c in changes(before, after)] == ["package scipy"]
        assert [c["what"] for c in changes(after, before)] == ["package scipy"]


def test_the_interpreter_comes_before_packages_and_they_before_the_machine() -> None:
    before = an_environment(packages={"numpy": "2.0"}, lock_files={"uv.lock": "sha256:1", "gone.txt": "sha256:3"})
    after = an_environment(
        python="3.13.0", packages={"numpy": "2.1"}, cpu="b", os="macOS", lock_files={"uv.lock": "sha256:2"}
    )

    assert [c["what"] for c in changes(before, after)] == ["python", "package numpy", "cpu", "os", "lock file uv.lock"]


def test_a_library_that_was_not_loaded_has_not_changed() -> None:
    before = an_environment(thread_pools=(OPENBLAS, OPENMP))

    assert changes(before, an_environment(thread_pools=(OPENBLAS,))) == ()
    assert changes(before, an_environment()) == ()
    mkl = {**OPENBLAS, "library": "mkl", "version": "2026"}
    (change,) = changes(before, an_environment(thread_pools=(mkl, OPENMP)))
    assert change["what"] == "linear algebra"
    assert change["before"] == "openblas 0.3.30 Haswell (4 threads)"
    assert change["after"] == "mkl 2026 Haswell (4 threads)"


def test_threads_are_as_many_as_they_were() -> None:
    before = an_environment(thread_pools=(OPENBLAS, OPENMP, {**OPENBLAS, "threads": 1}), variables=("TZ",))

    assert thread_variables(before) == {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "4"}
    # What is set in order that it is as it was is no difference; another variable is.
    after = before.replace(variables=("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"))
    assert changes(before, after) == ({"what": "variable TZ", "before": "set", "after": None},)


def test_what_was_captured_is_asked_for_and_what_we_need_besides() -> None:
    asked = lock(an_environment(packages={"scikit_learn": "1.5.0", "jupyter-gov": "0.0.1", "other": "1"}))

    assert asked.packages["scikit_learn"] == "1.5.0"
    assert asked.packages["other"] == "1"
    assert "jupyter-gov" not in asked.packages
    assert "scikit-learn" not in asked.packages
    assert asked.packages["blake3"] == metadata.version("blake3")
    # A requirement of a requirement; nothing that only tests need.
    assert asked.packages["joblib"] == metadata.version("joblib")
    assert "hypothesis" not in asked.packages


def test_what_comes_from_a_folder_is_not_fetched_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, told in (
        ("of_ours", {"url": tmp_path.as_uri(), "dir_info": {"editable": True}}),
        ("of_git", {"url": "https://example.org/x.git", "vcs_info": {"vcs": "git", "commit_id": "1"}}),
        ("of_conda", {"url": (tmp_path / "where it was built").as_uri(), "dir_info": {}}),
    ):
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "direct_url.json").write_text(json.dumps(told))
    monkeypatch.syspath_prepend(tmp_path)

    asked = lock(an_environment(packages=dict.fromkeys(("of_ours", "of_git", "of_conda"), "1.0")))

    assert asked.local == {
        "of_git==1.0": "it was installed from a repository, not from an index",
        "of_ours==1.0": "it was installed from a folder, not from an index",
    }
    assert "of_conda" in asked.packages
    assert "of_ours" not in asked.packages
