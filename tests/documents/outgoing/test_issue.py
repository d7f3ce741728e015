"""Issue freezes the recipients; from here the exchange carries them (decree 30 art. 18)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.journey import NotAllowedNow
from documents.signals import left_for_exchange
from documents.states import OUTGOING
from orgs.models import Organisation
from tests.documents.outgoing_cases import brought, kinds, sits_down, written

BOTH = ["draft", "submit", "check_content", "check_format", "approve", "sign", "number", "seal", "issue"]


def test_from_signed_to_issued_in_one_press(client, office, keys):
    paper = brought(office, "signed", recipients=[office.justice, office.ministry])
    answer = sits_down(client, office.lan).post(reverse("outgoing_number", args=[paper.pk]), follow=True)
    paper.refresh_from_db()
    assert f"Đã cấp số {paper.code}, đóng dấu và phát hành" in answer.content.decode()
    assert (paper.state, paper.code) == ("issued", "01/SNV-TCBC")
    assert kinds(paper) == BOTH
    found = {
        delivery.recipient_name: (delivery.channel, delivery.state) for delivery in paper.deliveries.all()
    }
    assert found == {"Sở Tư pháp": ("city", "queued"), "Bộ Nội vụ": ("axis", "queued")}


def test_recipients_do_not_change_after_the_issue(office, keys):
    paper = brought(office, "issued")
    Organisation.objects.filter(pk=office.justice.pk).update(name="Sở Tư pháp mới")
    paper.recipients.add(office.ministry)
    assert [delivery.recipient_name for delivery in paper.deliveries.all()] == ["Sở Tư pháp"]
    with pytest.raises(NotAllowedNow):
        papers.change_recipients(paper, by=office.minh, at=timezone.now(), recipients=[office.ministry])


def test_a_paper_is_issued_once(client, office, keys):
    paper = brought(office, "issued")
    lan = sits_down(client, office.lan)
    for step in ("number", "seal", "issue"):
        lan.post(reverse(f"outgoing_{step}", args=[paper.pk]))
    assert (paper.deliveries.count(), kinds(paper)) == (1, BOTH)


def test_an_unsealed_paper_is_not_issued(office, keys):
    paper = brought(office, "numbered")
    with pytest.raises(NotAllowedNow):
        papers.issue(paper, by=office.lan, at=timezone.now())
    assert not paper.deliveries.exists()


def test_the_exchange_is_woken_after_the_commit(office, keys, django_capture_on_commit_callbacks):
    paper, woken = brought(office, "sealed", urgency=3), []

    def hear(**said):
        woken.append(said["urgent"])

    left_for_exchange.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            papers.issue(paper, by=office.lan, at=timezone.now())
            assert woken == []
    finally:
        left_for_exchange.disconnect(hear)
    assert woken == [True]


def test_nobody_of_another_office_sees_or_presses_anything(client, office, keys):
    paper = brought(office, "issued")
    khach = sits_down(client, office.khach)
    names = [
        "outgoing", "outgoing_preview", "outgoing_edit", "recipients", "outgoing_approve",
        "outgoing_send_back", "outgoing_refuse_number", "outgoing_cancel",
    ]  # fmt: skip
    file = paper.current_file().pk
    pages = [reverse(name, args=[paper.pk]) for name in names]
    pages += [reverse("file", args=[file]), reverse("file_page", args=[file, 1])]
    assert {url: khach.get(url).status_code for url in pages} == dict.fromkeys(pages, 404)
    steps = [step for step in OUTGOING if step != "ask_secretary"]  # follows from another, nobody presses it
    answers = {step: khach.post(reverse(f"outgoing_{step}", args=[paper.pk])).status_code for step in steps}
    assert answers == dict.fromkeys(steps, 404)


def test_a_list_costs_the_same_for_one_and_for_three(client, office):
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    minh = sits_down(client, office.minh)
    costs = []
    for count in (1, 2):
        for _ in range(count):
            written(office)
        cache.clear()
        with CaptureQueriesContext(connection) as seen:
            page = minh.get("/van-ban-di/?box=drafts")
        costs.append(len(seen))
    assert len(page.context["rows"]) == 3
    assert costs[0] == costs[1]


def test_the_list_finds_without_diacritics(client, office):
    paper = written(office)
    written(office, subject="Kế hoạch tuyển dụng")
    minh = sits_down(client, office.minh)
    page = minh.get("/van-ban-di/?box=drafts&q=bao cao can bo")
    assert [row["value"] for row in page.context["rows"]] == [paper.pk]
    assert (
        minh.get("/van-ban-di/?box=number").context["box"].name == "drafts"
    )  # not this post's: the usual one


def test_each_box_of_the_rail_opens(client, office):
    from documents.boxes import boxes_for

    brought(office, "in_review")
    for post in (office.minh, office.hoa, office.lan, office.dung):
        desk = sits_down(client, post)
        for box in boxes_for(post, "outgoing"):
            page = desk.get(f"/van-ban-di/?box={box.name}")
            assert page.status_code == 200 and page.context["shown"].startswith(
                str(len(page.context["rows"]))
            )
