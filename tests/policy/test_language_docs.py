"""The published schema and the page on the language are true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from jupyter_gov.policy import FACTS, KINDS, SCHEMA, lint_text, resolve, run_examples
from jupyter_gov.services import find_policy
from jupyter_gov.services.policies._finding import finder
from jupyter_gov.services.policies._finding_lint import known_names

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "policies.md").read_text(encoding="utf-8")
POLICIES = re.findall(r"```yaml\n(schema: .*?)```", PAGE + (DOCS / "packs.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_published_schema_is_the_one_that_is_used() -> None:
    assert json.loads((DOCS / "policy.schema.json").read_text(encoding="utf-8")) == SCHEMA
    Draft202012Validator.check_schema(SCHEMA)


def objects(schema: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each part of the schema that is a mapping with known keys."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            yield path, schema
        for key, value in schema.items():
            yield from objects(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for i, value in enumerate(schema):
            yield from objects(value, f"{path}/{i}")


def test_every_key_is_described_for_editors() -> None:
    told = dict(objects(SCHEMA))
    assert len(told) > 20
    for path, schema in told.items():
        assert schema["title"], path
        if "/given/properties/" in path:
            continue
        for key, value in schema["properties"].items():
            assert "$ref" in value or value.get("description") or key in ("title", "certainty"), (path, key)


def test_references_lead_somewhere() -> None:
    found = set(re.findall(r'"#/\$defs/([a-z]+)"', json.dumps(SCHEMA)))
    assert found
    assert found <= set(SCHEMA["$defs"])


@pytest.mark.parametrize("text", POLICIES, ids=lambda t: re.findall(r"id: (\S+)", t)[0])
def test_every_policy_in_the_docs_reads_and_keeps_its_examples(text: str, tmp_path: Path) -> None:
    notes = lint_text(text, find=finder(tmp_path), known=known_names())
    assert [n.say("x") for n in notes if n.level == "error" or "known" in n.message] == []
    path = tmp_path / "one.yaml"
    path.write_text(text, encoding="utf-8")
    found, _ = find_policy(str(path))
    assert [r.differences for r in run_examples(found) if not r.passed] == []
    assert resolve(found, finder(tmp_path)) == found


def test_every_kind_and_fact_and_key_is_on_the_page() -> None:
    assert len(POLICIES) >= 5
    for name in (*KINDS, *FACTS, *SCHEMA["properties"], *SCHEMA["$defs"]["control"]["properties"]):
        assert f"`{name}`" in PAGE, name
    for schema in (SCHEMA["$defs"][kind] for kind in KINDS):
        for key in schema["properties"]:
            assert f"`{key}`" in PAGE, key
    for key in SCHEMA["$defs"]["given"]["properties"]:
        assert f"{key}: " in PAGE, key


def test_the_error_on_the_page_is_the_one_that_is_told() -> None:
    text = POLICIES[0].replace("at_least: 0.7}", "at_lest: 0.7}")
    (note,) = lint_text(text)
    assert note.say("policies/our-credit.yaml") in PAGE
