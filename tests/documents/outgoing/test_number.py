"""Numbers: gap-free, in order, of the year and day they are given (decree 30 art. 15, Phụ lục I.II.3–4)."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.actions.outgoing import approval as papers
from documents.journey import NotAllowedNow
from documents.models import Outgoing, RegisterBook
from orgs.models import Role
from signatures import actions as signing
from tests.documents.outgoing_cases import brought, field_values, sits_down, written


def test_a_number_below_ten_has_a_leading_zero(office, keys):
    paper = brought(office, "numbered")
    assert (paper.number, paper.code, paper.issued_on) == ("01", "01/SNV-TCBC", timezone.localdate())
    assert paper.document_uid == f"H26.TAM002,{timezone.localdate():%Y/%m/%d},01/SNV-TCBC"


def test_each_kind_counts_for_itself_and_without_gaps(office, keys):
    codes = [brought(office, "numbered", kind=kind).code for kind in ("CV", "TB", "CV")]
    assert codes == ["01/SNV-TCBC", "01/TB-SNV", "02/SNV-TCBC"]


def test_no_number_before_the_signature(client, office):
    paper = brought(office, "format_checked")
    with pytest.raises(NotAllowedNow):
        papers.number(paper, by=office.lan, at=timezone.now())
    sits_down(client, office.lan).post(reverse("outgoing_number", args=[paper.pk]))
    paper.refresh_from_db()
    assert (paper.state, paper.number) == ("format_checked", "")
    assert not RegisterBook.objects.exists()


def test_only_the_clerk_gives_numbers(client, office, keys):
    paper = brought(office, "signed")
    for post, status in ((office.minh, 403), (office.dung, 403), (office.khach, 404)):
        assert sits_down(client, post).post(reverse("outgoing_number", args=[paper.pk])).status_code == status
    with pytest.raises(PermissionDenied):
        papers.number(paper, by=office.dung, at=timezone.now())
    assert not RegisterBook.objects.filter(last_number__gt=0).exists()


def test_signed_on_31_december_numbered_on_2_january(office, keys):
    year = timezone.localdate().year
    last = timezone.make_aware(dt.datetime(year, 12, 31, 16, 30))
    second = timezone.make_aware(dt.datetime(year + 1, 1, 2, 8, 5))
    brought(office, "numbered", at=last)
    paper = brought(office, "signed", at=last)
    papers.number(paper, by=office.lan, at=second)
    signing.seal(paper, by=office.lan, at=second)
    paper.refresh_from_db()
    assert (paper.code, paper.issued_on) == ("01/SNV-TCBC", dt.date(year + 1, 1, 2))
    values = field_values(blobs.read(paper.current_file().blob))
    assert values == {"so": "Số: 01/SNV-TCBC", "ngay": f"ngày 02 tháng 01 năm {year + 1}"}


def test_a_closed_book_gives_no_number(office, keys):
    paper = brought(office, "signed")
    book = {"organisation": office.home_affairs, "direction": "out", "series": "CV"}
    RegisterBook.objects.create(year=timezone.localdate().year, closed_at=timezone.now(), **book)
    with pytest.raises(ValidationError, match="đã khóa"):
        papers.number(paper, by=office.lan, at=timezone.now())
    assert Outgoing.objects.get(pk=paper.pk).state == "signed"


def test_a_refused_number_voids_the_signature(client, office, keys):
    paper = brought(office, "signed")
    lan, url = sits_down(client, office.lan), reverse("outgoing_refuse_number", args=[paper.pk])
    assert "hết hiệu lực" in lan.get(url).content.decode()
    assert lan.post(url, {"reason": ""}).context["form"].errors
    lan.post(url, {"reason": "Sai nơi nhận"})
    paper.refresh_from_db()
    assert (paper.state, paper.signed_at, paper.signer_name, paper.holder) == (
        "returned",
        None,
        "",
        office.minh,
    )
    page = lan.get(f"{paper.get_absolute_url()}?tab=signature").content.decode()
    assert "Hết hiệu lực" in page and "Chữ ký số hợp lệ" not in page
    paper = brought(office, "sealed", paper)
    assert (paper.version, paper.code) == (2, "01/SNV-TCBC")
    assert paper.signatures.filter(kind="personal").count() == 2


def test_two_clerks_press_at_once(transactional_db, office, keys):
    """One number is taken, one press wins, the other is told; the next paper gets the next number."""
    nga = office.post("nga", "Lương Thị Nga", office.home_affairs, Role.CLERK, "Văn thư")
    paper = brought(office, "signed")
    barrier, said = threading.Barrier(2), []

    def press(clerk):
        try:
            mine = Outgoing.objects.get(pk=paper.pk)
            barrier.wait(timeout=20)
            papers.number(mine, by=clerk, at=timezone.now())
            said.append("won")
        except NotAllowedNow:
            said.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[clerk]) for clerk in (office.lan, nga)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(said) == ["late", "won"]
    assert RegisterBook.objects.get(direction="out").last_number == 1
    assert paper.events.filter(kind="number").count() == 1
    assert brought(office, "numbered").number == "02"


def test_a_draft_has_no_number(office):
    assert written(office).code == ""


def test_the_notation_is_the_one_that_was_printed_and_signed(office, keys):
    paper = brought(office, "signed")
    office.room.abbreviation = "TCCB"
    office.room.save()
    papers.number(Outgoing.objects.get(pk=paper.pk), by=office.lan, at=timezone.now())
    assert Outgoing.objects.get(pk=paper.pk).code == "01/SNV-TCBC"


def test_no_number_is_dated_before_the_one_ahead_of_it(office, keys):
    """Two presses around midnight: who comes second to the book does not take the day before."""
    late, early = timezone.now(), timezone.now() - dt.timedelta(days=1)
    if timezone.localdate(late).year != timezone.localdate(early).year:
        pytest.skip("two years, two books")
    first, second = brought(office, "signed"), brought(office, "signed")
    papers.number(first, by=office.lan, at=late)
    with pytest.raises(NotAllowedNow, match="lùi ngày"):
        papers.number(second, by=office.lan, at=early)
    papers.number(Outgoing.objects.get(pk=second.pk), by=office.lan, at=late)
    assert Outgoing.objects.get(pk=second.pk).number == "02"
