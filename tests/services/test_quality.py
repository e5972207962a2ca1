from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import jupyter_gov as gov
from jupyter_gov.display import card, text
from jupyter_gov.errors import NotFoundError
from jupyter_gov.records import Assessment

FRAME = pd.DataFrame(
    {"income": [*range(20, 99), 999_999], "zone": ["same"] * 80, "note": [None, "x"] * 40, "y": [0, 1] * 40}
)


def test_a_table_alone():
    found = gov.data_quality(FRAME, target="y")
    assert isinstance(found, Assessment)
    assert found.rows == 80
    result = found["data_quality"]
    assert result.status == "done"
    assert {one["check"] for one in result.parameters["issues"]} >= {"sentinel", "constant", "missing"}
    assert result.card["name"] == "data_quality"
    with pytest.raises(NotFoundError, match="'inkome'"):
        gov.data_quality(FRAME, target="inkome")


def test_assess_takes_a_table_for_this_one_assessment():
    found = gov.assess(FRAME, include="data_quality", target="y")["data_quality"]
    assert found.parameters["issues"] == gov.data_quality(FRAME, target="y")["data_quality"].parameters["issues"]
    assert gov.assess(FRAME.drop(columns="y"), include=["data_quality"])["data_quality"].status == "done"
    array = gov.assess(np.ones((40, 2)), include="data_quality")
    assert array["data_quality"].parameters["issues"][0]["check"] == "constant"
    assert "task" not in found.parameters


def test_what_a_person_sees():
    found = gov.data_quality(FRAME, target="y")
    shown = card(found)
    assert "999999" in shown
    assert "na_values=" in shown
    told = text(found)
    assert "things to look at" in told.replace("\n", " ")
    assert "zone is the same in all rows." in told.replace("\n", " ")
    clean = gov.data_quality(pd.DataFrame({"a": np.random.default_rng(0).normal(size=50)}))
    assert "Nothing was found that must be looked at." in text(clean).replace("\n", " ")


SETUP = """
import pandas as pd
%load_ext jupyter_gov
%gov_track quality
import jupyter_gov as gov
frame = pd.DataFrame({"income": [*range(20, 99), 999_999], "zone": ["same"] * 80, "y": [0, 1] * 40})
"""


def test_it_is_recorded_where_a_run_is_tracked(kernel: Any) -> None:
    run = str(kernel.run(SETUP).gov("track")[0].rpartition(" ")[2])
    assert kernel.run("gov.data_quality(frame, target='y')['data_quality'].status").result == "'done'"
    shown = kernel.run("%gov_assess frame --include data_quality --target y").gov("assessment")
    assert "999999" in shown[0]
    kernel.flush()
    record = kernel.show(run)
    one, other = record["assessments"]
    assert (one["name"], one["status"]) == ("data_quality", "done")
    assert not any("model" in gap["what"] for gap in kernel.show(run)["gaps"])
    assert one["dataset"] in {held["id"] for held in record["datasets"]}
    assert other["dataset"] == one["dataset"]
    assert [v["value"] for v in one["values"]] == [v["value"] for v in other["values"]]
