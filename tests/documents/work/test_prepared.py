"""An assistant prepares a direction; only the leader's word makes it one."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.actions.incoming import correct, reception
from documents.actions.work import assignments as work
from documents.actions.work import prepared as acts
from documents.journey import NotAllowedNow
from documents.models import Assignment, Direction, Event, PreparedDirection
from documents.views.shared.rows import timeline
from orgs.access import posts_of
from orgs.actions import cancel_delegation, delegate, end_assistant, name_assistant
from orgs.models import Delegation, Post, Role
from tests.documents.desks import at_desk, kinds, presented, registered, words
from tests.documents.work.asking import consulted, says
from tests.documents.work.preparing import WORDS, assistant_of, prepared


@pytest.fixture
def named(office):
    return assistant_of(office, office.dung)


@pytest.fixture
def ready(office, named):
    return prepared(office)


def form(office, **changed) -> dict:
    given = {"text": WORDS, "lead": office.hoa.pk, "support": [office.minh.pk], "info": [office.thao.pk]}
    return given | {"product": "Công văn trả lời"} | changed


def pressed(post, ready):
    return at_desk(post).post(reverse("prepared_confirm", args=[ready.pk]))


def is_nothing(paper) -> bool:
    """No task, no direction, and the paper lies where it lay."""
    paper.refresh_from_db()
    given = (
        Assignment.objects.filter(incoming=paper).exists()
        or Direction.objects.filter(incoming=paper).exists()
    )
    return not given and paper.state == "awaiting_direction" and paper.due_on is None


def test_the_assistant_prepares_and_it_has_no_effect(office, named):
    paper, client = presented(office), at_desk(office.thuy)
    assert "Chuẩn bị ý kiến" in words(client.get(paper.get_absolute_url()))
    page = client.get(reverse("incoming_prepare", args=[paper.pk]))
    assert "Chuẩn bị ý kiến cho Phạm Tiến Dũng" in words(page)
    answer = client.post(
        reverse("incoming_prepare", args=[paper.pk]), form(office, due_on="31/12/2099"), follow=True
    )
    assert "Chờ Phạm Tiến Dũng xác nhận" in words(answer)
    row = PreparedDirection.objects.get()
    assert (row.leader, row.by, row.due_on) == (office.dung, office.thuy, dt.date(2099, 12, 31))
    assert is_nothing(paper) and kinds(paper)[-1] == "prepare_direction"
    assert WORDS not in str(Event.objects.filter(document=paper.pk).last().payload)


def test_the_tray_shows_who_prepared_it_and_one_tap_gives_it(office, ready):
    client, paper = at_desk(office.dung), ready.incoming
    tray = client.get(reverse("desk"))
    assert "Trợ lý Lý Thanh Thủy chuẩn bị" in words(tray) and WORDS in words(tray)
    assert reverse("prepared_confirm", args=[ready.pk]) in tray.content.decode()
    assert pressed(office.dung, ready).status_code == 302
    paper.refresh_from_db()
    assert paper.state == "assigned" and paper.holder == office.hoa
    found = {(one.role, one.assignee) for one in paper.assignments.all()}
    assert found == {("lead", office.hoa), ("support", office.minh), ("info", office.thao)}
    event = Event.objects.get(document=paper.pk, kind="direct")
    assert (event.post, event.user) == (office.dung, office.dung.user)
    assert event.payload["note"] == "Lý Thanh Thủy (Thư ký) chuẩn bị; Phạm Tiến Dũng xác nhận, giữ nguyên"
    assert any("Lý Thanh Thủy (Thư ký) chuẩn bị" in line["detail"] for line in timeline(paper))
    ready.refresh_from_db()
    assert ready.state == "confirmed" and ready.direction == paper.directions.get()


def test_the_leader_changes_it_first(office, ready):
    client, paper = at_desk(office.dung), ready.incoming
    url = reverse("incoming_direct", args=[paper.pk])
    page = client.get(url)
    assert page.context["form"]["text"].value() == WORDS and page.context["ready"] == ready
    assert page.context["form"]["lead"].value() == str(office.hoa.pk)
    client.post(url, form(office, lead=office.minh.pk, support=[], prepared=ready.pk))
    paper.refresh_from_db()
    assert paper.holder == office.minh
    assert "xác nhận, có sửa" in Event.objects.get(document=paper.pk, kind="direct").payload["note"]


@pytest.mark.parametrize("who", ["thuy", "thao", "hoa", "minh", "lan"])
def test_nobody_else_confirms(office, ready, who):
    assert pressed(getattr(office, who), ready).status_code in (403, 404)
    assert is_nothing(ready.incoming)


@pytest.mark.parametrize("who", ["thuy", "thao", "minh"])
def test_nobody_else_gives_it_by_sending_its_number_along(office, ready, who):
    url = reverse("incoming_direct", args=[ready.incoming_id])
    answer = at_desk(getattr(office, who)).post(url, form(office, prepared=ready.pk))
    assert answer.status_code in (403, 404) and is_nothing(ready.incoming)


def test_who_prepared_it_does_not_confirm_it_in_the_leaders_place(office, ready):
    """The leader's inbox was lent to the assistant: that carries no second pair of eyes."""
    today = timezone.localdate()
    Delegation.objects.create(post=office.dung, to=office.thuy.user, valid_from=today, valid_to=today)
    client = at_desk(office.thuy)
    client.post(reverse("act_as"), {"post": office.dung.pk})
    assert reverse("prepared_confirm", args=[ready.pk]) not in client.get(reverse("desk")).content.decode()
    assert client.post(reverse("prepared_confirm", args=[ready.pk])).status_code == 403
    assert is_nothing(ready.incoming)


def test_a_substitute_for_directions_confirms_and_the_event_says_for_whom(office, ready):
    today = timezone.localdate()
    lent = Delegation.objects.create(
        post=office.dung, to=office.hoa.user, valid_from=today, valid_to=today, kinds=["direction"]
    )
    client = at_desk(office.hoa)
    client.post(reverse("act_as"), {"post": office.dung.pk})
    tray = words(client.get(reverse("desk")))
    assert "thay mặt Phạm Tiến Dũng" in tray and "Trợ lý Lý Thanh Thủy chuẩn bị" in tray
    client.post(reverse("prepared_confirm", args=[ready.pk]))
    event = Event.objects.get(document=ready.incoming_id, kind="direct")
    assert (event.post, event.user) == (office.dung, office.hoa.user) and lent.pk
    assert "Lê Thu Hoa (thay Phạm Tiến Dũng)" in [line["who"] for line in timeline(ready.incoming)]


@pytest.mark.parametrize("kinds_lent", [["work"], ["drafts", "opinions"], ["reception"]])
def test_a_substitute_for_other_business_does_not(office, ready, kinds_lent):
    today = timezone.localdate()
    Delegation.objects.create(
        post=office.dung, to=office.hoa.user, valid_from=today, valid_to=today, kinds=kinds_lent
    )
    client = at_desk(office.hoa)
    client.post(reverse("act_as"), {"post": office.dung.pk})
    assert client.post(reverse("prepared_confirm", args=[ready.pk])).status_code in (403, 404)
    url = reverse("incoming_direct", args=[ready.incoming_id])
    assert client.post(url, form(office)).status_code in (403, 404) and is_nothing(ready.incoming)


def test_the_assistant_of_another_leader_prepares_nothing_here(office):
    assistant_of(office, office.thao)
    paper = presented(office)
    assert at_desk(office.thuy).get(reverse("incoming_prepare", args=[paper.pk])).status_code == 403
    with pytest.raises(PermissionDenied):
        prepared(office, paper)


def test_nobody_prepares_by_an_assistants_inbox_that_was_lent(office, named):
    paper = presented(office)
    with pytest.raises(PermissionDenied):
        prepared(office, paper, by=office.thuy.used_by(office.minh.user))


def test_after_the_naming_ended_nothing_is_prepared_and_nothing_confirmed(office, named, ready):
    end_assistant(named, by=office.dung, at=timezone.now())
    tray = words(at_desk(office.dung).get(reverse("desk")))
    assert "Không còn hiệu lực: Lý Thanh Thủy không còn là trợ lý của Phạm Tiến Dũng." in tray
    answer = at_desk(office.dung).post(reverse("prepared_confirm", args=[ready.pk]), follow=True)
    assert "không còn là trợ lý" in words(answer) and is_nothing(ready.incoming)
    assert pressed(office.thuy, ready).status_code == 403
    with pytest.raises(PermissionDenied):
        prepared(office, presented(office, number="9"))


def test_it_ends_with_the_assistants_post_too(office, ready):
    Post.objects.filter(pk=office.thuy.pk).update(valid_to=timezone.localdate())
    with pytest.raises(NotAllowedNow, match="không còn là trợ lý"):
        acts.confirm(ready, by=office.dung, at=timezone.now())


def test_a_paper_that_was_corrected_voids_it_and_it_says_so(office, named):
    paper = registered(office)
    type(paper).objects.filter(pk=paper.pk).update(source="paper")
    reception.present(paper, to=office.dung, by=office.lan, at=timezone.now())
    ready = prepared(office, paper)
    paper.refresh_from_db()
    correct.correct(
        paper, {"subject": "Về việc khác hẳn"}, reason="Ghi nhầm trích yếu", by=office.lan, at=timezone.now()
    )
    client = at_desk(office.dung)
    assert "Không còn hiệu lực: Nguyễn Thị Lan đã sửa thông tin đã vào sổ" in words(
        client.get(reverse("desk"))
    )
    answer = client.post(reverse("prepared_confirm", args=[ready.pk]), follow=True)
    assert "sau khi chuẩn bị" in words(answer) and is_nothing(paper)
    page = words(at_desk(office.thuy).get(paper.get_absolute_url()))
    assert "Không còn hiệu lực" in page
    again = prepared(office, paper)
    assert pressed(office.dung, again).status_code == 302
    ready.refresh_from_db()
    assert ready.state == "replaced"


def test_a_paper_directed_meanwhile_voids_it(office, ready):
    work.direct(ready.incoming, by=office.dung, at=timezone.now(), text="Việc khác", lead=office.minh)
    answer = at_desk(office.dung).post(reverse("prepared_confirm", args=[ready.pk]), follow=True)
    assert "Phạm Tiến Dũng đã cho ý kiến chỉ đạo" in words(answer)
    assert Direction.objects.filter(incoming=ready.incoming_id).count() == 1
    page = words(at_desk(office.thuy).get(ready.incoming.get_absolute_url()))
    assert "Không còn hiệu lực" in page and "đã cho ý kiến chỉ đạo" in page


def test_presented_to_another_leader_it_is_nothing_there(office, ready):
    reception.present_again(ready.incoming, to=office.thao, by=office.lan, at=timezone.now())
    assert pressed(office.thao, ready).status_code == 403
    with pytest.raises(NotAllowedNow, match="trình lại"):
        acts.confirm(ready, by=office.dung, at=timezone.now())
    assert WORDS not in words(at_desk(office.thao).get(reverse("desk")))
    reception.present_again(ready.incoming, to=office.dung, by=office.lan, at=timezone.now())
    with pytest.raises(NotAllowedNow):
        acts.confirm(ready, by=office.dung, at=timezone.now())


def test_what_was_typed_is_kept_when_it_became_void_on_the_form(office, named, ready):
    end_assistant(named, by=office.dung, at=timezone.now())
    url = reverse("incoming_direct", args=[ready.incoming_id])
    answer = at_desk(office.dung).post(url, form(office, text="Lời của tôi", prepared=ready.pk))
    assert answer.status_code == 409 and "Lời của tôi" in answer.content.decode()
    assert is_nothing(ready.incoming)


def test_reading_and_asking_colleagues_voids_nothing(office, ready):
    asked = consulted(office, paper=ready.incoming, by=office.dung, asked=[office.hoa])
    says(asked, office.hoa, "comment", "Được.")
    assert acts.why_void(ready, at=timezone.now()) == ""


def test_of_two_assistants_the_second_is_told_and_two_presses_give_once(office, ready):
    office.kim = office.post("kim", "Đào Thị Kim", office.home_affairs, Role.ASSISTANT, "Trợ lý")
    name_assistant(leader=office.dung, post=office.kim, told=False, at=timezone.now())
    url = reverse("incoming_prepare", args=[ready.incoming_id])
    answer = at_desk(office.kim).post(url, form(office, text="Ý khác", seen=""))
    assert answer.status_code == 409 and "Lý Thanh Thủy vừa chuẩn bị" in words(answer)
    assert "Ý khác" in answer.content.decode()
    at_desk(office.kim).post(url, form(office, text="Ý khác", seen=ready.pk))
    assert pressed(office.dung, ready).status_code == 302 and is_nothing(ready.incoming)  # it was replaced
    last = PreparedDirection.objects.get(state="waiting")
    assert last.text == "Ý khác"
    for _ in range(2):
        pressed(office.dung, last)
    assert Direction.objects.filter(incoming=ready.incoming_id).count() == 1


def test_somebody_who_left_meanwhile_is_named_and_the_form_opens(office, ready):
    Post.objects.filter(pk=office.minh.pk).update(valid_to=timezone.localdate())
    answer = at_desk(office.dung).post(reverse("prepared_confirm", args=[ready.pk]), follow=True)
    assert "Không giao được cho Trần Quang Minh nữa" in words(answer) and is_nothing(ready.incoming)
    assert answer.redirect_chain[-1][0] == reverse("incoming_direct", args=[ready.incoming_id])


def test_the_assistant_takes_it_back_and_nobody_else_does(office, ready):
    url = reverse("prepared_withdraw", args=[ready.pk])
    assert at_desk(office.dung).post(url).status_code == 403
    assert at_desk(office.thuy).post(url).status_code == 302
    ready.refresh_from_db()
    assert ready.state == "withdrawn" and kinds(ready.incoming)[-1] == "withdraw_prepared"
    with pytest.raises(NotAllowedNow, match="Trợ lý đã rút"):
        acts.confirm(ready, by=office.dung, at=timezone.now())


@pytest.mark.parametrize(
    "wrong",
    [
        {"lead": None, "support": []},
        {"due_on": dt.date(2020, 1, 1)},
        {"lead": None},
        {"support": [1], "lead": 1},
    ],
)
def test_what_could_not_be_given_is_not_prepared(office, named, wrong):
    known = {1: office.hoa}
    wrong = {
        key: [known[one] for one in value] if isinstance(value, list) else known.get(value, value)
        for key, value in wrong.items()
    }
    if wrong == {"lead": None, "support": []}:
        wrong |= {"info": []}
    with pytest.raises(ValidationError):
        prepared(office, **wrong)
    assert not PreparedDirection.objects.exists()


def test_only_to_be_told_can_be_prepared_too(office, named):
    ready = prepared(office, lead=None, support=[])
    assert "Không ai, chỉ chuyển để biết" in words(at_desk(office.dung).get(reverse("desk")))
    pressed(office.dung, ready)
    ready.incoming.refresh_from_db()
    assert ready.incoming.state == "completed"


def test_a_room_is_prepared_for_its_head(office, named):
    ready = prepared(office, lead=office.room, support=[], info=[])
    pressed(office.dung, ready)
    assert Assignment.objects.get(incoming=ready.incoming_id).assignee == office.hoa


def test_a_delegation_taken_back_a_second_ago_confirms_nothing(office, ready):
    """The page was opened while it ran; the act asks again."""
    today = timezone.localdate()
    lent = delegate(post=office.dung, to=office.hoa.user, valid_from=today, valid_to=today, reason="", by=office.dung.user, at=timezone.now())  # fmt: skip
    borrowed = next(post for post in posts_of(office.hoa.user, today) if post == office.dung)
    cancel_delegation(lent, by=office.dung.user, at=timezone.now())
    with pytest.raises(PermissionDenied, match="đã kết thúc"):
        acts.confirm(ready, by=borrowed, at=timezone.now())
    assert is_nothing(ready.incoming)
    ready.refresh_from_db()
    assert ready.state == "waiting"


def test_the_assistants_desk_shows_what_to_prepare_and_what_is_prepared(office, ready):
    presented(office, number="77")
    page = words(at_desk(office.thuy).get(reverse("desk")))
    assert "Chuẩn bị ý kiến cho lãnh đạo" in page
    assert "Đã chuẩn bị, chờ xác nhận" in page and "Sửa bản chuẩn bị" in page


def test_the_tray_costs_the_same_with_one_prepared_and_with_three(office, named):
    def cost(post, *, anew):
        client = at_desk(post)
        client.get(reverse("desk"))
        cache.clear() if anew else office.paper()
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("desk"))
        return len(queries)

    costs = []
    for many in (1, 2):
        for number in range(many):
            prepared(office, presented(office, number=f"5{many}{number}"))
        costs.append([cost(post, anew=True) for post in (office.dung, office.thuy)])
        assert max(cost(post, anew=False) for post in (office.dung, office.thuy)) <= 12
    assert costs[0] == costs[1]
