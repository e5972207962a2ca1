"""What a document says about what was tried where a control was not met."""

from __future__ import annotations

from jupyter_gov.display import html, mitigation_body
from jupyter_gov.display import words as w
from jupyter_gov.records import Mitigation

from ._overview import section
from ._run_records import RunRecords, record_id


def mitigations(records: RunRecords) -> html.Html:
    """Return every mitigation, the last one first; nothing where nothing was tried."""
    found = records.all(Mitigation)[::-1]
    if not found:
        return html.Html("")
    parts: list[object] = []
    for made in found:
        about = [html.name(made.model or "model"), f", {w.moment(made.made)}, ", records.cell(made.cell)]
        told = f"For {', '.join(made.controls)}. " if made.controls else ""
        parts += [
            html.el("h3" if len(found) > 1 else "p", *about, class_="jg-about"),
            mitigation_body(made),
            html.el("p", f"{told}Record ", record_id(made.id), ".", class_="jg-source"),
        ]
    return section("mitigations", "Mitigations tried", *parts)
