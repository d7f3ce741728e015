"""The city's end of the line for tests: a simulator of its own, and the office's work in one call each."""

from datetime import date
from pathlib import Path

from django.utils import timezone

from documents import blobs
from documents.actions.outgoing import approval as papers
from documents.models import Document, File, Outgoing
from interop.inbound import inbox
from interop.models import Outbound
from interop.outbound import outbox, status_reports
from interop.transport import connection
from interop.transport.connection import axis_client
from tests.conftest import Office, tiny_pdf

from .simulator_process import SECRET, Simulator, eventually


class Line:
    """A fresh simulator on its own store, known to the settings as the axis."""

    def __init__(self, folder: Path, settings, *options: str):
        self.axis = Simulator(folder / "axis", *(options or ("--pace", "0.01")))
        settings.AXIS_URL, settings.AXIS_SYSTEM_ID = self.axis.url, "H26"
        settings.AXIS_SECRET = SECRET

    def poll(self) -> int:
        return inbox.poll(axis_client(), at=timezone.now())

    def come(self) -> int:
        """Fetches and opens what the axis holds."""
        new = self.poll()
        inbox.unpack_waiting(at=timezone.now())
        return new

    def leave(self) -> None:
        """Packs what is owed and sends what is queued."""
        status_reports.report_waiting(at=timezone.now())
        outbox.relay(axis_client(), at=timezone.now())

    def back(self) -> None:
        """The axis answers again and every pause is over."""
        connection.reached(timezone.now())
        Outbound.objects.filter(state="queued").update(next_attempt_at=timezone.now())

    def received(self, code: str) -> list[dict]:
        return self.axis.state(code)["inbox"]

    def heard(self, code: str) -> list[dict]:
        """The statuses a participant has heard about the first paper it sent."""
        sent = self.axis.state(code)["sent"]
        return sent[0]["statuses"] if sent else []

    def said(self, code: str, last: str) -> None:
        """Waits until a participant has answered its paper up to this status."""
        eventually(lambda: any(last in [s["code"] for s in p["statuses_sent"]] for p in self.received(code)))


def issued(office: Office, *recipients, number: str = "15", urgency: int = 0, **fields) -> Outgoing:
    """A paper of Sở Nội vụ, sealed and then issued by the real action."""
    at = timezone.now()
    day = date(2026, 11, 20)
    paper = Outgoing.objects.create(
        organisation=office.home_affairs, direction="out", state="sealed", held_since=at, sorted_at=at,
        created_at=at, kind="CV", number=number, notation="SNV-TCBC", issued_on=day, urgency=urgency,
        issuer=office.home_affairs, issuer_name=office.home_affairs.name, drafter=office.minh,
        signer=office.dung, body="Nội dung", signer_lines="GIÁM ĐỐC", version=1,
        document_uid=f"{office.home_affairs.code},{day:%Y/%m/%d},{number}/SNV-TCBC",
        **{"subject": "Về việc báo cáo biên chế"} | fields,
    )  # fmt: skip
    paper.recipients.set(recipients)
    File.objects.create(
        document=paper, blob=blobs.store(tiny_pdf()), name="van-ban.pdf", part="main", stage="sealed",
        pages=1, version=1, created_at=at,
    )  # fmt: skip
    papers.issue(paper, by=office.lan, at=at)
    return paper


def state_of(document) -> str:
    return Document.objects.values_list("state", flat=True).get(pk=document.pk)
