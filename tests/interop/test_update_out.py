"""After the issue somebody more is sent the paper, somebody less, or another date of reply is asked for."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from documents.actions import change, recall
from documents.actions.revoke import revoke
from documents.actions.update import update
from documents.journey import NotAllowedNow
from documents.models import ChangeRequest, Delivery, Event, Incoming, Update
from interop import enqueue, feedback, outbox, outcomes, packing, sending
from interop.edxml import BusinessType, read
from interop.models import Outbound
from interop.reconcile import compare
from tests.documents.desks import at_desk, words

from .city_side import issued, state_of
from .simulator_process import eventually

WHY = "Gia hạn theo ý kiến của Giám đốc Sở"
DAY = date(2026, 12, 15)


def changed(office, paper, *, due_on=None, add=(), remove=()) -> Update:
    paper.refresh_from_db()
    gone = [paper.deliveries.get(recipient=body) for body in remove]
    return update(
        paper, by=office.lan, at=timezone.now(), reason=WHY, due_on=due_on, add=list(add), remove=gone
    )


def relay(client=None) -> None:
    outbox.relay(client, at=timezone.now())
    feedback.report_waiting(at=timezone.now())


def state_at(paper, body) -> str:
    return paper.deliveries.get(recipient=body).state


def province(office):
    return office.org("H49", "UBND tỉnh Quảng Ninh", 1, kind="tinh", external=True)


def test_the_desks_of_the_city_are_asked_to_note_another_date(office):
    paper = issued(office, office.justice)
    relay()
    theirs = Incoming.objects.get(organisation=office.justice)
    lan = at_desk(office.lan)
    form = words(lan.get(f"/van-ban-di/{paper.pk}/update/"))
    assert "Cập nhật văn bản đã phát hành" in form and "Sở Tư pháp (đã đến)" in form
    page = lan.post(f"/van-ban-di/{paper.pk}/update/", {"due_on": "2026-12-15", "reason": WHY}, follow=True)
    assert "Đã cập nhật" in words(page) and state_of(paper) == "issued"
    relay()
    relay()  # asked once, however often the worker looks
    assert ChangeRequest.objects.get().changes == {"due_on": "2026-12-15"}
    change.change(theirs, by=office.khach, at=timezone.now())
    relay()
    theirs.refresh_from_db()
    assert theirs.due_on == DAY and Update.objects.get().desks == []
    delivery = paper.deliveries.get()
    assert delivery.state == "arrived" and delivery.steps.filter(code="15").exists()
    assert "Đồng ý yêu cầu" in words(lan.get(f"{paper.get_absolute_url()}?tab=deliveries"))
    flow = words(lan.get(f"{paper.get_absolute_url()}?tab=flow"))
    assert "Cập nhật văn bản đã phát hành" in flow and "(trống) → 15/12/2026" in flow and WHY in flow
    assert not Event.objects.broken_links(office.home_affairs.pk)


def test_one_more_gets_the_paper_and_one_less_is_asked_to_cancel_it(office):
    paper = issued(office, office.justice)
    relay()
    changed(office, paper, due_on=DAY, add=[office.city], remove=[office.justice])
    relay()
    new = Incoming.objects.get(organisation=office.city)
    assert (new.due_on, new.subject, new.files.count()) == (DAY, paper.subject, 1)
    asked = ChangeRequest.objects.get()
    assert (asked.kind, asked.reason, asked.incoming.organisation) == ("recall", WHY, office.justice)
    lan = at_desk(office.lan)
    assert "Chưa trả lời thu hồi" in words(lan.get("/theo-doi-phat-hanh/?xem=recall"))
    recall.agree(asked.incoming, by=office.khach, at=timezone.now())
    relay()
    assert (state_at(paper, office.justice), state_at(paper, office.city)) == ("cancelled", "arrived")
    assert "Rút khỏi nơi nhận" in words(lan.get(f"{paper.get_absolute_url()}?tab=deliveries"))


def test_who_was_not_reached_yet_gets_nothing_and_who_is_reached_later_has_the_new_date(office):
    paper = issued(office, office.justice, office.city)
    change_ = changed(office, paper, due_on=DAY, remove=[office.justice])
    assert change_.desks == []
    relay()
    assert state_at(paper, office.justice) == "cancelled"
    assert Incoming.objects.get().due_on == DAY and not ChangeRequest.objects.exists()


def test_a_parcel_made_before_the_update_bears_the_new_date(office):
    """A worker keeps what it has read of a paper for all its desks."""
    paper = issued(office, office.justice, office.city)
    first, second = paper.deliveries.order_by("pk")
    parcels = {}
    outbox._hand_over([first.pk], paper.pk, parcels, timezone.now())
    assert changed(office, paper, due_on=DAY).desks == [first.pk]
    outbox._hand_over([second.pk], paper.pk, parcels, timezone.now())
    assert second.incoming.due_on == DAY
    relay()
    assert ChangeRequest.objects.get().incoming == Incoming.objects.get(delivery=first)


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


def test_a_no_to_the_date_is_no_answer_to_the_recall(office):
    paper = issued(office, office.justice)
    relay()
    theirs = Incoming.objects.get(organisation=office.justice)
    changed(office, paper, due_on=DAY)
    relay()
    change.keep_as_it_is(theirs, by=office.khach, at=timezone.now(), reason="Hạn cũ đã giao cho phòng")
    relay()
    changed(office, paper, due_on=DAY, add=[office.city], remove=[office.justice])
    relay()
    lan = at_desk(office.lan)
    assert "Chưa trả lời thu hồi" in words(lan.get(f"{paper.get_absolute_url()}?tab=deliveries"))
    recall.refuse(theirs, by=office.khach, at=timezone.now(), reason="Đã trả lời bằng văn bản 7/STP")
    relay()
    assert list(paper.deliveries.get(recipient=office.justice).steps.values_list("code", flat=True)) == [
        "01", "16", "16",
    ]  # fmt: skip
    assert "Từ chối thu hồi" in words(lan.get(f"{paper.get_absolute_url()}?tab=deliveries"))
    # Taken back from everybody, it is asked once more.
    paper.refresh_from_db()
    revoke(paper, by=office.lan, at=timezone.now(), reason="Theo Công văn 20/SNV: ban hành nhầm")
    relay()
    assert ChangeRequest.objects.filter(incoming=theirs, kind="recall").count() == 2


def test_a_yes_to_the_date_that_comes_late_cancels_nothing(office):
    paper = issued(office, office.justice, office.city)
    relay()
    theirs = Incoming.objects.get(organisation=office.justice)
    changed(office, paper, due_on=DAY)
    relay()
    change.change(theirs, by=office.khach, at=timezone.now() - timedelta(seconds=5))  # said, not yet told
    changed(office, paper, due_on=DAY, remove=[office.justice])
    relay()
    assert state_at(paper, office.justice) == "arrived"
    recall.agree(theirs, by=office.khach, at=timezone.now())
    relay()
    assert state_at(paper, office.justice) == "cancelled"


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
    assert Outbound.objects.get().receivers == ["G09", "H49"] and state_at(paper, more) == "queued"
    outcomes.cut_off(claimed, "mất liên lạc")
    line.leave()
    line.leave()
    assert Outbound.objects.get(update__isnull=False).receivers == ["H49"]
    eventually(lambda: line.come() or state_at(paper, more) == "cancelled")


def test_the_last_one_that_was_reached_may_be_taken_off_beside_one_that_waits_for_a_retry(office):
    paper = issued(office, office.justice, office.city)
    relay()
    paper.deliveries.filter(recipient=office.city).update(state="failed")
    changed(office, paper, remove=[office.justice])
    assert paper.deliveries.get(recipient=office.justice).withdrawn_at
    with pytest.raises(ValidationError, match="đã bị rút"):
        changed(office, paper, add=[office.justice])


def test_the_date_cannot_be_taken_away_where_the_axis_has_no_word_for_it(office):
    paper = issued(office, office.ministry, due_on=DAY)
    with pytest.raises(ValidationError, match="ghi một hạn mới"):
        changed(office, paper, due_on=None, add=[office.justice])


def test_a_yes_to_the_date_after_the_withdrawal_cancels_nothing_either(office):
    """The desk of the city had not been asked back yet when its clerk agreed to the date."""
    paper = issued(office, office.justice, office.city)
    relay()
    theirs = Incoming.objects.get(organisation=office.justice)
    changed(office, paper, due_on=DAY)
    relay()
    changed(office, paper, due_on=DAY, remove=[office.justice])
    change.change(theirs, by=office.khach, at=timezone.now())
    relay()
    assert state_at(paper, office.justice) == "arrived"


def test_only_the_clerk_and_only_what_changes_something(office):
    paper = issued(office, office.justice)
    with pytest.raises(PermissionDenied):
        update(paper, by=office.minh, at=timezone.now(), reason=WHY, due_on=DAY)
    assert at_desk(office.minh).get(f"/van-ban-di/{paper.pk}/update/").status_code == 403
    for wrong, said in (
        ({"due_on": None}, "Chưa có gì thay đổi"),
        ({"add": [office.justice]}, "đã là nơi nhận"),
        ({"add": [office.home_affairs]}, "chính cơ quan|tự gửi|mình"),
        ({"remove": [office.justice]}, "hãy dùng “Thu hồi văn bản”"),
        ({"due_on": date(2020, 1, 1)}, "Hạn trả lời đã qua"),
    ):
        with pytest.raises(ValidationError, match=said):
            changed(office, paper, **wrong)
    with pytest.raises(ValidationError, match="ít nhất 10 ký tự"):
        update(paper, by=office.lan, at=timezone.now(), reason="nhầm", due_on=DAY)
    assert not Update.objects.exists() and Delivery.objects.count() == 1
    revoke(paper, by=office.lan, at=timezone.now(), reason="Theo Công văn 20/SNV: ban hành nhầm")
    with pytest.raises(NotAllowedNow):
        changed(office, paper, due_on=DAY)


def test_without_scripts_a_search_keeps_what_was_typed(office):
    paper = issued(office, office.justice)
    lan, here = at_desk(office.lan), f"/van-ban-di/{paper.pk}/update/"
    typed = {"reason": WHY, "due_on": "2026-12-15", "q_recipients": "noi vu"}
    page = lan.post(here, typed | {"find": "recipients"})
    assert "Bộ Nội vụ" in words(page) and WHY in words(page) and 'value="2026-12-15"' in page.content.decode()
    assert not Update.objects.exists()
    lan.post(here, typed | {"recipients": office.ministry.pk})
    assert set(paper.deliveries.values_list("recipient_code", flat=True)) == {"G09", "H26.TAM003"}
    again = lan.post(here, typed | {"recipients": office.ministry.pk})
    assert "đã là nơi nhận" in words(again)


def test_two_clerks_at_once_send_it_to_one_more_once(office):
    paper = issued(office, office.justice)
    changed(office, paper, add=[office.city])
    with pytest.raises(ValidationError, match="đã là nơi nhận"):
        changed(office, paper, add=[office.city])
    assert paper.deliveries.filter(recipient=office.city).count() == 1


def test_nothing_stays_unexplained(office, line):
    more = province(office)
    paper = issued(office, office.ministry, office.justice)
    line.leave()
    changed(office, paper, due_on=DAY, add=[more, office.city], remove=[office.justice])
    line.leave()
    line.leave()
    from interop.connection import axis_client

    later = timezone.now() + timedelta(hours=1)
    assert compare(axis_client(), at=later).unexplained == 0
    Outbound.objects.filter(update__isnull=False).delete()
    found = compare(axis_client(), at=later + timedelta(minutes=1))
    assert found.unexplained == 2  # nobody carries it to the province, and the axis has what we have not
