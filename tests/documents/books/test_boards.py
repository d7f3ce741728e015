"""A board issues under its own name: its own series from 01, its own notation, letterhead and signature (Phụ lục I.II)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from documents.actions.books.boards import add_board, change_board
from documents.actions.books.series import set_series
from documents.models import Board, Event, Outgoing
from tests.documents.books.test_reserve import entered, set_aside
from tests.documents.desks import at_desk, words
from tests.documents.outgoing_cases import brought, form_data, text_of, written

GIVEN = {
    "name": "Hội đồng Thi đua - Khen thưởng", "abbreviation": "HĐTĐ", "signs_as": "TM. HỘI ĐỒNG", "chair_title": "CHỦ TỊCH",
    "decision": "Quyết định 12/QĐ-SNV",
}  # fmt: skip


def board(office, **changes) -> Board:
    given = GIVEN | {"chair": office.dung, "since": timezone.localdate()}
    return add_board(**given | changes, by=office.lan, at=timezone.now())


def test_a_paper_of_a_board_bears_its_name_its_number_and_its_chairs_signature(office, keys):
    lan, url = at_desk(office.lan), reverse("numbers_boards")
    sent = GIVEN | {"chair": office.dung.pk, "since": f"{timezone.localdate():%d/%m/%Y}"}
    assert lan.post(url, sent).status_code == 302
    assert "HĐTĐ" in words(lan.get(url))
    one = Board.objects.get()
    minh = at_desk(office.minh)
    assert "Ban hành dưới tên" in words(minh.get(reverse("draft")))
    assert minh.post(reverse("draft"), form_data(office, kind="QĐ") | {"board": one.pk}).status_code == 302
    paper = Outgoing.objects.get()
    assert paper.board == one
    form = minh.get(reverse("outgoing_edit", args=[paper.pk])).context["form"]
    assert form["board"].value() == one.pk or form["board"].value() == one
    paper = brought(office, "issued", paper)
    assert (paper.code, paper.book.series) == ("01/QĐ-HĐTĐ", "HĐTĐ")
    page = text_of(paper)
    for words_of_it in ("HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG", "SỞ NỘI VỤ", "TM. HỘI ĐỒNG", "CHỦ TỊCH"):
        assert words_of_it in " ".join(page.split())
    assert brought(office, "numbered", kind="QĐ").code == "01/QĐ-SNV", "the office counts for itself"
    assert brought(office, "numbered", kind="TB", board=one).code == "02/TB-HĐTĐ", (
        "one series for all its kinds"
    )
    assert Event.objects.get(kind="add_board").payload["board"] == one.pk


def test_only_its_chair_signs_and_only_while_it_is_there(office, keys):
    one = board(office)
    with pytest.raises(ValidationError, match="do Phạm Tiến Dũng ký"):
        written(office, board=one, signer=office.thao)
    paper = brought(office, "format_checked", board=one)
    lan = at_desk(office.lan)
    sent = {"chair": office.thao.pk, "chair_title": "CHỦ TỊCH", "ended_on": ""}
    assert lan.post(reverse("numbers_board", args=[one.pk]), sent).status_code == 302
    with pytest.raises(ValidationError, match="do Vũ Phương Thảo ký"):
        brought(office, "awaiting_signature", Outgoing.objects.get(pk=paper.pk))
    change_board(
        Board.objects.get(),
        chair=office.dung,
        chair_title="CHỦ TỊCH",
        ended_on=timezone.localdate(),
        by=office.lan,
        at=timezone.now(),
    )
    with pytest.raises(ValidationError, match="đã kết thúc"):
        written(office, board=Board.objects.get())
    assert "Ban hành dưới tên" not in words(at_desk(office.minh).get(reverse("draft")))
    assert Event.objects.filter(kind="change_board").count() == 2


def test_its_deputy_signs_in_the_place_of_the_chair_and_the_page_says_so(office, keys):
    one, lan = board(office), at_desk(office.lan)
    url = reverse("numbers_board", args=[one.pk])
    sent = {
        "chair": office.dung.pk,
        "chair_title": "CHỦ TỊCH",
        "deputy": office.thao.pk,
        "deputy_title": "",
        "ended_on": "",
    }
    assert "hãy ghi cả hai" in words(lan.post(url, sent))
    assert "là người khác" in words(
        lan.post(url, sent | {"deputy": office.dung.pk, "deputy_title": "PHÓ CHỦ TỊCH"})
    )
    assert lan.post(url, sent | {"deputy_title": "Phó Chủ tịch"}).status_code == 302
    assert "Vũ Phương Thảo, Phó Chủ tịch, ký thay" in words(lan.get(reverse("numbers_boards")))
    one = Board.objects.get()
    paper = brought(office, "format_checked", kind="QĐ", board=one, signer=office.thao)
    assert paper.signer_lines.splitlines() == ["TM. HỘI ĐỒNG", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    change_board(one, chair=office.dung, chair_title="CHỦ TỊCH", by=office.lan, at=timezone.now())
    with pytest.raises(ValidationError, match="do Phạm Tiến Dũng ký, thay mặt"):  # deputy no more
        brought(office, "awaiting_signature", Outgoing.objects.get(pk=paper.pk))


@pytest.mark.parametrize("abbreviation", ["QĐ", "SY", "DEN", "SNV", "TCBC", "hđ", "A", "A B", "A" * 11])
def test_an_abbreviation_that_stands_for_something_else_is_refused(office, abbreviation):
    with pytest.raises(ValidationError):
        board(office, abbreviation=abbreviation)


def test_no_two_boards_and_no_series_of_kinds_share_an_abbreviation(office):
    board(office)
    with pytest.raises(ValidationError, match="đã có"):
        board(office, name="Hội đồng khác")
    with pytest.raises(ValidationError, match="hệ thống số riêng"):
        set_series(["TB"], series="HĐTĐ", since=timezone.localdate(), by=office.lan, at=timezone.now())


def test_numbers_of_a_board_are_set_aside_and_entered_too(office):
    one = board(office)
    line = set_aside(office, 1, series="HĐTĐ").lines.get()
    assert "Quyết định" in words(at_desk(office.lan).get(reverse("numbers_enter", args=[line.pk])))
    paper = entered(office, line, kind="QĐ")
    assert (paper.code, paper.board) == ("01/QĐ-HĐTĐ", one)


def test_nobody_else_makes_or_changes_one(office):
    for post in (office.minh, office.dung):
        with pytest.raises(PermissionDenied):
            add_board(**GIVEN, chair=office.dung, since=timezone.localdate(), by=post, at=timezone.now())
        assert at_desk(post).get(reverse("numbers_boards")).status_code == 403
    with pytest.raises(ValidationError, match="lãnh đạo của cơ quan"):
        add_board(**GIVEN, chair=office.dung, since=timezone.localdate(), by=office.khach, at=timezone.now())
    one = board(office)
    with pytest.raises(PermissionDenied):
        change_board(one, chair=office.dung, chair_title="x", by=office.minh, at=timezone.now())
    assert at_desk(office.khach).get(reverse("numbers_board", args=[one.pk])).status_code == 404
    page = at_desk(office.lan).post(
        reverse("numbers_boards"), GIVEN | {"chair": office.minh.pk, "since": "x"}
    )
    assert page.context["form"].errors.keys() == {"chair", "since"}
