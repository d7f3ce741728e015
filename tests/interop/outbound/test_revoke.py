"""An issued paper is taken back: frozen here, cancelled wherever it went, and everybody who checks it is told."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.actions.delivery.statuses import record_status
from documents.actions.outgoing.revoke import revoke
from documents.actions.outgoing.update import update
from documents.actions.requests import recall
from documents.journey import NotAllowedNow, owe
from documents.models import ChangeRequest, Delivery, Incoming, Outgoing
from interop import tasks
from interop.models import Outbound
from interop.outbound import enqueue, outbox, outcomes, packing, sending, status_reports
from orgs.models import Lineage, Organisation, Post
from signatures.public import code_for
from tests.documents.desks import at_desk, words
from tests.interop.city_side import Line, issued, state_of
from tests.interop.simulator_process import eventually

WHY = "Theo Công văn 20/SNV: ban hành nhầm thẩm quyền"


@pytest.fixture
def slow(tmp_path, settings):
    """Participants who take half a minute over a paper: it is still in their hands when it is asked back."""
    line = Line(tmp_path, settings, "--pace", "3")
    yield line
    line.axis.stop()


def taken_back(office, paper):
    paper.refresh_from_db()
    revoke(paper, by=office.lan, at=timezone.now(), reason=WHY)


def relay(client=None) -> None:
    outbox.relay(client, at=timezone.now())
    status_reports.report_waiting(at=timezone.now())


def test_the_desks_of_the_city_are_asked_and_their_answers_come_back(office):
    paper = issued(office, office.justice)
    relay()
    theirs = Incoming.objects.get(organisation=office.justice)
    lan = at_desk(office.lan)
    page = lan.post(f"/van-ban-di/{paper.pk}/thu-hoi/", {"reason": WHY}, follow=True)
    assert "Đã thu hồi" in words(page) and state_of(paper) == "revoked"
    relay()
    relay()  # asked once, however often the worker looks
    assert (ChangeRequest.objects.get().incoming, ChangeRequest.objects.get().reason) == (theirs, WHY)
    recall.agree(theirs, by=office.khach, at=timezone.now())
    relay()
    delivery = paper.deliveries.get()
    assert delivery.state == "cancelled" and "15" in delivery.steps.values_list("code", flat=True)
    assert "Đã hủy theo thu hồi" in words(lan.get(f"{paper.get_absolute_url()}?tab=deliveries"))
    assert paper.files.exclude(
        blob=None
    ).exists()  # frozen with us, not destroyed: it is the original (art. 19.2)


def test_a_desk_may_refuse_and_the_sender_reads_why(office):
    paper = issued(office, office.justice)
    relay()
    taken_back(office, paper)
    relay()
    theirs = Incoming.objects.get(organisation=office.justice)
    recall.refuse(theirs, by=office.khach, at=timezone.now(), reason="Đã trả lời bằng văn bản 7/STP")
    relay()
    relay()
    assert ChangeRequest.objects.count() == 1  # an answer is an answer
    delivery = paper.deliveries.get()
    assert delivery.state != "cancelled"
    assert delivery.steps.get(code="16").description == "Đã trả lời bằng văn bản 7/STP"


def test_what_has_not_left_yet_does_not_leave(office):
    paper = issued(office, office.justice, office.ministry)
    taken_back(office, paper)
    relay()
    assert set(paper.deliveries.values_list("state", flat=True)) == {"cancelled"}
    assert not Incoming.objects.exists() and not Outbound.objects.exists()


def test_what_waits_for_an_axis_that_is_away_is_not_sent_when_it_comes_back(office, line):
    paper = issued(office, office.ministry)
    enqueue.pack_issued(at=timezone.now())
    taken_back(office, paper)
    line.leave()
    assert line.received("G09") == [] and paper.deliveries.get().state == "cancelled"
    assert outbox.try_again(Outbound.objects.all(), at=timezone.now()) == 0
    line.leave()
    assert line.received("G09") == [] and not Outbound.objects.filter(revoked=paper).exists()


def test_a_delivery_that_failed_is_not_tried_again(office):
    paper = issued(office, office.justice)
    paper.deliveries.update(state="failed", problem="Đơn vị đã đóng.")
    taken_back(office, paper)
    relay()
    at_desk(office.quantri).post("/lien-thong/gui-lai/", {"problem": "Đơn vị đã đóng."})
    relay()
    assert paper.deliveries.get().state == "cancelled" and not Incoming.objects.exists()


def test_over_the_axis_the_recall_follows_the_paper_and_the_answer_counts(office, slow):
    line, paper = slow, issued(office, office.ministry)
    line.leave()
    line.said("G09", "01")
    taken_back(office, paper)
    line.leave()
    line.leave()
    assert [one.state for one in Outbound.objects.filter(message_type="edoc")] == ["sent", "sent"]
    line.said("G09", "15")
    assert len(line.received("G09")) == 1  # the recall did not become a paper there
    eventually(lambda: line.come() or paper.deliveries.get().state == "cancelled")
    line.leave()
    assert Outbound.objects.filter(revoked=paper).count() == 1


def test_who_has_it_is_asked_though_the_package_counts_as_failed(office, slow):
    """The axis took it and its answer was lost at every attempt."""
    line, paper = slow, issued(office, office.ministry)
    enqueue.enqueue(at=timezone.now())
    (claimed,) = sending.claim(1, at=timezone.now())
    with packing.pack(claimed) as package:
        line.axis.client().send(package, messagetype="edoc", sender=claimed.sender_code)
    outcomes.fail(claimed, "Không kết nối được với trục liên thông.")
    eventually(lambda: line.come() or paper.deliveries.get().state == "arrived")
    taken_back(office, paper)
    line.leave()
    assert Outbound.objects.get(revoked=paper).receivers == ["G09"]
    eventually(lambda: line.come() or paper.deliveries.get().state == "cancelled")


def test_many_revoked_papers_cost_no_more_questions_than_one(office, line):
    def questions() -> int:
        line.leave()
        with CaptureQueriesContext(connection) as asked:
            outbox.ask_desks(at=timezone.now())
            enqueue.pack_recalls(at=timezone.now())
        return len(asked)

    def another(number):
        paper = issued(office, office.justice, office.ministry, number=number)
        relay()
        taken_back(office, paper)

    another("1")
    one = questions()
    another("2"), another("3")
    assert questions() == one


def test_a_consent_nobody_asked_for_is_only_written_down(office):
    paper = issued(office, office.justice)
    relay()
    theirs = Incoming.objects.get(organisation=office.justice)
    owe(theirs, "15", by=None, at=timezone.now(), description="Đồng ý")
    relay()
    delivery = paper.deliveries.get()
    assert delivery.state == "arrived" and delivery.steps.filter(code="15").exists()
    taken_back(office, paper)
    relay()
    recall.agree(theirs, by=office.khach, at=timezone.now())
    relay()
    assert paper.deliveries.get().state == "cancelled"  # given again, it counts


def test_only_the_clerk_once_with_a_reason(office):
    paper = issued(office, office.justice)
    with pytest.raises(PermissionDenied):
        revoke(paper, by=office.minh, at=timezone.now(), reason=WHY)
    with pytest.raises(ValidationError, match="ít nhất 10 ký tự"):
        revoke(paper, by=office.lan, at=timezone.now(), reason="nhầm")
    taken_back(office, paper)
    with pytest.raises(NotAllowedNow):
        taken_back(office, paper)


def test_whoever_checks_a_printed_copy_is_told(office, client):
    paper = issued(office, office.justice)
    code = code_for(paper, timezone.now())
    assert "Chưa bị thu hồi" in words(client.get(f"/kt/{code}/"))
    taken_back(office, paper)
    assert "không còn hiệu lực" in words(client.get(f"/kt/{code}/"))


def test_a_recall_while_a_desk_is_being_served_loses_nothing(office):
    """The delivery is either cancelled or asked back, whoever was first."""
    paper = issued(office, office.justice, office.city)
    first = paper.deliveries.first()
    outbox._hand_over([first.pk], paper.pk, {}, timezone.now())
    taken_back(office, paper)
    relay()
    states = dict(Delivery.objects.filter(outgoing=paper).values_list("pk", "state"))
    asked = set(ChangeRequest.objects.values_list("incoming__delivery", flat=True))
    assert all((state == "cancelled") != (pk in asked) for pk, state in states.items()), (states, asked)


def test_a_worker_whose_run_began_before_the_revocation_asks_once(office):
    paper = issued(office, office.justice)
    relay()
    began = timezone.now() - timedelta(seconds=30)
    taken_back(office, paper)
    outbox.ask_desks(at=began)
    theirs = Incoming.objects.get(organisation=office.justice)
    recall.refuse(theirs, by=office.khach, at=timezone.now(), reason="Đã trả lời bằng văn bản 7/STP")
    relay()
    assert ChangeRequest.objects.count() == 1
    assert paper.deliveries.get().recall_asked_at >= Outgoing.objects.get().held_since


def test_a_recall_packed_by_such_a_worker_is_answered_by_a_yes(office, line):
    """The paper had another date before: a yes counts only when the recall was made after the revocation."""
    paper = issued(office, office.ministry)
    line.leave()
    paper.refresh_from_db()
    update(
        paper,
        by=office.lan,
        at=timezone.now(),
        reason="Gia hạn báo cáo",
        due_on=date.today() + timedelta(days=9),
    )
    line.leave()
    began = timezone.now() - timedelta(seconds=30)
    taken_back(office, paper)
    enqueue.enqueue(at=began)
    line.leave()
    delivery, later = paper.deliveries.get(), timezone.now() + timedelta(minutes=5)
    assert delivery.recall_asked_at
    record_status(delivery, code="15", said_at=later, at=later)
    assert paper.deliveries.get().state == "cancelled"


def test_an_office_that_was_closed_says_whom_to_ask(office):
    paper = issued(office, office.justice)
    relay()
    paper.refresh_from_db()
    update(
        paper,
        by=office.lan,
        at=timezone.now(),
        reason="Gia hạn báo cáo",
        due_on=date.today() + timedelta(days=9),
    )
    today = timezone.localdate()
    Organisation.objects.filter(pk=office.justice.pk).update(valid_to=today)
    Lineage.objects.create(predecessor=office.justice, successor=office.city, on=today)
    Post.objects.filter(pk=office.khach.pk).update(valid_to=today)
    relay()
    asked = ChangeRequest.objects.get()
    assert (asked.kind, asked.answer) == ("update", "16")
    taken_back(office, paper)
    relay()
    relay()
    asked = ChangeRequest.objects.get(kind="recall")
    assert asked.answer == "16" and f"Đề nghị liên hệ {office.city.name} (mã H26)" in asked.words
    page = words(at_desk(office.lan).get(f"{paper.get_absolute_url()}?tab=deliveries"))
    assert "Từ chối thu hồi" in page and "Đề nghị liên hệ" in page
    assert asked.incoming.files.exclude(blob=None).exists()


def test_a_request_that_lay_open_when_its_office_was_closed_is_answered(office):
    paper = issued(office, office.justice)
    relay()
    paper.refresh_from_db()
    taken_back(office, paper)
    relay()
    assert ChangeRequest.objects.get().answer == ""
    tasks.revive_stuck()
    assert ChangeRequest.objects.get().answer == "", "a clerk is there"
    today = timezone.localdate()
    Organisation.objects.filter(pk=office.justice.pk).update(valid_to=today)
    tasks.revive_stuck()
    assert ChangeRequest.objects.get().answer == "", "its clerk still clears the desk"
    Post.objects.filter(pk=office.khach.pk).update(valid_to=today)
    tasks.revive_stuck()
    relay()
    assert ChangeRequest.objects.get().answer == "16"
    page = words(at_desk(office.lan).get(f"{paper.get_absolute_url()}?tab=deliveries"))
    assert "Từ chối thu hồi" in page and "đã đóng mã định danh" in page
