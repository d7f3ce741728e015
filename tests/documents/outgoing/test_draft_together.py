"""Two at one draft hear of each other, and the second to save loses nothing. A long text has a sentence."""

import time

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.models import Outgoing
from tests.documents.outgoing_cases import brought, fields, form_data, sits_down, written


def test_who_saves_second_is_told_sees_both_and_may_go_on(client, office):
    paper = written(office)
    minh, edit = sits_down(client, office.minh), reverse("outgoing_edit", args=[paper.pk])
    opened = minh.get(edit).context["form"]["seen"].value()
    given = fields(office, body="Bản của người thứ nhất.")
    papers.edit(paper, by=office.minh, at=timezone.now(), **given)
    typed = form_data(office, body="Bản của người thứ hai.") | {"seen": opened}
    answer = minh.post(edit, typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Sau khi bạn mở, dự thảo đã được" in page
    assert "Bản của người thứ nhất." in page and "Bản của người thứ hai." in page
    assert Outgoing.objects.get().body == "Bản của người thứ nhất."
    again = answer.context["form"]["seen"].value()
    assert minh.post(edit, typed | {"seen": again}).status_code == 302
    assert Outgoing.objects.get().body == "Bản của người thứ hai."


def test_whoever_has_it_open_is_named_to_the_others(client, office):
    cache.clear()
    paper = brought(office, "in_review")
    url = reverse("draft_open", args=[paper.pk])
    hoa = sits_down(client, office.hoa)
    assert hoa.post(url, {"window": "a"}).json() == {"said": ""}
    minh = sits_down(client, office.minh).post(url, {"window": "b", "seen": "cũ"}).json()["said"]
    assert str(office.hoa.user) in minh and "vừa được lưu ở nơi khác" in minh
    two = sits_down(client, office.minh).post(url, {"window": "c"}).json()["said"]
    assert str(office.hoa.user) in two and "Một cửa sổ khác của bạn" in two
    assert sits_down(client, office.dung).post(url).status_code == 403
    assert sits_down(client, office.khach).post(url).status_code == 404


@pytest.mark.parametrize(("length", "status"), [(200_000, 302), (200_001, 422)])
def test_a_body_of_200_000_letters_is_kept_and_one_more_has_a_sentence(client, office, length, status):
    body = ("Đoạn văn dài của dự thảo. " * 8000)[: length - 1] + "."
    began = time.process_time()
    answer = sits_down(client, office.minh).post("/van-ban-di/soan/", form_data(office, body=body))
    assert answer.status_code == status and Outgoing.objects.count() == (status == 302)
    if status == 422:
        assert "200001 ký tự" in str(answer.context["form"].errors["body"])
        assert time.process_time() - began < 20, "a page of it is laid out in a process of its own"


def test_numbers_come_in_order_by_a_button_without_scripts_and_by_the_editor(client, office):
    minh = sits_down(client, office.minh)
    body = "Điều 2. Hai\nĐiều 1. Một, xem Điều 2"
    page = minh.post("/van-ban-di/soan/", form_data(office, body=body) | {"renumber": "1"})
    assert page.context["form"]["body"].value() == "Điều 1. Hai\nĐiều 2. Một, xem Điều 1"
    asked = {"body": body, "line": "1", "move": "up"}
    assert minh.post(reverse("draft_numbers"), asked).json() == {
        "body": "Điều 1. Một, xem Điều 2\nĐiều 2. Hai", "line": 0, "said": "",
    }  # fmt: skip
    assert minh.post(reverse("draft_numbers"), {"body": "x" * 200_001}).status_code == 422
    assert minh.post(reverse("draft_numbers"), {"body": body, "line": "٣"}).status_code == 200
    assert sits_down(client, office.quantri).post(reverse("draft_numbers"), asked).status_code == 403
    assert not Outgoing.objects.exists()
