"""Every magic, command, setting, route and public name is documented, and links lead somewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import jupyter_gov
from jupyter_gov import cli, execution
from jupyter_gov.records import KINDS, SECTIONS

ROOT = Path(__file__).parents[1]
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("name", jupyter_gov.__all__)
def test_public_names(name: str) -> None:
    assert f"`gov.{name}" in REFERENCE
    assert getattr(jupyter_gov, name).__doc__


def test_magics() -> None:
    from jupyter_gov.magics import GovMagics

    names = [f"`%{n}" for n in GovMagics.magics["line"]] + [f"`%%{n}" for n in GovMagics.magics["cell"]]
    assert len(names) >= 5
    assert [n for n in names if n not in REFERENCE] == []


def test_options_of_magics() -> None:
    source = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "jupyter_gov" / "magics").glob("*.py"))
    options = set(re.findall(r'add_argument\("(--[a-z]+)"', source))
    assert len(options) >= 5
    assert {o for o in options if f"{o}" not in REFERENCE} == set()


def commands(group: click.Command, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield the commands of a group and of the groups in it, each with its whole name."""
    assert isinstance(group, click.Group)
    for name, command in group.commands.items():
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")


def test_commands_and_their_options() -> None:
    for name, command in commands(cli.main):
        assert f"`jupyter gov {name}" in REFERENCE
        assert command.help
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert any(o in REFERENCE for o in parameter.opts), (name, parameter.opts)
                assert parameter.help, (name, parameter.name)


def test_settings() -> None:
    from jupyter_gov.services.settings import Governance

    for name in Governance.class_own_traits(config=True):
        assert f"`{name}`" in REFERENCE
        assert f"c.Governance.{name}" in REFERENCE
    for name in (n for n in vars(execution) if n.endswith("_VARIABLE")):
        assert getattr(execution, name) in REFERENCE
    schema = json.loads((ROOT / "labextension" / "schema" / "plugin.json").read_text(encoding="utf-8"))
    for name, setting in schema["properties"].items():
        assert f"`{name}`" in REFERENCE
        assert setting["title"]
        assert setting["description"]


def test_routes() -> None:
    from jupyter_gov.server._routes import PREFIX, ROUTES

    documented = set(re.findall(rf"`(GET|POST) {PREFIX}([^?`]*)", REFERENCE))
    # A handler has the verbs that it defines itself.
    defined = {(v.upper(), path) for path, handler in ROUTES.items() for v in ("get", "post") if v in vars(handler)}
    assert documented == defined


def test_records_and_sections() -> None:
    from jupyter_gov.services import runs

    for key in runs.COLLECTIONS:
        assert f"`{key}`" in REFERENCE
    for section in SECTIONS:
        assert f"`{section}`" in REFERENCE
    assert {cls.kind for cls in KINDS.values()} == set(KINDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_assessment_has_a_card_a_page_and_a_picture() -> None:
    from jupyter_gov.assessment import assessments

    index = (ROOT / "docs" / "assessments.md").read_text(encoding="utf-8")
    ours = [one.card for one in assessments().values() if one.assess.__module__.startswith("jupyter_gov.")]
    assert len(ours) >= 10
    for card in ours:
        said = (card.question, card.needs, card.formula, card.intervals, card.source, card.reading, card.limits)
        assert all(said), card.name
        assert card.cost, card.name
        page = (ROOT / card.page).read_text(encoding="utf-8")
        assert f"](assessments/{card.name}.md)" in index
        assert f"](../images/assessments/{card.name}.svg)" in page
        assert "## Needs" in page, card.name
        assert "## Limits" in page, card.name
        assert "interval" in page.lower(), card.name
        assert re.search(r"\b(1[89]|20)\d\d\b", page), f"{card.name} names no source"
        picture = (ROOT / "docs" / "images" / "assessments" / f"{card.name}.svg").read_text(encoding="utf-8")
        assert picture.startswith("<svg")
        assert 'role="img"' in picture


def test_the_command_line_says_what_the_version_is() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    assert f'version = "{jupyter_gov.__version__}"' in project
    assert package["version"] == jupyter_gov.__version__
