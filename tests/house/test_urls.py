"""Every address that names one thing has an entry here, and a stranger finds nothing behind any of them."""

import copy
import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from casefiles.actions import transfers
from casefiles.actions.disposal import call_council, conclude
from casefiles.actions.exports import ask_export, path_of
from casefiles.actions.handover import hand_over
from casefiles.actions.holds import put_hold
from casefiles.actions.items import add_to_file
from casefiles.actions.keeping import keep_longer
from casefiles.actions.loans import allow_reading, ask_reading
from casefiles.actions.parts import relate
from casefiles.actions.rights import let_in
from casefiles.due import first_due
from casefiles.models import (
    ArchiveAnswer,
    CaseFile,
    Export,
    FilePlan,
    Handover,
    Item,
    Loan,
    PlanEntry,
    ReceivedPackage,
    Transfer,
)
from documents import blobs
from documents.actions.books.boards import add_board
from documents.actions.books.reserving import reserve_numbers
from documents.actions.copies import make_copy
from documents.actions.incoming.reception import register_paper
from documents.actions.metadata.own_fields import add_own_field
from documents.actions.outgoing.by_hand import lend_copy
from documents.actions.outgoing.remarks import remark
from documents.actions.requests.change import ask_to_change
from documents.actions.requests.recall import ask_back
from documents.actions.work import assignments as work
from documents.actions.work import between
from documents.actions.work.directions import retract
from documents.actions.work.due_rules import add_due_rule
from documents.actions.work.extensions import ask_extension
from documents.actions.work.follow_up import report_progress
from documents.actions.work.order_extensions import ask_above
from documents.actions.work.orders import take_up
from documents.actions.work.recurring import set_recurring
from documents.arrival import Arrival, NewFile
from documents.models import (
    Assignment,
    CertifiedCopy,
    DraftPicture,
    DraftRemark,
    Event,
    Extension,
    File,
    Order,
    Outgoing,
    RegisterBook,
    Reservation,
    ScanBatch,
)
from interop.models import Inbound, Outbound
from orgs.actions.notices import tell
from orgs.actions.powers import propose_account, propose_post
from orgs.models import Delegation, Notice, Role, SupportRequest
from progress.models import MadeReport, PushAddress, Subscription
from signatures.actions.images import register_image
from signatures.models import Batch, SigningSession, TrustedAuthority
from signatures.powers import propose_seal
from signatures.public import code_for
from tests.casefiles.disposing import all_voted, council_of, decided, expired, keeper_of, listed
from tests.casefiles.filing import closed, issued, opened, plan
from tests.documents.desks import (
    at_desk,
    directed,
    outgoing,
    pdf_saying,
    presented,
    registered,
    stored,
    task_of,
)
from tests.documents.incoming.scan_cases import lying
from tests.documents.outgoing.drafting_cases import attached_word, kept_template
from tests.documents.outgoing.slipping import slipped, speaks
from tests.documents.outgoing_cases import written
from tests.documents.work.asking import says, voted
from tests.documents.work.preparing import assistant_of, prepared
from tests.documents.work.without_paper import given, ordered
from tests.orgs.two import confirmed, second_operator
from tests.signatures.certificate_cases import self_made
from tests.signatures.key_cases import person as demo_person
from tests.signatures.pictures import png, seal, signature

# Open to everybody who is signed in: names and codes of public bodies, and the help.
OPEN = {"organisation", "help_desk"}
# For everybody, signed in or not: what they show is on the face of the paper, and only to whoever holds its code.
NO_ACCOUNT = {"public_paper", "openid_start", "openid_back", "calendar", "public_figures"}
# The only pages at all that ask for no account.
# /metrics asks for a token instead, and is not there without one (tests/hanoi_docs/test_metrics.py).
ANYBODYS = {
    "login",
    "second_step",
    "openid_start",
    "openid_back",
    "healthz",
    "metrics",
    "public_check",
    "public_code",
    "public_paper",
    "public_figures",
    "calendar",
    "manifest",
    "worker",
    "offline",
}
# A page for a role: whoever lacks the role is told so before anything is looked up, so 403 gives nothing away.
FOR_A_ROLE = {
    "user",
    "user_lock",
    "user_unlock",
    "user_password",
    "user_factor",
    "post_add",
    "post_end",
    "user_look",
}


def _paper(office):
    return {"pk": office.paper().pk}


def _registered(office):
    return {"pk": registered(office).pk}


def _on_paper(office):
    paper = registered(office)
    type(paper).objects.filter(pk=paper.pk).update(source="paper")
    return {"pk": paper.pk}


def _presented(office):
    return {"pk": presented(office).pk}


def _directed_paper(office):
    return {"pk": directed(office).pk}


def _file(office):
    return {"pk": office.paper().files.get().pk}


def _task(office):
    return {"pk": task_of(directed(office, lead=office.hoa), office.hoa).pk}


def _started(office):
    task = task_of(directed(office), office.minh)
    work.start(task, by=office.minh, at=timezone.now())
    return {"pk": task.pk}


def _reported(office):
    type(office.home_affairs).objects.update(head_approves=True)
    paper = directed(office, lead=office.hoa)
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    task = task_of(paper, office.minh)
    work.finish(task, by=office.minh, at=timezone.now(), result="Xong")
    return {"pk": task.pk}


def _started_with_a_day(office):
    paper = directed(office, due_on=timezone.localdate() + dt.timedelta(days=3))
    task = task_of(paper, office.minh)
    work.start(task, by=office.minh, at=timezone.now())
    return {"pk": task.pk}


def _more_time_asked(office):
    task = Assignment.objects.get(pk=_started_with_a_day(office)["pk"])
    until = timezone.localdate() + dt.timedelta(days=9)
    asked = ask_extension(task, by=office.minh, at=timezone.now(), due_on=until, reason="Chờ số liệu")
    return {"pk": asked.pk}


def _task_without_paper(office):
    return {"pk": given(office).pk}


def _waiting_task(office):
    task = given(office)
    retract(task, by=office.dung, at=timezone.now(), reason="Giao lại")
    return {"pk": task.pk}


def _arrived_task(office):
    """From an organisation of its own: a leader of the city is a stranger here."""
    above = office.org("H26.TREN", "Cơ quan cấp trên", 2, parent=office.city)
    leader = office.post("tren", "Người Trên", above, Role.LEADER, "Thủ trưởng", head=True)
    here = type(above).objects.filter(pk=office.home_affairs.pk)
    here.update(parent=above)
    order = ordered(leader, office.home_affairs)
    here.update(parent=office.city)
    return {"pk": order.received_id}


def _recurring(office):
    made = set_recurring(
        by=office.dung, at=timezone.now(), title="Báo cáo tuần", text="Báo cáo.", lead=office.minh, every="week",
        first_on=timezone.localdate(), days=3,
    )  # fmt: skip
    return {"pk": made.pk}


def _reported_order(office):
    below = office.org("H26.TAM002.9", "Trung tâm", 3, parent=office.home_affairs)
    order = ordered(office.dung, below)
    between.move(order, order.State.TAKEN_UP, by=None, at=timezone.now())
    between.move(order, order.State.REPORTED, by=None, at=timezone.now(), said="Đã xong phần của mình")
    return {"pk": order.pk}


def _received(office):
    """Given by an organisation of its own (see `_arrived_task`), taken up here, with a day."""
    number = Order.objects.count()  # made again and again in one office
    above = office.org(f"H26.GIAO{number}", "Cơ quan giao việc", 2, parent=office.city)
    leader = office.post(f"giao{number}", "Người Giao", above, Role.LEADER, "Thủ trưởng", head=True)
    here = type(above).objects.filter(pk=office.home_affairs.pk)
    here.update(parent=above)
    received = ordered(
        leader, office.home_affairs, due_on=timezone.localdate() + dt.timedelta(days=5)
    ).received
    here.update(parent=office.city)
    take_up(received, by=office.lan, at=timezone.now(), to=office.dung)
    return received


def _received_task(office):
    return {"pk": _received(office).pk}


def _later_day_asked_above(office):
    until = timezone.localdate() + dt.timedelta(days=9)
    asked = ask_above(
        _received(office), by=office.dung, at=timezone.now(), due_on=until, reason="Chờ số liệu ba quận"
    )
    return {"pk": asked.pk}


def _later_day_asked_of_us(office):
    below = office.org("H26.TAM002.8", "Chi cục", 3, parent=office.home_affairs)
    chief = office.post("chicuc", "Người Dưới", below, Role.LEADER, "Chi cục trưởng", head=True)
    order = ordered(office.dung, below, due_on=timezone.localdate() + dt.timedelta(days=5))
    take_up(order.received, by=chief, at=timezone.now(), to=chief)
    until = timezone.localdate() + dt.timedelta(days=9)
    asked = ask_above(order.received, by=chief, at=timezone.now(), due_on=until, reason="Chờ số liệu ba quận")
    return {"pk": asked.pk}


def _report_file(office):
    task = Assignment.objects.get(pk=_started(office)["pk"])
    files = [NewFile("so-lieu.pdf", stored())]
    report = report_progress(
        task, by=office.minh, at=timezone.now(), percent=40, text="Đã có số liệu", files=files
    )
    return {"pk": report.files.get().pk}


def _consultation(office):
    made = voted(office, asked=[office.hoa, office.thao])
    says(made, office.thao, "other", "Nên bỏ khoản 2.")
    return {"pk": made.pk}


def _slip(office):
    return {"pk": slipped(office, [office.hoa, office.thao], [office.dung]).pk}


def _slip_returned(office):
    slip = slipped(office, [office.hoa])
    speaks(slip, office.hoa, "disagree", "Sai căn cứ.")
    return {"pk": slip.pk}


def _to_prepare(office):
    assistant_of(office, office.dung)
    return {"pk": presented(office).pk}


def _prepared(office):
    assistant_of(office, office.dung)
    return {"pk": prepared(office).pk}


def _assistant(office):
    return {"pk": assistant_of(office, office.dung).pk}


def _outgoing(state: str) -> Callable:
    return lambda office: {"pk": outgoing(office, state=state).pk}


def _asked_beside(office):
    return {"pk": outgoing(office, state="awaiting_secretary", kind="BB", secretary_post=office.hoa).pk}


def _draft_picture(office):
    blob = stored(png(signature()))
    row = DraftPicture(
        outgoing=outgoing(office, state="draft"), blob=blob, user=office.minh.user, at=timezone.now()
    )
    row.save()
    return {"sha256": blob.pk}


def _remark(office):
    paper = outgoing(office, state="in_review")
    return {"pk": remark(paper, by=office.hoa, at=timezone.now(), quote=paper.body[:10], words="Xem lại").pk}


def _notice(office):
    tell([office.lan.user], "Có việc.", at=timezone.now())
    return {"pk": Notice.objects.latest("pk").pk}


def _user(office):
    return {"pk": office.minh.user_id}


def _asked_support(office):
    asked = {"user": office.minh.user, "organisation": office.home_affairs, "text": "Nút ở đâu?"}
    return {"pk": SupportRequest.objects.create(at=timezone.now(), **asked).pk}


def _delegation(office):
    today = timezone.localdate()
    given = Delegation.objects.create(post=office.dung, to=office.hoa.user, valid_from=today, valid_to=today)
    return {"pk": given.pk}


def _package(office):
    raw = stored(b"<edXML/>")
    inbound = Inbound.objects.create(
        axis_doc_id=str(Inbound.objects.count()), message_type="edoc", raw=raw, sha256=raw.pk, received_at=timezone.now(),
        state="invalid",
    )  # fmt: skip
    return {"pk": inbound.pk}


def _package_out(office):
    paper = office.paper(document_uid="G09,2026/11/20,123/BNV-TCCB", issued_on=dt.date(2026, 11, 20))
    report = paper.reports.get()
    sent = Outbound.objects.create(
        report=report, message_type="status", status_code="01", sender_code="H26.TAM002", message_id="G09,,1",
        receivers=["G09"], created_at=timezone.now(), next_attempt_at=timezone.now(),
    )  # fmt: skip
    return {"pk": sent.pk}


def _batch(office):
    paper = outgoing(office, state="format_checked")
    batch = Batch.objects.create(post=office.dung, started_at=timezone.now())
    batch.items.create(document=paper, sha256="0" * 64)
    return {"pk": batch.pk}


def _passkey(office):
    key = office.dung.user.passkeys.create(
        name="điện thoại", credential_id=b"a", public_key=b"b", sign_count=0, added_at=timezone.now()
    )
    return {"pk": key.pk}


def _identity(office):
    linked = office.dung.user.identities.create(issuer="https://vneid", subject="1", added_at=timezone.now())
    return {"pk": linked.pk}


def _own_picture(office):
    data = png(signature())
    image = register_image(office.dung.user, data=data, width_mm=40, by=office.dung, at=timezone.now())
    return {"pk": image.pk}


def _asked_back(office):
    paper = office.paper()
    ask_back(paper, kind="recall", reason="Ban hành nhầm", at=timezone.now())
    return {"pk": paper.pk}


def _asked_to_change(office):
    paper = office.paper()
    ask_to_change(paper, {"subject": "Về việc khác"}, reason="Ghi nhầm", at=timezone.now())
    return {"pk": paper.pk}


def _scan(office):
    arrival = Arrival(subject="Về việc bản giấy", kind="CV", issuer_name="Bộ Nội vụ")
    files = [NewFile("quet.pdf", stored(), "main", 1)]
    return {"pk": register_paper(arrival, files=files, by=office.lan, at=timezone.now()).pk}


def _authority(office):
    until = timezone.now() + dt.timedelta(days=365)
    row = TrustedAuthority.objects.create(
        kind="root", name="Gốc thử", fingerprint="0" * 64, pem="", valid_from=timezone.now(), valid_to=until,
        added_at=timezone.now(),
    )  # fmt: skip
    return {"pk": row.pk}


def _certificate(office):
    return {"pk": self_made("Phạm Tiến Dũng", user=office.dung.user).pk}


def _signing(office):
    now, paper = timezone.now(), outgoing(office, state="format_checked")
    held = demo_person(Path(settings.SIGNING_KEY_DIR))
    session = SigningSession.objects.create(
        document=paper, step="sign", kind="personal", post=office.dung, user=office.dung.user, attributes=b"\x31\x00",
        certificate=held.row(holder="agent", key_ref="", user=office.dung.user), before="0" * 64,
        started_at=now, expires_at=now + dt.timedelta(minutes=5),
    )  # fmt: skip
    return {"pk": session.pk}


def _printable(office):
    paper, now = outgoing(office, state="issued"), timezone.now()
    paper.files.create(
        blob=stored(), name="a.pdf", part="main", stage="sealed", created_at=now, created_by=office.lan
    )
    return {"pk": paper.pk}


def _proposal(office):
    admin = office.post("quanly", "Quản Lý", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")
    asked = {
        "organisation": office.home_affairs,
        "role": "clerk",
        "title": "Văn thư",
        "on": timezone.localdate(),
    }
    return {"pk": propose_post(user=office.minh.user, by=admin, at=timezone.now(), **asked).pk}


def _proposed_seal(office):
    made = propose_seal(office.home_affairs, data=png(seal()), width_mm=36, by=office.lan, at=timezone.now())
    return {"pk": made.pk}


def _half(office):
    made = propose_account("reset_password", office.dung.user, by=office.quantri, at=timezone.now())
    confirmed(second_operator(made), made)
    return {"pk": made.pk}


def _scanned(office):
    return {"pk": lying(office).pk}


def _made_report(office):
    now, mine = timezone.now(), {"post": office.lan, "user": office.lan.user, "report": "papers_in"}
    table = {"first": "", "columns": [], "rows": [], "total": {"label": "Tổng", "cells": []}, "change": []}
    kept = {"table": table, "xlsx": b"x", "pdf": b"x", "asked_at": now, "claimed_at": now, "made_at": now}
    return {"pk": MadeReport.objects.create(**mine, title="Báo cáo", state="ready", **kept).pk}


def _made_file(office):
    return _made_report(office) | {"kind": "pdf"}


def _browser(office):
    given = {"endpoint": "https://push.example/a", "point": "a", "secret": "b", "since": timezone.now()}
    return {"pk": PushAddress.objects.create(user=office.lan.user, **given).pk}


def _subscription(office):
    mine = {"post": office.lan, "user": office.lan.user, "report": "papers_in", "every": "week"}
    return {"pk": Subscription.objects.create(**mine, since=timezone.now(), next_on=timezone.localdate()).pk}


def _issued_long_ago(office):
    now = timezone.now()
    return {"pk": outgoing(office, state="issued", issued_at=now, issued_on=timezone.localdate(now)).pk}


def _template(office):
    return {"pk": kept_template(office).pk}


def _word_file(office):
    paper = written(office)
    file = attached_word(office, paper)
    return {"pk": file.pk}


def _lent_copy(office):
    now = timezone.now()
    paper = Outgoing.objects.get(**_issued_long_ago(office))
    given = {"day": timezone.localdate(now), "reader": office.minh, "allowed_by": office.dung}
    return {"pk": lend_copy(paper, by=office.lan, at=now, **given).pk}


def _set_aside(office):
    made = reserve_numbers(
        "out", "CV", count=3, purpose="Mất điện theo lịch", by=office.lan, at=timezone.now()
    )
    return {"pk": made.pk}


def _board(office):
    given = {
        "name": "Hội đồng Thi đua",
        "abbreviation": "HĐTĐ",
        "signs_as": "TM. HỘI ĐỒNG",
        "chair_title": "CHỦ TỊCH",
    }
    today = timezone.localdate()
    made = add_board(**given, chair=office.dung, decision="QĐ", since=today, by=office.lan, at=timezone.now())
    return {"pk": made.pk}


def _due_rule(office):
    made = add_due_rule(
        name="Trả lời công văn", clause="Quy chế làm việc", kind="CV", urgency=None, words="", count=5, unit="working_days",
        starts="arrived", pausable=True, valid_from=timezone.localdate(), by=office.dung, at=timezone.now(),
    )  # fmt: skip
    return {"pk": made.pk}


def _own_field(office):
    given = {"name": "Mã dự án", "kind": "text", "of": "both", "required": False}
    return {"pk": add_own_field(**given, by=office.dung, at=timezone.now()).pk}


def _set_aside_line(office):
    return {"pk": Reservation.objects.get(**_set_aside(office)).lines.first().pk}


def _book(office):
    return {"pk": Reservation.objects.get(**_set_aside(office)).book_id}


def _copied(office, **changes):
    paper = Outgoing.objects.get(**_issued_long_ago(office))
    now, kept = timezone.now(), {"part": "main", "stage": "sealed", "pages": 1}
    File.objects.create(document=paper, blob=stored(pdf_saying("A")), name="v.pdf", created_at=now, **kept)
    given = {"kind": "SY", "medium": "paper", "signer": office.dung} | changes
    return {"pk": make_copy(paper, by=office.lan, at=now, **given).pk}


def _extract_to_sign(office):
    return _copied(office, kind="TrS", medium="electronic", text="A")


def _case(office):
    case = opened(office)
    issued(office, case)
    return {"pk": case.pk}


def _closed_case(office):
    return {"pk": closed(office).pk}


def _handed_in(office):
    """From an archivist of the office nobody hides it: it is shown to the one who has the desk now."""
    case = closed(office)
    CaseFile.objects.filter(pk=case.pk).update(state="submitted")
    _archivist(office)
    return {"pk": case.pk}


def _archivist(office):
    if not hasattr(office, "luu"):
        office.luu = office.post("luu", "Người Lưu", office.home_affairs, Role.ARCHIVIST, "Lưu trữ")
    return office.luu


def _transfer(office):
    """Files that wait for the archivist's check, together."""
    _archivist(office)
    case, at = closed(office), timezone.now()
    made = transfers.open_transfer(files=[case.pk], by=office.minh, at=at, name="Hồ sơ của phòng")
    return {"pk": made.pk}


def _transfer_with_minutes(office):
    made = Transfer.objects.get(**_transfer(office))
    transfers.write_minutes(made, by=office.luu, at=timezone.now(), name="Hồ sơ của phòng")
    return {"pk": made.pk}


def _leaver(office):
    return {"pk": office.minh.pk}


def _handover(office):
    """Of somebody else: minh's own things wait for the other addresses."""
    number = Handover.objects.count()
    left = office.post(
        f"roi{number}", "Người Rời", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.room
    )
    opened(office, by=left)
    made = hand_over(left, to={"files": office.minh}, by=office.hoa, at=timezone.now())
    return {"pk": made.pk}


def _kept_longer(office):
    case, at = closed(office), timezone.now()
    until = first_due(case) + dt.timedelta(days=100)
    given = {"until": until, "reason": "Còn dùng để theo dõi", "consent": NewFile("dong-y.pdf", stored())}
    return {"pk": keep_longer(case, by=office.minh, at=at, **given).pk}


def _archived_case(office):
    made = _handed_in(office)
    CaseFile.objects.filter(**made).update(state="archived")
    return made


def _export(office):
    one = ask_export(opened(office), kind="whole", by=office.minh, at=timezone.now())
    path_of(one).parent.mkdir(parents=True, exist_ok=True)
    path_of(one).write_bytes(b"PK")
    Export.objects.filter(pk=one.pk).update(state="ready", name="a.zip", size=2, made_at=timezone.now())
    return {"pk": one.pk}


def _received_package(office):
    _handed_in(office)
    kept = ReceivedPackage.objects.create(
        organisation=office.home_affairs, objid="uuid-1", kind="SIP", title="Hồ sơ nơi khác", file_code="A.1", documents=0,
        content={"values": {}, "papers": [], "beside": []}, blob=blobs.store(b"PK", "application/zip"), name="a.zip",
        by=office.luu, user=office.luu.user, at=timezone.now(),
    )  # fmt: skip
    return {"pk": kept.pk}


def _archive_answer(office):
    _handed_in(office)
    kept = ArchiveAnswer.objects.create(
        organisation=office.home_affairs, blob=stored(), name="tra-loi.pdf", by=office.luu, user=office.luu.user, at=timezone.now()
    )  # fmt: skip
    return {"pk": kept.pk}


def _case_with_somebody(office):
    case = opened(office)
    let_in(case, post=office.lan, role="reads", by=office.minh, at=timezone.now())
    return {"pk": case.pk}


def _case_item(office):
    case = opened(office)
    files = [NewFile("anh.pdf", stored())]
    add_to_file(case, files=files, by=office.minh, at=timezone.now())
    return {"pk": case.items.get().pk}


def _frozen(office):
    files = CaseFile.objects.filter(pk=_case(office)["pk"])
    words = {
        "title": "Thanh tra tuyển dụng",
        "reason": "Đoàn thanh tra yêu cầu",
        "basis": "Quyết định 12/QĐ-TTTP",
    }
    return {"pk": put_hold(files, by=office.dung, at=timezone.now(), **words).pk}


def _disposal(brought):
    """Of a file whose time is over; the archivist is the one who has the desk (`_handed_in`)."""

    def make(office):
        return {"pk": brought(office, keeper_of(office), expired(office)).pk}

    return make


def _council(office, keeper, *cases):
    made = listed(office, keeper, *cases)
    call_council(made, members=council_of(office, keeper), chair=office.hoa, by=keeper, at=timezone.now())
    return made


def _concluded(office, keeper, *cases):
    made = all_voted(office, keeper, *cases)
    conclude(made, by=office.hoa, at=timezone.now())
    return made


_listed = _disposal(listed)


def _archived(office):
    case = Item.objects.get(**_case_item(office)).case
    at = timezone.now()
    ended = {"ended_on": timezone.localdate(at), "closed_at": at, "counted": "online"}
    CaseFile.objects.filter(pk=case.pk).update(state="archived", **ended)
    _handed_in(office)
    case.refresh_from_db()
    return case


def _asked_to_read(office):
    case = _archived(office)
    given = {
        "wanted": "Hồ sơ tổ chức",
        "purpose": "Tham khảo chuyên môn",
        "by": office.lan,
        "at": timezone.now(),
    }
    return {"pk": ask_reading(archive=case.organisation, case=case, **given).pk}


def _loan(office):
    loan, at = Loan.objects.for_page().get(**_asked_to_read(office)), timezone.now()
    given = {"case": loan.case, "until": timezone.localdate(at), "copies": True}
    allow_reading(loan, by=office.luu, at=at, **given)
    return {"pk": loan.pk}


def _loan_item(office):
    loan = Loan.objects.get(**_loan(office))
    return {"pk": loan.pk, "item": loan.case.items.get().pk}


def _related(office):
    case = opened(office)
    relate(case, other=opened(office), by=office.minh, at=timezone.now())
    return {"pk": case.pk}


def _plan(office):
    return {"pk": plan(office, year=2020 + FilePlan.objects.count()).pk}


def _plan_entry(office):
    return {"pk": PlanEntry.objects.filter(plan=_plan(office)["pk"]).first().pk}


def _closed_book(office):
    made = Reservation.objects.get(**_set_aside(office))
    RegisterBook.objects.filter(pk=made.book_id).update(closed_at=timezone.now())
    return {"pk": made.book_id}


# The name of the address → the thing behind it, at the point where somebody of the office could take the step.
BEHIND: dict[str, Callable] = {
    "case": _case,
    "case_change": _case,
    "case_files": _case,
    "case_let_in": _case,
    "case_let_out": _case_with_somebody,
    "case_settle": _case_with_somebody,
    "case_close": _case,
    "case_reopen": _closed_case,
    "case_index": _case,
    "case_submit": _closed_case,
    "case_accept": _handed_in,
    "case_return": _handed_in,
    "case_check": _handed_in,
    "case_keep": _closed_case,
    "kept_consent": _kept_longer,
    "transfer": _transfer,
    "transfer_minutes": _transfer,
    "transfer_cancel": _transfer,
    "transfer_sign": _transfer_with_minutes,
    "transfer_file": _transfer_with_minutes,
    "transfer_undo": _transfer_with_minutes,
    "handover_of": _leaver,
    "handover_choose": _leaver,
    "handover": _handover,
    "handover_minutes": _handover,
    "case_trigger": _closed_case,
    "case_term": _closed_case,
    "legal_hold": _frozen,
    "legal_hold_lift": _frozen,
    "disposal": _listed,
    "disposal_council": _listed,
    "disposal_vote": _disposal(_council),
    "disposal_conclude": _disposal(all_voted),
    "disposal_decide": _disposal(_concluded),
    "disposal_carry_out": _disposal(decided),
    "disposal_give_up": _listed,
    "disposal_print": _listed,
    "case_item": _case_item,
    "case_download": _case,
    "case_aip": _archived_case,
    "case_sip": _archived_case,
    "case_export": _export,
    "case_export_file": _export,
    "case_export_drop": _export,
    "received_package": _received_package,
    "received_file": _received_package,
    "archive_answer": _archive_answer,
    "archive_answer_file": _archive_answer,
    "item_remove": _case_item,
    "part_open": _case,
    "case_relate": _case,
    "case_unrelate": _related,
    "loan": _loan,
    "loan_allow": _asked_to_read,
    "loan_refuse": _asked_to_read,
    "loan_end": _loan,
    "loan_item": _loan_item,
    "loan_page": lambda office: _loan_item(office) | {"order": 1, "number": 1},
    "loan_copy": lambda office: _loan_item(office) | {"order": 1},
    "file_paper": _registered,
    "file_task": _task_without_paper,
    "file_plan": _plan,
    "plan_add": _plan,
    "plan_import": _plan,
    "plan_issue": _plan,
    "plan_entry": _plan_entry,
    "incoming": _paper,
    "incoming_stamp": _registered,
    "incoming_handling_slip": _registered,
    "outgoing_posted": _issued_long_ago,
    "incoming_layout": _registered,
    "outgoing_layout": _outgoing("content_checked"),
    "outgoing_envelope": _issued_long_ago,
    "outgoing_dispatch_sheet": _issued_long_ago,
    "outgoing_kept_copy": _issued_long_ago,
    "copies": _issued_long_ago,
    "copy_print": _copied,
    "copy_sign": _extract_to_sign,
    "copy_return": _lent_copy,
    "copy_receive": _lent_copy,
    "incoming_register": _paper,
    "incoming_recheck": _paper,
    "incoming_refuse": _paper,
    "incoming_recall": _asked_back,
    "incoming_change": _asked_to_change,
    "incoming_present": _registered,
    "incoming_present_again": _presented,
    "incoming_correct": _on_paper,
    "incoming_direct": _presented,
    "incoming_prepare": _to_prepare,
    "prepared_confirm": _prepared,
    "prepared_withdraw": _prepared,
    "assistant_end": _assistant,
    "incoming_amend": _directed_paper,
    "incoming_retract": _directed_paper,
    "incoming_due": _registered,
    "incoming_pause_due": _directed_paper,
    "incoming_resume_due": _directed_paper,
    "due_rule_end": _due_rule,
    "own_field_end": _own_field,
    "own_values": _registered,
    "incoming_hand_back": _presented,
    "incoming_share": _registered,
    "readers": _registered,
    "task": _task_without_paper,
    "task_direct": _waiting_task,
    "task_amend": _task_without_paper,
    "task_retract": _task_without_paper,
    "task_call_off": _task_without_paper,
    "task_take_up": _arrived_task,
    "task_ask_above": _received_task,
    "order_grant_extension": _later_day_asked_of_us,
    "order_refuse_extension": _later_day_asked_of_us,
    "order_withdraw_extension": _later_day_asked_above,
    "report_file": _report_file,
    "task_refuse_task": _arrived_task,
    "end_recurring": _recurring,
    "order_approve": _reported_order,
    "order_return": _reported_order,
    "consult": _directed_paper,
    "circulate": _directed_paper,
    "consultation": _consultation,
    "opinion": _consultation,
    "consultation_remind": _consultation,
    "consultation_extend": _consultation,
    "consultation_close": _consultation,
    "consultation_take_back": _consultation,
    "consultation_report": _consultation,
    "slip_make": lambda office: {"pk": written(office).pk},
    "slip": _slip,
    "slip_answer": _slip,
    "slip_extend": _slip,
    "slip_replace": _slip,
    "slip_take_back": _slip,
    "slip_print": _slip,
    "slip_send_again": _slip_returned,
    "made_report": _made_report,
    "made_report_file": _made_file,
    "made_report_drop": _made_report,
    "subscription_end": _subscription,
    "push_end": _browser,
    "assignment_start": _task,
    "assignment_hand_on": _task,
    "assignment_finish": _started,
    "assignment_give_back": _started,
    "assignment_withdraw": _task,
    "assignment_approve_result": _reported,
    "assignment_return_result": _reported,
    "assignment_report_progress": _started,
    "assignment_remind_work": _started,
    "assignment_ask_extension": _started_with_a_day,
    "assignment_due": _started_with_a_day,
    "assignment_pause_due": _started_with_a_day,
    "assignment_resume_due": _started_with_a_day,
    "assignment_grant_extension": _more_time_asked,
    "assignment_refuse_extension": _more_time_asked,
    "assignment_withdraw_extension": _more_time_asked,
    "file": _file,
    "file_page": lambda office: _file(office) | {"number": 1},
    "incoming_certify_copy": _scan,
    "signature_picture": _own_picture,
    "outgoing": _outgoing("issued"),
    "outgoing_edit": _outgoing("draft"),
    "outgoing_preview": _outgoing("draft"),
    "outgoing_revise": _outgoing("in_review"),
    "draft_open": _outgoing("draft"),
    "draft_picture": _draft_picture,
    "draft_remarks": _outgoing("in_review"),
    "remark_accept": _remark,
    "remark_refuse": _remark,
    "outgoing_word": _outgoing("draft"),
    "template_edit": _template,
    "template_retire": _template,
    "file_to_pdf": _word_file,
    "recipients": _outgoing("draft"),
    "outgoing_submit": _outgoing("draft"),
    "outgoing_cancel": _outgoing("draft"),
    "outgoing_revoke": _outgoing("issued"),
    "outgoing_update": _outgoing("issued"),
    "outgoing_check_content": _outgoing("in_review"),
    "outgoing_check_format": _outgoing("content_checked"),
    "outgoing_send_back": _outgoing("in_review"),
    "outgoing_approve": _outgoing("format_checked"),
    "outgoing_sign": _outgoing("awaiting_signature"),
    "outgoing_sign_secretary": _asked_beside,
    "outgoing_number": _outgoing("signed"),
    "outgoing_seal": _outgoing("numbered"),
    "outgoing_issue": _outgoing("sealed"),
    "outgoing_refuse_number": _outgoing("signed"),
    "outgoing_void_number": _outgoing("numbered"),
    "numbers_reservation": _set_aside,
    "numbers_sheet": _set_aside,
    "numbers_void": _set_aside,
    "numbers_enter": _set_aside_line,
    "numbers_board": _board,
    "numbers_close": _book,
    "numbers_closing_sheet": _closed_book,
    "outgoing_compare": _outgoing("in_review"),
    "outgoing_print": _printable,
    "batch": _batch,
    "batch_finish": _batch,
    "batch_cancel": _batch,
    "signing": _signing,
    "signing_finish": _signing,
    "signing_cancel": _signing,
    "draft_page": lambda office: {"sha256": "0" * 64, "number": 1},
    "scan_page": lambda office: {"sha256": "0" * 64, "number": 1},
    "scan_batch": lambda office: {"pk": _scanned(office)["pk"] and ScanBatch.objects.get().pk},
    "scanned_paper": _scanned,
    "scanned_page": lambda office: _scanned(office) | {"number": 1},
    "scanned_join": _scanned,
    "scanned_split": _scanned,
    "scanned_turn": _scanned,
    "scanned_delete": _scanned,
    "passkey_drop": _passkey,
    "identity_unlink": _identity,
    "delegation_cancel": _delegation,
    "authority_end": lambda office: {"pk": office.thao.signing_authorities.get().pk},
    "user": _user,
    "support_done": _asked_support,
    "user_look": lambda office: {"pk": office.minh.pk},
    "looking_paper": _registered,
    "user_lock": _user,
    "user_unlock": _user,
    "user_password": _user,
    "user_factor": _user,
    "post_add": _user,
    "post_end": lambda office: {"pk": office.minh.pk},
    "proposal": _proposal,
    "proposed_seal": _proposed_seal,
    "proposal_confirm": _proposal,
    "proposal_emergency": _proposal,
    "proposal_refuse": _proposal,
    "proposal_withdraw": _proposal,
    "proposal_half": _half,
    "exchange_package": _package,
    "exchange_open_again": _package,
    "exchange_close": _package,
    "exchange_raw": _package,
    "exchange_package_out": _package_out,
    "exchange_raw_out": _package_out,
    "notice_open": _notice,
    "notice_seen": _notice,
    "trusted_authority_end": _authority,
    "certificate": _certificate,
    "certificate_retire": _certificate,
    "certificate_check": _certificate,
}


def addresses(patterns=None) -> list[URLPattern]:
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        found += addresses(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern]
    return found


def named() -> dict[str, URLPattern]:
    """All but those of before (test_former_addresses.py), which have no name."""
    return {pattern.name: pattern for pattern in addresses() if pattern.name}


def named_with_arguments() -> dict[str, URLPattern]:
    return {name: pattern for name, pattern in named().items() if pattern.pattern.regex.groups}


def asks_for_an_account(pattern: URLPattern) -> bool:
    return getattr(pattern.callback, "login_required", True)


def test_no_address_is_missing_from_the_table():
    missing = set(named_with_arguments()) - set(BEHIND) - OPEN - NO_ACCOUNT
    assert not missing, f"add them to BEHIND: {sorted(missing)}"
    assert set(BEHIND) <= set(named_with_arguments())


def test_no_page_is_open_by_mistake():
    assert {name for name, pattern in named().items() if not asks_for_an_account(pattern)} == ANYBODYS


@pytest.fixture(scope="module")
def _behind(bare_module_office, request):
    """What stands behind one address, made once for all its tests."""
    with transaction.atomic():
        office = copy.deepcopy(bare_module_office)
        yield request.param, office, reverse(request.param, kwargs=BEHIND[request.param](office))
        transaction.set_rollback(True)


@pytest.fixture
def behind(_behind, db, settings):
    name, office, url = _behind
    settings.STORAGES = office.storages
    return name, copy.deepcopy(office), url


def at(names):
    return pytest.mark.parametrize("_behind", names, indirect=True, scope="module")


def test_a_code_opens_the_face_of_an_issued_paper_and_nothing_of_any_other(bare_module_office, db, client):
    office = copy.deepcopy(bare_module_office)
    issued, waiting = _printable(office)["pk"], outgoing(office, state="sealed", subject="Chuyện kín").pk
    now = timezone.now()
    codes = [code_for(Outgoing.objects.get(pk=pk), now) for pk in (issued, waiting)]
    answers = [client.get(reverse("public_paper", args=[code])) for code in (*codes, "K7QM4TXW9B")]
    assert [answer.status_code for answer in answers] == [200, 404, 404]
    pages = [
        answer.content.decode().replace(code, "").replace(answer.headers["X-Request-ID"], "")
        for answer, code in zip(answers[1:], (codes[1], "K7QM4TXW9B"), strict=True)
    ]
    assert pages[0] == pages[1] and "Chuyện kín" not in pages[0]
    assert issued and Outgoing.objects.get(pk=issued).subject not in answers[0].content.decode()


@at(sorted(BEHIND))
def test_a_stranger_finds_nothing(behind):
    name, office, url = behind
    before = Event.objects.count()
    sent = {"reason": "Lý do đủ dài để gửi", "to": office.dung.pk}
    for stranger in (office.khach, office.tu):
        client = at_desk(stranger)
        codes = {client.get(url).status_code, client.post(url, sent).status_code}
        closed = 403 if name in FOR_A_ROLE else 404
        assert codes <= {404, 405, closed} and codes != {405}, (name, stranger, codes)
    assert Event.objects.count() == before


@at(sorted(BEHIND))
def test_nobody_comes_in_without_an_account(behind, client):
    _, _, url = behind
    for answer in (client.get(url), client.post(url, {})):
        assert answer.status_code == 302 and answer.url.startswith("/dang-nhap/")


HANDS = {
    **dict.fromkeys(("case", "case_change", "case_files", "case_let_in", "case_let_out", "case_close", "case_reopen", "case_index", "case_item", "item_remove", "file_task", "case_keep", "kept_consent", "transfer", "transfer_cancel", "transfer_sign", "transfer_file", "transfer_undo", "case_download", "case_export", "case_export_file", "case_export_drop", "part_open", "case_relate", "case_unrelate"), "minh"),
    "case_check": "luu", "transfer_minutes": "luu", **dict.fromkeys(("handover_of", "handover_choose", "handover", "handover_minutes"), "hoa"),
    "case_trigger": "minh", "case_term": "minh", "legal_hold": "dung", "legal_hold_lift": "dung", "disposal_vote": "minh", "disposal_conclude": "hoa", "disposal_decide": "dung",
    **dict.fromkeys(("disposal", "disposal_council", "disposal_carry_out", "disposal_give_up", "disposal_print", "case_aip", "case_sip", "received_package", "received_file", "archive_answer", "archive_answer_file", "loan_allow", "loan_refuse", "loan_end"), "luu"),
    "case_settle": "hoa", "case_submit": "minh", "case_accept": "luu", "case_return": "luu",
    "assignment_start": "hoa", "assignment_hand_on": "hoa", "assignment_finish": "minh",
    "assignment_give_back": "minh", "assignment_withdraw": "dung", "assignment_due": "dung", "assignment_pause_due": "dung", "assignment_resume_due": "dung", "incoming_direct": "dung",
    "assignment_report_progress": "minh", "assignment_ask_extension": "minh", "assignment_withdraw_extension": "minh",
    "assignment_remind_work": "dung", "assignment_grant_extension": "dung", "assignment_refuse_extension": "dung",
    "assignment_approve_result": "hoa", "assignment_return_result": "hoa", "incoming_amend": "dung", "incoming_retract": "dung", "incoming_hand_back": "dung",
    "task": "minh", "task_direct": "dung", "task_amend": "dung", "task_retract": "dung", "task_call_off": "dung", "order_approve": "dung", "order_return": "dung", "task_ask_above": "dung", "order_grant_extension": "dung", "order_refuse_extension": "dung", "order_withdraw_extension": "dung", "end_recurring": "dung",
    "consult": "minh", "circulate": "minh", "opinion": "hoa", "consultation_extend": "minh", "consultation_close": "minh",
    "consultation_take_back": "minh",
    "slip_make": "minh", "slip": "minh", "slip_answer": "hoa", "slip_extend": "minh", "slip_replace": "minh", "slip_take_back": "minh",
    "slip_print": "minh", "slip_send_again": "minh",
    "outgoing_edit": "minh", "outgoing_preview": "minh", "draft_open": "minh", "draft_picture": "minh", "outgoing_revise": "hoa", "outgoing_word": "minh", "template_edit": "minh", "template_retire": "minh", "file_to_pdf": "minh", "recipients": "minh", "outgoing_cancel": "minh",
    "outgoing_submit": "minh", "outgoing_approve": "dung", "outgoing_send_back": "hoa", "outgoing_sign_secretary": "hoa",
    "batch": "dung", "batch_finish": "dung", "batch_cancel": "dung",
    "signing": "dung", "signing_finish": "dung", "signing_cancel": "dung",
    "exchange_package": "quantri", "exchange_open_again": "quantri", "exchange_close": "quantri", "exchange_raw": "quantri",
    "exchange_package_out": "quantri", "exchange_raw_out": "quantri", "trusted_authority_end": "quantri",
    "incoming_prepare": "thuy", "prepared_confirm": "dung", "prepared_withdraw": "thuy", "assistant_end": "dung",
    "delegation_cancel": "dung", "copy_receive": "minh", "certificate": "quantri", "certificate_retire": "quantri", "certificate_check": "quantri",
    "authority_end": "dung", "due_rule_end": "dung", "own_field_end": "dung", "incoming_pause_due": "minh",
    "proposed_seal": "lan", "proposal": "minh", "proposal_confirm": "quantri", "proposal_emergency": "quantri", "proposal_refuse": "minh",
    "proposal_withdraw": "quantri", "proposal_half": "quantri",
    "signature_picture": "dung", "passkey_drop": "dung", "identity_unlink": "dung",
}  # fmt: skip
# Steps that are one press: whoever comes back to their address from the sign-in page is shown the paper.
PRESSED = (
    dict.fromkeys(
        (
            "incoming_certify_copy",
            "incoming_recheck",
            "outgoing_submit",
            "outgoing_check_content",
            "outgoing_check_format",
            "outgoing_sign",
            "outgoing_number",
            "outgoing_seal",
            "outgoing_issue",
            "signing_finish",
            "signing_cancel",
            "batch_finish",
            "batch_cancel",
            "transfer_sign",
            "certificate_check",
            "consultation_remind",
        ),
        lambda url: url.rsplit("/", 2)[0] + "/",
    )
    | dict.fromkeys(
        ("assignment_start", "assignment_approve_result"),
        lambda url: Assignment.objects.get(pk=url.split("/")[2]).incoming.get_absolute_url(),
    )
    | {
        "end_recurring": lambda url: "/nhiem-vu/dinh-ky/",
        **dict.fromkeys(
            ("remark_accept", "remark_refuse"),
            lambda url: reverse(
                "draft_remarks", args=[DraftRemark.objects.get(pk=url.split("/")[2]).outgoing_id]
            ),
        ),
        "template_retire": lambda url: "/van-ban-di/mau/",
        "file_to_pdf": lambda url: f"/van-ban-di/{File.objects.get(pk=url.split('/')[2]).document_id}/",
        "order_approve": lambda url: Order.objects.get(pk=url.split("/")[3]).task.get_absolute_url(),
        "order_withdraw_extension": lambda url: Extension.objects.get(
            pk=url.split("/")[3]
        ).order.received.get_absolute_url(),
        "copy_sign": lambda url: reverse(
            "copies", args=[CertifiedCopy.objects.get(pk=url.split("/")[2]).document_id]
        ),
        "incoming_share": lambda url: reverse("readers", args=[url.split("/")[2]]),
        "assignment_withdraw_extension": lambda url: Extension.objects.get(
            pk=url.split("/")[2]
        ).assignment.incoming.get_absolute_url(),
    }
)
ADMINS = FOR_A_ROLE | {"draft_page", "scan_page", "looking_paper"}  # proven in their own tests


# A value of the program where a person reads or types.
SPILT = re.compile(r'value="None"|>\s*None\b|\{%')


@at(sorted(set(BEHIND) - ADMINS))
def test_somebody_of_the_office_does_find_them(behind):
    """Otherwise the strangers' 404 would prove nothing."""
    name, office, url = behind
    answer = at_desk(getattr(office, HANDS.get(name, "lan"))).get(url)
    assert answer.status_code in (200, 405) or (
        name in PRESSED and answer.url.split("?")[0] == PRESSED[name](url)
    )
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    elif answer["Content-Type"].startswith("text/html"):
        assert not SPILT.search(answer.content.decode()), "what is nothing is written as nothing"
