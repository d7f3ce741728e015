from django.apps import AppConfig


class CasefilesConfig(AppConfig):
    """Where a matter ends: Danh mục hồ sơ, hồ sơ, closing, the ratio (docs/decisions/0019). Reads papers and tasks of the
    floors below; none of them knows it."""

    name = "casefiles"
    verbose_name = "Hồ sơ"

    def ready(self) -> None:
        from casefiles import access, filing, states
        from documents.actions.work import ending
        from documents.states import declare_events
        from documents.views.lists.tools import declare_many

        declare_events(states.EVENTS, states.ADMINISTRATION)
        access.declare_all()
        ending.ask(filing.ASKS)
        for section, box in (("incoming", "completed"), ("outgoing", "issued")):
            declare_many(
                section, box, power="open_file", name="file_many", label="Đưa các văn bản đã chọn vào hồ sơ"
            )
