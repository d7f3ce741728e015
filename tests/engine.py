"""Which tests say something of the database engine: those that a second one is tried with (`make pytest ONLY=database`).

A test does when it asks pytest-django for a database, or says itself that it starts an engine (`pytest.mark.database`).
What asks for none reads and writes PDF, XML, text and files, which no engine changes. Nor do those of tests/house say any
more, though they ask: they hold our own rules over every address, and what lies behind an address is done by the tests of
its room as well.
"""

from pathlib import Path

import pytest

_HOUSE = Path(__file__).parent / "house"


def pytest_itemcollected(item):
    asks = "django_db_setup" in item.fixturenames or item.get_closest_marker("django_db")
    if asks and _HOUSE not in item.path.parents:
        item.add_marker(pytest.mark.database)
