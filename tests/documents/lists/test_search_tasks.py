"""Tasks without a paper in the search: by name, number and foreign id, and only those one may see."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.actions.work.tasks import give_task
from documents.models import Task
from orgs.models import Role
from tests.documents.desks import at_desk, registered, words
from tests.documents.work.without_paper import given, ordered

FOREIGN = "0012_H26-NV-G22-2024-00345"


def found(client, query: str) -> list[str]:
    """Of the few beside the papers."""
    return [row["subject"] for row in client.get(f"/tim/?{query}").context["tasks"]]


def listed(client, query: str) -> list[str]:
    return [row["subject"] for row in client.get(f"/tim/?direction=task&{query}").context["rows"]]


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ("q=ra soat bien che", True),
        ("q=BIÊN CHẾ rà", True),
        (f"q={FOREIGN}", True),
        ("q=h26-nv-g22-2024", True),
        ("q=H26–NV–G22", True),
        ("q=giao ban", True),
        ("q=bien che khac", False),
        ("q=%25", False),
        ("q=_h27", False),
        ("q=" + "9" * 40, False),
        ("q=bien che&urgency=0", True),
        ("q=bien che&urgency=3", False),
        ("q=bien che&to=01/01/2020", False),
        ("q=", False),
    ],
)
def test_words_number_and_foreign_id(office, query, hit):
    given(office, foreign_code=FOREIGN, meeting="Giao ban tuần")
    client = at_desk(office.minh)
    expected = ["Rà soát biên chế"] if hit else []
    assert listed(client, query) == expected
    if query != "q=":
        assert found(client, query) == expected


def test_its_own_number_finds_it_and_stands_on_its_page(office):
    task = given(office)
    client = at_desk(office.minh)
    assert found(client, f"q={task.pk}") == [task.title]
    assert f"Nhiệm vụ số {task.pk}" in words(client.get(task.get_absolute_url()))


def test_beside_papers_and_by_one_key_from_the_box_of_every_page(office):
    registered(office, subject="Rà soát biên chế năm 2026")
    given(office)
    page = at_desk(office.dung).get("/tim/?q=ra soat")
    assert [row["subject"] for row in page.context["rows"]] == ["Rà soát biên chế năm 2026"]
    assert [row["subject"] for row in page.context["tasks"]] == ["Rà soát biên chế"]
    for narrower in ("direction=in", "direction=out", "kind=CV"):
        answer = at_desk(office.dung).get(f"/tim/?q=ra soat&{narrower}")
        assert not answer.context.get("tasks")


def test_what_is_not_visible_is_not_found(office):
    mine = given(office, by=office.hoa, lead=office.minh, title="Kế hoạch kín", foreign_code=FOREIGN)
    room = office.post("binh", "Ngô Bình", office.home_affairs, Role.OFFICER, "Chuyên viên")
    for who in (office.minh, office.hoa, office.dung):
        assert found(at_desk(who), "q=ke hoach kin") == [mine.title]
    for who in (room, office.lan, office.khach, office.tu):
        for query in ("q=ke hoach kin", f"q={FOREIGN}", f"q={mine.pk}"):
            client = at_desk(who)
            assert found(client, query) == [] == listed(client, query)
            assert mine.title not in words(client.get(f"/tim/?direction=task&{query}"))
    answer = at_desk(room).get(f"/tim/?direction=task&q={FOREIGN}&as=xlsx")
    assert answer.status_code == 200 and mine.title.encode() not in b"".join(answer.streaming_content)


def test_what_another_organisation_gave_is_found_on_each_side_as_its_own(office):
    khanh = office.post("khanh", "Trần Khánh", office.city, Role.LEADER, "Phó Chủ tịch", head=True)
    order = ordered(khanh, office.home_affairs)
    rows = at_desk(office.lan).get("/tim/?q=bao cao cai cach").context["tasks"]
    assert [row["value"] for row in rows] == [order.received_id]
    rows = at_desk(khanh).get("/tim/?q=bao cao cai cach").context["tasks"]
    assert [row["value"] for row in rows] == [order.task_id]


def test_a_few_first_then_all_by_pages_each_once(office, settings):
    settings.PAGE_SIZE = 4
    for n in range(9):
        given(office, title=f"Việc {n}")
    client = at_desk(office.dung)
    assert found(client, "q=viec") == [f"Việc {n}" for n in (8, 7, 6, 5, 4)]
    seen, url = [], client.get("/tim/?q=viec").context["more_tasks_url"]
    while url:
        page = client.get(f"/tim/{url}")
        seen += [row["subject"] for row in page.context["rows"]]
        url = page.context["page"].older_url
    assert seen == [f"Việc {n}" for n in range(8, -1, -1)]
    assert "9 nhiệm vụ bạn được xem" in words(client.get("/tim/?q=viec&direction=task&older=x"))


def test_a_kind_of_paper_is_said_to_be_none_of_a_task(office):
    given(office)
    page = at_desk(office.minh).get("/tim/?q=ra soat&direction=task&kind=CV")
    assert "Nhiệm vụ không có loại văn bản" in words(page) and len(page.context["rows"]) == 1


def test_the_list_asks_no_more_for_three_than_for_one(office):
    dung, counts = at_desk(office.dung), []
    for more in (1, 2):
        for _ in range(more):
            given(office)
        for address in ("/tim/?q=ra soat", "/tim/?q=ra soat&direction=task"):
            dung.get(address)
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                dung.get(address)
            counts.append(len(queries))
    assert counts[:2] == counts[2:] and max(counts) <= 12, counts


def test_words_are_found_by_an_index(office):
    give_task(by=office.dung, at=timezone.now(), title="Việc", text="Làm", lead=office.minh)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Task.objects.filter(search_key__contains="bien che").order_by().explain()
    assert "task_search" in plan
