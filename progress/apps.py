from django.apps import AppConfig


class ProgressConfig(AppConfig):
    """How it goes: what people are told, the steering board, reports. Reads the rows of all floors below; none imports it."""

    name = "progress"
    verbose_name = "Tiến độ"
