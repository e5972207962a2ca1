"""What a policy's verdicts are called, and what was found, in the words that every surface uses."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from jupyter_gov.records import LEVELS, STATUSES, Answer, Json, PolicyCheck, PolicyUse, Readiness, Status, Verdict

from . import words

SIGNS: dict[Status, str] = {
    "fail": "✕",
    "missing": "○",
    "inconclusive": "◐",
    "waived": "◇",
    "pass": "✓",
    "not_applicable": "–",
}
"""What stands before a verdict, so that not its colour alone tells it."""

READY: dict[Readiness, str] = {
    "ready": "Ready",
    "with_reservations": "Ready with reservations",
    "undecided": "Undecided",
    "blocked": "Blocked",
}

_COUNTED: dict[Status, tuple[str, str]] = {
    "fail": ("fails", "fail"),
    "missing": ("lacks evidence", "lack evidence"),
    "inconclusive": ("is inconclusive", "are inconclusive"),
    "waived": ("is waived", "are waived"),
    "pass": ("passes", "pass"),
    "not_applicable": ("does not apply", "do not apply"),
}
_COUNTS = {"age": "day", "document": "word", "finding": "finding"}
"""What a number counts, by the kind of requirement that it answers."""

_FAR = 20
"""So many times the rows that there are say nothing but that they do not decide."""
_LONGEST = 80
_MOST_NAMED = 2
_MOST_PLACES = 6


def status_word(status: str) -> str:
    """Return a status as people read it: ``not_applicable`` is “not applicable”."""
    return status.replace("_", " ")


def readiness_words(check: PolicyCheck) -> str:
    """Return what the verdicts come to in a sentence: the readiness, and how many controls there are of each status.

    Where few fail it names them.
    """
    counts = {s: n for s in STATUSES if (n := check.counts()[s])}
    failing = [words.shorten(one_line(v.title), _LONGEST) for v in by_weight(check.verdicts) if v.status == "fail"]
    named = f" ({listed([f'“{title}”' for title in failing])})" if 0 < len(failing) <= _MOST_NAMED else ""
    told = [f"{words.count(n)} {_COUNTED[s][n > 1]}{named if s == 'fail' else ''}" for s, n in counts.items()]
    if not told:
        return f"{READY[check.readiness]}: the policy asks for nothing."
    if set(counts) == {"not_applicable"}:
        of = (
            "its one control does not apply"
            if len(check.verdicts) == 1
            else f"none of {len(check.verdicts):,} controls applies"
        )
        return f"{READY[check.readiness]}: {of}."
    return f"{READY[check.readiness]}: of {words.plural(len(check.verdicts), 'control')}, {listed(told)}."


def policy_title(of: PolicyCheck | PolicyUse) -> tuple[str, str]:
    """Return the title and version of a policy; of several that were used together, their ids and no version."""
    if " + " in of.policy:
        return ", ".join(of.policy.split(" + ")), ""
    return of.title or of.policy, of.version


def identified(check: PolicyCheck) -> str:
    """Return the id and version of a policy; of several that were used together, of each."""
    ids, versions = check.policy.split(" + "), check.version.split(" + ")
    pairs = zip(ids, versions, strict=True) if len(ids) == len(versions) else [(check.policy, check.version)]
    return ", ".join(f"{name} {version}".rstrip() for name, version in pairs)


def by_weight(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return verdicts in the order in which somebody should look at them: by severity, then by status."""
    return sorted(verdicts, key=lambda v: (LEVELS.index(v.severity), STATUSES.index(v.status)))


def worst_first(answers: Sequence[Answer]) -> list[Answer]:
    """Return the answers of a verdict, those first that somebody should look at."""
    return sorted(answers, key=lambda a: STATUSES.index(a.status))


def one_line(text: str) -> str:
    """Return a text of the user's on one line, without what steers a terminal."""
    return words.printable(" ".join(text.split()))


def limit(threshold: Json) -> str:
    """Return what a value is compared with, with the digits that the policy gives it."""
    return f"{threshold:,.10g}" if _is_number(threshold) else amount(threshold)


def asked(answers: Sequence[Answer]) -> list[str]:
    """Return what was asked, once where answers differ in their attribute or group only."""
    parts: dict[str, list[str]] = {}
    for answer in answers:
        text = answer.asked
        # What was asked once of several things names all of them already.
        alike = sum(a.asked == text for a in answers) > 1
        for key in () if alike else ("group", "attribute"):
            called = str(answer.subject.get(key) or "")
            text = re.sub(rf"(?<!\w){re.escape(called)}(?!\w)", "…", text) if called else text
        parts.setdefault(text, []).append(answer.asked)
    return [one_line(alike[0] if len(set(alike)) == 1 else text) for text, alike in parts.items() if text]


def listed(items: Sequence[str], last: str = "and") -> str:
    """Return ``a, b and c``."""
    return f" {last} ".join([*([", ".join(items[:-1])] if len(items) > 1 else []), *items[-1:]])


def about(answer: Answer) -> str:
    """Return what an answer is about among others of its control, such as ``Black (race)`` or ``overlapping rows``."""
    of = {k: str(answer.subject.get(k) or "") for k in ("attribute", "group", "label")}
    # Where nothing was found, it is about what the policy says, such as `each`.
    of = {k: v for k, v in of.items() if v and not v.startswith("each")}
    if "group" in of and "attribute" in of:
        of["group"] = f"{of['group']} ({of.pop('attribute')})"
    named = "" if answer.of == "measure" else str(answer.subject.get(answer.of) or "").replace("_", " ")
    return ", ".join(of.values()) or named


def rounded(rows: int) -> int:
    """Return a number of rows to two digits, upwards: it is an estimate."""
    step = int(10 ** max(0, len(str(rows)) - 2))
    return -(-rows // step) * step


def ends(answer: Answer) -> str:
    """Return the groups at both ends of a comparison, such as ``lowest Black 0.382, highest White 0.741``."""
    of = answer.groups
    if not (of.get("lowest") and of.get("highest")):
        return ""
    low, high = (words.number(x, 3) if _is_number(x) else "" for x in (of.get("low"), of.get("high")))
    named = [words.shorten(one_line(str(of[key])), _LONGEST // 2) for key in ("lowest", "highest")]
    return f"lowest {named[0]} {low}, highest {named[1]} {high}"


def more_rows(rows: int, there: int | None) -> str:
    """Return how many more rows would decide, such as ``about 1,900 more rows``, where `there` are so many now."""
    about_so_many = f"about {rounded(rows):,}"
    if there and rows > _FAR * there:
        return f"far more rows than there are ({about_so_many})"
    return f"{about_so_many} more rows" if rows != 1 else "1 more row"


def rows_there(check: PolicyCheck) -> int | None:
    """Return how many rows the assessments behind a check are made of, the most; None where that is not known."""
    return max((a.n for v in check.verdicts for a in v.answers if a.n), default=None)


def found(answer: Answer) -> str:
    """Return what was found, such as ``0.700 [0.600, 0.780]``; nothing where nothing was."""
    return f"{value(answer)} {interval(answer)}".rstrip()


def value(answer: Answer) -> str:
    """Return the value of an answer without its interval; nothing where there is none."""
    if answer.of == "assessment":  # that it was made is all
        return ""
    if answer.of in _COUNTS and _is_number(answer.value) and math.isfinite(answer.value):
        return words.plural(round(answer.value), _COUNTS[answer.of])
    measured = answer.lower is not None or answer.of in ("measure", "metric")
    return (
        words.number(answer.value, _places(answer)) if measured and _is_number(answer.value) else amount(answer.value)
    )


def interval(answer: Answer) -> str:
    """Return the interval of an answer, such as ``[0.600, 0.780]``; nothing where there is none."""
    if answer.lower is None or answer.upper is None:
        return ""
    places = _places(answer)
    return f"[{words.number(answer.lower, places)}, {words.number(answer.upper, places)}]"


def _places(answer: Answer) -> int:
    """Return how many decimals show an answer, so many that what is not the threshold does not look like it."""
    given: tuple[Json, ...] = (answer.value, answer.lower, answer.upper)
    numbers = [float(x) for x in given if _is_number(x)]
    places = words.decimals(*numbers)
    near = float(answer.threshold) if _is_number(answer.threshold) else math.nan
    while places < _MOST_PLACES and any(x != near and round(x, places) == round(near, places) for x in numbers):
        places += 1
    return places


def amount(value: Json) -> str:
    """Return a value as people read it; nothing for None."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if _is_number(value):
        whole = math.isfinite(value) and value == round(value) and abs(value) < 1e15
        return words.count(value) if whole else words.number(value)
    if isinstance(value, list | tuple):
        return words.shorten(listed([amount(v) for v in value if v not in (None, "")], "or"), _LONGEST)
    return words.shorten(" ".join(words.printable(words.json_value(value, _LONGEST)).split()), _LONGEST)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
