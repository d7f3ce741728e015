"""In the process of beat: looks around when no worker does, or nobody would say that all workers are dead."""

import logging
import threading
import time

from celery.signals import beat_init
from django.db import connection
from django.utils import timezone

from hanoi_docs.watch import mail, rules

log = logging.getLogger(__name__)
EVERY = 60  # seconds


def look_if_nobody_does() -> bool:
    """Whether it was needed."""
    at = timezone.now()
    if not rules.nobody_looked(at):
        return False
    rules.look(at)
    mail.tell(at)
    return True


@beat_init.connect
def _sit_beside(**_) -> None:
    threading.Thread(target=_keep_looking, name="looks around", daemon=True).start()


def _keep_looking() -> None:
    while True:
        time.sleep(EVERY)
        try:
            look_if_nobody_does()
        except Exception:  # the database may be away for hours; this thread goes on
            log.exception("nobody can look around")
        finally:
            connection.close()
