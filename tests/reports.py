"""Writing a failure down must not fail, and what a test has counted is said at the end: a plugin that `tests/conftest.py`
brings into every run."""

import gc

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call):
    """No garbage is collected while a failure is written down.

    Python up to 3.11.7 (Debian 12 has 3.11.2) raises SystemError when a finalizer parses source while source is
    being parsed (cpython#106905). pytest parses the source of every traceback, and a browser driver that could
    not start may leave a failed future whose traceback is logged when it is collected. pytest would end with
    INTERNALERROR and show no failure of the whole run. What was left behind is collected right after, in peace: a
    module that a plugin loads later is parsed as well.
    """
    collects = call.excinfo is not None and gc.isenabled()
    if collects:
        gc.disable()
    try:
        return (yield)
    finally:
        if collects:
            gc.collect()
            gc.enable()


def pytest_terminal_summary(terminalreporter):
    """What tests said by `record_property("said", …)`, from whichever process they ran in."""
    passed = terminalreporter.stats.get("passed", [])
    for line in sorted(
        {value for report in passed for name, value in report.user_properties if name == "said"}
    ):
        terminalreporter.write_line(line)
