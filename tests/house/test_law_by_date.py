"""No page, sentence or paper of ours spells out a text of the law: its name comes from the table, by date."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# A number of the law, or the decree by its number alone.
SPELT = re.compile(
    r"\d+/\d{4}/(?:NĐ-CP|QĐ-TTg|QH\d+|TT-\w+)|Nghị định (?:số )?\d+|Quyết định (?:28|20)/20\d\d"
)
# Where a text of the law is the matter itself: rules of the layout (they hold without Django and without a table), papers
# somebody wrote, registers as they were loaded, and an example of what to type.
ITS_MATTER = (
    "documents/layout/", "hanoi_docs/demo/", "simulators/", "/migrations/", "orgs/loading.py", "orgs/forms.py",
    "orgs/models/law.py", "bench/", "tools/", "ops/", "tests/", "casefiles/package/", "casefiles/models/export.py",
)  # fmt: skip


def sources():
    for folder in ("ui", "orgs", "documents", "signatures", "interop", "progress", "hanoi_docs", "casefiles"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not any(part in name for part in ITS_MATTER):
                yield name, path


def strings(tree: ast.AST):
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        # A sentence that stands by itself is a docstring, also under a name.
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            docs.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def test_no_sentence_of_the_code_spells_out_a_text_of_the_law():
    found = [
        (name, line, text[:80])
        for name, path in sources()
        for line, text in strings(ast.parse(path.read_text(encoding="utf-8")))
        if SPELT.search(text)
    ]
    assert found == []


@pytest.mark.parametrize("kind", ["html", "js", "txt"])
def test_no_page_spells_out_a_text_of_the_law(kind):
    found = [
        (path.relative_to(ROOT).as_posix(), hit[0])
        for folder in ("templates", "static/js")
        for path in sorted((ROOT / folder).rglob(f"*.{kind}"))
        if (hit := SPELT.search(re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"))))
    ]
    assert found == []
