"""What the page of an outgoing paper shows: pages, facts, checks, recipients. Reads only."""

from collections import Counter
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.access import may
from documents.actions.metadata.own_fields import said_in
from documents.actions.outgoing.drafts import EDITABLE
from documents.actions.outgoing.page_content import subject_of
from documents.actions.outgoing.secretary import beside_words
from documents.models import Delivery, Event, File, Incoming, Outgoing
from documents.response_deadlines import clock_at
from documents.states import EVENT_LABELS, DeliveryState
from documents.versions import Version
from documents.views.outgoing.deliveries import delivery_row
from documents.views.outgoing.preview import page_picture, pages_of_draft
from documents.views.shared.rows import TONES
from orgs.models import Post

ACTS = (
    "submit",
    "revise",
    "check_content",
    "check_format",
    "approve",
    "sign_secretary",
    "sign",
    "seal",
    "send_back",
    "refuse_number",
    "void_number",
)
VOIDING = ("send_back", "refuse_number", "void_number")
CHANNELS = {True: Delivery.Channel.AXIS, False: Delivery.Channel.CITY}


@dataclass(frozen=True)
class Files:
    """All files of a paper, read once for its page, and what each question about them finds among them."""

    rows: list[File]

    @property
    def main(self) -> list[File]:
        """Every version and stage, newest first; as `main_files`."""
        main = [file for file in self.rows if file.part == File.Part.MAIN]
        return sorted(main, key=lambda file: (file.version, file.pk), reverse=True)

    @property
    def current(self) -> File | None:
        """As `Outgoing.current_file`."""
        return next(iter(self.main), None)

    @property
    def attachments(self) -> list[File]:
        """As `Document.attachments`."""
        taken = {file.made_from_id for file in self.rows}
        found = [
            file
            for file in self.rows
            if file.part == File.Part.ATTACHMENT and file.pk not in taken and file.blob_id
            and file.stage not in (File.Stage.RENEWED, File.Stage.PROPOSED)
        ]  # fmt: skip
        return sorted(found, key=lambda file: file.made_from_id or file.pk)

    @property
    def content(self) -> str:
        """As `versions.content_of`."""
        return Version([file for file in self.rows if file.stage == File.Stage.DRAFT]).content


def files_of(outgoing: Outgoing) -> Files:
    return Files(list(outgoing.files.select_related("blob").order_by("pk")))


def pages_of(outgoing: Outgoing, current: File | None, post: Post) -> dict:
    """The pages as they will be or are: of the current file, or of a draft its author is still writing."""
    if current is None or (outgoing.state in EDITABLE and outgoing.drafter_id == post.pk):
        download = reverse("outgoing_preview", args=[outgoing.pk])
        return {
            "pages": pages_of_draft(outgoing, post),
            "download_url": download,
            "word_url": word_url(outgoing),
            "preview": True,
        }
    return {
        "word_url": word_url(outgoing),
        "pages": page_pictures(current),
        "download_url": _address("file", current),
        "preview": False,
        "files_away": current.blob is not None and not blobs.there(current.blob),
    }


def word_url(outgoing: Outgoing) -> str:
    """Where it is to be had as a .docx, as long as it is a draft."""
    return "" if outgoing.issued_at else reverse("outgoing_word", args=[outgoing.pk])


def page_pictures(file: File) -> list[dict]:
    """Page pictures whose addresses name the bytes: under one hash no other version is ever shown."""
    numbers = range(1, (file.pages or 1) + 1)
    return [page_picture(number, _address("file_page", file, number)) for number in numbers]


def _address(name: str, file: File, *more) -> str:
    return f"{reverse(name, args=[file.pk, *more])}?sha256={file.blob_id}"


def facts(outgoing: Outgoing) -> list[dict]:
    """The fields of the register of outgoing papers (decree 30 Phụ lục VI II), those that are known."""
    signed = f"{outgoing.signer.user}, {outgoing.signer.title}"
    rows = [
        ("Số, ký hiệu", outgoing.code),
        ("Ngày ban hành", f"{outgoing.issued_on:%d/%m/%Y}" if outgoing.issued_on else ""),
        ("Loại văn bản", outgoing.kind_label),
        ("Trích yếu", subject_of(outgoing)),
        ("Độ khẩn", outgoing.get_urgency_display()),
        ("Người soạn", f"{outgoing.drafter.user}, {outgoing.drafter}"),
        ("Người ký", signed),
        ("Ký bên trái", beside_words(outgoing)),
        ("Kính gửi", outgoing.addressees),
        ("Hạn trả lời", f"{outgoing.due_on:%d/%m/%Y}" if outgoing.due_on else ""),
        ("Số trang", outgoing.pages),
        ("Phạm vi lưu hành", outgoing.get_circulation_display()),
        ("Số lượng bản phát hành", outgoing.issued_amount),
        ("Ngôn ngữ", outgoing.language),
        ("Bản thứ", outgoing.version or ""),
        ("Người giữ", outgoing.holder_label),
        ("Trình lúc", _moment(outgoing.submitted_at)),
        ("Ký lúc", _moment(outgoing.signed_at)),
        ("Phát hành lúc", _moment(outgoing.issued_at)),
        ("Mã định danh", outgoing.document_uid),
        *said_in(outgoing),
    ]
    return [{"label": label, "value": value} for label, value in rows if value not in ("", None)]


def acts_of(outgoing: Outgoing) -> list[dict]:
    """Checks, approvals, signatures and returns, newest first; each speaks of one version by its hash."""
    events = Event.objects.filter(document=outgoing, kind__in=ACTS).select_related(
        "post__user", "post__unit", "post__organisation", "user"
    )
    found, void = [], False
    for event in events.order_by("-pk"):
        void = void or event.kind in VOIDING
        said = event.payload
        found.append({
            "label": EVENT_LABELS[event.kind][:1].upper() + EVENT_LABELS[event.kind][1:],
            "who": str(event.user or event.post.user),
            "post": str(event.post),
            "at": event.at,
            "version": said.get("version", ""),
            "hash": said.get("sha256", "")[:12],
            "text": said.get("reason", ""),
            "tone": TONES.get(event.kind, "ok"),
            "void": void and event.kind not in VOIDING,
        })  # fmt: skip
    return found


def last_comment(outgoing: Outgoing) -> dict | None:
    """Why a returned draft came back."""
    if outgoing.state != "returned":
        return None
    event = Event.objects.filter(document=outgoing, kind__in=VOIDING).select_related("user").last()
    return (
        {"who": str(event.user), "at": event.at, "text": event.payload.get("reason", "")} if event else None
    )


def answered(outgoing: Outgoing, post: Post) -> Incoming | None:
    """The paper this one answers, if one may see it."""
    if outgoing.in_reply_to_id is None:
        return None
    return Incoming.objects.visible_to(post).filter(pk=outgoing.in_reply_to_id).first()


def deliveries_of(outgoing: Outgoing, post: Post) -> dict:
    """Where each copy is: planned before the issue; after it every moment, the clock, and who may be urged."""
    if outgoing.issued_at is None:
        bodies = outgoing.recipients.select_related("parent").in_order()
        return {"rows": [_planned(body) for body in bodies], "tally": []}
    clock = clock_at(timezone.now())
    found = list(outgoing.deliveries.for_ledger())
    counts = Counter((delivery.state_label, delivery.state_tone) for delivery in found)
    order = DeliveryState.values
    found_in_order = sorted(found, key=lambda delivery: order.index(delivery.state))
    shown = dict.fromkeys((delivery.state_label, delivery.state_tone) for delivery in found_in_order)
    tally = [{"label": label, "tone": tone, "count": counts[label, tone]} for label, tone in shown]
    rows = [delivery_row(one, clock, may_urge=may(post, "follow_deliveries")) for one in found_in_order]
    rows.sort(key=lambda row: not _needs_somebody(row))  # these first, then as the paper goes on its way
    return {"rows": rows, "tally": tally, "urging": any(row["may_urge"] for row in rows)}


def _needs_somebody(row: dict) -> bool:
    return row["state"]["tone"] == "bad" or (row["clock"] is not None and row["clock"].tone == "overdue")


def _planned(body) -> dict:
    return {
        "name": body.full_name,
        "code": body.code,
        "channel": CHANNELS[body.external].label,
        "state": {"label": "Chưa phát hành", "tone": "calm"},
        "times": [],
    }


def _moment(at) -> str:
    return timezone.localtime(at).strftime("%H:%M %d/%m/%Y") if at else ""
