"""The list of notices: one's own alone, seen one by one or all, and never dearer however long."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from orgs.actions.notices import see_one, tell
from orgs.models import Notice, User
from progress.actions.telling import follow
from tests.documents.desks import at_desk, directed, words


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same_however_long(office, now, many, django_assert_num_queries):
    for number in range(many):
        directed(office, number=str(number + 1))
    follow(at=now)
    client = at_desk(office.minh)
    client.get(reverse("notices"))
    cache.clear()
    with django_assert_num_queries(9):
        client.get(reverse("notices"))


def test_opening_one_marks_it_and_leads_to_the_paper(office, now):
    paper = directed(office)
    follow(at=now)
    tell([office.minh.user], "Mật khẩu vừa đổi.", at=now)
    client, one = at_desk(office.minh), Notice.objects.get(user=office.minh.user, kind="given")
    assert client.get(reverse("notices_count")).json() == {"unread": 2}
    assert client.post(reverse("notice_open", args=[one.pk])).url == paper.get_absolute_url()
    see_one(one, at=timezone.now())  # twice counts once
    assert client.get(reverse("notices_count")).json() == {"unread": 1}
    page = words(client.get(f"{reverse('notices')}?chua-xem=1"))
    assert "Mật khẩu vừa đổi" in page and "giao bạn chủ trì" not in page
    assert 'aria-label="Thông báo, 1 chưa xem"' in client.get(reverse("desk")).content.decode()
    client.post(reverse("notice_seen", args=[Notice.objects.unseen().get(user=office.minh.user).pk]))
    assert User.objects.get(pk=office.minh.user_id).notices_waiting == 0


def test_nobody_opens_or_puts_away_anothers(office, now):
    directed(office)
    follow(at=now)
    one = Notice.objects.get(user=office.minh.user)
    for name in ("notice_open", "notice_seen"):
        assert at_desk(office.dung).post(reverse(name, args=[one.pk])).status_code == 404
    at_desk(office.dung).post(reverse("notices_seen"))
    one.refresh_from_db()
    assert one.seen_at is None and User.objects.get(pk=office.minh.user_id).notices_waiting == 1


def test_the_bell_costs_no_query_of_its_own(office, now, django_assert_num_queries):
    client = at_desk(office.minh)
    client.get(reverse("notices_count"))
    with django_assert_num_queries(2):  # session with its account, posts, and nothing for the number
        client.get(reverse("notices_count"))
