"""Kiểm tra thể thức beside a draft: found, shown on the page, mended by one press and taken back, called no fault."""

import html
import json
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from documents.actions.muting import mute, mute_for_office, unmute
from documents.models import MutedRule, Outgoing
from documents.pdf import ReaderLost
from documents.views.outgoing import preview
from tests.documents.desks import at_desk, registered, words
from tests.documents.outgoing_cases import brought, form_data, kinds, sits_down, written

_BAD = "Thực hiện theo Khoản 2 điều 3 Luật Nhà ở.\n\n1. Báo  cáo kết quả."
NEW = "/van-ban-di/soan/"


@pytest.fixture
def minh(client, office):
    return sits_down(client, office.minh)


@pytest.fixture
def paper(office):
    return written(office, body=_BAD)


def pressed(page: str, rule: str, name: str = "mend") -> str:
    """The value of the first such button of that rule's finding."""
    finding = next(one for one in page.split('class="finding"')[1:] if f"Quy tắc {rule}" in one)
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', finding)[1])


def body_of(page: str) -> str:
    return html.unescape(re.search(r'<textarea name="body"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)[1])


def test_a_draft_shows_what_is_wrong_beside_its_page_and_on_it(minh, office, paper):
    page = minh.get(reverse("outgoing_edit", args=[paper.pk])).content.decode()
    assert "Ghi “Khoản 2 điều 3" in page and "Phụ lục II.V.7" in page and "Quy tắc X01" in page
    assert "Điều viết hoa; khoản, điểm viết thường" in page
    assert page.count("<circle ") == 3 and 'class="found-marks"' in page


def test_the_list_goes_with_the_live_page(minh, office):
    asked = form_data(office, body=_BAD) | {"preview": "part"}
    part = minh.post(NEW, asked).content.decode()
    assert "Quy tắc X01" in part and "Quy tắc C14" in part and 'form="du-thao"' in part
    assert "Không phải lỗi" not in part  # nothing is saved yet that could be said of it
    good = minh.post(NEW, asked | {"body": "Đề nghị báo cáo."}).content.decode()
    assert "Không thấy điểm nào" in good and "found-marks" not in good
    assert not Outgoing.objects.exists()


def test_a_mend_changes_what_is_typed_saves_nothing_and_is_taken_back(minh, office, paper):
    here = reverse("outgoing_edit", args=[paper.pk])
    sent = form_data(office, body=_BAD.replace("\n", "\r\n"))
    page = minh.post(here, sent | {"preview": "1"}).content.decode()
    mended = minh.post(here, sent | {"mend": pressed(page, "X01")}).content.decode()
    assert body_of(mended).replace("\r", "").startswith("Thực hiện theo khoản 2 điều 3")
    assert "Đã sửa ở ô Nội dung" in mended and "Hoàn tác" in mended
    undo = html.unescape(re.search(r'value="([^"]*)"[^>]*data-mended-undo', mended)[1])
    back = minh.post(here, sent | {"body": body_of(mended), "mend": undo}).content.decode()
    assert body_of(back).replace("\r", "") == _BAD
    paper.refresh_from_db()
    assert paper.body == _BAD and kinds(paper) == ["draft"]


def test_enter_in_a_field_saves_and_takes_nothing_back(minh, office):
    form = minh.get(NEW).content.decode().split('id="du-thao"')[1]
    pressed_by_enter = next(
        one for one in re.findall(r"<button[^>]*>[^<]*", form) if 'type="button"' not in one
    )
    assert pressed_by_enter.endswith(">Lưu dự thảo") and "name=" not in pressed_by_enter


def test_a_mend_follows_its_words_when_they_have_moved(minh, office):
    page = minh.post(NEW, form_data(office, body=_BAD) | {"preview": "1"}).content.decode()
    moved = form_data(office, body=f"Kính trình.\n\n{_BAD}") | {"mend": pressed(page, "C14")}
    assert "1. Báo cáo kết quả." in body_of(minh.post(NEW, moved).content.decode())


@pytest.mark.parametrize(
    "said",
    [
        "", "{", "[]", "null", '{"field": "signer", "at": 0, "old": "", "new": "x"}', "[" * 5000,
        json.dumps({"field": "body", "at": 0, "old": "không có ở đâu", "new": "x"}),
        json.dumps({"field": "body", "at": -5, "old": "", "new": "x"}),
        json.dumps({"field": "body", "at": True, "old": "", "new": "x"}),
        json.dumps({"field": "body", "at": 0, "old": 1, "new": "x"}),
    ],
)  # fmt: skip
def test_a_mend_that_fits_nothing_is_said_so_and_changes_nothing(minh, office, said):
    answer = minh.post(NEW, form_data(office, body=_BAD) | {"mend": said})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "chưa sửa gì" in page and body_of(page).replace("\r", "") == _BAD


def test_what_is_no_fault_is_said_once_with_who_and_when_and_may_be_taken_back(minh, office, paper):
    here = reverse("outgoing_edit", args=[paper.pk])
    sent = form_data(office, body=_BAD + "\n\nĐang gõ dở.")
    page = minh.post(here, sent | {"preview": "1"}).content.decode()
    press = sent | {"mute": pressed(page, "X01", "mute")}
    for _ in range(2):
        page = minh.post(here, press).content.decode()
    (muted,) = MutedRule.objects.all()
    assert (muted.rule, muted.by, muted.user) == ("X01", office.minh, office.minh.user)
    assert kinds(paper) == ["draft", "mute_rule"]
    assert paper.events.last().payload["note"] == "X01: Viện dẫn"  # no word of the paper
    assert "Quy tắc X01" not in page and "Quy tắc C14" in page
    assert "1 quy tắc được cho là không phải lỗi" in page and str(office.minh.user) in page
    assert "Đang gõ dở." in body_of(page)  # what was typed is still there
    page = minh.post(here, sent | {"unmute": "X01"}).content.decode()
    assert "Quy tắc X01" in page and kinds(paper) == ["draft", "mute_rule", "unmute_rule"]
    assert MutedRule.objects.get().lifted_at


def test_the_clerk_takes_a_rule_off_all_papers_of_the_office_and_puts_it_back(office, paper, minh):
    brought(office, "content_checked", paper)
    url, lan = reverse("outgoing_layout", args=[paper.pk]), at_desk(office.lan)
    assert "Quy tắc X01" in words(lan.get(url)) and "cho cả cơ quan" in words(lan.get(url))
    for _ in range(2):
        assert lan.post(url, {"mute_all": "X01"}).status_code == 302
    one = MutedRule.objects.get()
    assert (one.document, one.organisation, one.user) == (None, office.home_affairs, office.lan.user)
    assert "Quy tắc X01" not in words(lan.get(url)) and "Cả cơ quan." in words(lan.get(url))
    draft = words(
        minh.post(NEW, form_data(office, body=_BAD) | {"preview": "1"})
    )  # of a paper that is not there yet, too
    assert "Quy tắc X01" not in draft and "Quy tắc C14" in draft
    with pytest.raises(PermissionDenied):
        mute_for_office(written(office), rule="C14", by=office.minh, at=timezone.now())
    assert lan.post(url, {"unmute_all": "X01"}).status_code == 302
    assert "Quy tắc X01" in words(lan.get(url))
    assert kinds(paper)[-2:] == ["mute_rule", "unmute_rule"]
    assert paper.events.last().payload["note"] == "X01: Viện dẫn, với mọi văn bản của cơ quan"


def test_only_who_writes_it_or_checks_its_form_says_that_something_is_no_fault(office):
    paper, at = brought(office, "content_checked"), timezone.now()
    for post in (office.hoa, office.dung, office.khach):
        with pytest.raises(PermissionDenied):
            mute(paper, rule="X01", by=post, at=at)
    with pytest.raises(ValidationError):
        unmute(paper, rule="\0", by=office.lan, at=at)
    with pytest.raises(ValidationError):
        mute(paper, rule="Z99", by=office.lan, at=at)
    mute(paper, rule="X01", by=office.lan, at=at)
    unmute(paper, rule="X01", by=office.minh, at=at)
    arrived = registered(office)
    with pytest.raises(PermissionDenied):
        mute(arrived, rule="G01", by=office.minh, at=at)


def test_the_clerk_who_checks_form_has_it_checked_and_mutes_there(office):
    paper = brought(office, "content_checked", body=_BAD)
    here = reverse("outgoing_layout", args=[paper.pk])
    lan = at_desk(office.lan)
    page = lan.get(here).content.decode()
    assert "Quy tắc X01" in page and "found-marks" in page and "Sửa giúp" not in page
    answer = lan.post(here, {"mute": pressed(page, "X01", "mute")})
    assert (answer.status_code, answer.url) == (302, here)
    assert "Quy tắc X01" not in lan.get(here).content.decode()
    assert here in at_desk(office.lan).get(paper.get_absolute_url()).content.decode()


def test_an_incoming_paper_is_only_told_about(office):
    paper = registered(office)
    here = reverse("incoming_layout", args=[paper.pk])
    lan = at_desk(office.lan)
    assert here in lan.get(paper.get_absolute_url()).content.decode()
    assert here not in at_desk(office.dung).get(paper.get_absolute_url()).content.decode()
    waiting = office.paper(number="9")
    form = lan.get(reverse("incoming_register", args=[waiting.pk])).content.decode()
    assert reverse("incoming_layout", args=[waiting.pk]) in form
    page = words(lan.get(here))
    assert "không phải lý do để từ chối" in page and "Kiểm tra thể thức" in page


def test_a_reader_that_is_lost_keeps_nobody_from_writing(minh, office, monkeypatch):
    def lost(*_):
        raise ReaderLost("Tệp quá nặng.")

    monkeypatch.setattr(preview, "check_draft", lost)
    page = minh.post(NEW, form_data(office) | {"preview": "part"}).content.decode()
    assert "Chưa kiểm tra được thể thức" in page and "<img" in page


def test_what_was_called_no_fault_is_counted_by_rule(office, paper, capsys):
    other = written(office)
    for one in (paper, other):
        mute(one, rule="X01", by=office.minh, at=timezone.now())
    mute(other, rule="C14", by=office.minh, at=timezone.now())
    unmute(other, rule="C14", by=office.minh, at=timezone.now())
    call_command("muted_rules")
    assert capsys.readouterr().out == "X01: 2 văn bản, 1 cơ quan\n"
