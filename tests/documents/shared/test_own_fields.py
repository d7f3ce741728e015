"""Fields of an office's own: defined and ended, filled in on every form, shown, found, exported, kept in the history."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.actions.incoming.reception import purge, register
from documents.actions.metadata.own_fields import add_own_field, end_own_field, fill_own
from documents.actions.outgoing.approval import submit
from documents.models import Document, Event, Incoming, Outgoing, OwnField
from hanoi_docs.leaving import tables
from tests.documents.desks import at_desk, outgoing, registered, words
from tests.documents.lists.test_file import sheet
from tests.documents.outgoing_cases import form_data, written


def field(office, name="Mã dự án", by=None, **changes) -> OwnField:
    given = {"kind": "text", "of": "both", "required": False, "choices": []}
    return add_own_field(name=name, by=by or office.dung, at=timezone.now(), **given | changes)


def end(office, one: OwnField) -> None:
    end_own_field(one, by=office.dung, at=timezone.now())


@pytest.fixture
def four(office):
    return (
        field(office),
        field(office, "Kinh phí", kind="number"),
        field(office, "Ngày họp", kind="date"),
        field(office, "Nguồn", kind="choice", choices=["Ngân sách", "Xã hội hóa"]),
    )


def test_an_administrator_adds_a_field_on_the_page_and_ends_it(office):
    desk = at_desk(office.dung)
    sent = {
        "name": "Nguồn vốn",
        "kind": "choice",
        "of": "in",
        "choices": "Ngân sách\n\nXã hội hóa\n",
        "required": "on",
    }
    page = desk.post(reverse("own_fields"), sent, follow=True)
    one = OwnField.objects.get()
    assert "Đã thêm trường “Nguồn vốn”" in words(page) and "Ngân sách; Xã hội hóa" in words(page)
    assert (one.choices, one.required, one.by) == (["Ngân sách", "Xã hội hóa"], True, office.dung)
    page = desk.post(reverse("own_field_end", args=[one.pk]), follow=True)
    one.refresh_from_db()
    assert not one.is_open and one.ended_by == office.dung and "Đã kết thúc trường" in words(page)
    said = Event.objects.filter(document=None, kind__endswith="own_field").order_by("pk")
    assert [event.kind for event in said] == ["add_own_field", "end_own_field"]
    again = desk.post(reverse("own_field_end", args=[one.pk]))
    assert "Trường này đã kết thúc" in words(again)


@pytest.mark.parametrize(
    "changes, why",
    [
        ({"name": " "}, "Tên trường"),
        ({"kind": "choice", "choices": "Một"}, "từ 2 đến 50"),
        ({"kind": "text", "choices": "Một\nHai"}, "Hãy để trống"),
        ({"kind": "file"}, "Kiểu"),
        ({"name": "MẬT"}, "Văn bản mật"),
    ],
)
def test_a_field_that_is_none_is_not_added(office, changes, why):
    sent = {"name": "Mã dự án", "kind": "text", "of": "both", "choices": ""} | changes
    assert why in words(at_desk(office.dung).post(reverse("own_fields"), sent))
    assert not OwnField.objects.exists()


def test_an_office_has_twenty_fields_and_each_name_once(office):
    for n in range(20):
        last = field(office, f"Trường {n}")
    with pytest.raises(ValidationError, match="đã có 20 trường"):
        field(office, "Trường 20")
    end(office, last)
    with pytest.raises(ValidationError, match="mang tên này"):
        field(office, "TRƯỜNG 3")
    assert field(office, "Trường 19").is_open  # the name of one that has ended


def test_only_those_who_set_the_rules_of_the_office_define_fields(office):
    one = field(office)
    assert at_desk(office.lan).get(reverse("own_fields")).status_code == 403
    assert at_desk(office.khach).get(reverse("own_field_end", args=[one.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        field(office, "Khác", by=office.minh)
    with pytest.raises(PermissionDenied):
        end_own_field(one, by=office.minh, at=timezone.now())


def test_the_database_keeps_a_definition_as_it_was_made(office):
    one = field(office, kind="choice", choices=["A", "B"])
    for bad in ({"choices": []}, {"kind": "text"}, {"of": "all"}, {"ended_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OwnField.objects.filter(pk=one.pk).update(**bad)
    paper = registered(office)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(own_values={"f1": "x" * 70_000})


def test_the_clerk_fills_them_in_while_registering_and_the_page_shows_them(office, four):
    text, number, day, choice = four
    paper = office.paper()
    desk = at_desk(office.lan)
    url = reverse("incoming_register", args=[paper.pk])
    assert "Kinh phí" in words(desk.get(url))
    wrong = desk.post(
        url, {text.key: "x" * 501, number.key: "nhiều", day.key: "32/1/2026", choice.key: "Khác"}
    )
    assert set(wrong.context["form"].errors) == {one.key for one in four}
    sent = {
        text.key: "  DA-01 ",
        number.key: "1.250,5",
        day.key: "5/3/2026",
        choice.key: "Xã hội hóa",
        "then": "stay",
    }
    page = desk.post(url, sent, follow=True)
    paper.refresh_from_db()
    assert paper.own_values == {
        text.key: "DA-01", number.key: 1250.5, day.key: "2026-03-05", choice.key: "Xã hội hóa"
    }  # fmt: skip
    assert all(said in words(page) for said in ("Mã dự án DA-01", "1250,5", "05/03/2026", "Nguồn Xã hội hóa"))
    event = Event.objects.get(document=paper.pk, kind="register")
    assert event.payload["own"]["Ngày họp"] == ["", "05/03/2026"]
    assert "Kinh phí: 1250,5" in words(desk.get(f"{paper.get_absolute_url()}?tab=flow"))


def test_what_is_required_is_asked_before_the_book_and_before_submitting(office):
    one = field(office, required=True, of="in")
    paper = office.paper()
    with pytest.raises(ValidationError) as refused:
        register(paper, by=office.lan, at=timezone.now())
    assert set(refused.value.message_dict) == {one.key}
    paper.refresh_from_db()
    assert paper.arrival_number is None
    form = at_desk(office.lan).post(reverse("incoming_register", args=[paper.pk]), {}).context["form"]
    assert set(form.errors) == {one.key}
    draft = written(office)
    field(office, "Lĩnh vực", required=True, of="out")
    with pytest.raises(ValidationError, match="Chưa ghi thông tin bổ sung bắt buộc: Lĩnh vực"):
        submit(draft, by=office.minh, at=timezone.now())
    page = at_desk(office.minh).post(
        reverse("outgoing_edit", args=[draft.pk]), form_data(office) | {"submit": "1"}, follow=True
    )
    assert "Đã lưu nhưng chưa trình được. Chưa ghi thông tin bổ sung bắt buộc: Lĩnh vực" in words(page)


def test_a_draft_carries_them_from_its_form_and_says_what_changed(office, four):
    text, number, *_ = four
    draft, desk = written(office), at_desk(office.minh)
    url = reverse("outgoing_edit", args=[draft.pk])
    sent = form_data(office) | {text.key: "DA-02", number.key: "-3"}
    assert desk.post(url, sent).status_code == 302
    draft.refresh_from_db()
    assert draft.own_values == {text.key: "DA-02", number.key: -3}
    form = desk.get(url).context["form"]
    assert form[text.key].value() == "DA-02" and "-3" in str(form[number.key])
    assert desk.post(url, sent | {text.key: ""}).status_code == 302
    draft.refresh_from_db()
    assert draft.own_values == {number.key: -3}
    assert draft.events.filter(kind="edit").last().payload["own"] == {"Mã dự án": ["DA-02", ""]}


def test_they_are_put_right_later_and_two_people_keep_what_each_wrote(office, four):
    text, number, *_ = four
    paper = registered(office)
    desk = at_desk(office.lan)
    assert "Ghi thông tin bổ sung" in words(desk.get(paper.get_absolute_url()))
    url = reverse("own_values", args=[paper.pk])
    assert "Chưa có thông tin nào thay đổi" in words(desk.post(url, {}))
    fill_own(paper, {number.key: Decimal("7")}, by=office.lan, at=timezone.now())
    assert desk.post(url, {text.key: "DA-03", number.key: "7"}, follow=True).status_code == 200
    stale = Incoming.objects.get(pk=paper.pk)
    fill_own(stale, {text.key: "DA-04"}, by=office.lan, at=timezone.now())
    paper.refresh_from_db()
    assert paper.own_values == {text.key: "DA-04", number.key: 7}
    last = paper.events.filter(kind="fill_own_fields").last()
    assert last.payload["own"] == {"Mã dự án": ["DA-03", "DA-04"]}


def test_who_is_not_the_clerk_or_the_drafter_does_not_fill_them_in(office, four):
    paper = registered(office)
    url = reverse("own_values", args=[paper.pk])
    assert at_desk(office.dung).post(url, {four[0].key: "x"}).status_code == 403
    assert at_desk(office.khach).get(url).status_code == 404
    out = outgoing(office, state="issued")
    fill_own(out, {four[0].key: "x"}, by=office.minh, at=timezone.now())
    with pytest.raises(PermissionDenied):
        fill_own(out, {four[0].key: "y"}, by=office.hoa, at=timezone.now())
    with pytest.raises(PermissionDenied):  # a draft has its own form
        fill_own(outgoing(office), {four[0].key: "y"}, by=office.minh, at=timezone.now())


@pytest.mark.parametrize(
    "which, value",
    [
        (0, 5), (0, "x" * 501), (0, "MẬT"), (1, "5"), (1, True), (1, Decimal("NaN")), (1, Decimal("1.00001")), (1, 10**15),
        (2, "2026-03-05"), (2, dt.datetime(2026, 3, 5)), (2, dt.date(1000, 1, 1)), (3, "Khác"), (3, ["Ngân sách"]),
    ],
)  # fmt: skip
def test_the_door_itself_lets_in_no_other_type(office, four, which, value):
    paper = registered(office)
    with pytest.raises(ValidationError):
        fill_own(paper, {four[which].key: value}, by=office.lan, at=timezone.now())
    paper.refresh_from_db()
    assert paper.own_values == {}


def test_what_was_said_in_a_field_that_ended_stays_under_its_name(office):
    one = field(office)
    paper = registered(office)
    fill_own(paper, {one.key: "DA-05"}, by=office.lan, at=timezone.now())
    end(office, one)
    newer = field(office, kind="number")
    with pytest.raises(ValidationError, match="không còn dùng"):
        fill_own(paper, {one.key: "x"}, by=office.lan, at=timezone.now())
    fill_own(paper, {newer.key: 5}, by=office.lan, at=timezone.now())
    page = words(at_desk(office.lan).get(paper.get_absolute_url()))
    assert f"Mã dự án (dùng đến {timezone.localdate():%d/%m/%Y}) DA-05" in page and "Mã dự án 5" in page
    assert f'name="{one.key}"' in at_desk(office.lan).get("/tim/").content.decode()


def test_what_was_typed_in_a_field_that_ended_meanwhile_is_said_and_not_lost(
    office, four, django_capture_on_commit_callbacks
):
    text, number, *_ = four
    paper, desk = office.paper(), at_desk(office.lan)
    url = reverse("incoming_register", args=[paper.pk])
    desk.get(url)
    with django_capture_on_commit_callbacks(execute=True):
        end(office, text)
    sent = {text.key: "DA-7", number.key: "5", "then": "stay"}
    answer = desk.post(url, sent)
    paper.refresh_from_db()
    assert paper.arrival_number is None and paper.own_values == {}
    assert "Trường “Mã dự án” không còn dùng; “DA-7” chưa được ghi" in words(answer)
    assert answer.context["form"][number.key].value() == "5"
    desk.post(url, sent | {text.key: " "})
    paper.refresh_from_db()
    assert paper.arrival_number and paper.own_values == {number.key: 5}
    late = desk.post(reverse("own_values", args=[paper.pk]), {text.key: "DA-7", number.key: "6"})
    assert "“DA-7” chưa được ghi" in words(late)
    draft = at_desk(office.minh).post(reverse("draft"), form_data(office) | {text.key: "DA-7"})
    assert "“DA-7” chưa được ghi" in words(draft) and not Outgoing.objects.exists()


@pytest.mark.parametrize(
    "typed, kept",
    [("0.125", 0.125), ("0.500", 0.5), ("-0.125", -0.125), ("1.250", 1250), ("-10.000.000", -10_000_000), ("0,125", 0.125), ("1.250,5", 1250.5)],
)  # fmt: skip
def test_a_number_is_kept_and_found_as_it_was_meant(office, four, typed, kept):
    number = four[1]
    paper = registered(office, subject="Có")
    at_desk(office.lan).post(reverse("own_values", args=[paper.pk]), {number.key: typed})
    paper.refresh_from_db()
    assert paper.own_values == {number.key: kept}
    assert found(office.lan, f"{number.key}_from={typed}&{number.key}_to={typed}") == ["Có"]


@pytest.mark.parametrize("typed", ["1,250.5", "0.125,5", "12.34,5", "1,2,3", ","])
def test_a_number_that_may_mean_two_things_is_asked_for_again(office, four, typed):
    paper = registered(office)
    answer = at_desk(office.lan).post(reverse("own_values", args=[paper.pk]), {four[1].key: typed})
    paper.refresh_from_db()
    assert answer.status_code == 200 and answer.context["form"].errors and paper.own_values == {}


def test_who_saves_a_draft_second_does_not_take_away_what_the_first_wrote_in_them(office, four):
    text, number, *_ = four
    draft, desk = written(office), at_desk(office.minh)
    url = reverse("outgoing_edit", args=[draft.pk])
    sent = form_data(office) | {"seen": desk.get(url).context["form"]["seen"].value()}
    assert desk.post(url, sent | {text.key: "DA-8"}).status_code == 302
    answer = desk.post(url, sent | {number.key: "3"})
    assert answer.status_code == 422 and "Mã dự án: DA-8" in words(answer)
    draft.refresh_from_db()
    assert draft.own_values == {text.key: "DA-8"}
    both = {"seen": answer.context["form"]["seen"].value(), text.key: "DA-8", number.key: "3"}
    assert desk.post(url, sent | both).status_code == 302
    draft.refresh_from_db()
    assert draft.own_values == {text.key: "DA-8", number.key: 3}


def test_a_remembered_list_that_is_old_stops_nobody_for_long(office, four):
    text, *_ = four
    paper, desk = office.paper(), at_desk(office.lan)
    url, then = reverse("incoming_register", args=[paper.pk]), timezone.now()
    desk.get(url)  # remembered
    OwnField.objects.filter(pk=text.pk).update(ended_at=then, ended_by=office.dung)
    needed = OwnField.objects.create(
        organisation=office.home_affairs, name="Lĩnh vực", kind="text", of="in", required=True, by=office.dung, at=then
    )  # fmt: skip
    assert "Hãy ghi “Lĩnh vực”" in words(desk.post(url, {text.key: ""}))
    page = desk.get(url).content.decode()
    assert f'name="{needed.key}"' in page and f'name="{text.key}"' not in page
    assert desk.post(url, {needed.key: "Nội vụ", "then": "stay"}).status_code == 302
    paper.refresh_from_db()
    assert paper.own_values == {needed.key: "Nội vụ"}


def test_an_empty_box_of_a_field_that_ended_stops_nothing(office, four):
    text, number, *_ = four
    paper, desk = office.paper(), at_desk(office.lan)
    url = reverse("incoming_register", args=[paper.pk])
    desk.get(url)  # remembered
    OwnField.objects.filter(pk=text.pk).update(ended_at=timezone.now(), ended_by=office.dung)
    assert desk.post(url, {text.key: "", number.key: "4", "then": "stay"}).status_code == 302
    paper.refresh_from_db()
    assert paper.own_values == {number.key: 4}


def found(post, query: str) -> list[str]:
    return [row["subject"] for row in at_desk(post).get(f"/tim/?{query}").context["rows"]]


def test_each_kind_of_field_finds_its_papers(office, four):
    text, number, day, choice = four
    paper, other = registered(office, subject="Có"), registered(office, subject="Không", number="9")
    given = {
        text.key: "Dự án Cầu 100%",
        number.key: Decimal("12.5"),
        day.key: dt.date(2026, 3, 5),
        choice.key: "Ngân sách",
    }
    fill_own(paper, given, by=office.lan, at=timezone.now())
    fill_own(other, {number.key: 100}, by=office.lan, at=timezone.now())
    hits = {
        f"{text.key}=dự án cầu": ["Có"], f"{text.key}=100%25": ["Có"], f"{text.key}=đường": [],
        f"{number.key}_from=12,5": ["Không", "Có"], f"{number.key}_from=12,6": ["Không"], f"{number.key}_to=99": ["Có"],
        f"{day.key}_from=05/03/2026&{day.key}_to=05/03/2026": ["Có"], f"{day.key}_to=04/03/2026": [],
        f"{choice.key}=Ngân sách": ["Có"], f"{choice.key}=Xã hội hóa": [],
    }  # fmt: skip
    for query, subjects in hits.items():
        assert found(office.lan, query) == subjects, query
        assert found(office.khach, query) == []
    page = at_desk(office.lan).get(f"/tim/?q=co&{number.key}_from=nhiều&{number.key}_to=x&{choice.key}=Khác")
    assert "Kinh phí “nhiều”" in words(page) and "Nguồn “Khác”" in words(page)


def test_the_office_finds_its_few_by_an_index_that_begins_with_it(office, four):
    paper = registered(office)
    query = Document.objects.filter(organisation=paper.organisation_id).exclude(own_values={})
    with transaction.atomic():
        connection.cursor().execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        assert (
            "document_own"
            in query.filter(own_values__contains={four[3].key: "Ngân sách"})
            .order_by("-sorted_at", "-pk")
            .explain()
        )


def test_the_spreadsheet_of_a_list_has_them_and_a_column_may_be_chosen(office, four):
    text, number, *_ = four
    paper = registered(office)
    fill_own(paper, {text.key: "DA-06", number.key: 3}, by=office.lan, at=timezone.now())
    desk = at_desk(office.lan)
    *_, head, row = sheet(desk.get("/van-ban-den/?box=registered&as=xlsx"))
    assert row[head.index("Mã dự án")] == "DA-06" and row[head.index("Kinh phí")] == "3"
    sent = {"list": "incoming", "columns": "1", "column": ["number", "state", text.key]}
    desk.post(reverse("list_choices"), sent)
    page = desk.get("/van-ban-den/?box=registered")
    assert "DA-06" in words(page) and page.context["more"] == ["Mã dự án"]
    assert desk.get(f"/tim/?{text.key}=DA&as=docx").status_code == 200


def test_a_saved_filter_keeps_what_was_asked_of_them(office, four):
    desk = at_desk(office.lan)
    desk.post(
        reverse("list_choices"),
        {"list": "search", "query": f"{four[0].key}=DA", "save": "1", "name": "Dự án"},
    )
    assert f"?{four[0].key}=DA" in desk.get("/tim/").content.decode()


def test_an_office_that_leaves_takes_definitions_and_values_and_a_purge_leaves_none(office, four):
    paper = registered(office)
    fill_own(paper, {four[0].key: "DA-07"}, by=office.lan, at=timezone.now())
    gone = tables(office.home_affairs)
    assert [row["name"] for row in gone["own_fields"]] == ["Mã dự án", "Kinh phí", "Ngày họp", "Nguồn"]
    assert gone["incoming"].get(pk=paper.pk)["own_values"] == {four[0].key: "DA-07"}
    paper.refresh_from_db()
    with transaction.atomic():
        purge(paper, by=office.lan, at=timezone.now())
    paper.refresh_from_db()
    assert paper.own_values == {}


def test_another_office_has_none_of_them(office, four):
    assert "Kinh phí" not in words(at_desk(office.khach).get("/tim/"))
    assert not Outgoing.objects.exclude(own_values={}).exists()


def test_two_administrators_at_once_do_not_make_the_twenty_first(transactional_db, office):
    for n in range(19):
        field(office, f"Trường {n}")
    gate = Barrier(2)

    def press(name: str) -> bool:
        try:
            gate.wait()
            field(office, name)
            return True
        except ValidationError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, ["Một", "Hai"])) == [False, True]
    assert OwnField.objects.count() == 20


def test_pages_ask_the_same_for_one_field_and_for_three(office):
    field(office)
    paper, desks, counts = registered(office), (at_desk(office.dung), at_desk(office.lan)), []
    pages = ((0, reverse("own_fields")), (1, reverse("own_values", args=[paper.pk])), (1, "/tim/?q=co"))
    for names in ((), ("Hai", "Ba")):
        for name in names:
            field(office, name)
        seen = []
        for desk, url in pages:
            desks[desk].get(url)
            with CaptureQueriesContext(connection) as queries:
                assert desks[desk].get(url).status_code == 200
            seen.append(len(queries))
        counts.append(seen)
    assert counts[0] == counts[1] and max(counts[0]) <= 10
