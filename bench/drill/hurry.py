"""What workers and timetable of the drill are started with: pauses, patience and limits of the exchange, as many
times shorter as the outages are."""

import os

import django

from hanoi_docs.celery import app

SCALE = float(os.environ["DRILL_SCALE"])
django.setup()

from interop import task_time, tasks  # noqa: E402 - after the set-up
from interop.inbound import inbox  # noqa: E402 - after the set-up
from interop.outbound import outcomes, sending  # noqa: E402 - after the set-up
from interop.transport import connection  # noqa: E402 - after the set-up

for module, names in {
    sending: ["STUCK_AFTER"],
    outcomes: ["FIRST_PAUSE", "LONGEST_PAUSE"],
    inbox: ["STUCK_AFTER", "PAUSE"],
    connection: ["BELIEVED"],
    task_time: ["SECONDS"],
}.items():
    for name in names:
        setattr(module, name, getattr(module, name) / SCALE)
connection.TIMEOUT = tuple(seconds / SCALE for seconds in connection.TIMEOUT)
for task in (
    tasks.relay_queued,
    tasks.poll_axis,
    tasks.unpack_waiting,
    tasks.report_waiting,
    tasks.revive_stuck,
):
    task.time_limit /= SCALE
app.conf.beat_schedule["revive what a dead worker left"]["schedule"] /= SCALE
