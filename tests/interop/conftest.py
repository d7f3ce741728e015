"""A running axis simulator for the tests of this folder."""

import pytest

from .simulator_process import Simulator


@pytest.fixture(scope="module")
def axis(tmp_path_factory):
    """One simulator for all tests of a module, its participants twenty times faster than real."""
    with Simulator(tmp_path_factory.mktemp("axis"), "--pace", "0.05") as simulator:
        yield simulator
