"""A charter as a form of widgets: five pages, the risk tier as it is answered, and two buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jupyter_gov.errors import GovError
from jupyter_gov.policy import DECISIONS, QUESTIONS, charter_data, propose, tier_of
from jupyter_gov.records import Charter, Json

from . import words
from ._charter import charter_card
from .html import Html, bullets, el, join, style_element

VIEW = "application/vnd.jupyter.widget-view+json"
_WIDE, _LABEL = {"width": "98%"}, {"description_width": "initial"}
_OWN_WIDTH = {"width": "auto", "align_self": "flex-start"}
_GRADES = [("not graded", ""), ("low", "low"), ("medium", "medium"), ("high", "high")]
_TARGETS = [("at least", "at_least"), ("at most", "at_most")]
_DECIDE = [("the whole interval", "interval"), ("the estimate", "estimate")]

Save = Callable[[Mapping[str, Json]], Charter]
"""Records what the form says, and returns the record."""

Write = Callable[[Mapping[str, Json], str], str]
"""Writes what the form says to a YAML file of that name, and returns where it is."""


def charter_form(charter: Charter | None, *, save: Save, write: Write) -> Mapping[str, Json]:
    """Return the mime bundle of a form that is filled from a charter; it lives as long as the kernel.

    Parameters
    ----------
    charter : Charter or None
        What it begins with; None for an empty form.
    save, write : callable
        What the buttons do; what they raise as `GovError` is said below them.
    """
    root = CharterForm(charter, save=save, write=write).root
    return {VIEW: root._repr_mimebundle_()[VIEW]}


class CharterForm:
    """The widgets and what connects them; parameters as of `charter_form`."""

    def __init__(self, charter: Charter | None, *, save: Save, write: Write) -> None:
        import ipywidgets

        self._kit: Any = ipywidgets
        self._save, self._write = save, write
        data = charter_data(charter) if charter is not None else {"alternatives": [{"option": "No model"}]}
        self._state = {k: data[k] for k in ("model", "experiment") if k in data}
        self._made(data)
        self.root = self._laid_out()
        self._told()

    def value(self) -> dict[str, Json]:
        """Return what the form says, without what is empty, as the YAML of a charter has it."""
        answers = {key: choice.value for key, choice in self._answers.items() if choice.value}
        tables = {key: rows.value() for key, rows in self._tables.items()}
        for kpi in tables["kpis"]:
            target = kpi.pop("target", "")
            if target:
                kpi[kpi.pop("side")] = _number(target)
            kpi.pop("side", None)
        policies = [p.strip() for p in self._texts["policies"].value.split(",") if p.strip()]
        texts = {key: box.value.strip() for key, box in self._texts.items() if key != "policies"}
        made = {**self._state, **texts, **tables, "answers": answers, "policies": policies}
        return {key: told for key, told in {**made, "decision": self._decision.value}.items() if told}

    def _made(self, data: Mapping[str, Json]) -> None:
        kit = self._kit

        def text(key: str, label: str, hint: str = "", *, area: bool = False) -> Any:
            kind = kit.Textarea if area else kit.Text
            told = ", ".join(data.get(key, ())) if key == "policies" else data.get(key, "")
            return kind(value=told, description=label, placeholder=hint, layout=_WIDE, style=_LABEL)

        self._texts = {
            "goal": text("goal", "Goal", "What is to get better, and for whom?", area=True),
            "conditions": text("conditions", "Conditions or reasons", area=True),
            "decided": text("decided", "Decided on", "2026-01-31"),
            "jurisdiction": text("jurisdiction", "Used in", "US, EU, US-NY-NYC …"),
            "policies": text("policies", "Policies that must hold", "good-practice"),
        }
        self._decision = kit.Dropdown(
            options=[("not taken yet", ""), *((d, d) for d in DECISIONS)],
            value=data.get("decision", ""),
            description="Decision",
            style=_LABEL,
        )
        answers = data.get("answers", {})
        self._answers = {
            q.key: kit.Dropdown(
                options=[("not answered", ""), *((c.text, c.key) for c in q.choices)],
                value=answers.get(q.key, ""),
                description=q.text,
                tooltip=q.why,
                layout=_WIDE,
                style={"description_width": "44%"},
            )
            for q in QUESTIONS
        }
        self._tables = {
            "kpis": _Rows(kit, "a KPI", _KPI, [_of_kpi(k) for k in data.get("kpis", ())]),
            "affected": _Rows(
                kit, "somebody", (_Field("who", "Who"), _Field("how", "How", width="470px")), data.get("affected", ())
            ),
            "alternatives": _Rows(
                kit,
                "an alternative",
                (_Field("option", "Instead"), _Field("assessment", "Why not", width="470px")),
                data.get("alternatives", ()),
            ),
            "risks": _Rows(kit, "a risk", _RISK, data.get("risks", ())),
            "approvers": _Rows(
                kit, "a name", (_Field("name", "Name"), _Field("role", "Role")), data.get("approvers", ())
            ),
        }
        self._tier, self._said = kit.HTML(), kit.HTML()
        for choice in (*self._answers.values(), self._texts["jurisdiction"]):
            choice.observe(lambda _: self._told(), "value")

    def _laid_out(self) -> Any:
        kit = self._kit
        propose_ = kit.Button(description="Use the proposed policies", layout=_OWN_WIDTH)
        propose_.on_click(lambda _: self._take_proposed())
        keep = kit.Button(description="Keep in the record", button_style="primary", layout=_OWN_WIDTH)
        keep.on_click(lambda _: self._act(self._keep))
        self._file = kit.Text(value="charter.yaml", description="File", style=_LABEL, layout={"width": "260px"})
        file = kit.Button(description="Write as YAML", layout=_OWN_WIDTH)
        file.on_click(lambda _: self._act(self._write_file))
        pages = {
            "Goal": [self._texts["goal"], self._heading("What it has to reach"), self._tables["kpis"].root],
            "People": [
                self._heading("Who is affected, and how"),
                self._tables["affected"].root,
                self._heading("What else could be done"),
                self._tables["alternatives"].root,
            ],
            "Risks": [self._tables["risks"].root],
            "At stake": [*self._answers.values(), self._texts["jurisdiction"], self._tier],
            "Decision": [
                self._texts["policies"],
                propose_,
                self._decision,
                self._texts["conditions"],
                self._texts["decided"],
                self._heading("Who decided"),
                self._tables["approvers"].root,
            ],
        }
        tabs = kit.Tab([kit.VBox(page) for page in pages.values()], titles=list(pages))
        head = kit.HTML(
            join(
                [
                    style_element("base", "box", "card", "charter"),
                    el("p", "Charter", class_="jg-kicker"),
                    el("h3", _ASKED),
                ]
            )
        )
        acts = kit.HBox([keep, self._file, file], layout={"flex_flow": "row wrap", "align_items": "center"})
        root = kit.VBox([head, tabs, acts, self._said])
        for kind in ("jg-root", "jg-card", "jg-charter-form"):
            root.add_class(kind)
        return root

    def _heading(self, text: str) -> Any:
        return self._kit.HTML(el("h4", text))

    def _told(self) -> None:
        """Show the tier that the answers give, why, and what follows."""
        answers = {key: choice.value for key, choice in self._answers.items() if choice.value}
        if not answers:
            self._tier.value = el("p", "The risk tier follows from the answers.", class_="jg-quiet")
            return
        found = tier_of(answers)
        proposed = self._proposed()
        self._tier.value = join(
            [
                el("p", "Risk tier: ", el("b", found.tier), class_="jg-lead"),
                bullets(found.reasons),
                el("p", "Policies that this proposes, for people to decide on:"),
                bullets(join([el("code", p.policy), ": ", words.lower_first(p.why)]) for p in proposed),
            ]
        )

    def _proposed(self) -> Sequence[Any]:
        answers = {key: choice.value for key, choice in self._answers.items() if choice.value}
        place = self._texts["jurisdiction"].value
        return propose(tier_of(answers).tier, use=answers.get("use", ""), jurisdiction=place)

    def _take_proposed(self) -> None:
        self._texts["policies"].value = ", ".join(p.policy for p in self._proposed())

    def _act(self, act: Callable[[], Html]) -> None:
        try:
            self._said.value = act()
        except (GovError, OSError) as error:
            lines = str(error).splitlines()
            told = [el("p", line.removeprefix("charter: ")) for line in lines]
            self._said.value = el("div", *told, class_="jg-box jg-error", role="alert")

    def _keep(self) -> Html:
        html, _ = charter_card(self._save(self.value()), said="It is in the record.")
        return Html(html)

    def _write_file(self) -> Html:
        where = self._write(self.value(), self._file.value.strip())
        return el("p", "Written to ", el("code", where), ".", role="status")


_ASKED = "Should this be built?"


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a row: free text, or a choice of options."""

    key: str
    label: str
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()
    width: str = "310px"


_KPI = (
    _Field("name", "Name"),
    _Field("measure", "Measure", "roc_auc, or metric:NAME"),
    _Field("side", "Target", options=_TARGETS, width="170px"),
    _Field("target", "Number", width="140px"),
    _Field("decide_on", "Decided on", options=_DECIDE, width="250px"),
    _Field("unit", "Unit", width="130px"),
    _Field("baseline", "Today"),
    _Field("owner", "Owner"),
)
_RISK = (
    _Field("risk", "Risk", "What could go wrong", width="630px"),
    _Field("likelihood", "Likelihood", options=_GRADES, width="200px"),
    _Field("impact", "Impact", options=_GRADES, width="180px"),
    _Field("mitigation", "Done about it", width="410px"),
    _Field("owner", "Owner"),
)


class _Rows:
    """Rows of fields that can be added and taken away."""

    def __init__(self, kit: Any, what: str, fields: Sequence[_Field], rows: Sequence[Mapping[str, Json]]) -> None:
        self._kit, self._fields = kit, fields
        self._rows: list[tuple[Any, dict[str, Any]]] = []
        self._box = kit.VBox()
        self._what = what
        add = kit.Button(description=f"Add {what}", icon="plus", layout=_OWN_WIDTH)
        add.on_click(lambda _: self._add({}))
        self.root = kit.VBox([self._box, add])
        for row in rows:
            self._add(row)

    def value(self) -> list[dict[str, Json]]:
        """Return the rows in which something is written."""
        made = [{key: box.value.strip() for key, box in boxes.items()} for _, boxes in self._rows]
        chosen = {field.key for field in self._fields if field.options}
        filled = [{k: v for k, v in row.items() if v} for row in made]
        return [row for row in filled if set(row) - chosen]

    def _add(self, row: Mapping[str, Json]) -> None:
        kit = self._kit
        boxes: dict[str, Any] = {}
        for field in self._fields:
            told = str(row.get(field.key, ""))
            about = {"description": field.label, "style": _LABEL, "layout": {"width": field.width}}
            boxes[field.key] = (
                kit.Dropdown(options=field.options, value=told or field.options[0][1], **about)
                if field.options
                else kit.Text(value=told, placeholder=field.hint, **about)
            )
        gone = kit.Button(icon="times", tooltip=f"Take {self._what} away", layout={"width": "36px"})
        line = kit.HBox([*boxes.values(), gone], layout={"flex_flow": "row wrap", "margin": "0 0 8px"})
        gone.on_click(lambda _: self._remove(line))
        self._rows.append((line, boxes))
        self._box.children = [line for line, _ in self._rows]

    def _remove(self, line: Any) -> None:
        self._rows = [(other, boxes) for other, boxes in self._rows if other is not line]
        self._box.children = [other for other, _ in self._rows]


def _of_kpi(kpi: Mapping[str, Json]) -> dict[str, Json]:
    side = "at_most" if kpi.get("at_most") is not None else "at_least"
    target = kpi.get(side)
    return {**kpi, "side": side, "target": "" if target is None else f"{target:g}"}


def _number(text: str) -> Json:
    """Return a number, or the text as it is, for the check to say what is wrong with it."""
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return text
