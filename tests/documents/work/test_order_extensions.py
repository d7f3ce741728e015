"""A later day asked of the organisation that gave a task: two levels, two records, one limit, and of two at once one wins."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents import tasks as jobs
from documents.actions.work import assignments as work
from documents.actions.work.extensions import ask_extension, grant_extension
from documents.actions.work.order_extensions import (
    ask_above,
    grant_above,
    refuse_above,
    tell_extensions,
    withdraw_above,
)
from documents.actions.work.orders import approve_order, return_order, tell_orders
from documents.actions.work.tasks import call_off
from documents.journey import NotAllowedNow
from documents.models import Assignment, Event, Extension, Order, Task
from hanoi_docs.leaving import tables
from orgs.models import Notice, Post, Role
from tests.documents.desks import at_desk, words
from tests.documents.test_race import together
from tests.documents.work.test_orders import SOON, city, ordered, taken_up  # noqa: F401
from tests.documents.work.without_paper import told, work_of

pytestmark = pytest.mark.usefixtures("city")
REASON = "Chờ số liệu của ba quận"


def day(n: int) -> dt.date:
    return SOON + dt.timedelta(days=n)


def asked(office, until=5, **fields) -> Extension:
    """Sở Nội vụ asks the city for a later day, and the city has heard of it."""
    found = ask(taken_up(office, **fields), office.dung, until)
    tell_extensions(at=timezone.now())
    return found


def ask(received, by, until=5) -> Extension:
    received = Task.objects.get(pk=received.pk)
    return ask_above(received, by=by, at=timezone.now(), due_on=day(until), reason=REASON)


def again(extension) -> Extension:
    return Extension.objects.get(pk=extension.pk)


def grant(extension, by, **fields) -> None:
    grant_above(again(extension), by=by, at=timezone.now(), **fields)
    tell_extensions(at=timezone.now())


def last_notice(post) -> str:
    return Notice.objects.filter(user=post.user).latest("pk").text


def test_asked_and_granted_on_the_pages_of_both_and_every_side_is_told(office):
    received = taken_up(office)
    dung, khanh = at_desk(office.dung), at_desk(office.khanh)
    address = f"/nhiem-vu/{received.pk}/xin-gia-han/"
    assert "Xin nơi giao gia hạn" in words(dung.get(received.get_absolute_url()))
    assert "còn 2 lần" in words(dung.get(address))
    sent = {"due_on": f"{day(5):%d/%m/%Y}", "reason": REASON}
    assert dung.post(address, sent).url == received.get_absolute_url()
    page = words(dung.get(received.get_absolute_url()))
    assert "Gia hạn với nơi giao Chờ duyệt" in page and REASON in page and "Rút đề nghị gia hạn" in page
    received.refresh_from_db()
    assert received.due_on == SOON and told(received)[-1] == "ask_above"
    jobs.tell_orders()
    extension, whole = Extension.objects.get(), received.order.task
    assert "Sở Nội vụ xin gia hạn" in last_notice(office.khanh) and told(whole)[-1] == "order_asks_extension"
    assert [row["value"] for row in khanh.get("/nhiem-vu/?box=extension").context["rows"]] == [whole.pk]
    assert "Cơ quan xin gia hạn" in words(khanh.get("/"))
    page = words(khanh.get(whole.get_absolute_url()))
    assert REASON in page and "Đồng ý gia hạn" in page and "Từ chối gia hạn" in page
    grants = f"/gia-han/co-quan/{extension.pk}/dong-y/"
    assert "Đã gia hạn 0 lần, còn 2 lần" in words(khanh.get(grants))
    assert khanh.post(grants, {"due_on": f"{day(3):%d/%m/%Y}"}).url == whole.get_absolute_url()
    whole.refresh_from_db()
    order = Order.objects.get(received=received)
    assert (order.due_on, order.extended, whole.due_on) == (day(3), 1, day(3))
    assert Task.objects.get(pk=received.pk).due_on == SOON  # until the job tells
    jobs.tell_orders()
    assert tell_extensions(at=timezone.now()) == 0
    received.refresh_from_db()
    assert received.due_on == day(3) and told(received)[-1] == "extended_above"
    assert "đồng ý gia hạn" in last_notice(office.dung)
    assert "đã gia hạn 1 lần" in words(khanh.get(whole.get_absolute_url()))
    assert f"Được gia hạn {SOON:%d/%m/%Y} → {day(3):%d/%m/%Y}" in words(dung.get(received.get_absolute_url()))
    for one in (office.city, office.home_affairs):
        assert not Event.objects.all().broken_links(one.pk)
        assert tables(one)["order_extensions"].count() == 1


def test_two_levels_the_person_asks_the_head_the_head_the_giver(office):
    received = taken_up(office)
    work.direct(received, by=office.dung, at=timezone.now(), text="Làm", lead=office.minh)
    mine = work_of(received, office.minh)
    inside = ask_extension(mine, by=office.minh, at=timezone.now(), due_on=day(4), reason=REASON)
    dung = at_desk(office.dung)
    page = dung.get(f"/gia-han/{inside.pk}/dong-y/")
    button = f"/nhiem-vu/{received.pk}/xin-gia-han/?den={day(4)}"
    assert button in page.content.decode() and page.context["form"].initial["due_on"] == SOON
    with pytest.raises(ValidationError, match="Hãy xin nơi giao gia hạn trước"):
        grant_extension(inside, by=office.dung, at=timezone.now())
    assert f'value="{day(4):%d/%m/%Y}"' in dung.get(button).content.decode()
    dung.post(button, {"due_on": f"{day(4):%d/%m/%Y}", "reason": REASON})
    page = words(dung.get(f"/gia-han/{inside.pk}/dong-y/"))
    assert f"Đã xin nơi giao gia hạn đến {day(4):%d/%m/%Y}, đang chờ duyệt" in page
    grant(Extension.objects.get(order__received=received), office.khanh)
    mine.refresh_from_db()
    assert mine.due_on == SOON  # the head has not given it yet
    grant_extension(Extension.objects.get(pk=inside.pk), by=office.dung, at=timezone.now(), due_on=day(4))
    mine.refresh_from_db()
    assert (mine.due_on, mine.extended, Task.objects.get(pk=received.pk).due_on) == (day(4), 1, day(4))


def test_refused_the_day_stays_the_asker_reads_why_and_may_ask_again(office):
    extension = asked(office)
    khanh, address = at_desk(office.khanh), f"/gia-han/co-quan/{extension.pk}/tu-choi/"
    assert khanh.post(address, {"reason": "ngắn"}).status_code == 200
    assert khanh.post(address, {"reason": "Thành phố họp ngày đó"}).status_code == 302
    tell_extensions(at=timezone.now())
    received = extension.order.received
    assert "Thành phố họp ngày đó" in last_notice(office.dung)
    assert "Lý do từ chối: Thành phố họp ngày đó" in words(
        at_desk(office.dung).get(received.get_absolute_url())
    )
    order = Order.objects.get(pk=extension.order_id)
    assert (order.due_on, order.extended, told(received)[-1]) == (SOON, 0, "not_extended_above")
    assert ask(received, office.dung).state == "asked"


def test_withdrawn_while_it_waits_and_what_was_never_heard_is_not_told(office):
    extension = asked(office)
    address = f"/gia-han/co-quan/{extension.pk}/rut/"
    received = extension.order.received
    assert at_desk(office.dung).get(address).url == received.get_absolute_url()
    assert at_desk(office.dung).post(address).url == received.get_absolute_url()
    tell_extensions(at=timezone.now())
    assert "rút đề nghị gia hạn" in last_notice(office.khanh)
    late = at_desk(office.khanh).post(
        f"/gia-han/co-quan/{extension.pk}/dong-y/", {"due_on": f"{day(5):%d/%m/%Y}"}
    )
    assert late.status_code == 409 and "Đã rút" in words(late)
    before = Notice.objects.filter(user=office.khanh.user).count()
    second = ask(received, office.dung)
    withdraw_above(second, by=office.dung, at=timezone.now())
    assert tell_extensions(at=timezone.now()) == 0 and not Extension.objects.untold().exists()
    assert Notice.objects.filter(user=office.khanh.user).count() == before


@pytest.mark.parametrize(("until", "said"), [(0, "phải sau thời hạn"), (-3, "phải sau thời hạn")])
def test_a_day_that_is_no_later_stays_on_the_form(office, until, said):
    received = taken_up(office)
    sent = {"due_on": f"{day(until):%d/%m/%Y}", "reason": REASON}
    answer = at_desk(office.dung).post(f"/nhiem-vu/{received.pk}/xin-gia-han/", sent)
    assert said in words(answer) and REASON in words(answer) and not Extension.objects.exists()
    answer = at_desk(office.dung).post(f"/nhiem-vu/{received.pk}/xin-gia-han/", sent | {"reason": "ngắn"})
    assert answer.context["form"].errors["reason"]


@pytest.mark.parametrize("until", [0, 6])
def test_a_day_that_was_not_asked_for_is_not_granted(office, until):
    extension = asked(office)
    with pytest.raises(ValidationError, match="không sau ngày được xin"):
        grant(extension, office.khanh, due_on=day(until))
    assert again(extension).state == "asked"


def test_no_more_than_the_giving_organisation_allows(office):
    extension = asked(office, until=1)
    grant(extension, office.khanh)
    received = extension.order.received
    grant(ask(received, office.dung, 2), office.khanh)
    assert Order.objects.get(received=received).extended == 2
    with pytest.raises(ValidationError, match="cho phép nhiều nhất 2 lần"):
        ask(received, office.dung, 3)
    assert "cho phép nhiều nhất 2 lần" in words(
        at_desk(office.dung).get(f"/nhiem-vu/{received.pk}/xin-gia-han/")
    )
    type(office.home_affairs).objects.filter(pk=office.home_affairs.pk).update(extension_limit=5)
    with pytest.raises(ValidationError):  # the receiver's own rule is not asked
        ask(received, office.dung, 3)
    type(office.city).objects.filter(pk=office.city.pk).update(extension_limit=3)
    assert ask(received, office.dung, 3).due_before == day(2)


def test_after_completion_nothing_is_asked_or_granted(office):
    extension = asked(office)
    received = extension.order.received
    work.direct(received, by=office.dung, at=timezone.now(), text="Làm", lead=office.minh)
    work.finish(work_of(received, office.minh), by=office.minh, at=timezone.now(), result="Xong")
    with pytest.raises(NotAllowedNow, match="Đã báo cáo, chờ nơi giao duyệt"):
        ask(received, office.dung, 6)
    with pytest.raises(NotAllowedNow, match="không còn gia hạn được"):
        grant(extension, office.khanh)
    answer = at_desk(office.khanh).post(
        f"/gia-han/co-quan/{extension.pk}/dong-y/", {"due_on": f"{day(5):%d/%m/%Y}"}
    )
    assert answer.status_code == 409 and "không còn cần quyết định" in words(answer)
    page = words(at_desk(office.khanh).get(extension.order.task.get_absolute_url()))
    assert "Không còn cần" in page and "Đồng ý gia hạn" not in page
    assert not at_desk(office.khanh).get("/nhiem-vu/?box=extension").context["rows"]
    tell_orders(at=timezone.now())
    return_order(
        Order.objects.get(pk=extension.order_id), by=office.khanh, at=timezone.now(), reason="Thiếu số liệu"
    )
    tell_orders(at=timezone.now())
    grant(extension, office.khanh)  # it goes on, and the request with it
    assert Task.objects.get(pk=received.pk).due_on == day(5)
    work.finish(work_of(received, office.minh), by=office.minh, at=timezone.now(), result="Xong")
    tell_orders(at=timezone.now())
    approve_order(Order.objects.get(pk=extension.order_id), by=office.khanh, at=timezone.now())
    tell_orders(at=timezone.now())
    answer = at_desk(office.dung).post(
        f"/nhiem-vu/{received.pk}/xin-gia-han/", {"due_on": f"{day(9):%d/%m/%Y}", "reason": REASON}
    )
    assert answer.status_code == 409 and "Đã hoàn thành" in words(answer) and REASON in words(answer)


def test_reported_before_the_giver_heard_of_it_he_hears_when_it_comes_back(office):
    received = taken_up(office)
    work.direct(received, by=office.dung, at=timezone.now(), text="Làm", lead=office.minh)
    extension = ask(received, office.dung)
    work.finish(work_of(received, office.minh), by=office.minh, at=timezone.now(), result="Xong")
    jobs.tell_orders()
    assert not again(extension).told and not Extension.objects.untold().exists()
    order = Order.objects.get(pk=extension.order_id)
    assert "order_asks_extension" not in told(order.task)
    return_order(order, by=office.khanh, at=timezone.now(), reason="Thiếu số liệu")
    jobs.tell_orders()
    tell_extensions(at=timezone.now())
    assert "Sở Nội vụ xin gia hạn" in last_notice(office.khanh)
    assert told(order.task).count("order_asks_extension") == 1 and again(extension).told == "asked"


def test_called_off_and_not_told_yet_nothing_is_asked_any_more(office):
    received = taken_up(office)
    call_off(received.order.task, by=office.khanh, at=timezone.now(), reason="Thành phố không cần nữa")
    with pytest.raises(NotAllowedNow, match="Đã thu hồi"):
        ask(received, office.dung)


def test_who_asks_and_who_decides(office):
    received = taken_up(office)
    work.direct(received, by=office.dung, at=timezone.now(), text="Làm", lead=office.hoa)
    for who, code in (
        (office.hoa, 403),
        (office.lan, 403),
        (office.minh, 404),
        (office.khach, 404),
        (office.khanh, 404),
    ):
        assert at_desk(who).get(f"/nhiem-vu/{received.pk}/xin-gia-han/").status_code == code
    with pytest.raises(PermissionDenied):
        ask(received, office.hoa)
    extension = ask(received, office.dung)
    deputy = office.post("pho", "Lê Phó", office.city, Role.LEADER, "Phó Chủ tịch")
    for who, codes in (
        (office.dung, {404, 403}), (office.hoa, {404, 403}), (office.khach, {404}), (office.tu, {404}), (deputy, {403}),
    ):  # fmt: skip
        for what in ("dong-y", "tu-choi"):
            sent = {"reason": REASON, "due_on": f"{day(5):%d/%m/%Y}"}
            assert at_desk(who).post(f"/gia-han/co-quan/{extension.pk}/{what}/", sent).status_code in codes
    for who in (office.khanh, office.hoa, office.khach):
        assert at_desk(who).post(f"/gia-han/co-quan/{extension.pk}/rut/").status_code in (403, 404)
    assert again(extension).state == "asked"


def test_nobody_grants_what_he_asked_for_himself_at_another_post(office):
    extension = asked(office)
    own = Post.objects.get(pk=office.khanh.pk).used_by(office.dung.user)
    with pytest.raises(PermissionDenied):
        grant(extension, own)


def test_when_the_giver_has_left_whoever_leads_there_is_asked(office):
    received = taken_up(office)
    Post.objects.filter(pk=office.khanh.pk).update(valid_to=timezone.localdate(), head=False)
    deputy = office.post("pho", "Lê Phó", office.city, Role.LEADER, "Phó Chủ tịch", head=True)
    extension = ask(received, office.dung)
    tell_extensions(at=timezone.now())
    assert extension.to == deputy and "xin gia hạn" in last_notice(deputy)
    assert len(at_desk(deputy).get("/nhiem-vu/?box=extension").context["rows"]) == 1
    grant(extension, deputy)
    assert again(extension).state == "granted"


def test_of_several_the_whole_here_ends_with_the_last(office):
    extension = asked(office, offices=[office.home_affairs, office.justice])
    grant(extension, office.khanh)
    days = dict(Order.objects.values_list("receiver__name", "due_on"))
    assert days == {"Sở Nội vụ": day(5), "Sở Tư pháp": SOON}
    assert Task.objects.get(outward=True).due_on == day(5)


def test_the_database_keeps_one_request_at_a_time_of_one_thing(office):
    extension = asked(office)
    with pytest.raises(NotAllowedNow, match="đang chờ Ủy ban nhân dân thành phố"):
        ask(extension.order.received, office.dung, 6)
    fields = {"by": office.dung, "to": office.khanh, "at": timezone.now(), "reason": "x", "due_before": SOON}
    for wrong in ({"order": extension.order}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Extension.objects.create(due_asked=day(6), **fields, **wrong)


def test_the_pages_cost_the_same_for_one_request_and_for_three(office):
    extension = asked(office, until=1)
    type(office.city).objects.filter(pk=office.city.pk).update(extension_limit=9)
    pages = (
        (at_desk(office.khanh), extension.order.task.get_absolute_url()),
        (at_desk(office.dung), extension.order.received.get_absolute_url()),
    )
    counts = []
    for until in (2, 3, 4):
        for client, address in pages:
            client.get(address)
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
        grant(extension, office.khanh)
        extension = ask(extension.order.received, office.dung, until)
        tell_extensions(at=timezone.now())
    assert counts[:2] == counts[2:4] == counts[4:] and max(counts) <= 12, counts


@pytest.mark.django_db(transaction=True)
def test_of_granting_and_withdrawing_one_wins_and_both_records_agree(transactional_db, office):
    extension = asked(office)
    answers = together(
        lambda: grant_above(again(extension), by=office.khanh, at=timezone.now()),
        lambda: withdraw_above(again(extension), by=office.dung, at=timezone.now()),
    )
    assert sum(isinstance(one, NotAllowedNow) for one in answers) == 1
    tell_extensions(at=timezone.now())
    _agree(extension)


@pytest.mark.django_db(transaction=True)
def test_of_granting_and_refusing_one_wins_and_the_other_hears_by_whom(transactional_db, office):
    extension = asked(office)
    answers = together(
        lambda: grant_above(again(extension), by=office.khanh, at=timezone.now()),
        lambda: refuse_above(again(extension), by=office.khanh, at=timezone.now(), reason=REASON),
    )
    (refusal,) = [one for one in answers if isinstance(one, NotAllowedNow)]
    assert "Trần Khánh" in str(refusal)
    tell_extensions(at=timezone.now())
    _agree(extension)


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_one_is_put(transactional_db, office):
    received = taken_up(office)
    answers = together(lambda: ask(received, office.dung, 4), lambda: ask(received, office.dung, 5))
    assert sorted(type(one).__name__ for one in answers) == ["Extension", "NotAllowedNow"]
    assert Extension.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_finishing_there_and_granting_here_nothing_is_lost(transactional_db, office):
    extension = asked(office)
    received = extension.order.received
    work.direct(received, by=office.dung, at=timezone.now(), text="Làm", lead=office.minh)
    mine = work_of(received, office.minh)

    def finish():
        work.finish(Assignment.objects.get(pk=mine.pk), by=office.minh, at=timezone.now(), result="Xong")

    together(finish, lambda: grant_above(again(extension), by=office.khanh, at=timezone.now()))
    for _ in range(2):
        tell_orders(at=timezone.now())
        tell_extensions(at=timezone.now())
    assert Task.objects.get(pk=received.pk).state == "reported"
    _agree(extension)


@pytest.mark.django_db(transaction=True)
def test_told_by_two_workers_at_once_it_is_told_once(transactional_db, office):
    extension = ask(taken_up(office), office.dung)
    assert sorted(together(*[lambda: tell_extensions(at=timezone.now())] * 2)) == [0, 1]
    assert told(extension.order.task).count("order_asks_extension") == 1


def _agree(extension) -> None:
    found, order = (
        again(extension),
        Order.objects.select_related("task", "received").get(pk=extension.order_id),
    )
    granted = found.state == "granted"
    assert (order.due_on, order.extended) == ((day(5), 1) if granted else (SOON, 0))
    assert order.task.due_on == order.received.due_on == order.due_on and found.told == found.state
