"""How the machine itself is watched: runs, alarms, numbers, the operator's page."""

from hanoi_docs.watch.runs import close_alarm, raise_alarm, record_run

__all__ = ["close_alarm", "raise_alarm", "record_run"]
