"""Documents about a run: a template notebook is filled from the records and exported; nothing is computed here."""

from ._export import export_html
from ._model_card import ModelCard
from ._render import FORMATS, check_formats, render, template_names

__all__ = ["FORMATS", "ModelCard", "check_formats", "export_html", "render", "template_names"]
