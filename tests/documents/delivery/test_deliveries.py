"""What reaches a recipient inside the city, and what the sender then reads of it."""

import pytest
from django.utils import timezone

from documents import blobs
from documents.actions.delivery.hand_over import CannotTake, hand_over, parcel_of
from documents.actions.delivery.statuses import ReportedStatus, record_status, record_statuses, tell_inside
from documents.actions.incoming import reception as gate
from documents.actions.outgoing import approval as papers
from documents.arrival import NewFile
from documents.models import Delivery, Incoming, StatusReport
from interop.outbound.outbox import relay_inside
from tests.conftest import tiny_pdf
from tests.documents.outgoing_cases import brought, sits_down, written


def issued(office, **changes):
    paper = written(office, **changes)
    annex = NewFile("phu-luc.pdf", blobs.store(tiny_pdf()), "attachment", 1)
    papers.attach(paper, files=[annex], by=office.minh, at=timezone.now())
    return brought(office, "issued", paper)


def handed(paper, at=None):
    at = at or timezone.now()
    return hand_over(paper.deliveries.get().pk, parcel_of(paper, verdict="valid"), at=at)


def test_the_recipient_gets_the_same_bytes_and_a_record_of_its_own(office, keys):
    paper = issued(office)
    arrived = handed(paper)
    assert (arrived.organisation, arrived.code, arrived.subject) == (
        office.justice,
        paper.code,
        paper.subject,
    )
    assert (arrived.signer_name, arrived.pages) == ("Phạm Tiến Dũng", 1)
    main, annex = arrived.files.order_by("pk")
    assert main.blob_id == paper.current_file().blob_id
    assert (annex.name, annex.part) == ("phu-luc.pdf", "attachment")
    assert handed(paper) is None
    assert Incoming.objects.count() == 1


def test_the_sender_reads_every_status_with_its_time(client, office, keys):
    paper = issued(office)
    now = timezone.now()
    arrived = handed(paper, now)
    gate.register(arrived, by=office.khach, at=now)
    for report in StatusReport.objects.all():
        tell_inside(report.pk, at=now)
    page = sits_down(client, office.minh).get(f"{paper.get_absolute_url()}?tab=deliveries")
    (row,) = page.context["rows"]
    assert row["state"]["label"] == "Đã tiếp nhận"
    assert [time.split()[:2] for time in row["times"]] == [["Phát", "hành"], ["Đã", "đến"], ["Đã", "tiếp"]]
    assert "Vào sổ văn bản đến số 1" in row["times"][2]
    assert (row["their_number"], row["clock"].words) == ("1", "Tiếp nhận đúng hạn")
    assert page.context["tally"] == [{"label": "Đã tiếp nhận", "tone": "info", "count": 1}]


def test_no_paper_lands_on_the_desk_of_an_office_that_has_closed(office, keys):
    paper = issued(office)
    office.justice.valid_to = timezone.localdate()
    office.justice.save()
    with pytest.raises(CannotTake, match="đã đóng mã định danh"):
        handed(paper)
    relay_inside(at=timezone.now())
    delivery = paper.deliveries.get()
    assert (delivery.state, Incoming.objects.count()) == ("failed", 0)
    assert "đã đóng mã định danh" in delivery.problem


def test_a_refusal_is_shown_with_its_reason(client, office, keys):
    paper = issued(office)
    delivery = paper.deliveries.get()
    record_status(
        delivery, code="02", said_at=timezone.now(), at=timezone.now(), description="Gửi nhầm nơi nhận"
    )
    page = sits_down(client, office.lan).get(f"{paper.get_absolute_url()}?tab=deliveries")
    assert page.context["rows"][0]["reason"] == "Gửi nhầm nơi nhận"


def test_before_the_issue_the_plan_is_shown(client, office):
    paper = written(office, recipients=[office.justice, office.ministry])
    rows = sits_down(client, office.minh).get(f"{paper.get_absolute_url()}?tab=deliveries").context["rows"]
    assert [(row["name"], row["channel"]) for row in rows] == [
        ("Bộ Nội vụ", "Trục liên thông"), ("Sở Tư pháp", "Trong thành phố"),
    ]  # fmt: skip


def test_attachments_go_with_what_was_checked(office):
    paper = written(office)
    annex = NewFile("phu-luc.pdf", blobs.store(tiny_pdf()), "attachment", 1)
    papers.attach(paper, files=[annex, annex], by=office.minh, at=timezone.now())
    papers.submit(paper, by=office.minh, at=timezone.now())
    assert paper.events.get(kind="submit").payload["attachments"] == [annex.blob.pk]


def test_of_many_statuses_heard_together_each_delivery_keeps_its_latest(office, keys):
    one, other = (issued(office).deliveries.get() for _ in (1, 2))
    at = timezone.now()
    said = [
        ReportedStatus(one.pk, "04", at, ""),
        ReportedStatus(other.pk, "03", at, ""),
        ReportedStatus(other.pk, "04", at, ""),
    ]
    said += [ReportedStatus(one.pk, "03", at, ""), ReportedStatus(one.pk, "04", at, "")]
    assert record_statuses(said, at=at) == 4
    assert set(Delivery.objects.values_list("state", flat=True)) == {"assigned"}
    assert one.steps.count() == other.steps.count() == 2
