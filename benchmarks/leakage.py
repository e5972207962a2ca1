"""How many of the leaks in a corpus of small notebooks are found, and how many findings are false alarms.

Usage: ``python benchmarks/leakage.py [NAME …]``. The notebooks are in ``tests/leakage/corpus``; half are clean twins.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "leakage"))

from leaks import corpus, examine  # type: ignore[import-not-found]


def main() -> None:
    wanted = set(sys.argv[1:])
    notebooks = [n for n in corpus() if not wanted or n.name in wanted]
    leaks = found = right = alarms = 0
    checks: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for outcome in examine(notebooks):
        entry = outcome.notebook
        false = len(outcome.false_alarms)
        leaks += bool(entry.wanted)
        found += bool(entry.wanted) and not outcome.missed
        right += len(outcome.findings) - false
        alarms += false
        if entry.wanted:
            counted = checks[sorted(entry.wanted)[0] if len(entry.wanted) == 1 else "several names"]
            counted[0] += not outcome.missed
            counted[1] += 1
        for problem in outcome.raised:
            print(f"RAISED  {entry.name}: {problem}")
        if outcome.missed:
            print(f"MISSED  {entry.name}: {' or '.join(sorted(entry.wanted))}")
        for finding in outcome.false_alarms:
            print(f"FALSE   {entry.name}: {finding.check}: {finding.message}")
    for check, (hit, total) in sorted(checks.items()):
        print(f"{check:32} {hit:3} of {total}")
    print(f"notebooks {len(notebooks)}, of them leaking {leaks}")
    print(f"recall    {found / max(leaks, 1):.1%} ({found} of {leaks} leaking notebooks)")
    print(f"precision {right / max(right + alarms, 1):.1%} ({right} of {right + alarms} findings)")


if __name__ == "__main__":
    main()
