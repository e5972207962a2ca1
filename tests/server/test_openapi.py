"""The OpenAPI file is a valid one, and speaks of exactly the routes that there are."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from server_samples import DESCRIPTION, EVERY_ROUTE, body, verbs

from jupyter_gov import services
from jupyter_gov.records import AGREEMENTS
from jupyter_gov.reports import FORMATS
from jupyter_gov.server._handler import DEFAULT_PAGE, LARGEST_PAGE
from jupyter_gov.server._reproductions import LONGEST_SECONDS, MOST_TIMES
from jupyter_gov.server._routes import PREFIX, ROUTES
from jupyter_gov.server._runs import API_VERSION

VERBS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def references(part):
    if isinstance(part, dict):
        yield from [part["$ref"]] if "$ref" in part else []
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_the_file_is_an_openapi_document():
    text = Path(__file__).with_name("openapi-3.1.schema.json").read_text("utf-8")
    Draft202012Validator(json.loads(text)).validate(DESCRIPTION)
    for schema in DESCRIPTION["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_component_exists_and_is_used():
    components = {
        f"#/components/{kind}/{name}"
        for kind in ("schemas", "responses", "parameters")
        for name in DESCRIPTION["components"][kind]
    }
    assert set(references(DESCRIPTION)) == components


def test_every_route_is_described_and_no_other():
    described = {(verb, path) for path, item in DESCRIPTION["paths"].items() for verb in item if verb in VERBS}
    assert described == set(EVERY_ROUTE)
    assert [s["url"] for s in DESCRIPTION["servers"]] == [PREFIX]


@pytest.mark.parametrize(("verb", "path"), EVERY_ROUTE)
def test_every_parameter_of_a_route_is_described(verb, path):
    item = DESCRIPTION["paths"][path]
    listed = [*item.get("parameters", []), *item[verb].get("parameters", [])]
    found = [DESCRIPTION["components"]["parameters"][p["$ref"].split("/")[-1]] if "$ref" in p else p for p in listed]
    assert {p["name"] for p in found if p["in"] == "path"} == set(re.findall(r"\{(\w+)\}", path))
    # What the handler asks the query for, in its own code.
    code = inspect.getsource(inspect.unwrap(getattr(ROUTES[path], verb)))
    asked = {*re.findall(r'text_query\("(\w+)"\)', code), *re.findall(r"(limit)_query\(", code)}
    assert {p["name"] for p in found if p["in"] == "query"} == asked


def test_what_the_file_says_again_is_what_the_code_says():
    components = DESCRIPTION["components"]
    limit = components["parameters"]["limit"]["schema"]
    assert (limit["maximum"], limit["default"]) == (LARGEST_PAGE, DEFAULT_PAGE)
    [_, collection] = DESCRIPTION["paths"]["/runs/{run}/{collection}"]["parameters"]
    assert {*collection["schema"]["enum"], "reports", "reproductions", "checks"} == set(services.COLLECTIONS)
    assert components["schemas"]["ReportRequest"]["properties"]["to"]["items"]["enum"] == list(FORMATS)
    asked = components["schemas"]["ReproductionRequest"]["properties"]
    assert asked["times"]["maximum"] == MOST_TIMES
    assert asked["timeout"]["anyOf"][0]["maximum"] == LONGEST_SECONDS
    assert components["schemas"]["Agreement"]["enum"] == list(AGREEMENTS)
    assert DESCRIPTION["info"]["version"] == str(API_VERSION)


def test_every_operation_has_an_id_of_its_own():
    ids = [DESCRIPTION["paths"][path][verb]["operationId"] for verb, path in EVERY_ROUTE]
    assert len(set(ids)) == len(ids) == sum(len(verbs(handler)) for handler in ROUTES.values())


async def test_the_file_is_served(api):
    answer = await api("openapi.yaml")
    assert answer.headers["Content-Type"] == "application/yaml; charset=utf-8"
    assert yaml.safe_load(answer.body) == DESCRIPTION
    assert body(await api())["api"] == API_VERSION
