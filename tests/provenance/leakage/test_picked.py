"""Columns picked by hand by how they go with the target."""

from __future__ import annotations

import numpy as np
import pytest
from prepared_cases import parts, sample

from jupyter_gov.provenance.leakage import CHECKS, Case

find = CHECKS["selection_on_test_rows"]
N, WIDE = 120, 300


def case_of(ranked_by: np.ndarray, *, rows: slice = slice(None), keep: int = 10, whole: bool = False) -> Case:
    """Return a case whose features are those of many columns that go best with something, over some rows."""
    rng = np.random.default_rng(0)
    table = {f"g{i}": rng.normal(size=N) for i in range(WIDE)}
    y = rng.integers(0, 2, N).astype(float)
    by = y if ranked_by is None else ranked_by
    sizes = {k: abs(np.corrcoef(v[rows], by[rows])[0, 1]) for k, v in table.items()}
    best = sorted(table, key=lambda k: -sizes[k])[:keep]
    made = parts({k: table[k] for k in best}, range(90, N), y=y)
    source = sample("frame", {**table, "ill": y}, id_="source")
    return Case(**{f: getattr(made, f) for f in made.__dataclass_fields__} | {"sources": {"source": source}})


def test_columns_that_go_best_with_the_target_over_all_rows() -> None:
    (finding,) = find(case_of(None))
    assert (finding.severity, finding.count) == ("error", 30)
    assert finding.evidence == {"picked": 10, "of": WIDE}


@pytest.mark.parametrize(
    ("by", "how"),
    [
        (None, {"rows": slice(0, 90)}),
        (np.random.default_rng(5).normal(size=N), {}),
        (None, {"keep": 2}),
    ],
    ids=["by the training rows", "by something else", "few enough to be chance"],
)
def test_columns_that_were_picked_otherwise(by: np.ndarray | None, how: dict) -> None:
    assert not list(find(case_of(by, **how)))
