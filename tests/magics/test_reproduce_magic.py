"""`%gov_reproduce`: this run again, in a kernel of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..conftest import Kernel

READ = "import numpy as np\nrows = np.loadtxt('rows.csv', delimiter=',')"


def test_this_run_is_reproduced_while_it_goes_on(kernel: Kernel) -> None:
    (kernel.folder / "rows.csv").write_text("1,2\n3,4\n5,6\n")
    run = kernel.track("magic")
    kernel.run(READ)
    shown = kernel.run("%gov_reproduce").gov("reproduction")
    assert shown[0].startswith("✓ Identical")
    # Its own cells are none that are executed again.
    (kernel.folder / "rows.csv").write_text("1,2\n3,4\n5,7\n")
    again = kernel.run("%gov_reproduce --all --times 2 --timeout 100").gov("reproduction")
    assert "Different" in again[0]
    assert "rows.csv" in again[0]
    assert "needs two paths" in kernel.run("%gov_reproduce --input rows.csv").gov("error")[0]
    assert "No run" in kernel.run("%gov_reproduce nothing").gov("error")[0]
    kernel.untrack()
    assert [r["verdict"] for r in kernel.show(run)["reproductions"]] == ["identical", "different"]
    assert [c["source"] for c in kernel.show(run)["cells"]][1] == READ
    gaps = [g for g in kernel.show(run)["gaps"] if "path" not in g["what"]]
    assert gaps == []


def test_nothing_of_it_stays_in_the_notebooks_kernel(kernel: Kernel) -> None:
    kernel.track("names")
    kernel.run(READ)
    state = (
        "import os, warnings\n"
        "(sorted(n for n in globals() if not n.startswith('_')), dict(os.environ), warnings.filters, os.getcwd())"
    )
    kernel.run(state)
    before = kernel.run(state).result
    kernel.run("%gov_reproduce")
    assert kernel.run(state).result == before
    kernel.untrack()
