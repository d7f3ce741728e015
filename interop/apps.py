import logging

from django.apps import AppConfig

log = logging.getLogger(__name__)


class InteropConfig(AppConfig):
    name = "interop"
    verbose_name = "Liên thông"

    def ready(self) -> None:
        from documents.signals import left_for_exchange

        left_for_exchange.connect(wake, dispatch_uid="interop.wake")


def wake(*, urgent: bool = False, **_) -> None:
    """Something was left for the exchange: look now, not at the next tick. An absent broker is no harm."""
    from interop.tasks import relay_queued, report_waiting

    try:
        report_waiting.delay()
        relay_queued.delay()
    except Exception as error:
        log.warning("the broker is away, the timetable will do it: %s", type(error).__name__)
