"""What a person chooses for a list: filters kept under a name, the first view, columns. Nobody else's."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.actions.list_choices import MOST, choice_of, save_filter
from documents.boxes import SECTIONS
from documents.models import ListChoice
from documents.views.lists.columns import ALWAYS, MORE, MOST_MORE
from tests.documents.desks import at_desk, directed, outgoing, registered, words
from tests.documents.lists.test_file import sheet
from tests.documents.lists.test_lists import cost
from tests.documents.outgoing.slipping import slipped
from tests.documents.work.asking import consulted
from tests.documents.work.without_paper import given

HERE = "/danh-sach/"
QUERY = "box=all&kind=CV&urgency=2"


def keeps(client, query=QUERY, name="Công văn khẩn", section="incoming"):
    return client.post(HERE, {"list": section, "query": query, "name": name, "save": "1"}, follow=True)


def chip(page, name: str) -> dict:
    return next(one for one in page.context["saved"] if one["label"] == name)


def test_a_filter_is_kept_under_a_name_and_stands_above_the_list(office):
    registered(office, number="1", urgency=2, subject="Việc khẩn")
    registered(office, number="2", subject="Việc thường")
    lan = at_desk(office.lan)
    page = lan.get(f"/van-ban-den/?{QUERY}&from=&older=x&as=")
    offered = lan.get(page.context["choose_url"])
    assert "Đang lọc: Tất cả · Công văn · Thượng khẩn" in words(offered)
    page = keeps(lan, query=offered.context["query"])
    assert "Đã lưu bộ lọc" in words(page) and [row["subject"] for row in page.context["rows"]] == [
        "Việc khẩn"
    ]
    assert chip(page, "Công văn khẩn") == {
        "label": "Công văn khẩn", "url": f"/van-ban-den/?{QUERY}", "active": True,
    }  # fmt: skip
    assert not chip(lan.get("/van-ban-den/?box=all"), "Công văn khẩn")["active"]
    assert at_desk(office.dung).get("/van-ban-den/?box=all").context["saved"] == []
    shared = at_desk(office.dung).get(f"/van-ban-den/?{QUERY}")
    assert [row["subject"] for row in shared.context["rows"]] == ["Việc khẩn"], "the address is the filter"


def test_it_is_renamed_and_removed(office):
    lan = at_desk(office.lan)
    keeps(lan)
    keeps(lan, query="box=all&kind=KH", name="Kế hoạch")
    renamed = lan.post(
        HERE, {"list": "incoming", "old": "Công văn khẩn", "name": "  Khẩn  ", "rename": "1"}, follow=True
    )
    assert [one["name"] for one in renamed.context["filters"]] == ["Khẩn", "Kế hoạch"]
    taken = lan.post(HERE, {"list": "incoming", "old": "Khẩn", "name": "Kế hoạch", "rename": "1"})
    assert "Đã có bộ lọc tên “Kế hoạch”" in words(taken)
    lan.post(HERE, {"list": "incoming", "old": "Khẩn", "name": "x", "remove": "1"})
    assert choice_of(office.lan.user, "incoming").filters == (("Kế hoạch", "box=all&kind=KH"),)
    lan.post(HERE, {"list": "incoming", "old": "không có", "name": "x", "remove": "1"})
    assert ListChoice.objects.count() == 1


def test_under_a_name_that_is_there_the_new_one_takes_its_place(office):
    lan = at_desk(office.lan)
    keeps(lan)
    keeps(lan, query="box=all&urgency=3")
    assert choice_of(office.lan.user, "incoming").filters == (("Công văn khẩn", "box=all&urgency=3"),)


def test_the_first_view_opens_at_the_bare_address_and_from_the_rail(office):
    registered(office, number="1", urgency=2)
    lan = at_desk(office.lan)
    assert lan.get("/van-ban-den/").status_code == 200
    keeps(lan)
    lan.post(HERE, {"list": "incoming", "old": "Công văn khẩn", "first": "1"})
    assert lan.get("/van-ban-den/").url == f"/van-ban-den/?{QUERY}"
    rail = {link["label"]: link for link in lan.get("/").context["rail"]}
    assert (rail["Văn bản đến"]["url"], rail["Văn bản đến"]["count"]) == ("/van-ban-den/", None)
    assert lan.get("/van-ban-den/?box=registered").status_code == 200
    lan.post(HERE, {"list": "incoming", "old": "Công văn khẩn", "not_first": "1"})
    assert lan.get("/van-ban-den/").status_code == 200


def test_a_first_view_of_a_box_that_is_anothers_opens_the_usual_list(office):
    lan = at_desk(office.lan)
    keeps(lan, query="box=recall")
    lan.post(HERE, {"list": "incoming", "old": "Công văn khẩn", "first": "1"})
    assert lan.get("/van-ban-den/").url == "/van-ban-den/?box=recall"
    type(office.lan).objects.filter(pk=office.lan.pk).update(role="officer")
    page = lan.get("/van-ban-den/")
    assert page.status_code == 200 and "Không có danh sách" not in words(page)


def test_a_removed_first_view_is_first_no_more(office):
    lan = at_desk(office.lan)
    keeps(lan)
    lan.post(HERE, {"list": "incoming", "old": "Công văn khẩn", "first": "1"})
    lan.post(HERE, {"list": "incoming", "old": "Công văn khẩn", "name": "Khẩn", "rename": "1"})
    assert choice_of(office.lan.user, "incoming").first == "Khẩn"
    lan.post(HERE, {"list": "incoming", "old": "Khẩn", "remove": "1"})
    assert choice_of(office.lan.user, "incoming").first == ""
    assert lan.get("/van-ban-den/").status_code == 200


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "", "query": QUERY}, "Hãy đặt tên cho bộ lọc"),
        ({"name": "x" * 61, "query": QUERY}, "Hãy đặt tên cho bộ lọc"),
        ({"name": "Tên", "query": ""}, "Chưa có điều kiện nào để lưu"),
        ({"name": "Tên", "query": "next=//evil&older=1"}, "Chưa có điều kiện nào để lưu"),
        ({"name": "Tên", "query": "q=" + "x" * 900}, "điều kiện quá dài"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_kept(office, sent, said):
    answer = at_desk(office.lan).post(HERE, {"list": "incoming", "save": "1"} | sent)
    assert answer.status_code == 200 and said in words(answer)
    assert not ListChoice.objects.exists()


def test_only_what_makes_a_view_is_kept_and_nonsense_in_it_is_ignored_with_a_note(office):
    lan = at_desk(office.lan)
    keeps(lan, query="kind=ZZ&q=a%00b&evil=1&older=5&as=xlsx&box=all")
    assert choice_of(office.lan.user, "incoming").filters == (("Công văn khẩn", "box=all&q=ab&kind=ZZ"),)
    page = lan.get("/van-ban-den/?box=all&q=ab&kind=ZZ")
    assert page.status_code == 200 and "Đã bỏ qua điều kiện lọc không hiểu được" in words(page)


def test_not_more_than_so_many(office):
    for n in range(MOST):
        save_filter(office.lan.user, "incoming", name=f"Lọc {n}", query=QUERY)
    answer = at_desk(office.lan).post(
        HERE, {"list": "incoming", "query": QUERY, "name": "Một cái nữa", "save": "1"}
    )
    assert f"nhiều nhất {MOST} bộ lọc" in words(answer) and "Một cái nữa" in answer.content.decode()
    keeps(at_desk(office.lan), name="Lọc 0", query="box=all&q=moi")
    assert choice_of(office.lan.user, "incoming").query_of("Lọc 0") == "box=all&q=moi"


def test_an_unknown_list_or_press_changes_nothing(office):
    lan = at_desk(office.lan)
    for sent in ({"list": "khong-co", "save": "2"}, {"list": "work", "lam": "gi"}, {}):
        assert lan.post(HERE, sent).status_code in (200, 302)
    assert not ListChoice.objects.exists()


def test_columns_are_chosen_for_one_list_and_one_person(office):
    registered(office, number="1", kind="KH", signer_name="Trần Văn Ký", subject="Kế hoạch năm")
    lan = at_desk(office.lan)
    before = words(lan.get("/van-ban-den/?box=all"))
    assert "Trạng thái, người giữ" in before and "Trần Văn Ký" not in before
    page = lan.post(
        HERE, {"list": "incoming", "query": "box=all", "column": ["number", "due", "kind", "signer"], "columns": "1"}, follow=True
    )  # fmt: skip
    said = words(page)
    assert "Trần Văn Ký" in said and "Loại văn bản" in said and "Kế hoạch năm" in said
    assert "Trạng thái, người giữ" not in said and "Số ký hiệu, nơi ban hành" not in said
    assert page.content.decode().count('role="columnheader"') == 5
    assert words(at_desk(office.dung).get("/van-ban-den/?box=all")).count("Trần Văn Ký") == 0
    lan.post(HERE, {"list": "incoming", "usual": "1"})
    assert "Trạng thái, người giữ" in words(lan.get("/van-ban-den/?box=all"))


def test_the_subject_alone_is_a_choice_and_too_many_columns_are_refused(office):
    registered(office, number="1", subject="Chỉ còn trích yếu")
    lan = at_desk(office.lan)
    page = lan.post(HERE, {"list": "incoming", "query": "box=all", "columns": "1"}, follow=True)
    assert page.content.decode().count('role="columnheader"') == 1 and "Chỉ còn trích yếu" in words(page)
    many = [one.name for one in MORE["incoming"]][: MOST_MORE + 1]
    refused = lan.post(HERE, {"list": "incoming", "column": many, "columns": "1"})
    assert f"nhiều nhất {MOST_MORE} cột" in words(refused)
    assert lan.post(HERE, {"list": "incoming", "column": ["lạ", "kind"], "columns": "1"}).status_code == 302
    assert choice_of(office.lan.user, "incoming").columns == ("kind",)


@pytest.mark.parametrize(
    ("section", "who", "url"),
    [
        ("incoming", "lan", "/van-ban-den/?box=all"),
        ("outgoing", "lan", "/van-ban-di/?box=all"),
        ("work", "minh", "/cong-viec/?box=new"),
        ("search", "lan", "/tim/?q=du"),
        ("consultation", "minh", "/y-kien/?box=asked"),
        ("consultation", "dung", "/y-kien/?box=asking"),
        ("slip", "dung", "/phieu-trinh/?box=waiting"),
        ("slip", "minh", "/phieu-trinh/?box=round"),
        ("task", "dung", "/nhiem-vu/?box=all"),
    ],
)
def test_every_column_of_every_list_costs_no_query_for_a_row(office, section, who, url):
    def one_more(number: str) -> None:
        paper = directed(office, number=number, subject="Dự thảo")
        outgoing(office, state="format_checked")
        if section == "consultation":
            consulted(office, paper=paper, by=office.dung, asked=[office.minh])
        if section == "slip":
            slipped(office, [office.dung])
        if section == "task":
            given(office)

    one_more("1")
    client = at_desk(getattr(office, who))
    for column in MORE[section]:
        sent = {"list": section, "column": [*ALWAYS[section], column.name], "columns": "1"}
        assert client.post(HERE, sent).status_code == 302
        page = client.get(url)
        assert column.label in words(page), column.name
    one = cost(client, url)
    one_more("2")
    one_more("3")
    for column in MORE[section]:
        client.post(HERE, {"list": section, "column": [*ALWAYS[section], column.name], "columns": "1"})
        assert cost(client, url) == one, column.name


def test_every_column_of_the_work_list_has_room_for_a_task_without_a_paper(office):
    given(office)
    minh = at_desk(office.minh)
    for column in MORE["work"]:
        minh.post(HERE, {"list": "work", "column": [*ALWAYS["work"], column.name], "columns": "1"})
        page = minh.get("/cong-viec/?box=new")
        assert page.status_code == 200 and "Rà soát biên chế" in words(page), column.name


@pytest.mark.parametrize("of_asked", [True, False])
def test_the_list_of_opinions_has_its_columns_and_its_filters_kept(office, of_asked):
    paper = directed(office, number="1", subject="Về việc báo cáo", kind="KH")
    consulted(office, paper=paper, by=office.dung, asked=[office.minh], question="Có đủ căn cứ không?")
    who, query = (office.minh, "box=asked") if of_asked else (office.dung, "box=asking")
    client = at_desk(who)
    page = keeps(client, query=query, name="Ý kiến của tôi", section="consultation")
    assert chip(page, "Ý kiến của tôi")["active"]
    sent = {"list": "consultation", "query": query, "column": ["number", "asker", "kind"], "columns": "1"}
    said = words(page := client.post(HERE, sent, follow=True))
    assert "Người hỏi" in said and "Phạm Tiến Dũng" in said and "Kế hoạch" in said
    assert "Thời hạn" not in said and page.content.decode().count('role="columnheader"') == 4
    assert sheet(client.get(page.context["file_url"]))[3:] == [
        ["Số", "Hỏi ngày", "Trích yếu", "Độ khẩn", "Người hỏi", "Loại văn bản"],
        ["", *sheet(client.get(page.context["file_url"]))[4][1:2], "Có đủ căn cứ không?", "Thường", "Phạm Tiến Dũng", "Kế hoạch"],
    ]  # fmt: skip


def test_what_one_chose_is_asked_for_once_until_it_changes(office):
    lan = at_desk(office.lan)
    keeps(lan)
    lan.get("/van-ban-den/?box=all")
    with CaptureQueriesContext(connection) as queries:
        lan.get("/van-ban-den/?box=all")
    assert not any("listchoice" in query["sql"] for query in queries)
    cache.clear()
    assert len(lan.get("/van-ban-den/?box=all").context["saved"]) == 1


def test_every_list_has_its_page_and_nobody_without_a_post_breaks_it(office):
    for section in [
        *SECTIONS,
        "search",
    ]:  # the list of scans has nothing to choose: the first list comes instead
        page = at_desk(office.minh).get(reverse("list_choices"), {"list": section})
        assert page.status_code == 200
    assert at_desk(office.minh).get(HERE).status_code == 200
