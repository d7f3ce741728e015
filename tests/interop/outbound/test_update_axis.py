"""An update over the axis: one package to those whom it concerns, after the paper, and nothing to whoever left in time."""

from datetime import timedelta

from django.utils import timezone

from documents.actions.outgoing.revoke import revoke
from documents.models import Update
from interop.edxml import BusinessType, read
from interop.models import Outbound
from interop.outbound import enqueue, outbox, outcomes, packing, sending
from interop.reconciliation.compare import compare
from tests.interop.city_side import issued
from tests.interop.outbound.test_update_out import DAY, WHY, changed, province, state_at
from tests.interop.simulator_process import eventually


def test_over_the_axis_everybody_whom_it_concerns_has_one_package(office, line):
    more = province(office)
    paper = issued(office, office.ministry)
    line.leave()
    line.said("G09", "06")
    eventually(lambda: line.come() or state_at(paper, office.ministry) == "completed")
    changed(office, paper, due_on=DAY, add=[more])
    line.leave()
    package = Outbound.objects.get(update__isnull=False)
    assert (package.state, package.receivers) == ("sent", ["G09", "H49"])
    with packing.pack(package) as raw:
        message = read(raw)
    assert (message.business_type, message.business_document_id) == (BusinessType.UPDATE, paper.document_uid)
    assert (message.document_info, message.receiver_changes) == (True, [("H49", 1)])
    assert (message.due_date, message.business_reason, len(message.attachments)) == (DAY, WHY, 1)
    line.said("G09", "15")
    line.said("H49", "01")
    eventually(lambda: line.come() or state_at(paper, more) != "sent")
    ministry = paper.deliveries.get(recipient=office.ministry)
    eventually(lambda: line.come() or ministry.steps.filter(code="15").exists())
    ministry.refresh_from_db()
    assert ministry.state == "completed"  # a yes to another date cancels nothing
    assert len(line.received("G09")) == 1 and len(line.received("H49")) == 1
    line.leave()
    assert Outbound.objects.filter(update__isnull=False).count() == 1


def test_over_the_axis_one_that_is_taken_off_is_asked_and_its_yes_cancels(office, line):
    more = province(office)
    paper = issued(office, office.ministry, more)
    line.leave()
    changed(office, paper, remove=[office.ministry])
    line.leave()
    package = Outbound.objects.get(update__isnull=False)
    with packing.pack(package) as raw:
        message = read(raw)
    assert (package.receivers, message.receiver_changes, message.attachments) == (["G09"], [("G09", 0)], [])
    assert message.document_info is False
    eventually(lambda: line.come() or state_at(paper, office.ministry) == "cancelled")
    assert state_at(paper, more) != "cancelled"


def test_an_update_never_overtakes_its_paper(office, line):
    more = province(office)
    paper = issued(office, office.ministry)
    enqueue.pack_issued(at=timezone.now())
    changed(office, paper, due_on=DAY, add=[more])
    enqueue.pack_updates(at=timezone.now())
    assert not Outbound.objects.filter(update__isnull=False).exists()
    line.leave()
    line.leave()
    assert Outbound.objects.get(update__isnull=False).receivers == ["G09", "H49"]
    assert set(paper.deliveries.values_list("state", flat=True)) <= {
        "sent",
        "arrived",
        "rejected",
        "accepted",
    }
    # The second waits for the first.
    changed(office, paper, due_on=DAY + timedelta(days=1))
    changed(office, paper, due_on=DAY)
    enqueue.pack_updates(at=timezone.now())
    enqueue.pack_updates(at=timezone.now())
    assert Outbound.objects.filter(update__isnull=False).count() == 2


def test_who_joins_before_the_paper_is_packed_goes_with_it(office, line):
    more = province(office)
    paper = issued(office, office.ministry)
    changed(office, paper, add=[more])
    line.leave()
    line.leave()
    assert Outbound.objects.get(outgoing=paper).receivers == ["G09", "H49"]
    assert not Outbound.objects.filter(update__isnull=False).exists() and Update.objects.get().packed
    assert not paper.deliveries.filter(state="queued").exists()


def test_a_paper_that_went_to_no_one_outside_may_still_go_there(office, line):
    paper = issued(office, office.justice)
    line.leave()
    changed(office, paper, add=[office.ministry])
    line.leave()
    line.leave()
    assert Outbound.objects.get(message_type="edoc").outgoing == paper
    assert len(line.received("G09")) == 1


def test_who_joins_while_the_paper_is_being_sent_is_not_taken_for_sent(office, line):
    more = province(office)
    paper = issued(office, office.ministry)
    enqueue.pack_issued(at=timezone.now())
    (claimed,) = sending.claim(1, at=timezone.now())
    changed(office, paper, add=[more])
    outcomes.sent([outcomes.Taken(claimed, "axis-1", "0" * 64)], at=timezone.now())
    assert (state_at(paper, office.ministry), state_at(paper, more)) == ("sent", "queued")
    outcomes.fail(claimed, "không")  # nor for failed, by whoever was too late
    assert state_at(paper, more) == "queued"
    line.leave()
    assert state_at(paper, more) == "sent" and len(line.received("H49")) == 1


def test_an_update_that_the_axis_refuses_fails_and_may_be_tried_again(office, line):
    more = office.org("Z99", "Tỉnh không có trên trục", 1, kind="tinh", external=True)
    paper = issued(office, office.ministry)
    line.leave()
    changed(office, paper, add=[more])
    line.leave()
    assert (state_at(paper, office.ministry) in ("sent", "arrived"), state_at(paper, more)) == (
        True,
        "failed",
    )
    assert outbox.try_again(Outbound.objects.all(), at=timezone.now()) == 1
    assert state_at(paper, more) == "queued"


def test_an_update_that_is_tried_again_brings_no_older_date_back(office, line):
    more, later = province(office), DAY + timedelta(days=9)
    paper = issued(office, office.ministry)
    line.leave()
    changed(office, paper, due_on=DAY, add=[more])
    enqueue.enqueue(at=timezone.now())
    (claimed,) = sending.claim(1, at=timezone.now())
    outcomes.fail(claimed, "Trục từ chối")
    changed(office, paper, due_on=later)
    line.leave()
    assert outbox.try_again(Outbound.objects.all(), at=timezone.now()) == 1
    line.leave()
    claimed.refresh_from_db()
    with packing.pack(claimed) as package:
        message = read(package)
    assert (claimed.state, claimed.receivers, message.due_date) == ("sent", ["G09", "H49"], later)


def test_a_recall_reaches_those_who_joined_and_nothing_leaves_after_it(office, line):
    more = province(office)
    paper = issued(office, office.ministry)
    line.leave()
    changed(office, paper, add=[more])
    line.leave()
    revoke(paper, by=office.lan, at=timezone.now(), reason="Theo Công văn 20/SNV: ban hành nhầm")
    line.leave()
    line.leave()
    assert Outbound.objects.get(revoked=paper).receivers == ["G09", "H49"]
    eventually(lambda: line.come() or set(paper.deliveries.values_list("state", flat=True)) == {"cancelled"})
    second = issued(office, office.ministry, number="16")
    line.leave()
    changed(office, second, add=[more])
    revoke(second, by=office.lan, at=timezone.now(), reason="Theo Công văn 21/SNV: ban hành nhầm")
    line.leave()
    line.leave()
    assert state_at(second, more) == "cancelled" and len(line.received("H49")) == 1
    assert Outbound.objects.get(revoked=second).receivers == ["G09"]


def test_who_is_taken_off_before_anything_left_gets_nothing(office, line):
    more = province(office)
    waiting = issued(office, office.ministry, more)  # packed, not tried: the axis may be away
    enqueue.enqueue(at=timezone.now())
    fresh = issued(office, office.ministry, more, number="16")
    for paper in (waiting, fresh):
        changed(office, paper, remove=[more])
    short = issued(office, office.ministry, number="17")
    line.leave()
    changed(office, short, add=[more])
    changed(office, short, add=[office.justice], remove=[more])
    line.leave()
    line.leave()
    assert line.received("H49") == [] and len(line.received("G09")) == 3
    for paper in (waiting, fresh, short):
        assert state_at(paper, more) == "cancelled"
    assert not Outbound.objects.filter(update__isnull=False).exists()
    assert not Outbound.objects.exclude(state="sent").exists()


def test_what_the_axis_may_have_is_asked_back_not_held_back(office, line):
    more = province(office)
    paper = issued(office, office.ministry, more)
    enqueue.enqueue(at=timezone.now())
    (claimed,) = sending.claim(1, at=timezone.now())
    changed(office, paper, remove=[more])
    enqueue.enqueue(at=timezone.now())
    assert sorted(Outbound.objects.get().receivers) == ["G09", "H49"] and state_at(paper, more) == "queued"
    outcomes.cut_off(claimed, "mất liên lạc")
    line.leave()
    line.leave()
    assert Outbound.objects.get(update__isnull=False).receivers == ["H49"]
    eventually(lambda: line.come() or state_at(paper, more) == "cancelled")


def test_nothing_stays_unexplained(office, line):
    more = province(office)
    paper = issued(office, office.ministry, office.justice)
    line.leave()
    changed(office, paper, due_on=DAY, add=[more, office.city], remove=[office.justice])
    line.leave()
    line.leave()
    from interop.transport.connection import axis_client

    later = timezone.now() + timedelta(hours=1)
    assert compare(axis_client(), at=later).unexplained == 0
    Outbound.objects.filter(update__isnull=False).delete()
    found = compare(axis_client(), at=later + timedelta(minutes=1))
    assert found.unexplained == 2  # nobody carries it to the province, and the axis has what we have not
