"""Markdown written by users as HTML that cannot do anything but be read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .html import Html, clean, el

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


def render(markdown: str, level: int) -> Html:
    """Return Markdown as HTML: CommonMark with tables and strikethrough, raw HTML shown as text.

    Parameters
    ----------
    markdown : str
        The text.
    level : int
        The level of its highest headings; lower ones follow without a gap, none below 6.
    """
    parser = _parser()
    tokens = parser.parse(clean(markdown))
    used = sorted({int(t.tag[1]) for t in tokens if t.type == "heading_open"})
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, level + used.index(int(token.tag[1])))}"
    return Html(parser.renderer.render(tokens, parser.options, {}))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    # Not registered by name only: the renderer's own methods take precedence over nothing else.
    parser.add_render_rule("image", _image)
    parser.add_render_rule("link_open", _link_open)
    parser.add_render_rule("th_open", _cell_open)
    parser.add_render_rule("td_open", _cell_open)
    return parser


def _image(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """Show an image that is part of the text; one from elsewhere would need the network, so it becomes a link."""
    token = tokens[at]
    source, alt = str(token.attrGet("src") or ""), self.renderInlineAsText(token.children or [], options, env)
    if source.startswith("data:image/"):
        return el("img", src=source, alt=alt)
    return el("a", f"[image: {alt or source}]", href=source, rel="noopener noreferrer")


def _link_open(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    tokens[at].attrSet("rel", "noopener noreferrer")
    return str(self.renderToken(tokens, at, options, env))


def _cell_open(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """Say a column's alignment by a class: a style attribute would be refused by the report's security policy."""
    token = tokens[at]
    style = str(token.attrs.pop("style", ""))
    if style:
        token.attrSet("class", f"jg-{style.removeprefix('text-align:').strip()}")
    if token.type == "th_open":
        token.attrSet("scope", "col")
    return str(self.renderToken(tokens, at, options, env))
