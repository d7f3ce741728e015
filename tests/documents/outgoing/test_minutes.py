"""Minutes are signed by two: the chair, who signs the file, and the secretary, whose name stands at the left."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.actions.outgoing.approval import submit
from documents.actions.outgoing.page_content import page_of
from documents.actions.outgoing.slip_and_draft import digest_of
from documents.models import Outgoing
from tests.documents.outgoing_cases import form_data, sits_down, written


def minutes(office, **changes) -> dict:
    return form_data(office, kind="BB", subject="Họp giao ban tháng 01") | changes


def test_the_secretary_of_the_form_signs_beside_the_chair(client, office):
    minh = sits_down(client, office.minh)
    assert minh.post("/van-ban-di/soan/", minutes(office, secretary="  Lê Thu   Hoa ")).status_code == 302
    paper = Outgoing.objects.get()
    page = page_of(paper, timezone.now())
    assert paper.secretary == "Lê Thu Hoa"
    assert (page.beside.lines, page.beside.name) == (("THƯ KÝ",), "Lê Thu Hoa")
    assert "Lê Thu Hoa" in minh.get(f"/van-ban-di/{paper.pk}/sua/").content.decode()


def test_whoever_wrote_them_is_the_secretary_where_nobody_is_named(office):
    page = page_of(written(office, kind="BB"), timezone.now())
    assert page.beside.name == str(office.minh.user)


def test_one_person_is_not_both(client, office):
    answer = sits_down(client, office.minh).post(
        "/van-ban-di/soan/", minutes(office, secretary=str(office.dung.user).upper())
    )
    assert answer.status_code == 422
    assert "hai người" in answer.context["form"].errors["secretary"][0]
    assert not Outgoing.objects.exists()


def test_no_other_kind_has_a_secretary(office):
    assert page_of(written(office, secretary="Lê Thu Hoa"), timezone.now()).beside is None


def test_another_secretary_is_another_draft_to_whoever_was_asked(office):
    now = timezone.now()
    before = digest_of(written(office, kind="BB", secretary="Lê Thu Hoa"), now)
    assert digest_of(written(office, kind="BB", secretary="Nguyễn Thị Lan"), now) != before


def test_minutes_whose_secretary_has_become_their_chair_are_not_handed_in(office):
    paper = written(office, kind="BB", secretary="Lê Thu Hoa")
    Outgoing.objects.filter(pk=paper.pk).update(secretary=f"{office.dung.user}")
    with pytest.raises(ValidationError, match="hai người"):
        submit(Outgoing.objects.get(pk=paper.pk), by=office.minh, at=timezone.now())
