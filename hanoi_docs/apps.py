from django.apps import AppConfig


class PorchConfig(AppConfig):
    name = "hanoi_docs"

    def ready(self):
        from hanoi_docs import emergencies  # noqa: F401 - hears of them
