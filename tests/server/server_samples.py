"""What the tests of the server share: runs to serve, and every answer held against the OpenAPI file."""

from __future__ import annotations

import hashlib
import json
import re
from importlib.resources import files
from urllib.parse import quote

import pytest
import yaml
from jsonschema import Draft202012Validator
from tornado.httpclient import HTTPClientError
from tornado.web import RequestHandler

from jupyter_gov import services
from jupyter_gov.records import (
    Answer,
    Approver,
    AssessmentResult,
    Candidate,
    Cause,
    Cell,
    Charter,
    Checked,
    Column,
    Compared,
    Dataset,
    Derivation,
    Document,
    Environment,
    Finding,
    Fit,
    Gap,
    GeneratorState,
    Kpi,
    Metric,
    Mitigation,
    Module,
    Notebook,
    NotebookCell,
    Override,
    PolicyCheck,
    PolicyUse,
    Prediction,
    Report,
    Reproduction,
    Source,
    Spread,
    Tried,
    Value,
    Verdict,
    Waiver,
)
from jupyter_gov.server._routes import ROUTES, patterns
from jupyter_gov.services.session import entry_of

DESCRIPTION = yaml.safe_load((files("jupyter_gov.server") / "openapi.yaml").read_text("utf-8"))
NO_RUN = "019aa4f2-0000-7000-8000-000000000000"


def verbs(handler):
    """Return the verbs that a handler has, but OPTIONS, which is Jupyter's own."""
    known = [v.lower() for v in handler.SUPPORTED_METHODS if v != "OPTIONS"]
    return [v for v in known if getattr(handler, v) is not RequestHandler._unimplemented_method]


EVERY_ROUTE = [(verb, path) for path, handler in ROUTES.items() for verb in verbs(handler)]


def parts(path, **values):
    """Return the parts of a route's path with its parameters filled in."""
    known = {"run": "latest", "collection": "cells", "job": "none", "report": "none", "name": "a.html", **values}
    return tuple(p for p in path.format(**known).split("/") if p)


def body(response):
    return json.loads(response.body)


async def refused(fetching):
    """Await a fetch that must fail; return its status and body."""
    with pytest.raises(HTTPClientError) as caught:
        await fetching
    assert caught.value.response.headers["Content-Type"] == "application/json"
    return caught.value.code, json.loads(caught.value.response.body)


# -- answers against their description ---------------------------------------------------------------------------------


def check_answer(method, path, response):
    """Check an answer against the description of its route; what is no route answers with an error."""
    if response.code in (304, 500):
        # Without a body; and what nobody foresaw.
        assert response.code == 500 or (not response.body and "304" in _operation(method, path)["responses"])
        return
    operation = _operation(method, path)
    described = operation["responses"] if operation else {}
    if str(response.code) not in described:
        assert operation is None, f"{method} {path} answers {response.code}, which is not described"
        assert response.code in (403, 404, 405)
        described = {str(response.code): {"$ref": "#/components/responses/NotFound"}}
    content = _resolve(described[str(response.code)])["content"]
    media = response.headers["Content-Type"].partition(";")[0]
    assert media in content, f"{method} {path} answers {media}"
    if media == "application/json":
        validator(content[media]["schema"]).validate(body(response))


def validator(schema):
    """Return a validator of a schema that may refer to the description's components."""
    return Draft202012Validator({**schema, "components": DESCRIPTION["components"]})


def _operation(method, path):
    text = "/jupyter-gov/api" + "".join(f"/{quote(p, safe='/')}" for p in path)
    for (pattern, _), template in zip(patterns(), ROUTES, strict=False):
        if re.fullmatch(pattern, text):
            return DESCRIPTION["paths"][template].get(method.lower())
    return None


def _resolve(part):
    while "$ref" in part:
        found = DESCRIPTION
        for key in part["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        part = found
    return part


# -- runs --------------------------------------------------------------------------------------------------------------


def begin(name="credit", experiment="loans", **more):
    return services.begin_run(name=name, experiment=experiment, **more)


def add(run, *records):
    """Write records of a run to the store in force."""
    services.get_store().append([entry_of(r, f"{r.kind}.made", run.id) for r in records])


def full_run(folder, **more):
    """Begin a run with records of every kind; its report is in `folder`."""
    run = begin(**more)
    cell = Cell(order=1, source="model.fit(X, y)", cell_id="abc")
    later = Cell(order=3, source="model.predict(X)", cell_id="later", reads={"X": None}, generators={"numpy": "jg1:01"})
    columns = (Column(name="age", type="int64", missing=1, personal="birth date", summary={"min": 1.0, "max": 9.0}),)
    data = Dataset(
        name="X", digest="jg1:00", rows=3, columns=columns, cell=cell.id, door="pandas.read_csv", file_bytes=9
    )
    part = Dataset(name="half", digest="jg1:02", rows=2, role="validation", cell=cell.id)
    fit = Fit(
        class_="sklearn.tree.Tree",
        name="tree",
        params={"depth": 3},
        datasets=(data.id,),
        cell=cell.id,
        seeds={"random_state": 7},
        randomness="seeded",
        candidates=(Candidate(params={"depth": 3}, scores={"mean_test_score": float("nan")}, rank=1),),
    )
    predicted = Prediction(method="predict", fit=fit.id, dataset=data.id, digest="jg1:03", rows=3, cell=later.id)
    auc = Value(measure="roc_auc", value=0.8, lower=0.7, upper=0.9, confidence=0.95, n=3, method="delong")
    gap = Value(measure="selection_rate", kind="difference", attribute="sex", reference="max-min", value=0.2)
    where = {"python": "3.11", "implementation": "CPython", "packages": {"numpy": "2"}}
    accuracy = Metric(name="accuracy_score", value=0.9, cell=cell.id, fits=(fit.id,), datasets=(data.id,), split="test")
    add(
        run,
        Environment(**where, os="Linux", machine="x86_64", cpu="", cores=1, memory_bytes=None),
        Source(redacted=("remote: password",)),
        cell,
        Cell(order=2, source="1/0", status="error", error="ZeroDivisionError: division by zero"),
        later,
        GeneratorState(library="numpy", digest="jg1:01", state={"bit_generator": "MT19937"}),
        Notebook(cells=(NotebookCell(cell_id="abc", digest="jg1:04"),), saved="2026-11-21T12:00:00.000000Z"),
        Module(name="helpers", path="helpers.py", digest="jg1:05", cell=cell.id),
        data,
        part,
        Derivation(child=part.id, parent=data.id, operation="slice", rows={"count": 2, "of": 3, "ranges": [[0, 2, 1]]}),
        fit,
        predicted,
        Fit(class_="sklearn.tree.Leaf", parent=fit.id, step="leaf"),
        accuracy,
        Metric(name="roc_auc_score", value=float("nan"), predictions=(predicted.id,), identified="identity"),
        Finding(
            check="overlapping_rows",
            severity="warning",
            message="Rows are in both.",
            remedy="Split them.",
            count=2,
            of=3,
            expected=0.5,
            cells=(cell.id,),
            columns=("age",),
            datasets=(data.id,),
            fits=(fit.id,),
            evidence={"share": 2 / 3},
        ),
        AssessmentResult(
            name="performance", act="a", model="tree", fit=fit.id, cell=cell.id, parameters={"rows": 3}, values=(auc,)
        ),
        AssessmentResult(name="fairness", act="a", model="tree", fit=fit.id, values=(gap,), notes=("Few rows.",)),
        AssessmentResult(name="explanation", act="b", model="tree", status="failed", reason="No."),
        Document(section="purpose", markdown="Loans.\n", cell=cell.id, written="2026-11-21T12:00:00.000000Z"),
        Gap(what="a fit", reason="It ran before tracking.", remedy="Fit it again.", cell=cell.id),
        write_report(folder),
        reproduction(data, fit, accuracy),
        *decisions(cell, gap),
        *judged(cell),
    )
    return run


def decisions(cell, disparity):
    """Return a charter, and what was tried about a disparity with the choice of a person."""
    charter = Charter(
        experiment="loans",
        goal="Fewer refusals.",
        kpis=(Kpi(name="AUC", measure="roc_auc", at_least=0.7),),
        approvers=(Approver(name="Ada", role="Head"),),
        policies=("good-practice",),
        cell=cell.id,
    )
    tried = Mitigation(
        model="tree",
        performance={"measure": "roc_auc"},
        disparity={"measure": "selection_rate", "kind": "difference", "attribute": "sex", "reference": "max-min"},
        tried=(Tried(name="original", method="original", values=(disparity,), verdicts={"h.gap": "fail"}),),
        frontier=("original",),
        cell=cell.id,
    )
    return charter, tried, Override(about=tried.id, proposed="a", chosen="b", by="Ada", why="Simpler.")


def judged(cell):
    """Return a policy that was checked once and is not in force, its verdicts, and what they rest on."""
    use = PolicyUse(policy="once", version="1.0.0", content={"id": "once"}, in_force=False, cell=cell.id)
    answer = Answer(of="document", asked="purpose is written down", status="missing", value=0, cells=(cell.id,))
    verdict = Verdict(control="o.purpose", title="Purpose", severity="minor", status="missing", answers=(answer,))
    return (
        Checked(checks={"": {"overlapping_rows": 2}}, left={"": {"target_in_features": 1}}),
        use,
        PolicyCheck(policy="once", use=use.id, verdicts=(verdict,), through={"a": 3}, cell=cell.id),
        Waiver(policy="once", control="o.purpose", by="Ada", why="Next week.", until="2026-12-01", cell=cell.id),
    )


def reproduction(data, fit, metric, **more):
    """Return a reproduction in which a model that is not seeded has come out otherwise."""
    return Reproduction(
        verdict="different",
        summary="The fit tree is another: it draws random numbers without a seed.",
        items=(
            Compared(of="dataset", name="X", record=data.id, again=data.id, cell=data.cell, verdict="identical"),
            Compared(of="fit", name="tree", record=fit.id, cell=fit.cell, verdict="different", detail="depth"),
            Compared(
                of="metric",
                name="accuracy_score",
                record=metric.id,
                cell=metric.cell,
                verdict="different",
                detail="0.9 became 0.8",
                difference=1 / 9,
            ),
        ),
        first=fit.id,
        causes=(Cause(what="unseeded", message="tree has no seed.", remedy="Give it one.", cells=(fit.cell,)),),
        spread=(Spread(metric=metric.id, name="accuracy_score", original=0.9, values=(0.8, 0.7)),),
        cells=(fit.cell,),
        times=2,
        environment={"python": "3.11"},
        changes=({"what": "numpy", "before": "2.0", "after": None},),
        inputs=(
            {"path": "loans.csv", "verdict": "missing", "detail": "It is gone."},
            {"path": "x.csv", "verdict": "identical", "detail": ""},
        ),
        started="2026-11-21T12:00:00.000000Z",
        **{"seconds": 1.5, **more},
    )


def write_report(folder, content=b"<!doctype html><p>Loans", name="model-card.html"):
    """Write a file as if a report had been rendered to it, and return the report's record."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return Report(
        template="model-card",
        files=(str(folder / name),),
        digests=(f"sha256:{hashlib.sha256(content).hexdigest()}",),
        rendered="2026-11-21T12:00:00.000000Z",
    )
