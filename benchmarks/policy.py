"""Time the verdicts of 1,000 controls over one run, and check them against a search through all values.

Usage: ``python benchmarks/policy.py [CONTROLS]``, by default 1,000 controls over a run in which every assessment was
made: over 3,000 values. Times are medians of 15 calls, in seconds of the processor. We know no tool that decides on
intervals; beside ours stands the plain way to find what a control is about: look at every value of every result.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from jupyter_gov.policy import Control, Evidence, Policy, Requirement, evidence_of, judge
from jupyter_gov.records import AssessmentResult, Run, Value

MEASURES = ("selection_rate", "true_positive_rate", "false_positive_rate", "accuracy", "precision", "f1")
ATTRIBUTES = {
    "sex": ("Female", "Male"),
    "race": ("Asian", "Black", "Hispanic", "Other", "White"),
    "age": ("18–24", "25–39", "40–64", "65 and over"),
}
OTHERS = (
    *("performance", "lift", "costs", "comparison", "calibration", "individual_fairness", "label_bias", "explanation"),
    *("local_law_144", "permutation_importance", "agreement", "effects", "surrogate", "proxies", "reason_codes"),
    *("robustness", "adversarial", "retraining", "slices", "conformal", "data_quality", "drift", "stability"),
)
AS_OF = datetime(2026, 11, 1, tzinfo=UTC)


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the median time of 15 calls, and the last result."""
    times = []
    for _ in range(15):
        before = time.process_time()
        result = call()
        times.append(time.process_time() - before)
    return statistics.median(times), result


def run_of(seed: int = 0) -> list[Run | AssessmentResult]:
    """Return the records of a run with 24 assessments."""
    rng = np.random.default_rng(seed)

    def value(measure: str, kind: Any = "estimate", **where: str) -> Value:
        centre, half = rng.uniform(0.5, 1.0), rng.uniform(0.01, 0.1)
        return Value(
            measure=measure,
            kind=kind,
            value=centre,
            lower=centre - half,
            upper=centre + half,
            confidence=0.95,
            n=500,
            **where,
        )

    crossed = {**ATTRIBUTES, "race × sex": tuple(f"{r} × {s}" for r in ATTRIBUTES["race"] for s in ATTRIBUTES["sex"])}
    fairness = [
        value(measure, kind, attribute=attribute, group=group, **reference)
        for measure in MEASURES
        for attribute, groups in crossed.items()
        for group in groups
        for kind, reference in (
            ("group", {}),
            *((k, {"reference": r}) for k in ("difference", "ratio") for r in ("best", "overall")),
        )
    ] + [
        value(measure, kind, attribute=attribute, reference="max-min")
        for measure in MEASURES
        for attribute in crossed
        for kind in ("difference", "ratio")
    ]
    results = [_result("fairness", fairness, attributes=list(ATTRIBUTES))]
    results += [_result(name, [value(f"{name}_{i}") for i in range(105)]) for name in OTHERS]
    return [Run(experiment="benchmark", name="benchmark", started="2026-10-01T00:00:00Z"), *results]


def _result(name: str, values: Sequence[Value], **parameters: Any) -> AssessmentResult:
    told = {"task": "binary", "rows": 500, **parameters}
    return AssessmentResult(
        id=f"{name:_<36}", act="act", name=name, model="model", values=tuple(values), parameters=told
    )


def policy_of(count: int) -> Policy:
    """Return a policy whose controls ask for ratios of groups, rates of groups, and measures of everybody, by turns."""
    controls = []
    for i in range(count):
        measure, threshold = MEASURES[i % len(MEASURES)], 0.5 + 0.4 * (i % 17) / 17
        name, where = [
            (measure, {"kind": "ratio", "attribute": list(ATTRIBUTES)[i % 3], "reference": "max-min"}),
            (measure, {"kind": "group", "attribute": "race", "group": "each"}),
            (f"{OTHERS[i % len(OTHERS)]}_{i % 105}", {}),
        ][i % 3]
        asked = Requirement(of="measure", name=name, where=where, comparison="at_least", threshold=threshold)
        controls.append(Control(id=f"control.{i}", title=f"Control {i}", require=asked))
    return Policy(id="benchmark", version="1.0.0", title="Benchmark", controls=tuple(controls))


def search(policy: Policy, records: Sequence[Any]) -> list[list[float]]:
    """Return the values that each control is about, found by looking at all."""
    found = []
    for control in policy.controls:
        asked: Any = control.require
        held = []
        for record in records:
            for value in getattr(record, "values", ()):
                if value.measure == asked.name and value.kind == asked.where.get("kind", "estimate"):
                    named = {k: v for k, v in asked.where.items() if v != "each"}
                    if all(getattr(value, k) == v for k, v in named.items()):
                        held.append(value.value)
        found.append(held)
    return found


def main(count: int) -> int:
    records = run_of()
    policy = policy_of(count)
    values = sum(len(getattr(r, "values", ())) for r in records)
    both, verdicts = timed(lambda: judge(policy, evidence_of(records), AS_OF))
    indexed, evidence = timed(lambda: evidence_of(records))
    digested, _ = timed(lambda: Evidence(**{**vars_of(evidence)}).digest)
    plain, found = timed(lambda: search(policy, records))
    print(f"{count:,} controls over {len(records) - 1} assessments with {values:,} values")
    print(f"{'verdicts, evidence gathered and indexed':48}{both * 1e3:10.1f} ms")
    print(f"{'  of this, gathered and indexed':48}{indexed * 1e3:10.1f} ms")
    print(f"{'  for each control':48}{(both - indexed) * 1e6 / count:10.1f} µs")
    print(f"{'digest of the evidence, once':48}{digested * 1e3:10.1f} ms")
    print(f"{'values found by looking at all, no verdicts':48}{plain * 1e3:10.1f} ms{plain / both:10.1f} times ours")
    same = [[a.value for a in verdict.answers] for verdict in verdicts] == found
    print("the values are the same" if same else "the values are DIFFERENT")
    return 0 if same else 1


def vars_of(evidence: Evidence) -> dict[str, Any]:
    """Return the fields of evidence without what it has worked out."""
    return {name: getattr(evidence, name) for name in evidence.__dataclass_fields__}


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))
