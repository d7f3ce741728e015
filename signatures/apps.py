from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = "Chữ ký số"

    def ready(self):
        from signatures import (
            checks,  # noqa: F401 – registered by being read
            powers,
        )

        powers.register_kinds()
