"""Lists: what a count says is what its list shows; the same number of queries for one row and for three."""

import datetime as dt
from itertools import chain

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.boxes import SECTIONS, boxes_for
from documents.models import Incoming, Outgoing
from documents.views.shared.rows import moment
from tests.documents.desks import at_desk, directed, late, outgoing, presented, registered, words


def cost(client, url) -> int:
    cache.clear()  # what was remembered of one row would be missed for three
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def subjects(answer) -> list[str]:
    return [row["subject"] for row in answer.context["rows"]]


@pytest.mark.parametrize(
    "who, url",
    [
        ("lan", "/van-ban-den/?box=all"),
        ("minh", "/van-ban-den/?box=all"),
        ("minh", "/cong-viec/?box=new"),
        ("hoa", "/cong-viec/?box=unit"),
        ("dung", "/theo-doi/"),
        ("dung", "/theo-doi/?class=in_time"),
        ("minh", "/tim/?q=bao cao"),
        ("lan", "/"),
        ("dung", "/"),
        ("minh", "/"),
    ],
)
def test_one_row_costs_what_three_cost(office, who, url):
    client = at_desk(getattr(office, who))
    directed(office, number="1", support=[office.hoa])
    presented(office, number="91")
    office.paper(number="92")
    client.get(url)
    one = cost(client, url)
    for number in "23":
        directed(office, number=number, support=[office.hoa])
        presented(office, number=f"9{number}3")
        office.paper(number=f"9{number}4")
    assert cost(client, url) == one


def test_every_count_opens_the_list_it_counts(office):
    office.paper(number="1")
    registered(office, number="2")
    presented(office, number="3")
    directed(office, number="4", lead=office.hoa, support=[office.minh])
    late(directed(office, number="5", support=[office.hoa]))
    soon = timezone.localdate() + dt.timedelta(days=1)
    directed(office, number="6", due_on=soon, info=[office.hoa])
    for who in (office.lan, office.dung, office.hoa, office.minh):
        client, now = at_desk(who), moment()
        for section in ("incoming", "work"):
            here = {"incoming": "/van-ban-den/", "work": "/cong-viec/"}[section]
            for box in boxes_for(who, section):
                answer = client.get(f"{here}?box={box.name}")
                assert lines_of(answer) == box.query(who, now).count(), (who, section, box.name)
    assert lines_of(at_desk(office.lan).get("/van-ban-den/?box=overdue")) == 1
    assert lines_of(at_desk(office.minh).get("/cong-viec/?box=soon")) == 1


def lines_of(answer) -> int:
    return answer.content.count(b"data-nav-item")


def test_the_first_box_with_something_in_it_opens(office):
    presented(office)
    assert at_desk(office.dung).get("/van-ban-den/").context["box"].name == "direction"
    office.paper(number="2")
    assert at_desk(office.lan).get("/van-ban-den/").context["box"].name == "reception"


UNKNOWN = "Không có danh sách “{}” cho vị trí này"


def test_a_box_of_another_role_is_not_there(office):
    """The list that usually opens, with a note; what the other box holds is not told."""
    paper = office.paper(subject="Về việc chờ văn thư")
    answer = at_desk(office.minh).get("/van-ban-den/?box=reception")
    assert answer.context["box"].name == "handling" and UNKNOWN.format("reception") in words(answer)
    assert paper.subject not in words(answer)


@pytest.mark.parametrize("url", ["/van-ban-den/?box=", "/van-ban-di/?box=", "/cong-viec/?box=", "/theo-doi/?class=", "/theo-doi-phat-hanh/?show="])  # fmt: skip
def test_an_unknown_list_is_answered_with_the_usual_one_and_a_note(office, url):
    lan, usual = at_desk(office.lan), url.partition("?")[0]
    answer = lan.get(f"{url}khong-co")
    assert answer.status_code == 200 and UNKNOWN.format("khong-co") in words(answer)
    assert "Không có danh sách" not in words(lan.get(usual))
    assert lan.get(url + "x" * 9000).status_code == 200


@pytest.mark.parametrize("url", ["/van-ban-den/", "/van-ban-di/", "/tim/"])
def test_an_unknown_filter_is_left_out_and_said(office, url):
    asked = {"kind": "XXX", "urgency": "7", "from": "32/13/2026", "to": "05/03/2026", "q": "quý"}
    said = words(at_desk(office.lan).get(url, asked))
    assert (
        "Đã bỏ qua điều kiện lọc không hiểu được: loại văn bản “XXX”, độ khẩn “7”, từ ngày “32/13/2026”."
        in said
    )
    assert "Đã bỏ qua" not in words(
        at_desk(office.lan).get(url, {"kind": "CV", "urgency": "0", "from": "05/03/2026", "to": ""})
    )


def test_filters_stand_in_the_address_and_nonsense_is_ignored(office):
    registered(office, number="1", subject="Báo cáo thi đua", urgency=2)
    registered(office, number="2", subject="Kế hoạch năm", kind="KH")
    client = at_desk(office.lan)
    today = timezone.localdate()
    asked = {
        "q=thi dua": ["Báo cáo thi đua"],
        "kind=KH": ["Kế hoạch năm"],
        "urgency=2": ["Báo cáo thi đua"],
        f"from={today}&to={today}": ["Kế hoạch năm", "Báo cáo thi đua"],
        f"from={today + dt.timedelta(days=1)}": [],
        "kind=ZZ&urgency=9&from=hom-qua&to=2026-13-45&older=abc&newer=1&newer=2": [
            "Kế hoạch năm",
            "Báo cáo thi đua",
        ],
    }
    for query, expected in asked.items():
        assert subjects(client.get(f"/van-ban-den/?box=all&{query}")) == expected, query


def test_pages_by_key_forth_and_back(office, settings):
    for n in range(7):
        office.paper(number=str(n), subject=f"Số {n}", at=timezone.now() - dt.timedelta(minutes=n // 2))
    settings.PAGE_SIZE = 3
    client = at_desk(office.lan)
    url, seen = "/van-ban-den/?box=all", []
    while url:
        answer = client.get(url)
        seen.append(subjects(answer))
        older = answer.context["page"].older_url
        url = f"/van-ban-den/{older}" if older else ""
    assert [len(page) for page in seen] == [3, 3, 1]
    assert sorted(chain.from_iterable(seen)) == [f"Số {n}" for n in range(7)]
    back = client.get(f"/van-ban-den/{answer.context['page'].newer_url}")
    assert subjects(back) == seen[1]


def test_what_waits_is_worked_off_the_urgent_first_and_of_those_the_oldest(office, settings):
    settings.PAGE_SIZE = 2
    now = timezone.now()
    waited = [
        ("Mới", 0, 1),
        ("Khẩn mới", 1, 2),
        ("Cũ", 0, 9),
        ("Hỏa tốc", 3, 0),
        ("Khẩn cũ", 1, 5),
        ("Cũ nhì", 0, 9),
    ]
    for n, (subject, urgency, hours) in enumerate(waited):
        at = now - dt.timedelta(hours=hours)
        office.paper(number=str(n), subject=subject, urgency=urgency, at=at)
        draft = outgoing(office, state="format_checked", subject=subject, urgency=urgency)
        Outgoing.objects.filter(pk=draft.pk).update(sorted_at=at)
    expected = [["Hỏa tốc", "Khẩn cũ"], ["Khẩn mới", "Cũ"], ["Cũ nhì", "Mới"]]
    for who, here in (
        (office.lan, "/van-ban-den/?box=reception"),
        (office.dung, "/van-ban-di/?box=signature"),
    ):
        client, seen, url = at_desk(who), [], here
        while url:
            answer = client.get(url)
            seen.append(subjects(answer))
            older = answer.context["page"].older_url
            url = older and here.split("?")[0] + older
        assert seen == expected
        assert "khẩn trước, rồi đến cũ nhất" in words(answer)
        back = client.get(here.split("?")[0] + answer.context["page"].newer_url)
        assert subjects(back) == seen[1] and "Trang trước" in words(back)
        for mangled in (
            "older=1&older=2",
            "older=x&older=y&older=z",
            f"newer={'9' * 40}&newer={now:%Y-%m-%d}&newer=1",
            "older=1&older=2026-11-20T08:00:00&older=1",
        ):
            assert subjects(client.get(f"{here}&{mangled}")) == seen[0], mangled
        assert client.get(f"{here}&older={'9' * 30}&older=2026-11-20T08:00:00Z&older=1").status_code == 200
    assert subjects(at_desk(office.lan).get("/van-ban-den/?box=all"))[0] == "Hỏa tốc", "the newest"
    desk = at_desk(office.lan).get("/")
    assert [row["subject"] for row in desk.context["rows"]] == list(chain.from_iterable(expected))


def test_work_is_ordered_by_deadline_and_pages_by_it(office, settings):
    settings.PAGE_SIZE = 2
    today = timezone.localdate()
    for n, days in enumerate([9, None, 3, 5]):
        due = today + dt.timedelta(days=days) if days else None
        directed(office, number=str(n), subject=f"Hạn {days}", due_on=due)
    client = at_desk(office.minh)
    first = client.get("/cong-viec/?box=new")
    second = client.get(f"/cong-viec/{first.context['page'].older_url}")
    assert subjects(first) + subjects(second) == ["Hạn 3", "Hạn 5", "Hạn 9", "Hạn None"]
    assert subjects(client.get(f"/cong-viec/{second.context['page'].newer_url}")) == subjects(first)


def test_another_office_sees_nothing(office):
    paper = directed(office, subject="Chuyện nội bộ")
    client = at_desk(office.khach)
    for url in (
        "/van-ban-den/?box=all",
        "/tim/?q=chuyen",
        "/theo-doi/",
        "/theo-doi/?class=total",
        "/cong-viec/",
        "/",
    ):
        answer = client.get(url)
        assert answer.status_code == 200
        # The search box repeats what was typed, so look for the subject with its marks.
        assert (
            "Chuyện nội bộ" not in words(answer)
            and f"/van-ban-den/{paper.pk}/" not in answer.content.decode()
        )
    assert "Chuyện nội bộ" in words(at_desk(office.minh).get("/tim/?q=chuyen"))


def test_every_box_of_every_role_opens(office):
    for who in (office.lan, office.dung, office.hoa, office.minh, office.quantri):
        for section in SECTIONS:
            if section != "outgoing":
                for box in boxes_for(who, section):
                    url = {
                        "incoming": "/van-ban-den/",
                        "work": "/cong-viec/",
                        "consultation": "/y-kien/",
                        "slip": "/phieu-trinh/",
                    }[section]
                    assert at_desk(who).get(f"{url}?box={box.name}").status_code == 200


def test_progress_numbers_open_their_lists(office):
    late(directed(office, number="1", support=[office.hoa]))
    directed(office, number="2")
    given = directed(office, number="3")
    from documents.actions.work import assignments as work

    work.finish(given.assignments.get(), by=office.minh, at=timezone.now(), result="Xong")
    client = at_desk(office.dung)
    page = client.get("/theo-doi/")
    units = page.context["units"]
    assert [unit["label"] for unit in units] == ["Phòng Tổ chức"]
    lines = [page.context["whole"], *units, *units[0]["people"]]
    for line in lines:
        assert line["total"] == sum(
            line[name] for name in ("done_in_time", "done_late", "in_time", "overdue")
        )
        for cell in line["cells"]:
            answer = client.get(f"/theo-doi/?{line['query']}&class={cell['name']}")
            assert len(answer.context["rows"]) == cell["count"], (line["label"], cell["name"])
    assert (page.context["whole"]["overdue"], page.context["whole"]["done_in_time"]) == (2, 1)


def test_progress_is_for_those_who_oversee(office):
    assert at_desk(office.minh).get("/theo-doi/").status_code == 403
    assert at_desk(office.dung).get("/theo-doi/?class=khong-co").context["classes"]
    assert Incoming.objects.count() == 0
