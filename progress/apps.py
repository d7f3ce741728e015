from django.apps import AppConfig

EVENTS = {"set_closing_day": "đặt ngày chốt số liệu tháng"}


class ProgressConfig(AppConfig):
    """How it goes: what people are told, the steering board, reports. Reads the rows of all floors below; none imports it."""

    name = "progress"
    verbose_name = "Tiến độ"

    def ready(self) -> None:
        from documents import states

        states.declare_events(EVENTS, dict.fromkeys(EVENTS, "calm"))
