"""html-validate: the markup of every page as it is sent; and links of these pages that lead nowhere.

Turned off in htmlvalidate.json: roles of tables (the style sheet lays tables out as cards on a phone, and without their
roles they would be no tables to a screen reader), regions that are no `section` (what scrolls is one, so that keys reach
it), `type` of a button that sends its form, labels that name the box
within them (Django draws them so), and mere style.
"""

import json
import shutil
from pathlib import Path

from ops.audit.town import Town

_RULES = Path(__file__).parent / "htmlvalidate.json"
# A statement that a person makes each time anew: without it Firefox ticks it again after a reload.
_MEANT = {
    ("input-attributes", 'Attribute "autocomplete" is not allowed on <input type="checkbox">'),
    ("valid-autocomplete", 'autocomplete attribute cannot be used on <input type="checkbox">'),
}


def look(town: Town) -> list[str]:
    folder = town.folder / "html"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(_RULES, folder / ".htmlvalidate.json")
    names = {}
    for number, page in enumerate(town.pages):
        name = f"{number:04}.html"
        (folder / name).write_text(page.html)
        names[name] = page.title
    report = town.folder / "html.json"
    report.unlink(missing_ok=True)
    said = town.run(
        "html-validate/bin/html-validate.mjs", f"--formatter=json={report.resolve()}", "*.html", cwd=folder
    )
    if not report.exists():
        raise SystemExit(f"html-validate said nothing: {said.stderr[-500:]}")
    found = {}
    for file in json.loads(report.read_text()):
        title = names[Path(file["filePath"]).name]
        for one in file["messages"]:
            words = f"{one['ruleId']} {title} line {one['line']}: {one['message']}"
            if (one["ruleId"], one["message"]) not in _MEANT:
                found.setdefault((one["ruleId"], one["message"]), words)
    print(f"  {len(names)} pages", flush=True)
    return [*town.dead, *found.values()]
