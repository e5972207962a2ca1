"""The extension as Jupyter finds it, and its two halves, which must agree."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jupyter_gov
from jupyter_gov.server import GovApp
from jupyter_gov.server._runs import API_VERSION

ROOT = Path(__file__).parents[2]


def read_json(*path):
    return json.loads(ROOT.joinpath(*path).read_text(encoding="utf-8"))


def test_jupyter_finds_the_server_extension():
    assert jupyter_gov._jupyter_server_extension_points() == [{"module": "jupyter_gov.server", "app": GovApp}]
    assert read_json("jupyter-config", "server-config", "jupyter_gov.json") == {
        "ServerApp": {"jpserver_extensions": {"jupyter_gov": True}}
    }


def test_jupyter_finds_the_lab_extension():
    package = read_json("package.json")
    [extension] = jupyter_gov._jupyter_labextension_paths()
    assert extension["dest"] == package["name"]
    assert f"jupyter_gov/{extension['src']}" == package["jupyterlab"]["outputDir"]


def test_both_halves_are_of_one_release():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert read_json("package.json")["version"] == project["version"] == jupyter_gov.__version__


def test_both_halves_speak_one_interface():
    tokens = (ROOT / "labextension" / "src" / "tokens.ts").read_text(encoding="utf-8")
    assert re.search(r"API_VERSION = (\d+);", tokens)[1] == str(API_VERSION)
