"""After the issue somebody more is sent the paper, somebody less, or another date of reply is asked for."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from documents.actions.delivery.statuses import record_status
from documents.actions.outgoing.revoke import revoke
from documents.actions.outgoing.update import update
from documents.actions.requests import change, recall
from documents.journey import NotAllowedNow
from documents.models import ChangeRequest, Delivery, Event, Incoming, Update
from interop.outbound import outbox, status_reports
from tests.documents.desks import at_desk, words
from tests.interop.city_side import issued, state_of

WHY = "Gia hạn theo ý kiến của Giám đốc Sở"
DAY = date.today() + timedelta(days=19)


def changed(office, paper, *, due_on=None, add=(), remove=()) -> Update:
    paper.refresh_from_db()
    gone = [paper.deliveries.get(recipient=body) for body in remove]
    return update(
        paper, by=office.lan, at=timezone.now(), reason=WHY, due_on=due_on, add=list(add), remove=gone
    )


def relay(client=None) -> None:
    outbox.relay(client, at=timezone.now())
    status_reports.report_waiting(at=timezone.now())


def state_at(paper, body) -> str:
    return paper.deliveries.get(recipient=body).state


def province(office):
    return office.org("H49", "UBND tỉnh Quảng Ninh", 1, kind="tinh", external=True)


def test_the_desks_of_the_city_are_asked_to_note_another_date(office):
    paper = issued(office, office.justice)
    relay()
    theirs = Incoming.objects.get(organisation=office.justice)
    lan = at_desk(office.lan)
    form = words(lan.get(f"/van-ban-di/{paper.pk}/cap-nhat/"))
    assert "Cập nhật văn bản đã phát hành" in form and "Sở Tư pháp (đã đến)" in form
    page = lan.post(
        f"/van-ban-di/{paper.pk}/cap-nhat/", {"due_on": DAY.isoformat(), "reason": WHY}, follow=True
    )
    assert "Đã cập nhật" in words(page) and state_of(paper) == "issued"
    relay()
    relay()  # asked once, however often the worker looks
    assert ChangeRequest.objects.get().changes == {"due_on": DAY.isoformat()}
    change.change(theirs, by=office.khach, at=timezone.now())
    relay()
    theirs.refresh_from_db()
    assert theirs.due_on == DAY and Update.objects.get().desks == []
    delivery = paper.deliveries.get()
    assert delivery.state == "arrived" and delivery.steps.filter(code="15").exists()
    assert "Đồng ý cập nhật" in words(lan.get(f"{paper.get_absolute_url()}?tab=deliveries"))
    flow = words(lan.get(f"{paper.get_absolute_url()}?tab=flow"))
    assert (
        "Cập nhật văn bản đã phát hành" in flow and "(trống) → " + f"{DAY:%d/%m/%Y}" in flow and WHY in flow
    )
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
    assert "Chưa trả lời thu hồi" in words(lan.get("/theo-doi-phat-hanh/?show=recall"))
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


def test_a_no_to_the_date_that_is_told_after_the_recall_is_no_answer_to_it(office):
    paper = issued(office, office.justice)
    relay()
    theirs = Incoming.objects.get(organisation=office.justice)
    changed(office, paper, due_on=DAY)
    relay()
    said = timezone.now() - timedelta(seconds=5)  # said, not yet told
    change.keep_as_it_is(theirs, by=office.khach, at=said, reason="Hạn cũ đã giao cho phòng")
    paper.refresh_from_db()
    revoke(paper, by=office.lan, at=timezone.now(), reason="Theo Công văn 20/SNV: ban hành nhầm")
    outbox.ask_desks(at=timezone.now())
    relay()
    lan, here = at_desk(office.lan), f"{paper.get_absolute_url()}?tab=deliveries"
    assert paper.deliveries.get().steps.filter(code="16").exists()
    assert "Chưa trả lời thu hồi" in words(lan.get(here))
    assert paper.code in words(lan.get("/theo-doi-phat-hanh/?show=recall"))
    assert "Từ chối cập nhật" in words(lan.get(here)) and "Từ chối thu hồi" not in words(lan.get(here))
    recall.refuse(theirs, by=office.khach, at=timezone.now(), reason="Đã trả lời bằng văn bản 7/STP")
    relay()
    assert "Từ chối thu hồi" in words(lan.get(here))
    assert paper.code not in words(lan.get("/theo-doi-phat-hanh/?show=recall"))


def test_without_another_question_a_no_from_a_slow_clock_is_an_answer(office):
    paper = issued(office, office.justice)
    relay()
    paper.refresh_from_db()
    revoke(paper, by=office.lan, at=timezone.now(), reason="Theo Công văn 20/SNV: ban hành nhầm")
    relay()
    delivery, now = paper.deliveries.get(), timezone.now()
    record_status(delivery, code="16", said_at=now - timedelta(minutes=9), at=now, description="Đã trả lời")
    page = words(at_desk(office.lan).get(f"{paper.get_absolute_url()}?tab=deliveries"))
    assert "Từ chối thu hồi" in page


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
    assert at_desk(office.minh).get(f"/van-ban-di/{paper.pk}/cap-nhat/").status_code == 403
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
    lan, here = at_desk(office.lan), f"/van-ban-di/{paper.pk}/cap-nhat/"
    typed = {"reason": WHY, "due_on": DAY.isoformat(), "q_recipients": "noi vu"}
    page = lan.post(here, typed | {"find": "recipients"})
    assert "Bộ Nội vụ" in words(page) and WHY in words(page) and f'value="{DAY}"' in page.content.decode()
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
