"""A person is told on the very next page what happened to the account, and only about one's own."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from orgs.actions.notices import tell
from orgs.models import Notice

pytestmark = pytest.mark.django_db


def test_the_next_page_says_that_something_waits_until_it_was_seen(office, client, now):
    tell([office.minh.user, office.minh.user], "Mật khẩu của bạn vừa được đặt lại.", at=now)
    client.force_login(office.minh.user)
    assert "1 thông báo mới" in client.get(reverse("registry")).content.decode()
    assert "vừa được đặt lại" in client.get(reverse("notices")).content.decode()
    client.post(reverse("notices_seen"))
    assert "thông báo mới" not in client.get(reverse("registry")).content.decode()
    assert Notice.objects.get().seen_at


def test_a_stranger_reads_nothing_of_it_and_cannot_put_it_away(office, client, now):
    tell([office.minh.user], "Vị trí của bạn đã kết thúc.", at=now)
    client.force_login(office.khach.user)
    assert "đã kết thúc" not in client.get(reverse("notices")).content.decode()
    client.post(reverse("notices_seen"))
    assert Notice.objects.get().seen_at is None


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same_however_long(office, client, now, django_assert_num_queries, many):
    for number in range(many):
        tell([office.minh.user], f"Lần {number}", at=now)
    client.force_login(office.minh.user)
    client.get(reverse("notices"))
    cache.clear()
    with django_assert_num_queries(8):
        client.get(reverse("notices"))
