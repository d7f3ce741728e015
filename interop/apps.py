from django.apps import AppConfig


class InteropConfig(AppConfig):
    name = "interop"
    verbose_name = "Liên thông"

    def ready(self) -> None:
        from documents import states
        from interop import events

        states.declare_events(events.LABELS, events.ADMINISTRATION)
        from documents.actions import destruction
        from documents.signals import left_for_exchange
        from interop import checks  # noqa: F401 – registered by being read
        from interop.secrecy import purge
        from interop.waking import wake

        left_for_exchange.connect(wake, dispatch_uid="interop.wake")
        destruction.also(purge.let_go_of_disposed)
