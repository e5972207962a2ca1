"""Extensions that are disabled, hidden, of another version or not whole; Jupyter's own rules are the measure."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from doctor_laws import command, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jupyter_server.config_manager import BaseJSONConfigManager
from jupyter_server.extension.config import ExtensionConfigManager
from jupyterlab_server.config import get_page_config

import jupyter_gov
from jupyter_gov.services.doctor import _applications, _back_end, _browser, _config, _front_end

INSTALLED = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "jupyter-gov"


def enabling(value: Any) -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"jupyter_gov": value}}}


def panel(folder: Path, version: str = jupyter_gov.__version__) -> Path:
    """Put a copy of the panel where the user's extensions are."""
    copy = folder / "data" / "labextensions" / "jupyter-gov"
    shutil.copytree(INSTALLED, copy)
    about = json.loads((copy / "package.json").read_text())
    write(copy / "package.json", {**about, "version": version})
    return copy


def run(words: list[str]) -> None:
    subprocess.run(words, check=True, capture_output=True)


def test_all_is_well(jupyter_home: Path, ask: Any) -> None:
    for question in (
        _back_end.check_server_extension,
        _back_end.check_server_module,
        _front_end.check_lab_extension,
        _front_end.check_disabled,
        _applications.check_applications,
        _applications.check_widgets,
        _back_end.check_command,
        _browser.check_bundle,
    ):
        # In a checkout the panel may have been built since it was installed.
        assert {c.status for c in ask(question).values() if c.name != "panel's build"} == {"ok"}


# -- the server extension ----------------------------------------------------------------------------------------------


def test_disabled_and_enabled_by_the_command_that_is_named(jupyter_home: Path, ask: Any) -> None:
    path = write(jupyter_home / "config" / "jupyter_server_config.d" / "jupyter_gov.json", enabling(False))
    found = ask(_back_end.check_server_extension)["server extension"]
    assert found.status == "problem"
    assert str(path) in found.message
    run(command(found))
    assert ask(_back_end.check_server_extension)["server extension"].status == "ok"


def test_disabled_in_a_file_that_no_command_writes(jupyter_home: Path, ask: Any) -> None:
    path = write(jupyter_home / "config" / "jupyter_server_config.json", enabling(False))
    found = ask(_back_end.check_server_extension)["server extension"]
    assert (found.status, found.hint) == ("problem", f"Set jupyter_gov to true in {path}.")


def test_no_configuration_names_it(jupyter_home: Path, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_config, "jupyter_config_path", lambda: [str(jupyter_home / "config")])
    found = ask(_back_end.check_server_extension)["server extension"]
    assert "names jupyter_gov" in found.message
    assert "install" in command(found)


def test_a_configuration_that_is_not_json(jupyter_home: Path, ask: Any) -> None:
    path = write(jupyter_home / "config" / "jupyter_server_config.d" / "site.json", "{'ServerApp': }")
    found = ask(_back_end.check_server_extension)
    assert found["configuration site.json"].status == "problem"
    assert str(path) in found["configuration site.json"].hint
    assert found["server extension"].status == "ok"


FILES = ("server_section.d/a.json", "server_section.d/jupyter_gov.json", "server_section.json")
CONTENTS = st.one_of(
    st.none(),
    st.sampled_from(["", "{", "[]", "{}"]),
    st.sampled_from([True, False, None]).map(lambda v: json.dumps(enabling(v))),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=st.lists(CONTENTS, min_size=6, max_size=6))
def test_the_order_is_that_of_jupyter_server(contents: list[str | None], tmp_path: Path) -> None:
    folders = [tmp_path / "first", tmp_path / "second"]
    paths = [folder / name for folder in folders for name in FILES]
    for path, text in zip(paths, contents, strict=True):
        path.unlink(missing_ok=True)
        # A list at the top makes Jupyter itself stumble.
        if text is not None and text != "[]":
            write(path, text)
    manager = ExtensionConfigManager(read_config_path=[str(f) for f in folders])
    theirs = manager.get_jpserver_extensions("server_section").get("jupyter_gov")
    keys = ("ServerApp", "jpserver_extensions", "jupyter_gov")
    ours = _config.deciding(_config._layers(map(str, folders), "server_section"), *keys)
    assert (ours and ours.get(*keys)) == theirs


def test_a_server_extension_that_cannot_be_loaded(
    jupyter_home: Path, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(jupyter_home / "site" / "jupyter_server" / "__init__.py", "raise ImportError('half of it is gone.')")
    monkeypatch.setenv("PYTHONPATH", str(jupyter_home / "site"))
    found = ask(_back_end.check_server_module)["server module"]
    assert found.message == "The server extension cannot be loaded: ImportError: half of it is gone."
    assert subprocess.run(command(found), capture_output=True).returncode == 1


def test_another_python_comes_first(jupyter_home: Path, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    other = write(jupyter_home / "other python" / "jupyter", "#!/bin/sh\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(other.parent))
    found = ask(_back_end.check_command)["jupyter command"]
    assert found.status == "note"
    assert str(other) in found.message
    assert command(found)[1:] == ["lab"]
    assert Path(command(found)[0]).is_file()
    write(jupyter_home / "config" / "jupyter_server_config.d" / "jupyter_gov.json", enabling(False))
    extension = ask(_back_end.check_server_extension)["server extension"]
    assert command(extension)[0] == command(found)[0]


# -- the lab extension -------------------------------------------------------------------------------------------------


def test_an_old_panel_hides_the_right_one(jupyter_home: Path, ask: Any) -> None:
    old = panel(jupyter_home, "0.0.1")
    found = ask(_front_end.check_lab_extension)["lab extension"]
    assert found.status == "problem"
    assert "0.0.1" in found.message
    assert command(found) == [str(old)]
    shutil.rmtree(old)
    assert ask(_front_end.check_lab_extension)["lab extension"].status == "ok"


@pytest.mark.parametrize("version", ["0.0.1", "not a version", None])
def test_the_only_panel_is_another_version(
    version: str, jupyter_home: Path, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = panel(jupyter_home, version)
    monkeypatch.setattr(_config, "jupyter_path", lambda name: [str(copy.parent)])
    found = ask(_front_end.check_lab_extension)["lab extension"]
    assert str(version) in found.message
    assert command(found)[:4] == [sys.executable, "-m", "pip", "install"]


def test_a_version_before_the_release_is_written_in_two_ways(
    jupyter_home: Path, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel(jupyter_home, "0.2.0-rc.1")
    monkeypatch.setattr(jupyter_gov, "__version__", "0.2.0rc1")
    assert ask(_front_end.check_lab_extension)["lab extension"].status == "ok"


def test_a_panel_that_is_not_whole(jupyter_home: Path, ask: Any) -> None:
    copy = panel(jupyter_home)
    next((copy / "static").glob("remoteEntry*.js")).unlink()
    found = ask(_front_end.check_lab_extension)["lab extension"]
    assert "remoteEntry" in found.message
    assert found.status == "problem"
    write(copy / "package.json", "{")
    assert ask(_front_end.check_lab_extension)["lab extension"].status == "problem"
    script = next((copy / "static").glob("*.js"))
    script.write_text("")
    bundle = ask(_browser.check_bundle)["bundle"]
    assert script.name in bundle.message
    shutil.rmtree(copy / "static")
    shutil.rmtree(copy / "schemas")
    assert "plugin.json" in ask(_browser.check_bundle)["bundle"].message


def test_no_panel(jupyter_home: Path, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_config, "jupyter_path", lambda name: [str(jupyter_home / "data" / name)])
    assert ask(_front_end.check_lab_extension)["lab extension"].status == "problem"
    assert ask(_browser.check_bundle) == {}
    assert ask(_applications.check_widgets)["widgets"].status == "problem"


def test_a_later_build_in_the_checkout(jupyter_home: Path, ask: Any) -> None:
    copy = panel(jupyter_home)
    about = json.loads((copy / "package.json").read_text())
    about["jupyterlab"]["_build"]["load"] = "static/style.js"
    write(copy / "package.json", about)
    found = ask(_front_end.check_lab_extension)["panel's build"]
    assert found.status == "note"
    assert "pip" in found.hint


# -- page configuration ------------------------------------------------------------------------------------------------


def test_disabled_by_jupyterlabs_command_and_enabled_by_the_one_that_is_named(jupyter_home: Path, ask: Any) -> None:
    run(["jupyter", "labextension", "disable", "jupyter-gov", "--level=user"])
    found = ask(_front_end.check_disabled)["disabled jupyter-gov"]
    assert found.status == "problem"
    assert command(found) == ["jupyter", "labextension", "enable", "jupyter-gov", "--level=user"]
    run(command(found))
    assert [c.status for c in ask(_front_end.check_disabled).values()] == ["ok"]


def test_a_plugin_or_the_widgets_are_disabled(jupyter_home: Path, ask: Any) -> None:
    disabled = {"jupyter-gov:plugin": True, "@jupyter-widgets/jupyterlab-manager": True, "jupyter-governor": True}
    write(jupyter_home / "config" / "labconfig" / "page_config.json", {"disabledExtensions": disabled})
    found = ask(_front_end.check_disabled)
    assert set(found) == {"disabled jupyter-gov:plugin", "disabled @jupyter-widgets/jupyterlab-manager"}


def test_disabled_where_no_command_writes(jupyter_home: Path, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERLAB_DIR", str(jupyter_home / "lab"))
    path = write(jupyter_home / "lab" / "settings" / "page_config.json", {"disabledExtensions": ["jupyter-gov"]})
    found = ask(_front_end.check_disabled)["disabled jupyter-gov"]
    assert found.hint == f"Take jupyter-gov out of disabledExtensions in {path}."


def test_locked(jupyter_home: Path, ask: Any) -> None:
    path = jupyter_home / "config" / "labconfig" / "page_config.json"
    write(path, {"lockedExtensions": {"jupyter-gov": True}})
    found = ask(_front_end.check_disabled)["enabled"]
    assert (found.status, str(path) in found.message) == ("ok", True)
    write(path, {"lockedExtensions": {"jupyter-gov": True}, "disabledExtensions": {"jupyter-gov": True}})
    assert "It is locked" in ask(_front_end.check_disabled)["disabled jupyter-gov"].hint


def test_a_page_configuration_that_is_not_json(jupyter_home: Path, ask: Any) -> None:
    path = write(jupyter_home / "config" / "labconfig" / "page_config.json", '{"disabledExtensions": }')
    found = ask(_front_end.check_disabled)
    assert found["configuration page_config.json"].status == "problem"
    assert str(path) in found["configuration page_config.json"].message


SWITCHES = st.dictionaries(
    st.sampled_from(["jupyter-gov", "jupyter-gov:plugin", "other"]), st.sampled_from([True, False])
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=st.lists(st.none() | SWITCHES, min_size=5, max_size=5))
def test_the_order_is_that_of_jupyterlab(
    contents: list[dict[str, bool | None] | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "user"))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path / "site"))
    monkeypatch.setenv("JUPYTERLAB_DIR", str(tmp_path / "lab"))
    names = [
        "lab/settings/page_config.json",
        "user/labconfig/page_config.d/a.json",
        "user/labconfig/page_config.json",
        "site/labconfig/page_config.d/a.json",
        "site/labconfig/page_config.json",
    ]
    for name, content in zip(names, contents, strict=True):
        (tmp_path / name).unlink(missing_ok=True)
        if content is not None:
            # JupyterLab reads lists only in the application's folder, and there nothing else.
            listed = [k for k, v in content.items() if v] if name.startswith("lab/") else content
            write(tmp_path / name, {"disabledExtensions": listed})
    theirs = get_page_config([], app_settings_dir=str(tmp_path / "lab" / "settings"))["disabledExtensions"]
    ours = _front_end._switched(_config.page_layers(), "disabledExtensions", "jupyter-gov")
    assert set(ours) == {name for name in theirs if name.startswith("jupyter-gov")}


# -- versions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "version"), [("jupyterlab", "4.2.5"), ("jupyterlab", "5.0.0"), ("notebook", "7.2.0")])
def test_an_application_that_the_panel_is_not_built_for(name: str, version: str, ask: Any, distribution: Any) -> None:
    distribution(name, version)
    found = ask(_applications.check_applications)[name]
    assert found.status == "problem"
    assert version in found.message
    assert command(found)[-1].startswith(name)


def test_no_application(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_applications, "_version", lambda name: "")
    found = ask(_applications.check_applications)["applications"]
    assert found.status == "note"
    assert found.hint.endswith("[lab]'")
    assert ask(_applications.check_widgets) == {}


def test_widgets_that_do_not_fit(ask: Any, distribution: Any) -> None:
    distribution("jupyterlab_widgets", "1.1.0")
    found = ask(_applications.check_widgets)["widgets"]
    assert found.status == "problem"
    assert "1.1.0" in found.message
    assert command(found)[-1].startswith("jupyterlab_widgets")


def test_the_manager_that_is_followed_still_reads_so(tmp_path: Path) -> None:
    """The root file beats those in its folder: what `_layers` stands on."""
    write(tmp_path / "x.d" / "a.json", {"k": 1})
    write(tmp_path / "x.json", {"k": 2})
    assert BaseJSONConfigManager(config_dir=str(tmp_path)).get("x") == {"k": 2}
