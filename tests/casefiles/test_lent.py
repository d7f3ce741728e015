"""Files in the hands of somebody who looks after an inbox: no more than was lent, and nobody confirms what he did himself."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import IntegerField, Value
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.archive import accept_file, submit_file
from casefiles.actions.rights import let_in
from casefiles.models import CaseFile, RightsChange
from orgs.models import Business, Post, Role
from tests.casefiles.filing import closed, opened, waiting
from tests.documents.desk.test_lent_desk import borrowed, in_place_of, lend
from tests.documents.desks import at_desk, directed, words


def test_an_inbox_lent_for_other_business_shows_its_papers_and_no_file(office):
    case, paper = opened(office), directed(office, lead=office.minh)
    lend(office.dung, office.hoa, Business.RECEPTION.value)
    client = in_place_of(office.dung, office.hoa)
    listed = client.get(reverse("case_list"), {"box": "all"})
    assert listed.status_code == 200 and case.title not in words(listed)
    assert client.get(case.get_absolute_url()).status_code == 404
    assert client.get(paper.get_absolute_url()).status_code == 200  # with the panel of its files
    seen = CaseFile.objects.visible_to(borrowed(office.dung, office.hoa))
    rows = seen.annotate(n=Value(1, IntegerField())).values("pk", "n")
    others = CaseFile.objects.visible_to(office.dung).annotate(n=Value(2, IntegerField())).values("pk", "n")
    assert not rows and [*rows.union(others)] == [*others.union(rows)] == [{"pk": case.pk, "n": 2}]


def test_whoever_changed_the_rights_from_a_lent_inbox_does_not_confirm_them_from_his_own(office):
    case = opened(office)
    lend(office.minh, office.hoa)
    client = in_place_of(office.minh, office.hoa)
    client.post(reverse("case_let_in", args=[case.pk]), {"post": office.lan.pk, "role": "works"})
    change = RightsChange.objects.get()
    assert (change.by, change.user) == (office.minh, office.hoa.user)
    own, answer = at_desk(office.hoa), {"answer": "yes", "change": [change.pk]}
    assert own.post(reverse("case_settle", args=[case.pk]), answer).status_code == 403
    assert "Lê Thu Hoa cho" in words(own.get(case.get_absolute_url()))
    at_desk(office.dung).post(reverse("case_settle", args=[case.pk]), answer)
    change.refresh_from_db()
    assert (change.agreed, change.settled_by) == (True, office.dung)


def test_what_was_changed_after_the_page_was_shown_waits_on(office):
    case, at, client = opened(office), timezone.now(), at_desk(office.hoa)
    let_in(case, post=office.lan, role="works", by=office.minh, at=at)
    page = client.get(f"{case.get_absolute_url()}?tab=people").content.decode()
    shown = set(re.findall(r'name="change" value="(\d+)"', page))
    let_in(case, post=office.thao, role="reads", by=office.minh, at=at)
    url = reverse("case_settle", args=[case.pk])
    client.post(url, {"answer": "yes", "change": [*shown, "x"]})
    assert waiting(case) == [RightsChange.objects.get(member__post=office.thao).pk]
    assert RightsChange.objects.get(member__post=office.lan).agreed
    assert "Không còn thay đổi quyền nào" in words(client.post(url, {"answer": "no"}, follow=True))
    assert len(waiting(case)) == 1


def test_neither_the_creator_in_another_post_nor_whose_hands_opened_it_takes_it_over(office):
    keeper = office.post("luu", "Người Lưu", office.home_affairs, Role.ARCHIVIST, "Lưu trữ")
    lend(office.minh, keeper)
    lent = borrowed(office.minh, keeper)
    opened_by_him, of_minh = closed(office, opened(office, by=lent)), closed(office)
    his_other = Post.objects.create(
        user=office.minh.user, organisation=office.home_affairs, role=Role.ARCHIVIST, title="Lưu trữ",
        valid_from=keeper.valid_from,
    )  # fmt: skip
    for case in (opened_by_him, of_minh):
        submit_file(case, by=office.minh, at=timezone.now())
        with pytest.raises(PermissionDenied):
            accept_file(case, by=his_other, at=timezone.now())
    with pytest.raises(PermissionDenied):
        accept_file(opened_by_him, by=keeper, at=timezone.now())
    accept_file(of_minh, by=keeper, at=timezone.now())
