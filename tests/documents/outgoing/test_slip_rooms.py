"""A room on a slip: its head speaks for it. And who may not be on one: an assistant, where the paper has a mark."""

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.actions.outgoing import slips as acts
from documents.models import Asked, Event, Incoming, Slip
from orgs.models import Role, Unit
from progress.actions.telling import follow
from tests.documents.desks import at_desk, directed, words
from tests.documents.outgoing.slipping import WORDS, place_of, slipped
from tests.documents.outgoing_cases import brought, written
from tests.documents.work.asking import consulted
from tests.documents.work.preparing import assistant_of
from tests.documents.work.test_circulate import text_of_pdf

NO = "không được xem dự thảo trả lời văn bản có dấu hiệu độ mật"


@pytest.fixture
def law(office):
    """A second room, of bach, its head, and chi."""
    room = Unit.objects.create(organisation=office.home_affairs, name="Phòng Pháp chế")
    office.bach = office.post(
        "bach", "Lý Bách", office.home_affairs, Role.UNIT_HEAD, "Trưởng phòng", unit=room
    )
    office.chi = office.post("chi", "Vũ Chi", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=room)
    return room


def test_a_room_is_asked_in_the_person_of_its_head(office, law):
    draft = written(office)
    minh, url = at_desk(office.minh), f"/phieu-trinh/lap/{draft.pk}/"
    assert 'aria-label="Cả Phòng Pháp chế ở nhóm 1"' in minh.get(url).content.decode()
    form = WORDS | {"group_1": [f"unit-{law.pk}", office.hoa.pk], "group_2": [office.dung.pk]}
    assert minh.post(url, form).status_code == 302
    slip = Slip.objects.get()
    found = [(one.post, one.unit, one.group, one.state) for one in slip.places.all()]
    assert sorted(found, key=str) == sorted(
        [(office.bach, law, 1, "waiting"), (office.hoa, None, 1, "waiting"), (office.dung, None, 2, "later")],
        key=str,
    )
    assert "Phòng Pháp chế (Lý Bách)" in Event.objects.get(kind="make_slip").payload["note"]
    assert "hỏi cả phòng" in words(minh.get(slip.get_absolute_url()))
    head = at_desk(office.bach)
    follow(at=timezone.now())
    assert "chờ bạn cho ý kiến" in office.bach.user.notices.last().text
    sent = {"choice": "agree", "text": "", "sha256": slip.rounds.get().sha256}
    assert head.post(f"/phieu-trinh/{slip.pk}/cho-y-kien/", sent).status_code == 302
    assert place_of(slip, office.bach).state == "answered"
    assert at_desk(office.chi).get(slip.get_absolute_url()).status_code == 404, "the head alone sees it"
    assert "thay mặt Phòng Pháp chế" in " ".join(
        text_of_pdf(minh.get(f"/phieu-trinh/{slip.pk}/in/").content).split()
    )
    again = minh.get(f"/phieu-trinh/lap/{written(office).pk}/").context["form"]
    assert f"unit-{law.pk}" in again.last, "whom one asked lately"


def test_a_room_without_a_head_is_refused_with_its_name(office, law):
    office.bach.valid_to = timezone.localdate()
    office.bach.save()
    with pytest.raises(ValidationError, match="Phòng Pháp chế chưa có trưởng phòng để cho ý kiến"):
        slipped(office, [law])
    page = at_desk(office.minh).post(
        f"/phieu-trinh/lap/{written(office).pk}/", WORDS | {"group_1": [f"unit-{law.pk}"]}
    )
    assert page.status_code == 200 and page.context["form"].errors and not Slip.objects.exists()


def test_a_head_chosen_with_his_room_speaks_once_and_not_in_two_groups(office, law):
    slip = slipped(office, [office.bach, law])
    assert [(one.post, one.unit) for one in slip.places.all()] == [(office.bach, None)]
    with pytest.raises(ValidationError, match="Lý Bách được chọn ở hai nhóm"):
        slipped(office, [law], [office.bach])
    with pytest.raises(ValidationError, match="ý kiến của chính mình"):
        slipped(office, [law], by=office.bach, paper=written(office, by=office.bach))


def test_a_new_head_takes_the_place_and_speaks_for_the_room(office, law):
    slip = slipped(office, [law])
    place, at = place_of(slip, office.bach), timezone.now()
    acts.replace_in_slip(place, post=office.chi, reason="Đã nghỉ", by=office.minh, at=at)
    assert place_of(slip, office.chi).unit == law
    acts.replace_in_slip(place_of(slip, office.chi), post=office.hoa, reason="Vắng", by=office.minh, at=at)
    assert place_of(slip, office.hoa).unit is None, "she is of another room"


@pytest.fixture
def marked(office):
    """A draft that answers a paper with a mark of secrecy; and thuy, an assistant."""
    assistant_of(office, office.dung)
    incoming = directed(office)
    Incoming.objects.filter(pk=incoming.pk).update(secrecy_marks="MẬT", secrecy_cleared_by=office.lan)
    incoming.refresh_from_db()
    return written(office, in_reply_to=incoming, subject="Về việc trả lời rungthonglon")


def test_no_assistant_is_put_on_a_slip_about_an_answer_to_a_marked_paper(office, marked):
    page = at_desk(office.minh).post(f"/phieu-trinh/lap/{marked.pk}/", WORDS | {"group_1": [office.thuy.pk]})
    assert page.status_code == 200 and f"Lý Thanh Thủy là thư ký, {NO}" in words(page)
    assert not Slip.objects.exists()
    slip = slipped(office, [office.hoa], paper=marked)
    sent = {"place": place_of(slip, office.hoa).pk, "person": office.thuy.pk, "reason": "Vắng"}
    page = at_desk(office.minh).post(f"/phieu-trinh/{slip.pk}/thay-nguoi/", sent)
    assert page.status_code == 200 and NO in words(page) and place_of(slip, office.hoa).state == "waiting"
    slipped(office, [office.thuy], paper=written(office, in_reply_to=directed(office, number="2")))


def test_nor_is_one_asked_about_it(office, marked):
    with pytest.raises(ValidationError, match=NO):
        consulted(office, paper=marked, asked=[office.thuy])
    assert not Asked.objects.exists()


def test_a_mark_found_later_hides_the_answer_from_the_assistant_on_its_slip(office):
    assistant_of(office, office.dung)
    incoming = directed(office)
    draft = written(office, in_reply_to=incoming, subject="Về việc trả lời rungthonglon")
    slip, asked = (
        slipped(office, [office.thuy], paper=draft),
        consulted(office, paper=draft, asked=[office.thuy]),
    )
    client = at_desk(office.thuy)
    pages = [draft, slip, asked]
    assert [client.get(one.get_absolute_url()).status_code for one in pages] == [200, 200, 200]
    Incoming.objects.filter(pk=incoming.pk).update(secrecy_marks="MẬT")
    cache.clear()  # changed past the acts
    assert [client.get(one.get_absolute_url()).status_code for one in pages] == [404, 404, 404]
    for url in ("/", "/phieu-trinh/?box=waiting", "/y-kien/?box=asked", "/tim/?q=rungthonglon"):
        assert "trả lời rungthonglon" not in words(client.get(url)), url
    speaks_at = f"/phieu-trinh/{slip.pk}/cho-y-kien/"
    assert client.post(speaks_at, {"choice": "agree", "sha256": slip.rounds.get().sha256}).status_code == 404


def test_what_was_submitted_is_hidden_from_assistants_too_and_from_nobody_else(office, marked):
    brought(office, "in_review", marked)
    client = at_desk(office.thuy)
    assert client.get(marked.get_absolute_url()).status_code == 404
    assert client.get("/van-ban-di/?box=all").context["shown"] == "0 văn bản"
    assert at_desk(office.lan).get(marked.get_absolute_url()).status_code == 200
    other = brought(office, "in_review", written(office, in_reply_to=directed(office, number="2")))
    assert client.get(other.get_absolute_url()).status_code == 200
    speaks_of = client.get("/van-ban-di/?box=all").context["shown"]
    assert speaks_of == "1 văn bản"
