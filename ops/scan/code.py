"""bandit: patterns in our own code that often are mistakes."""

import json
import subprocess

from ops.scan.findings import Finding
from ops.scan.stage import ROOT, Stage

LOOKED_AT = (
    "hanoi_docs",
    "ui",
    "orgs",
    "documents",
    "signatures",
    "interop",
    "casefiles",
    "progress",
    "simulators",
    "ops",
    "manage.py",
)


def look(stage: Stage) -> list[Finding]:
    done = subprocess.run(
        [stage.tools / "bandit", "-q", "-r", *LOOKED_AT, "-f", "json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    said = json.loads(done.stdout)  # its exit code says whether anything was found
    if said["errors"]:
        raise SystemExit(f"bandit could not read {said['errors']}")
    return [
        Finding("bandit", row["test_id"], f"{row['filename']}:{row['line_number']}", row["issue_text"])
        for row in said["results"]
    ]
