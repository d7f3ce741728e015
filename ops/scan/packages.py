"""Known vulnerabilities of every locked package.

pip-audit asks PyPI; where PyPI's advisory data cannot be had (behind a mirror), ADVISORIES names a clone of
github.com/pypa/advisory-database, which is the same data. Where neither is there, that is what is said, and nothing else.
"""

import datetime as dt
import json
import os
import re
import subprocess
from pathlib import Path

import yaml
from packaging.version import Version

from ops.scan.findings import NOT_SEEN, Finding
from ops.scan.stage import ROOT, Stage

_FRESH = 30  # days: older data knows nothing of what was found since
_LOCKS = ("ops/requirements.lock", "ops/scan/requirements.lock")


def look(stage: Stage) -> list[Finding]:
    given = os.environ.get("ADVISORIES")
    return [
        found for lock in _LOCKS for found in (_compare(Path(given), lock) if given else _audit(stage, lock))
    ]


def _audit(stage: Stage, lock: str) -> list[Finding]:
    done = subprocess.run(
        [stage.tools / "pip-audit", "--require-hashes", "--disable-pip", "-r", lock, "-f", "json", "--progress-spinner", "off"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    try:
        rows = json.loads(done.stdout)["dependencies"]
    except ValueError:
        last = done.stderr.strip().splitlines()[-1:] or ["no answer"]
        return [Finding("packages", NOT_SEEN, lock, f"the advisory data could not be read: {last[0][:200]}")]
    skipped = [row for row in rows if "skip_reason" in row]
    found = [
        Finding("packages", flaw["id"], f"{row['name']}=={row['version']}", _first_line(flaw["description"]))
        for row in rows
        for flaw in row.get("vulns", [])
    ]
    if skipped:  # it calls that "no known vulnerabilities"
        words = (
            f"no advisory data for {len(skipped)} of {len(rows)} packages, e.g. {skipped[0]['skip_reason']}"
        )
        found.append(Finding("packages", NOT_SEEN, lock, f"{words}; ADVISORIES=… names a clone of the data"))
    return found


def _compare(advisories: Path, lock: str) -> list[Finding]:
    """Against a clone of the data, offline."""
    known = advisories / "vulns"
    if not (known / "django").is_dir():
        raise SystemExit(f"ADVISORIES={advisories} is no clone of github.com/pypa/advisory-database")
    found, newest = [], _newest(known)
    if dt.date.fromisoformat(newest) < dt.datetime.now(dt.UTC).date() - dt.timedelta(days=_FRESH):
        found.append(
            Finding(
                "packages", NOT_SEEN, lock, f"what became known after {newest}, where the data given ends"
            )
        )
    for name, version in locked(ROOT / lock):
        for path in sorted((known / name).glob("*.yaml")):
            flaw = yaml.safe_load(path.read_text())
            if "withdrawn" not in flaw and any(_hits(one, name, version) for one in flaw["affected"]):
                text = _first_line(flaw.get("details", ""))
                found.append(Finding("packages", flaw["id"], f"{name}=={version}", text))
    return found


def _newest(known: Path) -> str:
    """The day of the last change to any of them."""
    texts = (path.read_text() for path in known.glob("*/*.yaml"))
    days = (re.search(r"^modified: \D?(\d{4}-\d\d-\d\d)", text, re.MULTILINE) for text in texts)
    return max(day[1] for day in days if day)


def locked(path: Path) -> list[tuple[str, str]]:
    """[(name, version)] of a lock file; names as PyPI spells them."""
    rows = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", path.read_text(), re.MULTILINE)
    return [(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in rows]


def _hits(affected: dict, name: str, version: str) -> bool:
    if affected["package"]["name"].lower() != name:
        return False
    if version in affected.get("versions", []):
        return True
    return any(
        _within(one["events"], Version(version))
        for one in affected.get("ranges", [])
        if one["type"] == "ECOSYSTEM"
    )


def _within(events: list[dict], version: Version) -> bool:
    """Events in the order they are written: introduced, fixed, introduced again, …"""
    inside = False
    for event in events:
        ((what, when),) = event.items()
        if what == "introduced" and (when == "0" or version >= Version(when)):
            inside = True
        elif (what == "fixed" and version >= Version(when)) or (
            what == "last_affected" and version > Version(when)
        ):
            inside = False
    return inside


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0][:200]
