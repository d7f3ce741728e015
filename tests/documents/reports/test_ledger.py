"""Theo dõi phát hành: who has not answered, by the clock of the law, for the office that issued and nobody else."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.actions.delivery.hand_over import hand_over, parcel_of
from documents.actions.delivery.remind import urge
from documents.actions.delivery.statuses import record_status
from documents.actions.incoming import reception as gate
from documents.actions.outgoing.revoke import revoke
from documents.models import Delivery, Event
from interop.outbound import outbox, status_reports
from orgs.models import Organisation
from tests.documents.desks import at_desk, words
from tests.interop.city_side import issued

URL, URGE = "/theo-doi-phat-hanh/", "/theo-doi-phat-hanh/don-doc/"


def ago(delivery, days: float = 3) -> Delivery:
    """Sent some days before, as time would have it. Three days hold a closed working day in any week but Tết."""
    before = timezone.now() - dt.timedelta(days=days)
    Delivery.objects.filter(pk=delivery.pk).update(
        queued_at=before, sent_at=before if delivery.sent_at else None
    )
    delivery.refresh_from_db()
    return delivery


def handed(paper) -> Delivery:
    """On the desk next door; its system never said so."""
    delivery = paper.deliveries.get(channel="city")
    hand_over(delivery.pk, parcel_of(paper, verdict="valid"), at=timezone.now())
    delivery.refresh_from_db()
    delivery.incoming.reports.all().delete()
    return delivery


def silent(office, number="1", **fields) -> Delivery:
    return ago(handed(issued(office, office.justice, number=number, **fields)), days=5)


def late(office, number="2") -> Delivery:
    delivery = handed(issued(office, office.justice, number=number))
    record_status(delivery, code="01", said_at=timezone.now(), at=timezone.now())
    delivery.refresh_from_db()
    return ago(delivery, days=5)


def refused(office, number="3") -> Delivery:
    delivery = handed(issued(office, office.justice, number=number))
    gate.refuse(delivery.incoming, reason="Gửi nhầm nơi nhận rồi", by=office.khach, at=timezone.now())
    status_reports.report_waiting(at=timezone.now())
    delivery.refresh_from_db()
    return delivery


def outside(office, number="4") -> Delivery:
    """Taken by the axis five days ago; the ministry says nothing."""
    paper = issued(office, office.ministry, number=number)
    paper.deliveries.update(state="sent", sent_at=timezone.now())
    return ago(paper.deliveries.get(), days=5)


def shown(office, show: str, who="lan", q="") -> list[int]:
    page = at_desk(getattr(office, who)).get(URL, {"show": show, "q": q})
    return [row["pk"] for row in page.context["rows"]]


def test_each_delivery_stands_where_the_law_puts_it(office):
    one, two, three = silent(office), late(office), refused(office)
    fresh = handed(issued(office, office.justice, number="5"))
    assert (shown(office, "silent"), shown(office, "late")) == ([one.pk], [two.pk])
    assert shown(office, "refused") == [three.pk]
    assert set(shown(office, "all")) == {one.pk, two.pk, three.pk, fresh.pk}
    page = words(at_desk(office.lan).get(URL, {"show": "all"}))
    assert "Chưa báo đã đến sau 4 giờ làm việc" in page and "Chưa tiếp nhận, quá hạn cuối ngày" in page
    assert "Gửi nhầm nơi nhận rồi" in page
    gate.register(two.incoming, by=office.khach, at=timezone.now())
    status_reports.report_waiting(at=timezone.now())
    assert shown(office, "late") == [], "it is late no more at the very moment it is accepted"
    assert "Tiếp nhận chậm" in words(at_desk(office.lan).get(URL, {"show": "all"}))


def test_every_count_opens_the_list_it_counts(office):
    for n in range(2):
        silent(office, number=f"1{n}")
    late(office), refused(office)
    page = at_desk(office.dung).get(URL)
    assert page.context["show"] == "silent", "the first list with something in it opens"
    for tab in page.context["tabs"]:
        show = tab["url"].removeprefix("?show=")
        assert tab["count"] is None or len(shown(office, show)) == int(tab["count"])


def test_one_row_costs_what_three_cost(office):
    client = at_desk(office.lan)

    def cost(url) -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    silent(office), outside(office)
    urge(Delivery.objects.values_list("pk", flat=True), by=office.lan, at=timezone.now())
    paper = issued(office, office.justice, number="50").get_absolute_url() + "?tab=deliveries"
    urls = [f"{URL}?show=silent", f"{URL}?show=all&q=so", "/", paper]
    before = [cost(url) for url in urls]
    for n in range(2):
        silent(office, number=f"2{n}"), outside(office, number=f"3{n}")
    urge(Delivery.objects.values_list("pk", flat=True), by=office.lan, at=timezone.now())
    assert [cost(url) for url in urls] == before


def test_the_list_of_one_paper_costs_the_same_for_three_recipients(office):
    def cost(paper) -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            at_desk(office.lan).get(f"{paper.get_absolute_url()}?tab=deliveries")
        return len(queries)

    three = issued(office, office.justice, office.ministry, office.city, number="9")
    assert cost(issued(office, office.justice, number="8")) == cost(three)


def test_a_paper_or_a_recipient_is_found(office):
    one, two = silent(office), outside(office, number="15")
    assert shown(office, "all", q="15") == [two.pk]
    assert shown(office, "all", q="15/snv") == [two.pk]
    assert shown(office, "all", q="tu phap") == [one.pk]
    assert shown(office, "all", q="G09") == [two.pk]
    assert shown(office, "late", q="15") == [] and shown(office, "all", q="không có") == []


def test_pages_by_key(office):
    delivery = silent(office)
    bodies = Organisation.objects.bulk_create(
        Organisation(code=f"H26.9{n}", name=f"Sở {n}", level=2, kind="so_ban_nganh", search_key="", order_key="")
        for n in range(55)
    )  # fmt: skip
    Delivery.objects.bulk_create(
        Delivery(
            outgoing=delivery.outgoing, sender=office.home_affairs, recipient=body, recipient_name=body.name,
            recipient_code=body.code, channel="city", state="sent", queued_at=delivery.queued_at, sent_at=delivery.sent_at,
        )
        for body in bodies
    )  # fmt: skip
    client = at_desk(office.lan)
    page = client.get(f"{URL}?show=silent")
    rest = client.get(URL + page.context["page"].older_url)
    first, second = ([row["pk"] for row in one.context["rows"]] for one in (page, rest))
    assert (len(first), len(second)) == (50, 6) and not set(first) & set(second)


def test_other_offices_and_other_roles_see_nothing(office):
    silent(office)
    for who in ("khach", "tu"):
        assert shown(office, "all", who=who) == []
    for who in ("minh", "hoa", "quantri"):
        assert at_desk(getattr(office, who)).get(URL).status_code == 403
    assert [row["may_urge"] for row in at_desk(office.minh).get(paper_tab(office)).context["rows"]] == [False]


def paper_tab(office) -> str:
    return f"{Delivery.objects.first().outgoing.get_absolute_url()}?tab=deliveries"


def test_the_desk_says_it_in_one_line_that_opens_the_list(office):
    silent(office), late(office)
    desk = at_desk(office.lan).get("/")
    lines = {line["url"]: line["words"] for line in desk.context["alarm"]}
    assert lines == {
        f"{URL}?show=silent": "1 nơi nhận chưa báo đã đến sau 4 giờ làm việc",
        f"{URL}?show=late": "1 nơi nhận chưa báo tiếp nhận khi đã hết ngày",
    }
    assert at_desk(office.khach).get("/").context["alarm"] == []


def test_an_urging_stands_before_the_clerk_next_door(office):
    delivery = silent(office)
    page = at_desk(office.lan).post(f"{URGE}?show=silent", {"only": delivery.pk}, follow=True)
    assert page.redirect_chain[0][0] == f"{URL}?show=silent"
    assert "Đã đôn đốc 1 nơi nhận" in words(page) and "Nguyễn Thị Lan" in page.context["rows"][0]["urged"]
    khach = at_desk(office.khach)
    theirs = delivery.incoming
    for url in (
        "/",
        "/van-ban-den/?box=reception",
        theirs.get_absolute_url(),
        f"/van-ban-den/{theirs.pk}/vao-so/",
    ):
        assert "Nơi gửi đôn đốc lúc" in words(khach.get(url)), url
    gate.register(theirs, by=office.khach, at=timezone.now())
    assert "Nơi gửi đôn đốc lúc" not in words(khach.get(theirs.get_absolute_url()))
    assert "Nơi gửi đôn đốc" in words(khach.get(f"{theirs.get_absolute_url()}?tab=flow"))
    own = words(at_desk(office.lan).get(f"{delivery.outgoing.get_absolute_url()}?tab=flow"))
    assert "Đôn đốc nơi nhận" in own and "Sở Tư pháp" in own


def test_on_the_axis_somebody_calls(office):
    office.ministry.phone, office.ministry.email = "024 6282 1016", "vanthu@moha.gov.vn"
    office.ministry.save()
    delivery = outside(office)
    page = at_desk(office.dung).post(URGE, {"only": delivery.pk}, follow=True)
    said = words(page)
    assert "Trục liên thông không có thông điệp đôn đốc" in said
    assert "Hãy gọi: 024 6282 1016, vanthu@moha.gov.vn" in said
    assert delivery.outgoing.events.get(kind="urge").payload["text"] == "Bộ Nội vụ"


def test_many_at_once_and_each_once_a_day(office):
    rows = [silent(office), late(office), outside(office)]
    answered = refused(office)
    client = at_desk(office.lan)
    ticked = {"delivery": [row.pk for row in (*rows, answered)]}
    said = words(client.post(URGE, ticked, follow=True))
    assert "Đã đôn đốc 3 nơi nhận" in said and "1 nơi nhận không cần đôn đốc nữa" in said
    assert "Đã đôn đốc" not in words(client.post(URGE, ticked, follow=True))
    assert Event.objects.filter(kind="urge").count() == 3 and Event.objects.filter(kind="urged").count() == 2
    assert urge([rows[0].pk], by=office.dung, at=timezone.now() + dt.timedelta(days=1)) == [rows[0]]
    assert Event.objects.broken_links(office.home_affairs.pk) == []
    assert "Hãy chọn ít nhất một nơi nhận" in words(client.post(URGE, {}, follow=True))


def test_from_the_paper_one_comes_back_to_the_paper(office):
    delivery = silent(office)
    page = at_desk(office.lan).post(
        URGE, {"delivery": delivery.pk, "paper": delivery.outgoing_id}, follow=True
    )
    assert page.redirect_chain[0][0] == paper_tab(office)
    assert "Đôn đốc" in page.context["rows"][0]["urged"]


@pytest.mark.parametrize("who", ["khach", "tu", "minh", "quantri"])
def test_what_is_not_one_s_own_to_urge_does_not_exist(office, who):
    delivery = silent(office)
    client = at_desk(getattr(office, who))
    assert client.post(URGE, {"only": delivery.pk}).status_code == 404
    assert client.post(URGE, {"delivery": [delivery.pk, 10**12]}).status_code == 404
    assert at_desk(office.lan).post(URGE, {"delivery": [delivery.pk, 10**12]}).status_code == 404
    assert at_desk(office.lan).get(URGE).status_code == 405
    delivery.refresh_from_db()
    assert delivery.urged_at is None and not Event.objects.filter(kind="urge").exists()


def test_a_recall_says_who_was_asked_and_has_not_answered(office):
    paper = issued(office, office.justice, office.ministry, number="7")
    outbox.relay(None, at=timezone.now())
    status_reports.report_waiting(at=timezone.now())
    paper.refresh_from_db()
    revoke(paper, by=office.lan, at=timezone.now(), reason="Ban hành nhầm thẩm quyền")
    client, tab = at_desk(office.lan), f"{paper.get_absolute_url()}?tab=deliveries"
    states = {row["name"]: row["clock"].words for row in client.get(tab).context["rows"]}
    assert states["Sở Tư pháp"] == "Yêu cầu thu hồi đang chờ gửi"
    outbox.relay(None, at=timezone.now())
    rows = {row["name"]: row for row in client.get(tab).context["rows"]}
    assert rows["Sở Tư pháp"]["clock"].words.startswith("Chưa trả lời thu hồi, yêu cầu lúc ")
    assert rows["Bộ Nội vụ"]["clock"].words == "Không giao nữa, văn bản đã thu hồi"
    city = paper.deliveries.get(channel="city")
    assert shown(office, "recall") == [city.pk]
    client.post(URGE, {"only": city.pk})
    assert "Nơi gửi đôn đốc lúc" in words(at_desk(office.khach).get(city.incoming.get_absolute_url()))
    record_status(
        city, code="16", said_at=timezone.now(), at=timezone.now(), description="Đã giải quyết xong"
    )
    (row,) = [row for row in client.get(tab).context["rows"] if row["name"] == "Sở Tư pháp"]
    assert row["clock"].words == "Từ chối thu hồi" and not row["may_urge"]
    assert shown(office, "recall") == []


@pytest.mark.django_db(transaction=True)
def test_of_two_people_one_urges(transactional_db, office):
    delivery = silent(office)
    barrier = Barrier(4)

    def press(post):
        try:
            barrier.wait(timeout=20)
            return urge([delivery.pk], by=post, at=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(press, [office.lan, office.dung, office.thao, office.lan]))
    assert sorted(map(len, done)) == [0, 0, 0, 1]
    assert Event.objects.filter(kind="urge").count() == 1


def test_who_needs_somebody_stands_first_among_the_recipients(office):
    paper = issued(office, office.city, office.justice, office.ministry, number="51")
    paper.deliveries.filter(recipient=office.city).update(state="accepted", sent_at=timezone.now())
    paper.deliveries.filter(recipient=office.ministry).update(state="rejected", sent_at=timezone.now())
    paper.deliveries.filter(recipient=office.justice).update(state="sent", sent_at=timezone.now())
    page = at_desk(office.lan).get(f"{paper.get_absolute_url()}?tab=deliveries")
    names = [row["name"] for row in page.context["rows"]]
    assert names == ["Bộ Nội vụ", "Sở Tư pháp", office.city.full_name]
