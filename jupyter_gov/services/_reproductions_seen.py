"""What a live panel shows of a run's reproductions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from jupyter_gov.records import AGREEMENTS, Json, Metric

if TYPE_CHECKING:
    from jupyter_gov.store import Store

MOST = 5
"""How many reproductions are shown."""

_MOST_ITEMS = 20
_MOST_CAUSES = 12
_MOST_CHANGES = 60
_MOST_REPEATED = 20
_LONGEST = 400

_Data = Mapping[str, Json]


def cells_of(reproductions: Sequence[_Data]) -> Iterator[str | None]:
    """Yield the ids of the cell executions that what is shown of reproductions points to."""
    for data in reproductions:
        yield from (item["cell"] for item in _items_shown(data))
        yield from (c for cause in data["causes"][:_MOST_CAUSES] for c in cause["cells"][:1])


def seen(reproductions: Sequence[_Data], store: Store, cell: Callable[[str | None], Json]) -> list[dict[str, Json]]:
    """Return reproductions as the overview has them.

    Parameters
    ----------
    reproductions : sequence of mapping
        Their records as JSON.
    store : Store
        Where the metrics of the run are.
    cell : callable
        Maps the id of a cell execution to what leads there.
    """
    metrics = {i["record"] for data in reproductions for i in _metrics(data)}
    values = {k: m["value"] for k, m in store.some(Metric.kind, metrics).items()}
    return [_seen(data, values, cell) for data in reproductions]


def _seen(data: _Data, values: Mapping[str, Json], cell: Callable[[str | None], Json]) -> dict[str, Json]:
    from jupyter_gov.display import words

    def compared(item: _Data) -> dict[str, Json]:
        value = values.get(item["record"])
        shown = words.json_value(value, _LONGEST) if isinstance(value, list | dict) else _short(value)
        texts = {key: _short(item[key]) for key in ("of", "name", "verdict", "detail", "difference")}
        return texts | {"value": shown, "cell": cell(item["cell"])}

    def change(told: _Data) -> dict[str, Json]:
        sides = {
            k: None if told[k] is None else words.json_value(told[k], 200, exact=True) for k in ("before", "after")
        }
        return {"what": _short(told["what"]), **sides}

    first = next((i for i in data["items"] if data["first"] and i["record"] == data["first"]), None)
    return {
        **{
            k: _short(data[k]) for k in ("id", "verdict", "summary", "scope", "place", "restored", "tolerance", "times")
        },
        **{k: data[k] for k in ("started", "seconds")},
        "counts": dict(Counter(i["verdict"] for i in data["items"])),
        "first": compared(first) if first else None,
        "items": [compared(i) for i in _apart(data)],
        "metrics": [compared(i) for i in _metrics(data)],
        "spread": [s | {"name": _short(s["name"])} for s in data["spread"][:_MOST_REPEATED]],
        "causes": [
            {k: _short(c[k]) for k in ("what", "message", "remedy", "decides")}
            | {"cell": cell(next(iter(c["cells"]), None))}
            for c in data["causes"][:_MOST_CAUSES]
        ],
        "changes": [change(c) for c in data["changes"][:_MOST_CHANGES]],
        "changes_total": len(data["changes"]),
        "inputs": [
            {"path": _short(i["path"]), "verdict": i["verdict"], "detail": _short(i.get("detail", ""))}
            for i in data["inputs"]
            if i["verdict"] != "identical"
        ][:_MOST_ITEMS],
    }


def _items_shown(data: _Data) -> list[_Data]:
    return [*(i for i in data["items"] if i["record"] == data["first"]), *_apart(data), *_metrics(data)]


def _apart(data: _Data) -> list[_Data]:
    """Return what is not identical and no metric, as far as it is shown."""
    return [i for i in data["items"] if i["verdict"] != AGREEMENTS[0] and i["of"] != "metric"][:_MOST_ITEMS]


def _metrics(data: _Data) -> list[_Data]:
    return [i for i in data["items"] if i["of"] == "metric"][:_MOST_ITEMS]


def _short(value: Json) -> Json:
    from jupyter_gov.display import words

    return words.shorten(value, _LONGEST) if isinstance(value, str) else value
