"""Which tests say something of the database engine: those that a second one is tried with (`make pytest ONLY=database`).

A test does when it asks pytest-django for a database, or says itself that it starts an engine (`pytest.mark.database`).
What asks for none reads and writes PDF, XML, text and files, which no engine changes. Nor do those of tests/house say any
more, though they ask: they hold our own rules over every address, and what lies behind an address is done by the tests of
its room as well.

Of these, a run on the first engine writes down what each says to it (`.state/statements`). The second engine hears every
statement that was written down, from as few tests as say them all; and all tests whose statements cannot be seen from
here: with real commits, with threads and processes of their own. Where nothing was written down, it hears all tests.
"""

import heapq
import json
import re
import time
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

import pytest
from django.db import connection

_HOUSE = Path(__file__).parent / "house"
WRITTEN = Path(__file__).parents[1] / ".state/statements"
_LIST = re.compile(r"%s(?:, %s)+")
_OF_DJANGO = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")
_OUT_OF_SIGHT = pytest.StashKey[bool]()


def pytest_itemcollected(item):
    mark = item.get_closest_marker("django_db")
    item.stash[_OUT_OF_SIGHT] = bool(
        item.get_closest_marker("database")
        or (mark and mark.kwargs.get("transaction"))
        or {"transactional_db", "live_server"} & set(item.fixturenames)
    )
    asks = "django_db_setup" in item.fixturenames or mark
    if asks and _HOUSE not in item.path.parents:
        item.add_marker(pytest.mark.database)


def pytest_configure(config):
    if not hasattr(config, "workerinput") and not _second(config):
        rmtree(WRITTEN, ignore_errors=True)  # of an earlier run, of other code


def _second(config) -> bool:
    return "database" in config.option.markexpr


# -- on the first engine


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    if _second(item.config) or not item.get_closest_marker("database"):
        return (yield)
    said, begun = set(), time.perf_counter()

    def write_down(execute, sql, params, many, context):
        said.add(shape(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(write_down):
        done = yield
    said.discard("")
    worker = getattr(item.config, "workerinput", {}).get("workerid", "alone")
    WRITTEN.mkdir(parents=True, exist_ok=True)
    with (WRITTEN / f"{worker}.jsonl").open("a") as file:
        row = [name_of(item), round(time.perf_counter() - begun, 3), sorted(said)]
        file.write(json.dumps(row) + "\n")
    return done


def shape(sql) -> str:
    """The same for statements that differ in their values and in how many of them a list has; "" for none of ours."""
    text = sql if isinstance(sql, str) else repr(sql)
    if text.startswith(_OF_DJANGO):
        return ""
    return sha256(_LIST.sub("%s", text).encode()).hexdigest()[:12]


def name_of(item) -> str:
    return item.nodeid.partition("@")[0]  # xdist adds the group


# -- on the second


def pytest_collection_modifyitems(config, items):
    if not _second(config) or not WRITTEN.exists():
        return
    rows = [
        json.loads(line) for path in sorted(WRITTEN.glob("*.jsonl")) for line in path.read_text().splitlines()
    ]
    chosen = cover({name: (seconds, set(said)) for name, seconds, said in rows})
    seen = {name for name, _, _ in rows}

    def says_something(item) -> bool:
        return item.stash[_OUT_OF_SIGHT] or name_of(item) in chosen or name_of(item) not in seen

    left_out = [item for item in items if not says_something(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if says_something(item)]


def cover(tests: dict[str, tuple[float, set[str]]]) -> set[str]:
    """Tests that together say everything; those first that say the most that is new in a second."""
    heard, chosen = set(), set()
    heap = [(-len(said) / (seconds + 0.01), name) for name, (seconds, said) in sorted(tests.items())]
    heapq.heapify(heap)
    while heap:
        rate, name = heapq.heappop(heap)
        seconds, said = tests[name]
        new = said - heard
        now = -len(new) / (seconds + 0.01)
        if not new:
            continue
        if now > rate:  # others have said some of it meanwhile
            heapq.heappush(heap, (now, name))
            continue
        heard |= new
        chosen.add(name)
    return chosen
