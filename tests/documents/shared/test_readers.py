"""Who reads a paper and why: what lets through and what is named are the same, whatever happened to the paper."""

import datetime as dt
import random

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from documents.access.reasons import Reasons, readers
from documents.actions.work import assignments as work
from documents.models import Asked, Assignment, Consultation, Document, Incoming, Outgoing
from orgs.access import posts_of
from orgs.models import Business, Delegation, Post, Role, Unit, User
from tests.documents.desks import at_desk, directed, outgoing, registered, task_of, words
from tests.documents.work.asking import consulted

TODAY = timezone.localdate


def _crowd(office, chance) -> list[Post]:
    """Posts of every role in two offices, in rooms or not, some past, some of a locked account, some lent."""
    rooms = [office.room, Unit.objects.create(organisation=office.home_affairs, name="Phòng khác"), None]
    posts = list(Post.objects.filter(organisation__in=[office.home_affairs, office.justice]))
    for number, role in enumerate([*Role, Role.OFFICER, Role.UNIT_HEAD, Role.OFFICER]):
        room = chance.choice(rooms)
        there = office.home_affairs if room or chance.random() < 0.7 else office.justice
        post = office.post(f"n{number}", f"Người {number}", there, role, role.label, unit=room)
        if number % 5 == 4:
            Post.objects.filter(pk=post.pk).update(valid_to=TODAY())
        if number % 7 == 3:
            User.objects.filter(pk=post.user_id).update(is_active=False)
        posts.append(post)
    for post in chance.sample(posts, 6):
        lent = {"valid_from": TODAY(), "valid_to": TODAY() + dt.timedelta(days=2)}
        kinds = chance.sample(list(Business), chance.choice([0, 1, 1, 2]))
        others = [one for one in posts if one.user_id != post.user_id]
        Delegation.objects.create(post=post, to=chance.choice(others).user, kinds=kinds, **lent)
    return posts


def _happens(office, paper, posts, chance) -> None:
    """What can let somebody see a paper, by chance and past the acts: also what an act would never write."""
    here = [post for post in posts if post.organisation_id == office.home_affairs.pk]
    for post in chance.sample(here, 3):
        assign_perm("documents.read_document", post.user, Document.objects.get(pk=paper.pk))
    for post in chance.sample(here, 3):
        question = Consultation.objects.create(
            document_id=paper.pk,
            kind="opinion",
            by=office.lan,
            question="Có đồng ý không?",
            at=timezone.now(),
        )
        state = chance.choice(["waiting", "waiting", "taken_back"])
        Asked.objects.create(consultation=question, document_id=paper.pk, post=post, state=state)
    if paper.direction == "in":
        for post in chance.sample(here, 3):
            role, state = chance.choice(["support", "info"]), chance.choice(["new", "done", "withdrawn"])
            Assignment.objects.create(
                incoming=paper, assignee=post, by=office.dung, role=role, state=state, created_at=timezone.now()
            )  # fmt: skip


def _given_to_assistants(office, paper, posts) -> None:
    """As rows of before it was refused."""
    for post in posts:
        if post.role == Role.ASSISTANT:
            Assignment.objects.get_or_create(
                incoming=paper, assignee=post, defaults={"by": office.dung, "role": "info", "created_at": timezone.now()}
            )  # fmt: skip
            assign_perm("documents.read_document", post.user, Document.objects.get(pk=paper.pk))


@pytest.mark.parametrize("seed", range(6))
def test_whoever_is_let_through_has_a_reason_and_nobody_else(office, seed):
    chance = random.Random(seed)
    posts = _crowd(office, chance)
    here = [post for post in posts if post.organisation_id == office.home_affairs.pk]
    marked = registered(office, number="9")
    Incoming.objects.filter(pk=marked.pk).update(secrecy_marks="MẬT")
    papers = [
        registered(office),
        directed(office, lead=office.hoa, number="7"),
        office.paper(number="8"),
        marked,
    ]
    for state in ("draft", "in_review", "issued"):
        of = {"drafter": chance.choice(here), "signer": chance.choice(here)}
        papers.append(outgoing(office, state=state, **of))
    for paper in papers:
        if paper.state not in ("awaiting_reception", "issued"):
            _happens(office, paper, posts, chance)
    _given_to_assistants(office, marked, here)
    for paper in papers:
        rows = (Incoming if paper.direction == "in" else Outgoing).objects.filter(pk=paper.pk)
        people = User.objects.filter(is_active=True)
        held = [post for person in people for post in posts_of(person, TODAY())]
        told = Reasons(rows.get())
        let_through = [rows.visible_to(post).exists() for post in held]
        assert [bool(told.of(post)) for post in held] == let_through
        assert not any(told.at_work(post) for post, seen in zip(held, let_through, strict=True) if not seen)
        own = {post.pk for post, seen in zip(held, let_through, strict=True) if post.in_person and seen}
        assert set(readers(rows.get(), TODAY()).values_list("pk", flat=True)) == own
        assert any(let_through)
    assert not all(let_through)


def address(paper) -> str:
    return reverse("readers", args=[paper.pk])


def test_each_reader_stands_there_with_the_reason(office):
    paper = directed(office, lead=office.hoa)
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    binh = office.post("binh", "Lý Bình", office.home_affairs, Role.OFFICER, "Chuyên viên")
    assert at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/cho-xem/", {"to": binh.pk}).url == address(
        paper
    )
    Delegation.objects.create(post=office.dung, to=office.thao.user, valid_from=TODAY(), valid_to=TODAY())
    said = words(at_desk(office.lan).get(address(paper)))
    assert "Nguyễn Thị Lan Văn thư · Sở Nội vụ Văn thư: xem mọi văn bản đến của cơ quan" in said
    assert "Trần Quang Minh Chuyên viên · Phòng Tổ chức Được Lê Thu Hoa giao chủ trì" in said
    assert "Lý Bình Chuyên viên · Sở Nội vụ Được cho phép xem riêng" in said
    assert "Ủy quyền xử lý: Vũ Phương Thảo cũng xem được" in said
    assert "Trưởng phòng của Trần Quang Minh, người được giao" in said
    assert "Ai xem được" in words(at_desk(office.minh).get(paper.get_absolute_url()))


def test_who_was_only_allowed_to_read_sees_his_own_reason_and_nobody_elses(office):
    paper = registered(office)
    binh = office.post("binh", "Lý Bình", office.home_affairs, Role.OFFICER, "Chuyên viên")
    at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/cho-xem/", {"to": binh.pk})
    said = words(at_desk(binh).get(address(paper)))
    assert (
        "Được cho phép xem riêng" in said and "Nguyễn Thị Lan" not in said and "Vì sao người này" not in said
    )


def test_a_draft_names_its_author_and_who_was_asked_and_no_clerk(office):
    draft = outgoing(office)
    consulted(office, paper=draft, by=office.minh, asked=[office.lan])
    said = words(at_desk(office.minh).get(address(draft)))
    assert "Người soạn" in said and "Được Trần Quang Minh hỏi ý kiến" in said
    assert "Phạm Tiến Dũng" not in said


def test_a_clerk_asks_why_a_colleague_cannot_see_it_and_a_stranger_learns_nothing(office):
    paper = registered(office)
    asked = words(at_desk(office.lan).get(f"{address(paper)}?ten=quang minh"))
    assert "Trần Quang Minh: không xem được" in asked and "Không có lý do nào" in asked
    assert "Cách cho xem: giao việc" in asked
    assert "Phạm Tiến Dũng: xem được" in words(at_desk(office.lan).get(f"{address(paper)}?ten=dung"))
    assert "không có ai tên như vậy" in words(at_desk(office.lan).get(f"{address(paper)}?ten=nguoi khach"))
    User.objects.filter(pk=office.minh.user_id).update(is_active=False)
    assert "đang bị khóa" in words(at_desk(office.lan).get(f"{address(paper)}?ten=quang minh"))
    for stranger in (office.minh, office.khach, office.quantri):
        if stranger != office.minh:
            assert at_desk(stranger).get(f"{address(paper)}?ten=minh").status_code == 404
            assert at_desk(stranger).get(address(paper)).status_code == 404


def test_an_officer_who_does_the_work_sees_the_readers_but_asks_about_nobody(office):
    paper = directed(office)
    said = words(at_desk(office.minh).get(f"{address(paper)}?ten=hoa"))
    assert "Nguyễn Thị Lan" in said and "Lê Thu Hoa: " not in said


@pytest.mark.parametrize("who", ["lan", "minh", "dung"])
def test_hundreds_of_readers_cost_what_one_does(office, who):
    paper = directed(office)
    client = at_desk(getattr(office, who))
    client.get(address(paper))

    def cost() -> int:
        cache.clear()
        client.get(address(paper))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"{address(paper)}?ten=")
        assert page.status_code == 200
        return len(queries)

    before = cost()
    for number in range(120):
        office.post(f"t{number}", f"Theo dõi {number}", office.home_affairs, Role.MONITOR, "Tổng hợp")
    assert cost() <= before <= 10
    first = client.get(address(paper))
    assert len(first.context["lines"]) == 50 and "Trang sau" in words(first)


def test_an_administrator_asks_by_number_and_reads_no_word_of_the_paper(office):
    admin = office.post("quanly", "Quản Lý", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")
    paper = registered(office, subject="Về việc chimvangxanh")
    asked = {"direction": "in", "number": paper.arrival_number, "year": TODAY().year, "ten": "quang minh"}
    client = at_desk(admin)
    page = client.get(reverse("why_not"), asked)
    assert "Trần Quang Minh: không xem được" in words(page) and "chimvangxanh" not in page.content.decode()
    said = words(client.get(reverse("why_not"), asked | {"ten": "lan"}))
    assert "Văn thư: xem mọi văn bản đến" in said
    assert "không có văn bản mang số đó" in words(client.get(reverse("why_not"), asked | {"number": 99}))
    assert "Số trong sổ" in words(client.get(reverse("why_not"), asked | {"number": "mười"}))
    for other in (office.lan, office.khach, office.quantri, office.dung):
        assert at_desk(other).get(reverse("why_not"), asked).status_code == 404
    abroad = office.post("quanly2", "Quản Lý 2", office.justice, Role.ORG_ADMIN, "Quản trị đơn vị")
    assert "không có văn bản mang số đó" in words(at_desk(abroad).get(reverse("why_not"), asked))


def test_a_role_lent_for_something_else_is_no_reason(office):
    paper = registered(office)
    Delegation.objects.create(post=office.dung, to=office.thao.user, valid_from=TODAY(), valid_to=TODAY(), kinds=["drafts"])  # fmt: skip
    lent = next(post for post in posts_of(office.thao.user, TODAY()) if post == office.dung)
    reasons = Reasons(Incoming.objects.get(pk=paper.pk))
    assert not Incoming.objects.visible_to(lent).exists()
    assert reasons.of(lent) == [] and not reasons.at_work(lent) and reasons.at_work(office.dung)


def test_why_an_assistant_does_not_see_a_marked_paper_is_said(office):
    paper = registered(office)
    Incoming.objects.filter(pk=paper.pk).update(secrecy_marks="MẬT")
    thuy = office.post("thuy", "Lý Thanh Thủy", office.home_affairs, Role.ASSISTANT, "Thư ký")
    assign_perm("documents.read_document", thuy.user, Document.objects.get(pk=paper.pk))
    said = words(at_desk(office.lan).get(f"{address(paper)}?ten=thanh thuy"))
    assert (
        "Lý Thanh Thủy: không xem được" in said
        and "Văn bản có dấu hiệu độ mật: thư ký không xem được" in said
    )
