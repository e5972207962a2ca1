"""Text in blocks, such as what a policy asks for."""

from __future__ import annotations

from jupyter_gov.display import outline


def test_one_block_stands_open_and_of_several_all_but_the_first_are_folded() -> None:
    html, text = outline("Policy", "c.auc: It ranks (blocker)\n  Asked: `roc_auc`.\n    - at least 0.7.")
    assert "<details" not in html
    assert "<code>roc_auc</code>" in html
    assert "<li>at least 0.7.</li>" in html
    assert text.splitlines()[1] == "  Asked: `roc_auc`."
    html, _ = outline("Policy", "One\n  a\n\nTwo\n  b\n\nThree")
    assert html.count("<details") == 3
    assert html.count(" open") == 1


def test_names_of_others_do_no_harm() -> None:
    html, text = outline("Policy", "<b>\x1b[31m\u202e\n  <script>")
    assert "<script>" not in html
    assert "\x1b" not in html + text
    assert "\u202e" not in html + text
