"""A number that was given and must not go out stays in its book with the word and the reason, and is never given again."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.actions.outgoing.voiding import void_number
from documents.journey import NotAllowedNow
from documents.models import Event, NumberLine, Outgoing, RegisterBook
from tests.documents.desks import at_desk, words
from tests.documents.outgoing_cases import brought

REASON = "Cấp nhầm số cho bản chưa đủ phụ lục"


def void(paper, office, by=None):
    return void_number(paper, by=by or office.lan, at=timezone.now(), reason=REASON)


@pytest.mark.parametrize("state", ["numbered", "sealed"])
def test_the_paper_goes_back_its_signature_falls_and_signed_anew_it_takes_the_next_number(
    office, keys, state
):
    paper = brought(office, state)
    url = reverse("outgoing_void_number", args=[paper.pk])
    lan = at_desk(office.lan)
    assert (
        f"Hủy số {paper.code}" in words(lan.get(url))
        and url in lan.get(paper.get_absolute_url()).content.decode()
    )
    assert lan.post(url, {"reason": "ngắn"}).context["form"].errors
    assert lan.post(url, {"reason": REASON}).status_code == 302
    paper = Outgoing.objects.get(pk=paper.pk)
    assert (paper.state, paper.number, paper.book, paper.signed_at, paper.holder) == (
        "returned",
        "",
        None,
        None,
        office.minh,
    )
    line = NumberLine.objects.get()
    assert (line.value, line.code, line.state, line.reason, line.by) == (
        1,
        "01/SNV-TCBC",
        "void",
        REASON,
        office.lan,
    )
    event = Event.objects.get(kind="void_number")
    assert (event.document_id, event.payload["code"], event.payload["reason"]) == (
        paper.pk,
        "01/SNV-TCBC",
        REASON,
    )
    assert "Hết hiệu lực" in words(lan.get(f"{paper.get_absolute_url()}?tab=signature"))
    assert REASON in words(at_desk(office.minh).get(paper.get_absolute_url()))
    assert brought(office, "issued", paper).code == "02/SNV-TCBC"
    assert Event.objects.broken_links(office.home_affairs.pk) == []


def test_what_has_left_bears_its_number_for_ever(office, keys):
    for state in ("issued", "signed"):
        paper = brought(office, state)
        with pytest.raises(NotAllowedNow):
            void(paper, office)
    assert not NumberLine.objects.exists()


def test_only_the_clerk(office, keys):
    paper = brought(office, "numbered")
    for post, status in ((office.minh, 403), (office.dung, 403), (office.khach, 404)):
        url = reverse("outgoing_void_number", args=[paper.pk])
        assert at_desk(post).post(url, {"reason": REASON}).status_code == status
    assert not NumberLine.objects.exists()


def test_pressed_twice_it_is_void_once(office, keys):
    paper = brought(office, "numbered")
    old = Outgoing.objects.get(pk=paper.pk)
    void(paper, office)
    with pytest.raises(NotAllowedNow):
        void(old, office)
    assert NumberLine.objects.count() == 1


def test_in_a_closed_book_nothing_is_made_void(office, keys):
    paper = brought(office, "numbered")
    RegisterBook.objects.update(closed_at=timezone.now())
    with pytest.raises(ValidationError, match="chốt"):
        void(paper, office)
    assert Outgoing.objects.get(pk=paper.pk).state == "numbered"


def test_a_number_is_not_dated_before_one_that_is_void(office, keys):
    late = timezone.now()
    early = late - timezone.timedelta(days=1)
    if timezone.localdate(late).year != timezone.localdate(early).year:
        pytest.skip("two years, two books")
    void(brought(office, "numbered", at=late), office)
    with pytest.raises(NotAllowedNow, match="lùi ngày"):
        papers.number(brought(office, "signed"), by=office.lan, at=early)


def test_the_book_keeps_the_line_on_screen_and_in_its_file(office, keys):
    from tests.progress.registers.test_books import lines_of

    first = brought(office, "issued")
    void(brought(office, "numbered"), office)
    third = brought(office, "issued")
    lines = lines_of(office.lan, "issued")
    assert [line[0] for line in lines] == [first.code, "02/SNV-TCBC", third.code]
    assert lines[1][2:9] == [""] * 7 and lines[1][9].startswith(f"Hủy: {REASON} (Nguyễn Thị Lan, ")
    page = at_desk(office.lan).get(reverse("book_issued"))
    assert (page.context["bounds"].count, page.context["bounds"].last) == (3, 3)
    assert [line[0] for line in lines_of(office.lan, "issued", "kind=CV")] == [first.code, third.code]
    assert [line[0] for line in lines_of(office.lan, "issued", "first=2&last=2")] == ["02/SNV-TCBC"]


def test_each_line_without_a_paper_stands_on_one_page_of_a_long_book(office, settings):
    from tests.documents.books.test_reserve import set_aside
    from tests.progress.registers.test_books import issued

    settings.PAGE_SIZE = 2
    for first in (1, 4, 7):
        issued(office, first)
        set_aside(office, 2)
    issued(office, 10)
    client, url, seen = at_desk(office.lan), f"{reverse('book_issued')}?series=CV", []
    pages = []
    while url:
        page = client.get(url)
        pages.append([cells[0] for cells, _ in page.context["lines"]])
        older = page.context["page"].older_url
        url = older and f"{reverse('book_issued')}{older}"
    seen = [code.split("/")[0] for page in pages for code in page]
    assert seen == [f"{number:02d}" for number in range(1, 11)] and len(pages) == 2
    back = client.get(f"{reverse('book_issued')}{page.context['page'].newer_url}")
    assert [cells[0] for cells, _ in back.context["lines"]] == pages[0]
