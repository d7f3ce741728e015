from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = "Chữ ký số"

    def ready(self):
        from documents import access, offered, states
        from signatures import events, offers

        access.declare_rule("certify_copy", access.keeps_the_seal)
        offered.offer(offers.certified_copy)
        states.declare_events(events.LABELS, events.ADMINISTRATION)
        from signatures import (
            checks,  # noqa: F401 – registered by being read
            powers,
        )

        powers.register_kinds()
