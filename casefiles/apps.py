from django.apps import AppConfig


class CasefilesConfig(AppConfig):
    """Where a matter ends: Danh mục hồ sơ, hồ sơ, closing, the ratio (docs/decisions/0019). Reads papers and tasks of the
    floors below; none of them knows it."""

    name = "casefiles"
    verbose_name = "Hồ sơ"

    def ready(self) -> None:
        from casefiles import access, filing, looks, states, transfer_states
        from casefiles.actions import exports, handover, holds, transfer_signing
        from documents import readings
        from documents.actions.requests import kept
        from documents.actions.work import ending
        from documents.states import declare_events
        from documents.views.lists.tools import declare_many
        from orgs.actions import ask_before_end

        declare_events(states.EVENTS, states.ADMINISTRATION)
        declare_events(transfer_states.EVENTS)
        access.declare_all()
        ending.ask(filing.ASKS)
        for section, box in (("incoming", "completed"), ("outgoing", "issued")):
            declare_many(
                section, box, power="open_file", name="file_many", label="Đưa các văn bản đã chọn vào hồ sơ"
            )
        ask_before_end(handover.said_left)
        transfer_signing.declare_minutes()
        kept.keep_while(holds.why_kept)
        kept.when_gone(exports.make_without)
        readings.gather(looks.LOOKS)
        readings.gather(looks.FILES)
