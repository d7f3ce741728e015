from django.apps import AppConfig

EVENTS = {"set_closing_day": "đặt ngày chốt số liệu tháng", "publish_figures": "chọn số liệu công khai"}


class ProgressConfig(AppConfig):
    """How it goes: what people are told, the steering board, reports. Reads the rows of all floors below; none imports it."""

    name = "progress"
    verbose_name = "Tiến độ"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from documents import states
        from documents.signals import recorded
        from orgs.signals import notices_changed, session_ended, sessions_ended, signed_out
        from progress import checks, events, office, waking  # noqa: F401 - checks are asked at the start

        states.declare_events(events.LABELS, events.ADMINISTRATION)
        states.declare_events(EVENTS, dict.fromkeys(EVENTS, "calm"))
        office.declare_all()
        recorded.connect(waking.recorded, dispatch_uid="progress.recorded")
        session_ended.connect(waking.session_ended, dispatch_uid="progress.session_ended")
        sessions_ended.connect(waking.sessions_ended, dispatch_uid="progress.sessions_ended")
        user_logged_in.connect(waking.signed_in, dispatch_uid="progress.signed_in")
        signed_out.connect(waking.signed_out, dispatch_uid="progress.signed_out")
        notices_changed.connect(waking.notices_changed, dispatch_uid="progress.notices_changed")
