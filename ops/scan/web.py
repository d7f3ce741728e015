"""wapiti: every page and form that a clerk, an operator and a stranger reach, tried with what attackers send."""

import http.cookies
import json
import re
import subprocess
from pathlib import Path

from ops.scan import headers
from ops.scan.findings import NOT_SEEN, Finding
from ops.scan.stage import Stage

# Signed in as these of the cast, and once as nobody.
PEOPLE = ("lan", "quantri", "")
# Those that need the internet (ssrf, xxe, log4shell, spring4shell, htp) are left out: where it cannot be reached they find
# nothing and would say "none".
MODULES = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,inconsistent_redirection,information_disclosure,"
    "ldap,methods,permanentxss,redirect,sql,timesql,upload,xss"
)
# What ends the session or changes the password would make a stranger of the rest; the figures of one page in thousands
# of combinations would leave no time for the others (its form is tried).
_NOT = ("/dang-xuat/", "/doi-mat-khau/", "/vai-tro/", "/theo-doi/?*")
_CRAWL, _ATTACK = 180, 30  # seconds; the second for each module


def look(stage: Stage) -> list[Finding]:
    return list(dict.fromkeys(found for who in PEOPLE for found in _scan(stage, stage.plain, who)))


def _scan(stage: Stage, base: str, who: str) -> list[Finding]:
    report = stage.folder / f"wapiti-{who or 'nobody'}.json"
    report.unlink(missing_ok=True)
    jar = http.cookies.SimpleCookie()
    if who:  # by ourselves: the tool knows a success by English words
        headers.sign_in(base, who, jar)
    cookies = "; ".join(f"{name}={one.value}" for name, one in jar.items())
    command = [
        stage.tools / "wapiti", "-u", f"{base}/", "-m", MODULES, "--scope", "folder", "-f", "json", "-o", report,
        "--max-scan-time", str(_CRAWL), "--max-attack-time", str(_ATTACK), "--max-files-per-dir", "20",
        "--max-links-per-page", "40", "-d", "4", "-v", "1", "--no-bugreport", "--flush-session",
        "--store-session", stage.folder / "wapiti", "--tasks", "4",
        *(word for path in _NOT for word in ("-x", f"{base}{path}")), *(["-C", cookies] if who else []),
    ]  # fmt: skip
    log = stage.folder / f"wapiti-{who or 'nobody'}.log"
    with log.open("w") as said:
        subprocess.run(command, stdout=said, stderr=said, check=False)
    if not report.exists():
        raise SystemExit(f"wapiti gave no report; see {log}")
    if who and not headers.signed_in(base, jar):
        raise SystemExit(f"{who} was signed out on the way, so most was looked at as a stranger; see {log}")
    cut = re.findall(r"Max attack time was reached for module (\w+)", log.read_text())
    words = f"stopped after {_ATTACK} s before they had tried everything: {', '.join(cut)}"
    return _read(report, who) + ([Finding("wapiti", NOT_SEEN, who or "nobody", words)] if cut else [])


def _read(report: Path, who: str) -> list[Finding]:
    said = json.loads(report.read_text())
    crawled = said["infos"].get("crawled_pages_nbr", 0)
    print(f"  {who or 'nobody'}: {crawled} pages and forms", flush=True)
    if crawled < (20 if who else 3):
        raise SystemExit(f"wapiti saw only {crawled} pages as {who or 'nobody'}: that is no look")
    return [
        Finding(
            "wapiti",
            rule,
            f"{row['method']} {re.sub(r'[0-9]+', 'N', row['path'].split('?')[0])}",
            row["info"][:200],
        )
        for part in ("vulnerabilities", "anomalies")
        for rule, rows in said[part].items()
        for row in rows
    ]
