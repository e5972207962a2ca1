"""The user's own files of code are recorded by what was in them, also when they change and are loaded again."""

from __future__ import annotations

from typing import Any

from jupyter_gov.fingerprints import fingerprint_bytes

ODD = """
import sys
class Odd:
    def __getattr__(self, name): raise RuntimeError(name)
sys.modules["odd"] = Odd()
"""


def test_own_modules_and_their_changes(kernel: Any) -> None:
    first, second = "def score():\n    return 1\n", "def score():\n    return 2222\n"
    file = kernel.folder / "helpers_of_mine.py"
    file.write_text(first)
    kernel.run("import importlib, json")
    run = kernel.track("modules")
    kernel.run("import helpers_of_mine, colorsys, pandas")
    kernel.run("helpers_of_mine.score()")
    file.write_text(second)
    kernel.run("importlib.reload(helpers_of_mine).score()")
    kernel.run(ODD)
    kernel.untrack()
    shown = kernel.show(run)
    assert [m["digest"] for m in shown["modules"]] == [fingerprint_bytes(t.encode()) for t in (first, second)]
    assert {(m["name"], m["path"]) for m in shown["modules"]} == {("helpers_of_mine", shown["modules"][0]["path"])}
    assert shown["modules"][0]["path"].endswith("helpers_of_mine.py")
    orders = {c["id"]: c["order"] for c in shown["cells"]}
    assert [orders[m["cell"]] for m in shown["modules"]] == [2, 4]
    assert not any("code" in g["what"] for g in shown["gaps"])
