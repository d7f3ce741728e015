"""The demonstration's hands: small acts in terms of the real actions."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from random import Random

from django.conf import settings

from documents import blobs
from documents.actions.delivery.hand_over import hand_over, parcel_of
from documents.actions.delivery.statuses import tell_inside
from documents.actions.incoming import reception as gate
from documents.actions.outgoing import approval as papers
from documents.actions.outgoing.revoke import ask_desk, desks_to_ask, why
from documents.actions.outgoing.update import tell_desk, updates_to_tell
from documents.actions.work import assignments
from documents.arrival import Arrival, NewFile
from documents.layout import Letterhead, Page, SignatureBlock, prepare, render
from documents.layout.dates import date_text
from documents.models import Assignment, Delivery, Incoming, Outgoing, StatusReport
from hanoi_docs.demo import marks as demo_marks
from hanoi_docs.demo.topics import QUICK_DIRECTIONS, Topic, body_of
from orgs.calendar import Calendar
from orgs.models import Organisation, Post
from signatures import actions as signing
from signatures import pades
from signatures.providers.file import FileKey
from signatures.services import Services
from simulators import pki as demo_pki
from simulators.pki import moment

MINISTERS = {
    "G09": ("BỘ NỘI VỤ", "Vũ Chiến Thắng Mẫu", "THỨ TRƯỞNG", "KT. BỘ TRƯỞNG"),
    "G22": ("VĂN PHÒNG CHÍNH PHỦ", "Nguyễn Duy Mẫu", "PHÓ CHỦ NHIỆM", "KT. BỘ TRƯỞNG, CHỦ NHIỆM"),
    "G12": ("BỘ TÀI CHÍNH", "Lê Tấn Mẫu", "THỨ TRƯỞNG", "KT. BỘ TRƯỞNG"),
    "G15": ("BỘ TƯ PHÁP", "Phan Chí Mẫu", "THỨ TRƯỞNG", "KT. BỘ TRƯỞNG"),
}


@dataclass
class Office:
    orgs: dict[str, Organisation]
    posts: dict[str, Post]
    calendar: Calendar
    rng: Random
    keys: object  # folder of the demonstration's certificates
    senders: dict[str, Organisation] = field(default_factory=dict)

    def due(self, at: datetime, days: int) -> date:
        return self.calendar.add(at.date(), days)

    def services(self, at: datetime) -> Services:
        """The authority as it was at that moment: what is seeded was stamped in its own time."""
        then = moment.services(self.keys, at=at)
        return Services(then.timestamper, then.evidence)

    def from_axis(
        self, to: Organisation, code: str, notation: str, topic: Topic, number: int, at: datetime
    ) -> Incoming:
        """A signed paper of a ministry or province, as it comes out of its package."""
        sender = self.senders.setdefault(code, Organisation.objects.get(code=code))
        pdf, signer, title = self._their_paper(sender, notation, topic, number, to, at)
        verdict, report = signing.check(pdf, sender=sender)
        arrival = Arrival(
            subject=topic.subject, kind=topic.kind, number=str(number), notation=notation, issued_on=at.date(),
            issuer=sender, issuer_name=sender.name, signer_name=signer, signer_title=title, urgency=topic.urgency,
            due_on=self.due(at, topic.days), pages=1, document_uid=f"{code},{at:%Y/%m/%d},{number}/{notation}",
            sender_code=code, signature_verdict=verdict, signature_report=report,
        )  # fmt: skip
        file = NewFile(f"{number}-{notation}.pdf", blobs.store(pdf), "main", 1)
        return gate.receive(to, arrival, source="axis", files=[file], at=at)

    def on_paper(self, clerk: Post, sender: str, code: str, subject: str, at: datetime) -> Incoming:
        number, notation = code.split("/", 1)
        topic = Topic("CV", subject, "xem xét, giải quyết", "", ())
        pdf = self._plain_paper(sender, notation, number, topic, at)
        arrival = Arrival(
            subject=subject, kind="CV", number=number, notation=notation, issued_on=self.calendar.add(at.date(), -2),
            issuer_name=sender, signer_name="", due_on=self.due(at, 10), pages=1, signature_verdict="unsigned",
        )  # fmt: skip
        file = NewFile(f"ban-quet-{number}.pdf", blobs.store(pdf), "main", 1)
        return gate.register_paper(arrival, files=[file], by=clerk, at=at)

    def direct(
        self,
        paper: Incoming,
        by: Post,
        lead: Post,
        at: datetime,
        support=(),
        info=(),
        days: int | None = None,
    ) -> Assignment:
        due_on = self.due(at, days) if days is not None else paper.due_on
        assignments.direct(
            paper, by=by, at=at, text=self.rng.choice(QUICK_DIRECTIONS), lead=lead, support=list(support),
            info=list(info), due_on=max(due_on, at.date()) if due_on else None, product="Văn bản trả lời",
        )  # fmt: skip
        return paper.assignments.get(role="lead", parent=None)

    def hand_on(self, task: Assignment, lead: Post, at: datetime) -> Assignment:
        assignments.hand_on(
            task, by=task.assignee, at=at, text="Dự thảo văn bản trả lời, trình lãnh đạo phòng trước hạn.", lead=lead,
            product="Dự thảo công văn",
        )  # fmt: skip
        return task.children.get(role="lead")

    def draft_answer(self, paper: Incoming, topic: Topic, by: Post, signer: Post, at: datetime) -> Outgoing:
        return papers.draft(
            by=by, at=at, recipients=[paper.issuer], in_reply_to=paper, kind="CV", subject=topic.answer,
            addressees=paper.issuer_name, bases="",
            body=body_of(topic, org=by.organisation.name, to=paper.issuer_name, code=paper.code),
            other_recipients="", urgency=topic.urgency, due_on=None, signer=signer,
        )  # fmt: skip

    def draft_fresh(
        self, topic: Topic, by: Post, signer: Post, recipients: list[Organisation], at: datetime
    ) -> Outgoing:
        body = "\n\n".join([
            f"Thực hiện chương trình công tác năm, {by.organisation.name} đề nghị các cơ quan, đơn vị {topic.ask}, cụ thể như sau:",
            "1. Người đứng đầu cơ quan, đơn vị trực tiếp chỉ đạo, phân công rõ người, rõ việc, rõ thời hạn.",
            f"2. Báo cáo kết quả về {by.organisation.name} trước ngày {self.due(at, topic.days):%d/%m/%Y}.",
            "3. Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, kịp thời phản ánh để được hướng dẫn.",
        ])  # fmt: skip
        kind = topic.kind if topic.kind != "GM" else "CV"
        return papers.draft(
            by=by, at=at, recipients=recipients, kind=kind, subject=topic.subject,
            addressees="\n".join(r.full_name for r in recipients[:4]) if kind == "CV" else "",
            bases="Căn cứ Luật Tổ chức chính quyền địa phương\nCăn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư" if kind in ("KH", "CT", "QĐ") else "",
            body=body, other_recipients="", urgency=topic.urgency, due_on=self.due(at, topic.days), signer=signer,
        )  # fmt: skip

    def draft_minutes(self, by: Post, signer: Post, at: datetime) -> Outgoing:
        """Whoever wrote them down signs at the left, before the chair."""
        body = "\n\n".join([
            "Thời gian bắt đầu: 14 giờ 00. Địa điểm: Phòng họp số 1.",
            f"Chủ trì (chủ tọa): {signer.user}. Thư ký (người ghi biên bản): {by.user}.",
            "1. Các phòng báo cáo việc chưa xong của tháng trước, nêu rõ vướng mắc và thời hạn.",
            "2. Chủ tọa kết luận: việc quá hạn hoàn thành trong tuần, báo cáo bằng văn bản.",
            "Cuộc họp kết thúc vào 16 giờ 30 cùng ngày.",
        ])  # fmt: skip
        return papers.draft(
            by=by, at=at, recipients=[], kind="BB", subject="Họp giao ban tháng", addressees="", bases="", body=body,
            other_recipients="Các phòng thuộc Sở", urgency=0, due_on=None, signer=signer, secretary=str(by.user), secretary_post=by,
        )  # fmt: skip

    def _their_paper(self, sender, notation, topic, number, to, at):
        name, signer, title, on_behalf = MINISTERS.get(
            sender.code,
            ("|".join(_split(sender.name.upper())), "Trần Văn Mẫu", "PHÓ CHỦ TỊCH", "KT. CHỦ TỊCH"),
        )
        person = _key(demo_pki.issue_person, self.keys, signer, sender.name, title.capitalize())
        agency = _key(demo_pki.issue_agency, self.keys, sender.name, sender.code)
        page = self._page(
            name.split("|"), notation, topic, SignatureBlock((on_behalf, title), signer), to.name, at
        )
        ours = {"at": at, "level": settings.SIGNATURE_LEVEL, "services": self.services(at)}
        mark = demo_marks.person_mark(signer)
        signed = pades.certify(prepare(render(page)), person, appearance=mark.page(), **ours)
        sealed = pades.seal(
            signed, agency, number_text=str(number), date_text=date_text(at.date()),
            appearance=demo_marks.seal_mark(sender.name).beside(mark), **ours,
        )  # fmt: skip
        return sealed, signer, title.capitalize()

    def _plain_paper(self, sender, notation, number, topic, at) -> bytes:
        block = SignatureBlock(("NGƯỜI ĐẠI DIỆN",), "Nguyễn Văn Mẫu")
        return render(
            self._page(
                [sender.upper()],
                f"{number}/{notation}".split("/", 1)[1],
                topic,
                block,
                "Sở Nội vụ thành phố Hà Nội",
                at,
            )
        )

    def _page(self, name_lines, notation, topic, block, to, at) -> Page:
        kind = "CV" if topic.kind == "GM" else topic.kind
        return Page(
            kind_code=kind, kind_name={"CV": "Công văn", "KH": "Kế hoạch"}.get(kind, "Công văn"),
            letterhead=Letterhead("", tuple(name_lines), "Hà Nội"), notation=notation, year=at.year,
            subject=topic.subject.removeprefix("Về việc ") if kind == "CV" else topic.subject, addressees=(to,), bases=(),
            body=f"Để triển khai nhiệm vụ được giao, đề nghị {to} {topic.ask}.\n\nKết quả gửi về cơ quan chủ trì theo đúng thời hạn để tổng hợp, báo cáo cấp có thẩm quyền.\n\nTrân trọng sự phối hợp của Quý cơ quan.",
            block=block, recipients=("Như trên",), archive_line="Lưu: VT.", urgency=topic.urgency, circulation="", draft=False,
        )  # fmt: skip


def carry_inside(at: datetime) -> None:
    """The postman inside the city: papers to desks, statuses back. What concerns the axis is left alone."""
    waiting = Delivery.objects.filter(channel="city", state="queued").select_related("outgoing")
    for delivery in list(waiting):
        hand_over(delivery.pk, parcel_of(delivery.outgoing, verdict="valid"), at=at)
    for pk in list(
        StatusReport.objects.filter(passed_on=False, incoming__source="city").values_list("pk", flat=True)
    ):
        tell_inside(pk, at=at)
    for delivery in desks_to_ask(at):
        outgoing = delivery.outgoing
        ask_desk(delivery, why(outgoing), since=outgoing.held_since, at=at)
    for update in updates_to_tell():
        for delivery_id in update.desks:
            tell_desk(update.pk, delivery_id, at=at)


@cache
def _key(issue, *who) -> FileKey:
    return FileKey.load(issue(*who), demo_pki.DEMO_PASSWORD)


def _split(name: str) -> list[str]:
    """ "ỦY BAN NHÂN DÂN TỈNH BẮC NINH" in two lines, as it is printed."""
    head, found, tail = name.partition("ỦY BAN NHÂN DÂN ")
    return ["ỦY BAN NHÂN DÂN", tail] if found and not head else [name]
