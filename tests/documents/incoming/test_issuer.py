"""Whom a paper on paper is from: a body of the registry, or a name with a tick; what looks odd is mended or confirmed."""

import datetime as dt

import pytest
from django.utils import timezone

from documents.models import Incoming
from orgs.models import Role
from tests.documents.desks import at_desk, kinds, words
from tests.documents.incoming.test_paper_form import URL, tokens, typed


def sent(office, **changes):
    return at_desk(office.lan).post(URL, typed(**changes))


def wards(office):
    """Two bodies of one name, under two parents."""
    parents = [
        office.org(f"H26.{n}", f"Ủy ban nhân dân phường {name}", 2, parent=office.city, kind="xa_phuong")
        for n, name in ((1, "An"), (2, "Bình"))
    ]
    return [
        office.org(f"H26.{n}.1", "Trạm Y tế", 3, parent=parent, kind="don_vi", gate=False)
        for n, parent in enumerate(parents, 1)
    ]


@pytest.mark.parametrize("name", ["Bộ Nội vụ", "bộ nội vụ", "BỘ NỘI VỤ", "G09", " Bộ  Nội vụ "])
def test_a_name_of_the_registry_is_its_body(office, name):
    assert sent(office, issuer_name=name).status_code == 302
    paper = Incoming.objects.get()
    assert (paper.issuer, paper.issuer_name) == (office.ministry, "Bộ Nội vụ")


def test_a_body_picked_from_the_suggestions_needs_no_name(office):
    assert sent(office, issuer_name="", issuer=office.justice.pk).status_code == 302
    assert Incoming.objects.get().issuer == office.justice


def test_a_name_of_nobody_is_asked_about_and_taken_with_a_tick(office):
    answer = sent(office, issuer_name="Công ty Hoa Sen")
    assert answer.status_code == 200 and not Incoming.objects.exists()
    assert (
        "Danh bạ không có cơ quan này" in words(answer)
        and 'value="Công ty Hoa Sen"' in answer.content.decode()
    )
    assert sent(office, issuer_name="Công ty Hoa Sen", issuer_outside="on").status_code == 302
    paper = Incoming.objects.get()
    assert (paper.issuer, paper.issuer_name) == (None, "Công ty Hoa Sen")


def test_part_of_a_name_offers_the_bodies_without_a_script(office):
    """The search step: nothing is complained of, nothing is registered."""
    answer = at_desk(office.lan).post(URL, {"issuer_name": "noi vu", "find": "issuer"})
    page = answer.content.decode()
    for body in (office.home_affairs, office.ministry):
        assert f'name="issuer_choice" value="{body.pk}"' in page
    assert "bắt buộc" not in " ".join(answer.context["form"].errors) and not Incoming.objects.exists()
    assert sent(office, issuer_name="noi vu", issuer_choice=office.ministry.pk).status_code == 302
    assert Incoming.objects.get().issuer == office.ministry


def test_two_bodies_of_one_name_are_told_apart(office):
    _, second = wards(office)
    answer = sent(office, issuer_name="Trạm Y tế")
    assert "Có 2 cơ quan mang tên này" in words(answer) and not Incoming.objects.exists()
    assert sent(office, issuer_name="Trạm y tế, UBND phường Bình").status_code == 302
    paper = Incoming.objects.get()
    assert (paper.issuer, paper.issuer_name) == (second, "Trạm Y tế, Ủy ban nhân dân phường Bình")


def test_no_name_at_all_is_missing(office):
    answer = sent(office, issuer_name="")
    assert answer.context["form"].errors["issuer_name"] == ["Hãy chọn cơ quan ban hành."]


@pytest.mark.parametrize("field", ["issuer", "issuer_choice"])
@pytest.mark.parametrize("junk", ["0", "9" * 30, "x", "\x00"])
def test_a_mangled_choice_is_answered_with_the_form(office, field, junk):
    answer = sent(office, issuer_name="", **{field: junk})
    assert answer.status_code == 200 and answer.context["form"].errors and not Incoming.objects.exists()


def test_the_same_paper_by_pick_and_by_name_is_one(office):
    """Two clerks with one letter in their hands: one picks the body, the other types its name."""
    other = office.post("mai", "Mai Văn Thư", office.home_affairs, Role.CLERK, "Văn thư")
    assert sent(office, issuer_name="", issuer=office.ministry.pk).status_code == 302
    answer = at_desk(other).post(URL, typed(issuer_name="bộ nội vụ"))
    assert "Có thể trùng" in words(answer) and Incoming.objects.count() == 1


ODD = [
    ({"number": "12/3"}, "Số “12/3” không giống số"),
    ({"number": "", "notation": "BNV-VP"}, "Có ký hiệu mà không có số"),
    ({"number": "15", "notation": ""}, "Có số mà không có ký hiệu"),
    ({"number": "", "notation": ""}, "không có số, ký hiệu"),
    ({"notation": "số 5"}, "không giống ký hiệu"),
    ({"kind": "QĐ"}, "không có “QĐ” của loại Quyết định"),
    ({"issued_on": "05/03/2011"}, "cách đây hơn một năm"),
    ({"due_on": "05/03/2099"}, "còn hơn một năm"),
]


@pytest.mark.parametrize("changes, sentence", ODD)
def test_what_looks_odd_is_asked_about_once_and_kept_as_it_was_typed(office, changes, sentence):
    answer = sent(office, **changes)
    assert answer.status_code == 200 and sentence in words(answer) and not Incoming.objects.exists()
    seen = list(answer.context["form"].odd.values())
    (token,) = tokens(answer.content.decode())
    again = typed(file=None, kept_file=token, odd_ok="on", odd_seen=seen, **changes)
    assert at_desk(office.lan).post(URL, again).status_code == 302
    paper = Incoming.objects.get()
    assert all(
        getattr(paper, name) == value for name, value in changes.items() if name in ("number", "notation")
    )


def test_a_deadline_that_has_passed_is_asked_about(office):
    today = timezone.localdate()
    early, late = (f"{today - dt.timedelta(days=days):%d/%m/%Y}" for days in (9, 2))
    assert "đã qua" in words(sent(office, issued_on=early, due_on=late))


def test_a_tick_speaks_only_for_what_it_stood_under(office):
    seen = "Số “12/3” không giống số của một văn bản."
    answer = sent(office, number="12/3", issued_on="05/03/2011", odd_ok="on", odd_seen=seen)
    assert "cách đây hơn một năm" in words(answer) and not Incoming.objects.exists()
    assert sent(office, number="12/4", odd_ok="on", odd_seen=seen).status_code == 200


@pytest.mark.parametrize(
    "kind, number, notation",
    [("CV", "15", "BNV-VP"), ("QĐ", "07", "QĐ-UBND"), ("TTr", "3", "TTr-SNV"), ("KHAC", "30", "2020/NĐ-CP"), ("CV", "12", "CV/TU"),
     ("CV", "12a", "UBND-KT&HT")],
)  # fmt: skip
def test_ordinary_papers_are_not_asked_about(office, kind, number, notation):
    named = {"kind_name": "Nghị định"} if kind == "KHAC" else {}
    assert sent(office, kind=kind, number=number, notation=notation, **named).status_code == 302


def test_a_body_that_was_closed_before_the_day_of_the_paper_is_asked_about(office):
    today = timezone.localdate()
    office.justice.valid_to = today - dt.timedelta(days=30)
    office.justice.save()
    answer = sent(office, issuer_name="Sở Tư pháp")
    assert "đã đóng mã từ" in words(answer) and not Incoming.objects.exists()
    older = f"{today - dt.timedelta(days=31):%d/%m/%Y}"
    assert sent(office, issuer_name="Sở Tư pháp", issued_on=older).status_code == 302


def test_a_slip_in_the_issuer_is_put_right_from_the_registry(office):
    sent(office, issuer_name="Bộ Nội vu", issuer_outside="on")
    paper = Incoming.objects.get()
    lan, url = at_desk(office.lan), f"/van-ban-den/{paper.pk}/sua-thong-tin/"
    page = lan.get(url).content.decode()
    assert 'value="Bộ Nội vu"' in page
    right = typed(file=None, issuer_name="", issuer=office.ministry.pk, reason="Ghi nhầm tên")
    assert lan.post(url, right).status_code == 302
    paper.refresh_from_db()
    assert (paper.issuer, paper.issuer_name) == (office.ministry, "Bộ Nội vụ") and kinds(paper)[
        -1
    ] == "correct"
    assert list(paper.events.last().payload["changes"]) == ["issuer_name"]


def test_suggestions_hold_every_body_whoever_can_be_written_to(office):
    """A body without a clerk wrote papers too."""
    wards(office)
    lan = at_desk(office.lan)
    picked, written_to = (
        lan.get("/to-chuc/tim/", {"q": "tram y te"} | more).json() for more in ({"ban-hanh": "1"}, {})
    )
    assert len(picked) == 2 and not any(body["disabled"] for body in picked)
    assert all(body["disabled"] for body in written_to)
