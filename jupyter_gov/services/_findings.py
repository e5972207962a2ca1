"""What an assessment shows that a reviewer should look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from jupyter_gov.display import words
from jupyter_gov.records import AssessmentResult, Checked, Finding, Value

_NAME = 48

_OF_GROUPS = ("disparity", "small_groups", "unknown_group")


def findings_of(results: Sequence[AssessmentResult], *, seen: Literal["", "inside", "around"]) -> list[Finding]:
    """Return the findings that follow from the results of one assessment; their count is of rows.

    Parameters
    ----------
    results : sequence of AssessmentResult
        All of one assessment.
    seen : str
        Whether the model was fitted on the data that it is assessed on: ``inside`` if on all rows, ``around`` if on
        some.

    Notes
    -----
    ``assessed_on_training_data``: the assessed data are what the model was fitted on, or made of rows of it, or hold
    such rows among others, which are then not counted.
    ``disparity``: by an attribute, groups that have enough rows differ beyond chance also when all comparisons of the
    assessment are taken together; where no groups differ at all, at most one assessment in twenty raises any. See
    `supported_differences`.
    ``small_groups``: groups with fewer rows than the assessment calls enough, which are not judged.
    ``unknown_group``: rows without a value.
    """
    from jupyter_gov.assessment import supported_differences

    cells = tuple(dict.fromkeys(r.cell for r in results if r.cell))
    fits = tuple(dict.fromkeys(r.fit for r in results if r.fit))
    made = [*_seen(results, seen == "inside")] if seen else []
    for result in results:
        if result.name == "fairness" and result.status == "done":
            attributes = [str(a) for a in result.parameters.get("attributes", ())]
            supported = supported_differences(result.values, attributes)
            for attribute in attributes:
                made += _of_attribute(result, attribute, supported.get(attribute, ()))
    return [f.replace(cells=cells, fits=fits) for f in made]


def checks_of(results: Sequence[AssessmentResult], *, traced: bool = False) -> Checked:
    """Return which of the checks of `findings_of` were made on the results of one assessment.

    Parameters
    ----------
    results : sequence of AssessmentResult
        All of one assessment.
    traced : bool
        Whether it is known what the model was fitted on.
    """
    grouped = any(r.name == "fairness" and r.status == "done" for r in results)
    made = [*(["assessed_on_training_data"] if traced else []), *(_OF_GROUPS if grouped else [])]
    fit = next((r.fit for r in results if r.fit), "")
    return Checked(checks={fit: dict.fromkeys(made, 1)})


def _seen(results: Sequence[AssessmentResult], wholly: bool) -> Iterator[Finding]:
    rows = max((r.parameters.get("rows") or 0 for r in results), default=0)
    model = words.shorten(results[0].model, _NAME)
    yield Finding(
        check="assessed_on_training_data",
        severity="error",
        message=f"{model} was assessed on rows that it was fitted on{'' if wholly else ', among others'}: the numbers "
        "say nothing about new rows. Assess it on rows that it has not seen.",
        count=int(rows) if wholly else 0,
    )


def _of_attribute(result: AssessmentResult, attribute: str, differences: Sequence[Value]) -> Iterator[Finding]:
    from jupyter_gov.assessment import UNKNOWN

    name = words.shorten(attribute, _NAME)
    counts = {
        v.group or "": int(v.value or 0)
        for v in result.values
        if v.kind == "group" and v.attribute == attribute and v.measure == "count"
    }
    if differences:
        listed = " and ".join(_named(d) for d in differences)
        yield Finding(
            check="disparity",
            severity="warning",
            message=f"Groups of {name} differ in {listed}: more than chance explains, also with all comparisons of "
            "this assessment taken together.",
            count=sum(counts.values()),
            columns=(attribute,),
        )
    minimum = int(result.parameters.get("minimum_group") or 0)
    few = {g: n for g, n in counts.items() if n < minimum and g != UNKNOWN}
    if few:
        listed = ", ".join(f"{words.shorten(g, _NAME)} ({n})" for g, n in list(few.items())[:5])
        more = f" and {len(few) - 5} more" if len(few) > 5 else ""
        yield Finding(
            check="small_groups",
            severity="info",
            message=f"{words.plural(len(few), 'group')} of {name} with fewer than {minimum} rows: {listed}{more}. "
            "They are shown but not judged.",
            count=sum(few.values()),
            columns=(attribute,),
        )
    if counts.get(UNKNOWN):
        yield Finding(
            check="unknown_group",
            severity="info",
            message=f"{words.plural(counts[UNKNOWN], 'row')} without a value of {name}, compared as a group of their "
            "own.",
            count=counts[UNKNOWN],
            columns=(attribute,),
        )


def _named(difference: Value) -> str:
    measure = words.lower_first(words.measure(difference.measure))
    of = "" if difference.label is None else f" for {words.shorten(difference.label, _NAME)}"
    return f"{measure}{of} by {words.with_interval(difference)}"
