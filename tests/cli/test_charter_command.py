"""`jupyter gov charter`."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from jupyter_gov.cli import main


def gov(*args: str, ok: bool = True) -> str:
    ran = CliRunner().invoke(main, ["charter", *args])
    assert (ran.exit_code == 0) is ok, ran.output
    return ran.output


def test_from_a_template_to_a_charter_that_counts(store: str, tmp_path: Path) -> None:
    file = tmp_path / "charter.yaml"
    assert "to fill in" in gov("--template", str(file))
    assert "is there already" in gov("--template", str(file), ok=False)
    assert "line 3, column 7: `goal` is not filled in" in gov(str(file), "--check", ok=False)
    filled = file.read_text(encoding="utf-8").replace("goal: …", "goal: Fewer wrong refusals")
    file.write_text(
        filled.replace(
            "alternatives: []\n#  - {option: No model, assessment: …}", "alternatives: [{option: No model}]"
        ),
        encoding="utf-8",
    )
    assert "No goal" not in gov(str(file), "--check")
    assert "names no experiment" in gov(str(file), ok=False)
    assert "Recorded." in gov(str(file), "--experiment", "lending")
    assert "recorded already" in gov(str(file), "--experiment", "lending")
    told = json.loads(gov("--experiment", "lending", "--json").splitlines()[-1])
    assert told["charter"]["alternatives"][0]["option"] == "No model"
    assert "has no charter" in gov("--experiment", "other", ok=False)
    assert "No charter and no experiment" in gov(ok=False)


def test_what_is_wrong_is_said_with_its_line(store: str, tmp_path: Path) -> None:
    file = tmp_path / "charter.yaml"
    file.write_text("goal: x\nrisk: []\n", encoding="utf-8")
    assert "charter.yaml, line 2, column 1: There is no key 'risk' in a charter. Did you mean 'risks'?" in gov(
        str(file), "--check", ok=False
    )
