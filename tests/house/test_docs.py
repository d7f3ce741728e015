"""What the documents name is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

_NAMED = re.compile(r"`(?P<file>(?:tests/[\w/]+/)?test_\w+\.py)::(?P<test>\w+)`")


def named() -> list[tuple[str, str]]:
    text = Path(settings.BASE_DIR, "docs/exchange.md").read_text(encoding="utf-8")
    return [(one["file"], one["test"]) for one in _NAMED.finditer(text)]


@pytest.mark.parametrize(("file", "test"), sorted(set(named())))
def test_every_test_that_the_table_of_messages_names_is_there(file, test):
    house = Path(settings.BASE_DIR)
    paths = [house / file] if "/" in file else [*(house / "tests/interop").rglob(file)]
    assert any(f"def {test}(" in path.read_text(encoding="utf-8") for path in paths)


def test_the_table_of_messages_names_tests():
    assert len(named()) > 20
