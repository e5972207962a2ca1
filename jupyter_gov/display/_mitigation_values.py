"""Which of a candidate's values a mitigation is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_gov.records import Json, Mitigation, Tried, Value

ORIGINAL = "original"
"""What the model that was given is called beside the candidates."""

_WHERE: Mapping[str, Json] = {"kind": "estimate", "attribute": None, "group": None, "reference": None, "label": None}


def measured(tried: Tried, picked: Mapping[str, Json]) -> Value | None:
    """Return the value of a candidate that is about what `picked` says.

    Parameters
    ----------
    tried : Tried
    picked : mapping
        As the record's ``performance`` or ``disparity``.
    """
    where = {"measure": picked.get("measure")} | {k: picked.get(k, default) for k, default in _WHERE.items()}
    return next((v for v in tried.values if all(getattr(v, k) == w for k, w in where.items())), None)


def changed(values: Sequence[Value], picked: Mapping[str, Json]) -> Value | None:
    """Return how much more of what `picked` says a candidate has than the original, among its changes."""
    name = f"{picked.get('measure')}_{picked['kind']}" if "kind" in picked else picked.get("measure")
    where = {"measure": name} | {k: picked.get(k) for k in ("attribute", "group")}
    return next((v for v in values if all(getattr(v, k) == w for k, w in where.items())), None)


def meets(tried: Tried) -> bool:
    """Return whether a candidate meets all that was asked."""
    return bool(tried.verdicts) and all(
        status in ("pass", "waived", "not_applicable") for status in tried.verdicts.values()
    )


def candidates(record: Mitigation) -> list[Tried]:
    """Return the candidates that were done, without the original."""
    return [t for t in record.tried if t.status == "done" and t.name != ORIGINAL]
