from django.apps import AppConfig


class PorchConfig(AppConfig):
    name = "hanoi_docs"

    def ready(self):
        from documents import states
        from hanoi_docs import events

        states.declare_events(events.LABELS)
        from hanoi_docs import (  # noqa: F401
            emergencies,  # hears of them
            roles,  # its check is registered by being read
        )
        from hanoi_docs.backups import checks  # noqa: F401 - registered by being read
        from hanoi_docs.watch import beside, jobs  # noqa: F401 - they hear what Celery does
