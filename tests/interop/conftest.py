"""A running axis simulator for the tests of this folder."""

import pytest

from .city_side import Line
from .simulator_process import Simulator


@pytest.fixture(scope="module")
def axis(tmp_path_factory):
    """One simulator for all tests of a module, its participants twenty times faster than real."""
    with Simulator(tmp_path_factory.mktemp("axis"), "--pace", "0.05") as simulator:
        yield simulator


@pytest.fixture
def line(tmp_path, settings):
    """A fresh axis of its own, known to the settings."""
    line = Line(tmp_path, settings)
    yield line
    line.axis.stop()
