"""docs/mends.md: every mend names a test, and the test is there."""

import re
from pathlib import Path

from django.conf import settings

HOUSE = Path(settings.BASE_DIR)
TEXT = (HOUSE / "docs/mends.md").read_text(encoding="utf-8")


def test_every_mend_names_a_test_that_is_there():
    mends = [row for row in re.findall(r"^\|(.+)\|$", TEXT, re.MULTILINE) if row.count("|") == 2]
    mends = [row for row in mends if set(row) - set("|- ") and "What happened" not in row]
    assert mends
    for row in mends:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
        assert named, f"a mend without a test: {row}"
        for file, test in named:
            assert re.search(rf"^def {test}\(", (HOUSE / file).read_text(encoding="utf-8"), re.MULTILINE), (
                test
            )
