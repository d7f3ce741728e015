"""A leader names his assistant by himself, with a fresh proof; it gives no power, and ends with a word or with a post."""

import datetime as dt
import threading

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from documents.access import may
from documents.models import Event
from orgs.access import assisted_by
from orgs.actions import Refused, end_assistant, name_assistant
from orgs.models import Assistant, Delegation, Notice, Post, Role
from tests.documents.desks import at_desk, outgoing, presented, words
from tests.documents.work.preparing import assistant_of
from tests.house.test_fresh import ASKED, stale

TODAY = timezone.localdate()


@pytest.fixture
def thuy(office):
    office.thuy = office.post("thuy", "Lý Thanh Thủy", office.home_affairs, Role.ASSISTANT, "Thư ký")
    return office.thuy


def sent(post, **changed):
    return {"post": post.pk, "told": "on"} | changed


def test_the_leader_names_shows_and_ends(office, thuy):
    client = at_desk(office.dung)
    page = words(client.post(reverse("assistants"), sent(thuy), follow=True))
    assert "Đã cử Lý Thanh Thủy làm trợ lý" in page and "Đang giúp việc" in page
    row = Assistant.objects.get()
    assert (row.leader, row.post, row.told) == (office.dung, thuy, True)
    event = Event.objects.get(kind="name_assistant")
    assert (event.post, event.user, event.organisation) == (
        office.dung,
        office.dung.user,
        office.home_affairs,
    )
    assert "trợ lý của Phạm Tiến Dũng" in Notice.objects.get(user=thuy.user).text
    assert "Phạm Tiến Dũng" in words(at_desk(thuy).get(reverse("assistants")))
    page = words(client.post(reverse("assistant_end", args=[row.pk]), follow=True))
    assert "thôi làm trợ lý" in page and "Đã thôi từ" in page
    assert Event.objects.filter(kind="end_assistant", post=office.dung).exists()
    again = words(client.post(reverse("assistant_end", args=[row.pk]), follow=True))
    assert "đã kết thúc trước đó" in again
    client.post(reverse("assistants"), sent(thuy))  # and again, as a new naming
    assert Assistant.objects.filter(ended_at=None).count() == 1


def test_an_old_proof_is_not_enough(office, thuy):
    page = stale(office.dung).post(reverse("assistants"), sent(thuy))
    assert ASKED in page.content.decode() and not Assistant.objects.exists()


@pytest.mark.parametrize("who", ["thuy", "minh", "hoa", "lan", "khach", "quantri"])
def test_who_is_presented_nothing_names_nobody(office, thuy, who):
    client = at_desk(getattr(office, who))
    assert client.get(reverse("assistants")).status_code == 200
    assert client.post(reverse("assistants"), sent(thuy)).status_code == 404
    with pytest.raises(PermissionDenied):
        name_assistant(leader=getattr(office, who), post=thuy, told=False, at=timezone.now())
    assert not Assistant.objects.exists()


def test_the_substitute_of_a_leader_names_nobody_and_ends_nothing(office, thuy):
    row = name_assistant(leader=office.dung, post=thuy, told=False, at=timezone.now())
    Delegation.objects.create(post=office.dung, to=thuy.user, valid_from=TODAY, valid_to=TODAY)
    client = at_desk(thuy)
    client.post(reverse("act_as"), {"post": office.dung.pk})
    assert client.post(reverse("assistants"), sent(thuy)).status_code == 404
    assert client.post(reverse("assistant_end", args=[row.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        end_assistant(row, by=office.dung.used_by(thuy.user), at=timezone.now())
    office.dung.used_by(office.dung.user)
    row.refresh_from_db()
    assert row.ended_at is None


@pytest.mark.parametrize("who", ["minh", "hoa", "lan", "thao", "khach", "dung"])
def test_only_an_assistant_of_the_office_can_be_named(office, thuy, who):
    """Whoever else reads the office's papers, or is to, was given that by two."""
    with pytest.raises(Refused):
        name_assistant(leader=office.dung, post=getattr(office, who), told=False, at=timezone.now())
    answer = at_desk(office.dung).post(reverse("assistants"), sent(getattr(office, who)))
    assert answer.status_code == 200 and not Assistant.objects.exists()


def test_of_another_office_locked_or_gone_nobody_is_named(office, thuy):
    far = office.post("xa", "Người Xa", office.justice, Role.ASSISTANT, "Thư ký")
    with pytest.raises(Refused):
        name_assistant(leader=office.dung, post=far, told=False, at=timezone.now())
    Post.objects.filter(pk=thuy.pk).update(valid_to=TODAY)
    with pytest.raises(Refused, match="không còn giữ vị trí"):
        name_assistant(leader=office.dung, post=thuy, told=False, at=timezone.now())


def test_another_leader_ends_nothing(office, thuy):
    row = name_assistant(leader=office.dung, post=thuy, told=False, at=timezone.now())
    assert at_desk(office.thao).post(reverse("assistant_end", args=[row.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        end_assistant(row, by=office.thao, at=timezone.now())


def test_it_ends_with_either_post_and_with_a_locked_account(office, thuy):
    name_assistant(leader=office.dung, post=thuy, told=False, at=timezone.now())
    assert assisted_by(thuy, TODAY) == {office.dung.pk: "Phạm Tiến Dũng"}
    for post in (office.dung, thuy):
        Post.objects.filter(pk=post.pk).update(valid_to=TODAY)
        assert assisted_by(thuy, TODAY) == {}
        assert assisted_by(thuy, TODAY - dt.timedelta(days=1))
        Post.objects.filter(pk=post.pk).update(valid_to=None)
        type(post.user).objects.filter(pk=post.user_id).update(is_active=False)
        assert assisted_by(thuy, TODAY) == {}
        type(post.user).objects.filter(pk=post.user_id).update(is_active=True)
    assert assisted_by(thuy.used_by(office.minh.user), TODAY) == {}


def test_an_assistant_signs_numbers_seals_approves_and_directs_nothing(office):
    assistant_of(office, office.dung)
    client, paper = at_desk(office.thuy), presented(office)
    for state, step in (
        ("format_checked", "approve"), ("awaiting_signature", "sign"), ("signed", "number"), ("numbered", "seal"),
        ("sealed", "issue"), ("in_review", "check_content"), ("content_checked", "check_format"), ("in_review", "send_back"),
    ):  # fmt: skip
        draft = outgoing(office, state=state)
        answer = client.post(
            reverse(f"outgoing_{step}", args=[draft.pk]), {"sha256": "0" * 64, "reason": "Lý do đủ dài"}
        )
        draft.refresh_from_db()
        # 302: what he was shown is not what lies there, so nobody was asked whether he may.
        assert answer.status_code in (302, 403, 404) and draft.state == state, step
        assert not Event.objects.filter(document=draft, post=office.thuy).exists(), step
    for permission in ("direct_incoming", "amend_direction", "take_back_incoming", "register_incoming"):
        assert not may(office.thuy, permission, paper)
    answer = client.post(reverse("incoming_direct", args=[paper.pk]), {"text": "Làm", "lead": office.minh.pk})
    assert answer.status_code == 403


def test_an_assistant_reads_no_paper_with_a_mark_of_secrecy(office):
    """Whatever the clerk said of it; the leader does."""
    assistant_of(office, office.dung)
    paper = presented(office)
    client = at_desk(office.thuy)
    assert client.get(paper.get_absolute_url()).status_code == 200
    type(paper).objects.filter(pk=paper.pk).update(secrecy_marks="MẬT", secrecy_cleared_by=office.lan)
    cache.clear()  # changed past the acts
    assert client.get(paper.get_absolute_url()).status_code == 404
    assert client.get(reverse("incoming_prepare", args=[paper.pk])).status_code == 404
    assert paper.subject not in words(client.get(reverse("desk")))
    assert at_desk(office.dung).get(paper.get_absolute_url()).status_code == 200


def test_two_presses_at_once_name_once(transactional_db, office, thuy):
    start, told = threading.Barrier(2), []

    def try_it():
        start.wait()
        try:
            name_assistant(leader=office.dung, post=thuy, told=False, at=timezone.now())
            told.append("named")
        except Refused:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert sorted(told) == ["named", "refused"]


def test_the_database_keeps_the_promises_too(office, thuy):
    for wrong in ({"leader": thuy}, {"ended_at": timezone.now() - dt.timedelta(days=1)}):
        given = {"leader": office.dung, "post": thuy, "named_at": timezone.now()} | wrong
        with pytest.raises(IntegrityError), transaction.atomic():
            Assistant.objects.create(**given)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.create(
            post=office.dung, to=thuy.user, valid_from=TODAY, valid_to=TODAY, kinds=["sign"]
        )


@pytest.mark.parametrize("wrong", [{"kinds": "sign"}, {"kinds": ["work", "seal"]}, {"kinds": "\x00"}])
def test_a_kind_that_is_none_is_not_lent(office, wrong):
    given = {"post": office.hoa.pk, "to": office.minh.user_id, "valid_from": TODAY, "valid_to": TODAY} | wrong
    assert at_desk(office.hoa).post(reverse("delegations"), given).status_code == 200
    assert not Delegation.objects.exists()


def test_the_page_lends_for_some_kinds_and_says_that_one_is_away(office):
    given = {"post": office.hoa.pk, "to": office.minh.user_id, "valid_from": TODAY, "valid_to": TODAY}
    client = at_desk(office.hoa)
    page = words(
        client.post(
            reverse("delegations"), given | {"kinds": ["opinions", "work"], "away": "on"}, follow=True
        )
    )
    row = Delegation.objects.get()
    assert row.kinds == ["work", "opinions"] and row.away
    assert "Công việc được giao, Xin ý kiến, cho ý kiến" in page and "Vắng mặt" in page
    said = Notice.objects.get(user=office.minh.user).text
    assert "chỉ: công việc được giao, xin ý kiến, cho ý kiến" in said and "vắng mặt" in said
