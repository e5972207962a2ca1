"""A notebook that replaces Python's own functions: nothing hangs, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

SETUP = """
import builtins, numpy as np
from sklearn.linear_model import LogisticRegression
from jupyter_gov.services import current
from jupyter_gov.services._secrets._plugins import rules; rules()  # asked for once in a process, and here in time
_saved = dict(vars(builtins))
X = np.random.default_rng(0).normal(size=(50, 3)); y = (X[:, 0] > 0).astype(int)
def broken(*args, **kwargs): raise RuntimeError("patched")
"""

RESTORE = "vars(builtins).update(_saved)"


@pytest.fixture(scope="module")
def kernel(make_kernel: Any) -> Any:
    started = make_kernel()
    started.run(SETUP)
    return started


@pytest.mark.parametrize("name", ["sorted", "map", "min", "all", "sum", "open", "print"])
def test_nothing_is_lost_while_one_raises(kernel: Any, name: str) -> None:
    run = kernel.track(name)
    kernel.run(f"builtins.{name} = broken")
    kernel.run("a = 1; a")
    # scikit-learn itself cannot do without some of them.
    fitted = kernel.run("model = LogisticRegression().fit(X, y)", check=False).status
    kernel.run("b = 2")
    # What the database's library cannot do without keeps the records waiting, and no longer.
    kernel.run("current().flush()", check=False)
    kernel.run(RESTORE)
    kernel.untrack()
    shown = kernel.show(run)
    assert {"a = 1; a", "b = 2"} <= {c["source"] for c in shown["cells"]}
    assert [f["status"] for f in shown["fits"]] == [fitted]
    assert [c["order"] for c in shown["cells"]] == list(range(1, len(shown["cells"]) + 1))
    assert shown["status"] == "finished"


def test_one_that_lies_changes_no_record(kernel: Any) -> None:
    run = kernel.track("lies")
    kernel.run("builtins.sorted = lambda *a, **k: list(reversed(_saved['sorted'](*a, **k)))")
    kernel.run("builtins.all = lambda *a: True; builtins.any = lambda x: _saved['any'](x)")
    kernel.run("second, first = 2, 1")
    kernel.run(RESTORE)
    kernel.untrack()
    (cell,) = [c for c in kernel.show(run)["cells"] if c["source"] == "second, first = 2, 1"]
    assert cell["writes"] == ["first", "second"]


def test_what_cannot_be_written_waits_and_says_why(kernel: Any) -> None:
    run = kernel.track("waits")
    # SQLAlchemy cannot do without it.
    kernel.run("builtins.hash = broken")
    kernel.run("c = 3")
    ran = kernel.run("%gov_track --off", check=False)
    # It may be that it cannot even be shown as it should be.
    told = " ".join((*ran.gov(), ran.text("stderr")))
    assert "Python's own hash" in told
    assert "Put them back" in told
    kernel.run(RESTORE)
    kernel.untrack()
    shown = kernel.show(run)
    assert "c = 3" in [c["source"] for c in shown["cells"]]
    assert shown["status"] == "finished"
