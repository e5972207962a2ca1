"""The environment is recorded again when it has become another."""

from __future__ import annotations

from typing import Any

from jupyter_gov.records import Environment
from jupyter_gov.store import open_store


def _recorded(kernel: Any, run: str) -> list[dict[str, Any]]:
    with open_store(kernel.store) as store:
        assert len([r for r in store.records(run) if isinstance(r, Environment)]) == 1
        bodies = [e.body for e in store.events(run) if e.envelope["subject"]["kind"] == "environment"]
    return [dict(body) for body in bodies if body is not None]


def test_libraries_that_are_loaded_and_packages_that_are_installed(make_kernel: Any) -> None:
    kernel = make_kernel()
    run = kernel.track("changes")
    kernel.run("x = 1")
    kernel.flush()
    assert len(_recorded(kernel, run)) == 1
    kernel.run("from sklearn.linear_model import LogisticRegression")
    kernel.flush()
    *_, last = _recorded(kernel, run)
    assert {pool["library"] for pool in last["thread_pools"]} >= {"openblas", "openmp"}
    kernel.run("y = 1")
    kernel.flush()
    count = len(_recorded(kernel, run))
    # As pip does, in a folder that is on the path.
    about = kernel.folder / "surprise-3.4.dist-info"
    kernel.run(
        f"import pathlib, sys; about = pathlib.Path({str(about)!r}); about.mkdir()\n"
        "(about / 'METADATA').write_text('Metadata-Version: 2.1\\nName: surprise\\nVersion: 3.4\\n')\n"
        f"sys.path.append({str(kernel.folder)!r})\n"
        "!true pip install surprise"
    )
    kernel.flush()
    found = _recorded(kernel, run)
    assert len(found) == count + 1
    assert found[-1]["packages"]["surprise"] == "3.4"
    kernel.run("(about / 'METADATA').write_text('Metadata-Version: 2.1\\nName: surprise\\nVersion: 3.5\\n')")
    kernel.untrack()
    found = _recorded(kernel, run)
    assert found[-1]["packages"]["surprise"] == "3.5"
    assert len({body["id"] for body in found}) == 1
    assert kernel.show(run)["environment"]["packages"]["surprise"] == "3.5"
