"""The broker dies under a worker: what the worker still says on the old line is an error of the line, which it bears.

That it goes on afterwards the drill shows, which kills the broker under working workers.
"""

import pytest

from hanoi_docs.celery import app


@pytest.mark.parametrize(
    "lost", ["release", "collect", "_do_close_transport"]
)  # all ways in which Celery lets go
def test_what_is_acknowledged_on_a_line_that_is_gone_is_an_error_of_the_line(lost):
    line = app.connection_for_read()
    channel = line.default_channel
    getattr(line, lost)()
    with pytest.raises(line.recoverable_connection_errors, match="broker is closed"):
        channel.basic_ack("a task that ended")
