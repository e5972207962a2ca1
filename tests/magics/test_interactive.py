"""`%gov_assess --interactive` in a real kernel: the card, widgets that redraw, nothing more recorded."""

from __future__ import annotations

import queue
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
SETUP = """
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.normal(size=(300, 2)), columns=["a", "b"])
y = ((X["a"] + rng.normal(size=300)) > 0).astype(int)
people = pd.DataFrame({"sex": rng.choice(["f", "m"], 300)}, index=X.index)
model = LogisticRegression().fit(X, y)
%load_ext jupyter_gov
"""
ASSESS = "%gov_assess model X y --sensitive sex --attributes people --include performance,fairness"


def displayed(ran: Any) -> dict[str, dict[str, Any]]:
    """Return the data of what was displayed, by its kind, in order."""
    shown = [o["content"] for o in ran.outputs if o["type"] == "display_data"]
    return {s["metadata"]["jupyter_gov"]["kind"]: s["data"] for s in shown}


def models(ran: Any) -> dict[str, dict[str, Any]]:
    """Return the state of each widget by the id of its comm."""
    opened = [o["content"] for o in ran.outputs if o["type"] == "comm_open"]
    return {c["comm_id"]: c["data"]["state"] for c in opened if c["target_name"] == "jupyter.widget"}


def update(kernel: Any, comm: str, **state: Any) -> dict[str, str]:
    """Change a widget as a front end does and return the HTML that changed, by comm."""
    content = {"comm_id": comm, "data": {"method": "update", "state": state, "buffer_paths": []}}
    message = kernel.client.session.msg("comm_msg", content)
    kernel.client.shell_channel.send(message)
    changed: dict[str, str] = {}
    while True:
        try:
            got = kernel.client.get_iopub_msg(timeout=20)
        except queue.Empty:
            raise TimeoutError("the kernel did not answer") from None
        if got["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        if got["msg_type"] == "comm_msg" and "value" in got["content"]["data"].get("state", {}):
            changed[got["content"]["comm_id"]] = str(got["content"]["data"]["state"]["value"])
        if got["msg_type"] == "status" and got["content"]["execution_state"] == "idle":
            return changed


def test_widgets_redraw_and_nothing_more_is_recorded(kernel: Any) -> None:
    kernel.run(SETUP)
    run = kernel.run("%gov_track interactive").gov("track")[0].rpartition(" ")[2]
    plain = kernel.run(ASSESS)
    assert list(displayed(plain)) == ["assessment"]
    assert not models(plain)
    ran = kernel.run(f"{ASSESS} --interactive")
    shown = displayed(ran)
    # The card first, and by itself: it must stand when the kernel, and the widgets with it, are gone.
    assert list(shown) == ["assessment", "explorer"]
    assert set(shown["assessment"]) == {"text/html", "text/plain"}
    assert set(shown["explorer"]) == {VIEW, "text/plain"}
    states = models(ran)
    assert states[shown["explorer"][VIEW]["model_id"]]["_model_name"] == "VBoxModel"

    kernel.flush()
    before = kernel.show(run)
    slider, slid = next((i, s) for i, s in states.items() if s["_model_name"] == "SelectionSliderModel")
    tab = next(i for i, s in states.items() if s["_model_name"] == "TabModel")
    groups = next(i for i, s in states.items() if s["_model_name"] == "SelectMultipleModel")
    moved = "".join(update(kernel, slider, index=slid["index"] + 30).values())
    assert "Score ≥ " in moved
    assert "Score ≥ 0.5:" not in moved
    assert "Balanced accuracy" in moved
    assert "Demographic parity" in "".join(update(kernel, tab, selected_index=1).values())
    assert "at least two groups" in "".join(update(kernel, groups, index=[0]).values())
    assert "between 2 groups" in "".join(update(kernel, groups, index=[0, 1]).values())

    kernel.run("1")
    kernel.untrack()
    after = kernel.show(run)
    for part in ("assessments", "metrics", "datasets", "fits", "findings", "gaps"):
        assert after[part] == before[part]
    results = [{k: v for k, v in a.items() if k in ("name", "values", "parameters")} for a in after["assessments"]]
    assert results[:2] == results[2:]


def test_the_card_alone_where_nobody_looks_on(make_kernel: Any) -> None:
    kernel = make_kernel(JUPYTER_GOV_AUTOTRACK="1")
    kernel.run(SETUP)
    ran = kernel.run(f"{ASSESS} --interactive")
    assert list(displayed(ran)) == ["assessment"]
    assert not models(ran)
    kernel.stop()


def test_says_in_a_line_why_there_are_no_widgets(kernel: Any) -> None:
    kernel.run(SETUP)
    ran = kernel.run("%gov_assess y y --include comparison --interactive")
    shown = displayed(ran)
    assert list(shown) == ["assessment", "explorer"]
    assert shown["explorer"] == {
        "text/plain": "No widgets: neither performance nor fairness was assessed, so there is nothing to explore."
    }
    kernel.run("import ipywidgets, sys; sys.modules['ipywidgets'] = None")
    ran = kernel.run(f"{ASSESS} --interactive")
    kernel.run("sys.modules['ipywidgets'] = ipywidgets")
    shown = displayed(ran)
    assert list(shown) == ["assessment", "explorer"]
    assert shown["explorer"] == {"text/plain": "No widgets: ipywidgets is not installed where this kernel runs."}
    assert not models(ran)


def test_rows_can_be_picked_where_there_are_no_thresholds(kernel: Any) -> None:
    kernel.run(SETUP)
    kernel.run("from sklearn.linear_model import LinearRegression; line = LinearRegression().fit(X, X.a)")
    ran = kernel.run("%gov_assess line X X.a --include performance --interactive")
    states = models(ran)
    tab = next(s for s in states.values() if s["_model_name"] == "TabModel")
    assert tab["titles"] == ["Why"]
    box = next(i for i, s in states.items() if s["_model_name"] == "ComboboxModel")
    told = "".join(update(kernel, box, value="7").values())
    assert "<bdi>7</bdi>" in told
    assert "<svg" in told
    assert "There is no row" in "".join(update(kernel, box, value="none").values())


def test_options_are_not_abbreviated(kernel: Any) -> None:
    kernel.run(SETUP)
    ran = kernel.run(f"{ASSESS} --interactiv")
    assert list(displayed(ran)) == ["error"]
    assert "unrecognized arguments: --interactiv" in displayed(ran)["error"]["text/plain"]
