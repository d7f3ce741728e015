"""A paper that is written again and again is written once: whose template it is, what it leaves to be filled in, its versions."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from documents.actions.outgoing import approval as papers
from documents.actions.outgoing.templates import change_template, keep_standing, retire_template
from documents.journey import NotAllowedNow
from documents.layout.gaps import filled, gaps
from documents.models import DraftTemplate, Event, Outgoing, StandingLines
from orgs.models import Unit
from tests.documents.outgoing.drafting_cases import INVITATION, kept_template
from tests.documents.outgoing_cases import form_data, sits_down, written

LIST, ADD, DRAFT = "/van-ban-di/mau/", "/van-ban-di/mau/them/", "/van-ban-di/soan/"


@pytest.fixture
def minh(client, office):
    return sits_down(client, office.minh)


def typed(**changes) -> dict:
    return {"name": "Báo cáo tháng", "owner": "room", "kind": "BC", **INVITATION} | changes


def test_a_room_keeps_its_template_and_drafts_by_it(minh, office):
    assert minh.post(ADD, typed()).url == LIST
    made = DraftTemplate.objects.get()
    assert (made.unit, made.version, made.versions.get().subject) == (
        office.minh.unit,
        1,
        INVITATION["subject"],
    )
    assert Event.objects.filter(kind="keep_template", post=office.minh).count() == 1
    assert "Báo cáo tháng" in minh.get(LIST).content.decode()
    page = minh.get(f"{DRAFT}?mau={made.pk}")
    assert page.context["form"]["kind"].value() == "BC" and page.context["gaps"] == [
        "nội dung họp",
        "Đơn vị",
        "họ tên",
        "giờ",
    ]
    assert 'name="gap_value"' in page.content.decode()


def test_what_is_filled_in_stands_in_the_draft_and_the_rest_is_asked_for_again(minh, office):
    data = form_data(office) | {
        "subject": INVITATION["subject"],
        "body": INVITATION["body"],
        "fill_gaps": "1",
    }
    data |= {
        "gap_name": ["nội dung họp", "họ tên", "giờ"],
        "gap_value": ["giao ban **x** {{giờ}}", "ông Trần\nVăn A", " "],
    }
    page = minh.post(DRAFT, data)
    form = page.context["form"]
    assert form["subject"].value() == "Mời họp giao ban **x** {{giờ}}"
    assert (
        form["body"].value() == "Sở Nội vụ mời ông Trần Văn A dự họp về giao ban **x** {{giờ}} lúc {{giờ}}."
    )
    assert page.context["gaps"] == ["giờ"] and not Outgoing.objects.exists()


def test_a_draft_with_an_empty_gap_is_not_submitted(office):
    paper = written(office, body="Mời {{họ tên}} dự họp.")
    with pytest.raises(ValidationError, match="chưa điền: họ tên"):
        papers.submit(paper, by=office.minh, at=timezone.now())


def test_who_keeps_which_and_who_finds_which(office, client):
    other = Unit.objects.create(organisation=office.home_affairs, name="Phòng khác", abbreviation="PK")
    mine, whole = kept_template(office), kept_template(office, by=office.lan, unit=None, name="Của cơ quan")
    for by, unit in ((office.minh, None), (office.minh, other), (office.lan, other), (office.dung, None)):
        with pytest.raises(PermissionDenied):
            kept_template(office, by=by, unit=unit)
    seen = {
        who: sits_down(client, post).get(LIST).content.decode()
        for who, post in (("hoa", office.hoa), ("dung", office.dung))
    }
    assert "Của cơ quan" in seen["hoa"] and "Giấy mời họp" in seen["hoa"]
    assert "Của cơ quan" in seen["dung"] and "Giấy mời họp" not in seen["dung"]
    for post, template, status in (
        (office.khach, whole, 404), (office.khach, mine, 404), (office.dung, mine, 404), (office.dung, whole, 200),
    ):  # fmt: skip
        assert sits_down(client, post).get(template.get_absolute_url()).status_code == status
        assert sits_down(client, post).get(f"{DRAFT}?mau={template.pk}").status_code == status
    reads = sits_down(client, office.minh)
    assert b"disabled" in reads.get(whole.get_absolute_url()).content
    assert reads.post(whole.get_absolute_url(), typed(seen=1)).status_code == 403
    whole.refresh_from_db()
    assert whole.version == 1


def test_a_change_is_a_version_more_and_an_older_one_comes_back(minh, office):
    template = kept_template(office)
    assert minh.post(template.get_absolute_url(), typed(seen=1, body="Bản hai {{x}}")).status_code == 302
    template.refresh_from_db()
    assert (template.version, template.name) == (2, "Báo cáo tháng")
    assert minh.get(template.get_absolute_url()).context["form"]["body"].value() == "Bản hai {{x}}"
    assert (
        minh.get(template.get_absolute_url() + "?ban=1").context["form"]["body"].value() == INVITATION["body"]
    )
    assert minh.get(template.get_absolute_url() + "?ban=99").status_code == 200
    assert Event.objects.filter(kind="keep_template").last().payload["version"] == 2


def test_of_two_who_change_at_once_the_later_is_told(office):
    template = kept_template(office)
    said = {"unit": office.minh.unit, "name": "M", "kind": "GM", **INVITATION}
    change_template(template, by=office.hoa, at=timezone.now(), seen=1, **said)
    with pytest.raises(NotAllowedNow, match="vừa lưu bản thứ 2"):
        change_template(template, by=office.minh, at=timezone.now(), seen=1, **said)


def test_what_was_retired_is_offered_no_more(minh, office):
    template = kept_template(office)
    assert minh.get(reverse("template_retire", args=[template.pk])).url == LIST
    assert minh.post(reverse("template_retire", args=[template.pk])).url == LIST
    assert minh.get(template.get_absolute_url()).status_code == 404
    assert Event.objects.filter(kind="retire_template").count() == 1
    with pytest.raises(NotAllowedNow):
        retire_template(template, by=office.minh, at=timezone.now())


def test_no_state_secret_enters_a_template(minh, office):
    answer = minh.post(ADD, typed(body="TỐI MẬT\nNội dung"))
    assert "Văn bản mật" in answer.content.decode() and not DraftTemplate.objects.exists()


@pytest.mark.parametrize("mau", ["x", "0", "99999999999999999999", "-1"])
def test_a_template_that_is_none_is_not_found(minh, mau):
    assert minh.get(f"{DRAFT}?mau={mau}").status_code == 404


def test_a_list_of_three_costs_what_a_list_of_one_does(minh, office):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert minh.get(LIST).status_code == 200
        return len(seen)

    kept_template(office)
    cost()
    one = cost()
    for number in range(2):
        kept_template(office, name=f"Mẫu {number}")
    cost()
    assert cost() == one <= 10


def test_the_office_remembers_bases_and_recipients_for_a_kind(client, office):
    lan = sits_down(client, office.lan)
    data = form_data(office) | {
        "kind": "QĐ",
        "bases": "Căn cứ Luật A;\nCăn cứ Luật B",
        "other_recipients": "Giám đốc Sở",
    }
    assert "Đã ghi nhớ" in lan.post(DRAFT, data | {"keep_standing": "1"}).content.decode()
    assert Event.objects.filter(kind="keep_standing", payload__kind="QĐ").count() == 1
    minh = sits_down(client, office.minh)
    page = minh.post(DRAFT, data | {"bases": "Căn cứ Luật B", "other_recipients": "", "add_standing": "1"})
    assert page.context["form"]["bases"].value() == "Căn cứ Luật B\nCăn cứ Luật A;"
    assert page.context["form"]["other_recipients"].value() == "Giám đốc Sở"
    assert "chưa ghi nhớ" in minh.post(DRAFT, data | {"kind": "CV", "add_standing": "1"}).content.decode()
    assert minh.post(DRAFT, data | {"keep_standing": "1"}).status_code == 403
    assert (
        "chưa ghi nhớ"
        in sits_down(client, office.khach).post(DRAFT, data | {"add_standing": "1"}).content.decode()
    )
    keep_standing(by=office.lan, at=timezone.now(), kind="QĐ", bases="Căn cứ C", other_recipients="")
    assert StandingLines.objects.get().bases == "Căn cứ C"


@given(some.text(max_size=80), some.dictionaries(some.text(max_size=10), some.text(max_size=10), max_size=3))
def test_filling_never_breaks_and_leaves_no_known_gap(text, values):
    done = filled(text + "{{a}}", values | {"a": "b"})
    assert done.endswith("b") and set(gaps([done])) >= set()
