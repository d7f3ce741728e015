"""The leader's tray: a card's two buttons do two things, and after a decision comes the next card."""

import datetime as dt

from django.utils import timezone

from documents.models import Outgoing
from tests.documents.desks import at_desk, presented, words
from tests.documents.outgoing_cases import brought


def waiting(office, number: str, days: int, **fields):
    due = timezone.localdate() + dt.timedelta(days=days)
    return presented(office, number=number, subject=f"Văn bản {number}", due_on=due, **fields)


def direct(client, paper, lead):
    return client.post(f"/van-ban-den/{paper.pk}/cho-y-kien/", {"text": "Làm", "lead": lead.pk})


def test_a_cards_two_buttons_do_two_things(office):
    presented(office)
    brought(office, "format_checked")
    page = at_desk(office.dung).get("/")
    assert len(page.context["cards"]) == 2
    for card in page.context["cards"]:
        assert card["action"]["url"] != card["url"]
    (signing,) = (card for card in page.context["cards"] if card["why"] == "Chờ ký")
    assert signing["action"]["url"].endswith("/xem-va-ky/")


def test_after_directing_comes_the_next_card_of_the_tray(office):
    first, second, third = waiting(office, "1", 2), waiting(office, "2", 5), waiting(office, "3", 9)
    dung = at_desk(office.dung)
    answer = direct(dung, second, office.hoa)
    assert answer.url == f"/van-ban-den/{third.pk}/cho-y-kien/", "what follows, not what was passed over"
    page = words(dung.get(answer.url))
    assert "Đã giao Lê Thu Hoa chủ trì." in page and "còn 2 việc chờ quyết định" in page
    assert direct(dung, third, office.hoa).url == f"/van-ban-den/{first.pk}/cho-y-kien/", (
        "then from the top again"
    )
    assert direct(dung, first, office.hoa).url == first.get_absolute_url(), "after the last, the paper itself"


def test_the_tray_is_ones_own(office):
    first, _ = waiting(office, "1", 2), waiting(office, "2", 5)
    type(first).objects.filter(pk=first.pk).update(holder=office.thao)
    assert direct(at_desk(office.thao), first, office.hoa).url == first.get_absolute_url()


def test_signing_takes_two_taps_and_the_next_card_comes(office, keys):
    paper, other = brought(office, "format_checked"), brought(office, "format_checked")
    dung = at_desk(office.dung)
    cards = dung.get("/").context["cards"]
    order = [card["action"]["url"] for card in cards]
    assert order == [f"/van-ban-di/{one.pk}/xem-va-ky/" for one in (paper, other)]
    sheet = dung.get(order[0])  # the first tap
    answer = dung.post(order[0], {"sha256": sheet.context["sha256"]})  # the second
    assert answer.url == order[1]
    assert Outgoing.objects.get(pk=paper.pk).state == "signed"
    page = dung.get(answer.url)
    assert "Đã duyệt và ký số" in words(page) and "còn 1 việc chờ quyết định" in words(page)
    assert dung.post(order[1], {"sha256": page.context["sha256"]}).url == other.get_absolute_url()


def test_a_stale_proof_is_asked_for_once_and_the_next_card_still_comes(office, keys):
    paper, other = brought(office, "format_checked"), brought(office, "format_checked")
    office.dung.user.set_password("mat-khau-thu-nghiem-2026")
    office.dung.user.save()
    dung = at_desk(office.dung)
    session = dung.session
    session["proof"] = [0, False]
    session.save()
    url = f"/van-ban-di/{paper.pk}/xem-va-ky/"
    sent = {"sha256": dung.get(url).context["sha256"]}
    asked = dung.post(url, sent)
    assert asked.status_code == 200 and Outgoing.objects.get(pk=paper.pk).state != "signed"
    answer = dung.post(url, sent | {"proof_password": "mat-khau-thu-nghiem-2026"})
    assert answer.url == f"/van-ban-di/{other.pk}/xem-va-ky/"
