"""``python -m tests.audit``: are there known holes in what is installed? (``make audit``)

Asks pip-audit, and says plainly when nobody could be asked: that is no clean bill.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PINS = Path(__file__).resolve().parents[1] / "requirements.txt"
# A finding that does not concern us stands here by its id, with the reason.
EXPLAINED = dict.fromkeys(
    ("PYSEC-2026-282", "CVE-2026-31072"),
    "of apscheduler 4's alphas, code runs in what JSONSerializer and CBORSerializer read; 3.x has"
    " neither, and the nudger's jobs are kept in memory",
)
NOBODY = (
    "No vulnerability service could be asked from here: nothing was checked. Run `make audit`"
    " where the advisory database can be reached."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``code`` is the exit code: 1 for a finding that nobody has explained."""

    code: int
    lines: list[str]


def judged(report: dict[str, Any] | None, explained: dict[str, str]) -> Outcome:
    """What pip-audit's JSON report comes to; None when there is none."""
    packages = report["dependencies"] if report else []
    checked = [one for one in packages if "vulns" in one]
    if not checked:
        return Outcome(0, [NOBODY])
    lines, code = [], 0
    for package in checked:
        for hole in package["vulns"]:
            names = (hole["id"], *hole["aliases"])
            reason = next((explained[name] for name in names if name in explained), "")
            code = code if reason else 1
            mended = ", ".join(hole["fix_versions"]) or "none"
            told = f"explained: {reason}" if reason else f"mended in: {mended}"
            lines.append(f"{package['name']} {package['version']} {hole['id']}: {told}")
    lines += [f"{one['name']}: not checked" for one in packages if "vulns" not in one]
    lines.append(f"{len(checked)} of {len(packages)} packages checked.")
    return Outcome(code, lines)


def asked() -> dict[str, Any] | None:
    """Ask pip-audit; None when it could not ask anybody."""
    command = [
        sys.executable, "-m", "pip_audit", "--requirement", str(PINS), "--require-hashes",
        "--disable-pip", "--format", "json", "--progress-spinner", "off",
    ]  # fmt: skip
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        found = json.loads(answer.stdout)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


if __name__ == "__main__":
    outcome = judged(asked(), EXPLAINED)
    print("\n".join(outcome.lines))  # noqa: T201
    sys.exit(outcome.code)
