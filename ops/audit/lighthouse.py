"""Lighthouse, as a phone on a slow line: at least 95 in each of its four marks on the ten main pages."""

import json

from launcher.programs import system_browser
from ops.audit.town import FLAGS, Town

ENOUGH = 95
# The rest of a mark is what counts; that no searching machine may list an office's desk is meant so.
_MEANT = ("is-crawlable",)
_MAIN = (
    ("", "/dang-nhap/"), ("lan", "/"), ("lan", "/van-ban-den/"), ("lan", "/van-ban-den/N/vao-so/"),
    ("lan", "/van-ban-den/vao-so/"), ("lan", "/van-ban-di/"), ("dung", "/"), ("minh", "/cong-viec/"),
    ("minh", "/van-ban-den/N/"), ("dung", "/theo-doi/"), ("quantri", "/lien-thong/"),
)  # fmt: skip


def look(town: Town) -> list[str]:
    found = []
    for who, shape in _MAIN:
        path = next((one.path for one in town.pages if one.who == who and _fits(one.path, shape)), None)
        if path is None:
            found.append(f"{who} {shape}: no such page to look at")
            continue
        marks, lost = _marks(town, who, path)
        print(
            "  " + " ".join(f"{name} {mark}" for name, mark in marks.items()) + f"  {who} {path}", flush=True
        )
        found += [f"{who} {path}: {name} {mark}: {lost}" for name, mark in marks.items() if mark < ENOUGH]
    return found


def _fits(path: str, shape: str) -> bool:
    wanted, given = shape.split("/"), path.split("?")[0].split("/")
    return len(wanted) == len(given) and all(
        one == other or (one == "N" and other.isdigit()) for one, other in zip(wanted, given, strict=True)
    )


def _marks(town: Town, who: str, path: str) -> tuple[dict[str, int], str]:
    with town.session(who) as context:
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())
        said = town.run(
            "lighthouse/cli/index.js", f"{town.plain}{path}", "--output", "json", "--output-path", "stdout", "--quiet",
            "--only-categories=performance,accessibility,best-practices,seo", f"--skip-audits={','.join(_MEANT)}",
            f"--chrome-flags={' '.join(FLAGS)}", "--extra-headers", json.dumps({"Cookie": cookies}),
            env={"CHROME_PATH": str(system_browser()), "PATH": "/usr/bin:/bin", "HOME": str(town.folder.resolve())},
        )  # fmt: skip
    if not said.stdout:
        raise SystemExit(f"Lighthouse said nothing about {path}: {said.stderr[-500:]}")
    report = json.loads(said.stdout)
    marks = {name: round(100 * one["score"]) for name, one in report["categories"].items()}
    refs = {one["id"] for kind in report["categories"].values() for one in kind["auditRefs"] if one["weight"]}
    lost = [name for name in sorted(refs) if (report["audits"][name]["score"] or 0) < 0.9
            and report["audits"][name]["scoreDisplayMode"] in ("binary", "numeric")]  # fmt: skip
    return marks, ", ".join(lost)
