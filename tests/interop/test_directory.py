"""The directory of the axis against our registry: looked at first, taken over only as it was seen."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.models import Organisation

from .city_side import Line

URL = "exchange_directory"


@pytest.fixture
def line(tmp_path, settings):
    line = Line(tmp_path, settings)
    yield line
    line.axis.stop()


@pytest.fixture
def operator(office, client):
    client.force_login(office.quantri.user, backend="orgs.identity.accounts.Accounts")
    return client


def page(operator) -> str:
    return operator.get(reverse(URL)).content.decode()


def digest(html: str) -> str:
    return re.search(r'name="digest" value="(\w+)"', html)[1]


def confirm(operator, html: str, *closed: int) -> str:
    fields = {"digest": digest(html), "closed": list(closed)}
    return operator.post(reverse(URL), fields, follow=True).content.decode()


def test_new_renamed_and_gone_bodies_are_shown_and_nothing_is_written(office, operator, line):
    Organisation.objects.filter(code="G09").update(name="Bộ Nội vụ và Lao động")
    gone = office.org("G77", "Bộ đã giải thể", 1, external=True)
    html = page(operator)
    assert "Thêm mới" in html and "Văn phòng Chính phủ" in html
    assert "Đổi tên" in html and "Bộ Nội vụ và Lao động" in html
    assert "Không còn trong danh bạ" in html and f'value="{gone.pk}"' in html
    assert not Organisation.objects.filter(code="G22").exists()


def test_what_was_seen_is_taken_over_and_only_the_ticked_are_closed(office, operator, line):
    Organisation.objects.filter(code="G09").update(name="Bộ Nội vụ và Lao động")
    closed = office.org("G77", "Bộ đã giải thể", 1, external=True)
    kept = office.org("G78", "Bộ chưa chắc", 1, external=True)
    html = confirm(operator, page(operator), closed.pk)
    assert "Đã cập nhật" in html
    ministry = Organisation.objects.get(code="G09")
    assert ministry.name == "Bộ Nội vụ"
    assert ministry.former_names[0]["name"] == "Bộ Nội vụ và Lao động"
    new = Organisation.objects.get(code="G22")
    assert (new.external, new.gate, new.level, new.code_2018) == (True, True, 1, "000.00.00.G22")
    assert [Organisation.objects.get(pk=one.pk).open_today for one in (closed, kept)] == [False, True]
    assert "Bộ chưa chắc" in html and "Bộ đã giải thể" not in html


def test_the_citys_own_offices_are_left_alone(office, operator, line):
    line.axis.client().register_agency("H26.TAM003", "Sở Tư pháp đổi tên", parent_code="H26")
    confirm(operator, page(operator))
    assert Organisation.objects.get(code="H26.TAM003").name == "Sở Tư pháp"


def test_an_entry_that_cannot_be_used_is_named_and_stops_nothing(office, operator, line):
    line.axis.client("H29").register_agency("H29.a-b", "Sở mã hỏng", parent_code="H29")
    html = page(operator)
    assert "Bỏ qua" in html and "H29.a-b" in html
    confirm(operator, html)
    assert Organisation.objects.filter(code="G22").exists()


def test_a_registry_that_changed_since_the_look_is_looked_at_again(office, operator, line):
    html = page(operator)
    office.org("G22", "Văn phòng Chính phủ", 1, external=True)
    assert "đã thay đổi từ lúc xem trước" in confirm(operator, html)
    assert not Organisation.objects.filter(code="G12").exists(), "nothing of it was written"


def test_an_axis_that_is_away_closes_nobody(office, operator, line):
    line.axis.kill()
    html = page(operator)
    assert "Chưa so sánh được" in html and "Không còn trong danh bạ" not in html


def test_nobody_but_the_operator_finds_the_page(office, client, line):
    for post in (office.lan, office.dung, office.khach):
        client.force_login(post.user, backend="orgs.identity.accounts.Accounts")
        assert client.get(reverse(URL)).status_code == 404
        assert client.post(reverse(URL), {}).status_code == 404


def test_many_bodies_cost_no_more_questions_than_one(office, operator, line):
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(operator)
        return len(asked)

    office.org("G71", "Bộ thứ nhất", 1, external=True)
    once = count()
    for number in (72, 73):
        office.org(f"G{number}", f"Bộ thứ {number}", 1, external=True)
    assert count() == once
