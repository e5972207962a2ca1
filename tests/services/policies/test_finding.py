"""Where policies are found, and in which order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_gov.errors import ConflictError, InputError, NotFoundError
from jupyter_gov.policy import LARGEST, compose
from jupyter_gov.services import find_policy, lint_policy, list_policies
from jupyter_gov.services.policies._finding_lint import known_names
from jupyter_gov.services.settings import policy_folders


def write(path: Path, rest: str = "", *, name: str = "", version: str = "1.0.0", title: str = "") -> Path:
    """Write a policy to a file; it is called as the file unless `name` says otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    name = name or path.stem
    asked = rest or f"controls:\n  - {{id: {name}.goal, title: Goal, require: {{charter: goal}}}}\n"
    head = f"schema: jupyter-gov/policy/1\nid: {name}\nversion: {version}\ntitle: {title or name}\n"
    path.write_text(head + asked, encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in whose inner folder one works, with a policy above it that is not the repository's."""
    monkeypatch.delenv("JUPYTER_GOV_POLICIES", raising=False)
    top = tmp_path / "project"
    (top / ".git").mkdir(parents=True)
    (top / "notebooks").mkdir()
    write(tmp_path / "policies" / "outside.yaml")
    monkeypatch.chdir(top / "notebooks")
    return top


def test_a_path_is_taken_as_it_is(project: Path) -> None:
    path = write(project / "notebooks" / "mine.yaml")
    assert find_policy("mine.yaml")[1] == str(path)
    assert find_policy(str(path))[0].id == "mine"
    assert find_policy("../notebooks/mine.yaml")[0].id == "mine"
    with pytest.raises(NotFoundError, match="No policy named 'mine'"):
        find_policy("mine")


def test_the_nearest_comes_first(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, other = tmp_path / "site", tmp_path / "other"
    places = [
        project / "notebooks" / "policies" / "house.yaml",
        project / "notebooks" / ".jupyter-gov" / "policies" / "house.yml",
        project / "policies" / "house.yaml",
        project / ".jupyter-gov" / "policies" / "house.yaml",
        site / "house.yaml",
        other / "house.json",
    ]
    monkeypatch.setenv("JUPYTER_GOV_POLICIES", os.pathsep.join(map(str, (site, other))))
    for i, path in enumerate(places[:-1]):
        write(path, title=f"number {i}")
    places[-1].parent.mkdir()
    places[-1].write_text(
        '{"schema": "jupyter-gov/policy/1", "id": "house", "version": "1.0.0", "title": "last", '
        '"controls": [{"id": "a", "title": "b", "require": {"charter": "goal"}}]}'
    )
    for path in places:
        found, where = find_policy("house")
        assert where == str(path), found.title
        path.unlink()
    with pytest.raises(NotFoundError, match="No policy named 'house'"):
        find_policy("house")


def test_a_project_can_put_its_own_in_the_place_of_a_pack(project: Path) -> None:
    assert find_policy("good-practice")[1] == "pack"
    path = write(project / "policies" / "good-practice.yaml")
    assert find_policy("good-practice")[1] == str(path)


def test_what_is_above_the_repository_is_not_looked_at(project: Path) -> None:
    with pytest.raises(NotFoundError, match="No policy named 'outside'"):
        find_policy("outside")


def test_names_that_are_near_are_told(project: Path) -> None:
    with pytest.raises(NotFoundError, match="Did you mean 'good-practice'"):
        find_policy("god-practice")
    with pytest.raises(NotFoundError, match=r"There is no file .*credit\.yaml"):
        find_policy("credit.yaml")
    with pytest.raises(InputError, match="No policy is named"):
        find_policy(" , ")


def test_a_version_can_be_asked_for(project: Path) -> None:
    write(project / "policies" / "house.yaml", version="2.1.0")
    far = write(project / ".jupyter-gov" / "policies" / "house.yaml", version="2.0.0")
    assert find_policy("house")[0].version == "2.1.0"
    assert find_policy("house@2.0.0")[1] == str(far)
    with pytest.raises(NotFoundError, match=r"there as 2\.1\.0 and 2\.0\.0, not as 3\.0\.0"):
        find_policy("house@3.0.0")


def test_several_hold_together(project: Path) -> None:
    path = write(project / "policies" / "house.yaml")
    both, where = find_policy("house, good-practice")
    assert both == compose([find_policy("house")[0], find_policy("good-practice")[0]])
    assert where == f"{path}, pack"
    write(project / "policies" / "other.yaml", "controls: [{id: house.goal, title: b, require: {charter: risks}}]\n")
    with pytest.raises(ConflictError, match=r"in house 1\.0\.0 and in other 1\.0\.0"):
        find_policy("house,other")


def test_what_is_extended_is_looked_for_beside_the_file_first(project: Path, tmp_path: Path) -> None:
    far = tmp_path / "far"
    write(far / "base.yaml", title="far")
    write(far / "inner" / "third.yaml")
    write(project / "policies" / "base.yaml", "controls: [{id: near, title: b, require: {charter: goal}}]\n")
    path = write(far / "top.yaml", "extends: [base, inner/third.yaml, us-model-risk]\n")
    assert [c.id for c in find_policy(str(path))[0].controls][:2] == ["base.goal", "third.goal"]
    near = write(project / "policies" / "top.yaml", "extends: base\n")
    assert [c.id for c in find_policy(near.stem)[0].controls] == ["near"]


def test_a_file_has_the_name_of_its_policy(project: Path) -> None:
    write(project / "policies" / "house.yaml", name="hose")
    with pytest.raises(InputError, match=r"house\.yaml holds the policy 'hose', not 'house'"):
        find_policy("house")


def test_all_that_can_be_used_are_listed_with_what_is_wrong(project: Path) -> None:
    write(project / "policies" / "house.yaml")
    write(
        project / "policies" / "site.yaml", "extends: house\ncontrols: [{id: s, title: S, require: {charter: risks}}]\n"
    )
    write(project / "policies" / "lost.yaml", "extends: hose\n")
    (project / "policies" / "broken.yaml").write_text("schema: [\n")
    (project / "policies" / "notes.txt").write_text("not a policy")
    listed = {p.name: p for p in list_policies()}
    assert list(listed) == sorted(listed)
    assert listed["house"].where.endswith("house.yaml")
    assert (listed["house"].controls, listed["house"].inherited, listed["house"].error) == (1, 0, "")
    assert (listed["site"].controls, listed["site"].inherited) == (2, 1)
    assert "No policy named 'hose'" in listed["lost"].error
    assert "broken.yaml, line 2, column 1: This is not YAML" in listed["broken"].error
    assert listed["good-practice"].where == "pack"
    assert "notes" not in listed


def test_what_is_no_text_is_refused(project: Path) -> None:
    path = project / "x.yaml"
    path.write_bytes(b"a: b\nc: \xff\n")
    with pytest.raises(InputError, match=r"x\.yaml, line 2, column 4: this is not UTF-8"):
        find_policy(str(path))
    path.write_bytes(b"\xef\xbb\xbf" + write(project / "y.yaml", name="x").read_bytes())
    assert find_policy(str(path))[0].id == "x"
    with path.open("wb") as file:
        file.truncate(10 * LARGEST)
    with pytest.raises(InputError, match="more than 1,000,000 bytes"):
        find_policy(str(path))
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match="is no file"):
        find_policy(str(path))


def test_folders_come_from_the_environment_and_then_from_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    from traitlets.config import Config

    monkeypatch.setenv("JUPYTER_GOV_POLICIES", os.pathsep.join(["/a", "", "~/b"]))
    config = Config({"Governance": {"policies": ["/c"]}})
    assert policy_folders(config) == [Path("/a"), Path.home() / "b", Path("/c")]
    monkeypatch.delenv("JUPYTER_GOV_POLICIES")
    assert policy_folders(Config()) == []


def test_lint_knows_what_is_inherited_and_what_evidence_is_called(project: Path) -> None:
    write(project / "policies" / "base.yaml")
    path = write(
        project / "policies" / "top.yaml",
        "extends: base\noverride: [{control: base.gaol, because: a, remove: true}]\ncontrols:\n"
        "  - {id: a, title: b, require: {measure: roc_acu, at_least: 0.7}}\n",
    )
    where, notes = lint_policy("top")
    assert where == str(path)
    assert [n.hint for n in notes if n.level == "error"] == ["Did you mean 'base.goal'?"]
    assert "Did you mean 'roc_auc'?" in [n.hint for n in notes]
    assert lint_policy(str(path))[1] == notes
    assert lint_policy("good-practice")[0] == "good-practice"


def test_what_is_assessed_is_known() -> None:
    import numpy as np

    from jupyter_gov.assessment import fairness

    rng = np.random.default_rng(0)
    y, p = rng.integers(0, 2, 90), rng.integers(0, 2, 90)
    measured = {*fairness(y, p, sensitive_features=rng.choice(["a", "b"], 90)).groups["metric"]}
    assert measured <= set(known_names()["measure"])
    assert {"performance", "fairness"} <= set(known_names()["assessment"])
    assert "overlapping_rows" in known_names()["finding"]


@pytest.mark.skipif(os.name == "nt", reason="It has no such files.")
def test_what_is_no_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    for name in ("pipe.yaml", "folder.yaml", "~nobody-of-that-name/x.yaml", "a\0b.yaml"):
        with pytest.raises(InputError):
            find_policy(name, folder=tmp_path)
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(InputError, match="working directory"):
        find_policy("good-practice")
