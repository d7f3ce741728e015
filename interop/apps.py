from django.apps import AppConfig


class InteropConfig(AppConfig):
    name = "interop"
    verbose_name = "Liên thông"

    def ready(self) -> None:
        from documents import states
        from interop import events

        states.declare_events(events.LABELS, events.ADMINISTRATION)
        from documents.signals import left_for_exchange
        from interop import checks  # noqa: F401 – registered by being read
        from interop.waking import wake

        left_for_exchange.connect(wake, dispatch_uid="interop.wake")
