"""A slip of the clerk's is put right where it stands; the history keeps what stood there, and the book its numbers."""

import datetime as dt

from django.utils import timezone

from documents.models import Incoming
from tests.documents.desks import at_desk, kinds, registered, words
from tests.documents.incoming.test_paper_form import URL, typed


def entered(office, **changes) -> Incoming:
    at_desk(office.lan).post(URL, typed(**changes))
    return Incoming.objects.get()


def right(**changes) -> dict:
    given = typed(reason="Ghi nhầm ký hiệu", file=None, not_secret=None, note=None)
    return given | changes


def test_the_clerk_puts_it_right(office):
    paper = entered(office, notation="BNW-VP", issuer_name="Bộ Nội vu", issuer_outside="on")
    lan, url = at_desk(office.lan), f"/van-ban-den/{paper.pk}/sua-thong-tin/"
    assert url in lan.get(paper.get_absolute_url()).content.decode()
    assert 'value="BNW-VP"' in lan.get(url).content.decode()
    assert lan.post(url, right(), follow=True).redirect_chain[-1][0] == paper.get_absolute_url()
    number = paper.arrival_number
    paper.refresh_from_db()
    assert (paper.code, paper.issuer_name, paper.arrival_number) == ("15/BNV-VP", "Bộ Nội vụ", number)
    event = paper.events.last()
    assert (event.kind, event.payload["reason"]) == ("correct", "Ghi nhầm ký hiệu")
    assert event.payload["changes"] == {
        "notation": ["BNW-VP", "BNV-VP"],
        "issuer_name": ["Bộ Nội vu", "Bộ Nội vụ"],
    }
    flow = words(lan.get(f"{paper.get_absolute_url()}?tab=flow"))
    assert "Sửa thông tin đã vào sổ" in flow and "Ký hiệu: BNW-VP → BNV-VP" in flow
    assert paper.code in words(lan.get("/tim/?q=15/bnv-vp"))


def test_nothing_is_written_without_a_change_or_a_reason(office):
    paper = entered(office)
    lan, url = at_desk(office.lan), f"/van-ban-den/{paper.pk}/sua-thong-tin/"
    assert "Chưa có thông tin nào thay đổi" in words(lan.post(url, right()))
    assert lan.post(url, right(number="16", reason="")).status_code == 200
    assert "như dấu độ mật" in words(lan.post(url, right(notation="MẬT-VP")))
    wrong = right(due_on=(timezone.localdate() - dt.timedelta(days=9)).isoformat())
    assert "không được trước ngày văn bản" in words(lan.post(url, wrong))
    assert kinds(paper) == ["receive", "register"]


def test_what_a_sender_wrote_only_its_sender_changes(office):
    """And nobody but the clerk."""
    electronic = registered(office)
    url = f"/van-ban-den/{electronic.pk}/sua-thong-tin/"
    assert at_desk(office.lan).post(url, right(number="16")).status_code == 403
    assert "Sửa thông tin đã vào sổ" not in words(at_desk(office.lan).get(electronic.get_absolute_url()))
    Incoming.objects.all().update(source="paper")
    assert at_desk(office.dung).post(url, right(number="16")).status_code == 403
    assert at_desk(office.khach).post(url, right(number="16")).status_code == 404
