"""Xin ý kiến: colleagues are asked, see the paper, answer when they can; the paper goes on."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.actions.work import assignments as work
from documents.actions.work import consultations as acts
from documents.models import Asked, Consultation, Event, Incoming, Opinion, Outgoing
from orgs.models import Delegation, Notice, Role, Unit
from tests.documents.desks import at_desk, directed, kinds, outgoing, presented, task_of, words
from tests.documents.outgoing_cases import brought, written
from tests.documents.work.asking import TOMORROW, consulted, place_of, says

SENT = {"question": "Anh chị cho biết ý kiến về mục 2."}


@pytest.fixture
def binh(office):
    """An officer of another room: nothing of the paper is his business before he is asked."""
    room = Unit.objects.create(organisation=office.home_affairs, name="Phòng Tài chính", abbreviation="TC")
    return office.post("binh", "Lý Bình", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=room)


def test_whoever_handles_a_paper_asks_and_the_asked_sees_it_and_answers(office, binh):
    paper = directed(office)
    colleague, minh = at_desk(binh), at_desk(office.minh)
    assert colleague.get(paper.get_absolute_url()).status_code == 404
    answer = minh.post(
        f"/y-kien/xin/{paper.pk}/", SENT | {"asked": [binh.pk], "due_on": f"{TOMORROW:%d/%m/%Y}"}
    )
    assert answer.status_code == 302 and answer.url == f"/van-ban-den/{paper.pk}/?tab=work"
    asked = Consultation.objects.get()
    assert (asked.kind, asked.by, asked.due_on, asked.question) == (
        "opinion",
        office.minh,
        TOMORROW,
        SENT["question"],
    )
    page = colleague.get(f"{paper.get_absolute_url()}?tab=work")
    assert (
        page.status_code == 200
        and "Bạn xem được văn bản này vì được Trần Quang Minh hỏi ý kiến." in words(page)
    )
    assert f"/y-kien/{asked.pk}/tra-loi/" in page.content.decode()
    assert "Trần Quang Minh xin ý kiến bạn về văn bản số đến" in binh.user.notices.get().text
    sent = {"text": "Mục 2 nên bỏ.", "choice": "comment"}
    assert colleague.post(f"/y-kien/{asked.pk}/tra-loi/", sent).status_code == 302
    given = Opinion.objects.get()
    assert (given.choice, given.text, given.user) == ("comment", "Mục 2 nên bỏ.", binh.user)
    assert kinds(paper)[-2:] == ["consult", "give_opinion"]
    assert "Mục 2 nên bỏ." in words(minh.get(f"{paper.get_absolute_url()}?tab=work"))
    timeline = words(minh.get(f"{paper.get_absolute_url()}?tab=flow"))
    assert "Xin ý kiến" in timeline and "Hỏi Lý Bình" in timeline and "Cho ý kiến" in timeline
    assert "đã cho ý kiến" in office.minh.user.notices.get().text


def test_the_journey_goes_on_while_an_opinion_is_waited_for(office, binh):
    paper = directed(office)
    asked = consulted(office, asked=[binh], paper=paper)
    task = task_of(paper, office.minh)
    work.start(task, by=office.minh, at=timezone.now())
    assert Incoming.objects.get(pk=paper.pk).state == "processing"
    work.finish(task, by=office.minh, at=timezone.now(), result="Xong")
    asked.refresh_from_db()
    assert Incoming.objects.get(pk=paper.pk).state == "completed"
    # It is over: nobody waits for an answer any more, and whoever types one is told.
    assert (asked.state, place_of(asked, binh).state) == ("closed", "missed")
    page = at_desk(binh).post(f"/y-kien/{asked.pk}/tra-loi/", {"text": "Tôi đã gõ rất dài"})
    assert page.status_code == 409 and "Tôi đã gõ rất dài" in page.content.decode()
    assert "việc xử lý văn bản đã kết thúc lúc" in words(page) and not Opinion.objects.exists()


def test_the_leader_it_was_presented_to_and_whoever_gave_the_work_ask_too(office, binh):
    paper = presented(office)
    assert consulted(office, asked=[binh], paper=paper, by=office.dung).pk
    given = directed(office, number="2")
    assert consulted(office, asked=[binh], paper=given, by=office.dung).pk


@pytest.mark.parametrize("who", ["lan", "thao", "hoa"])
def test_who_has_nothing_to_do_with_it_does_not_ask(office, binh, who):
    paper = directed(office)
    client, before = at_desk(getattr(office, who)), Event.objects.count()
    for way in ("xin", "lay"):
        url = f"/y-kien/{way}/{paper.pk}/"
        assert url not in client.get(paper.get_absolute_url()).content.decode()
        assert client.get(url).status_code == 403
        assert client.post(url, SENT | {"asked": [binh.pk], "due_on": f"{TOMORROW}"}).status_code == 403
    assert Event.objects.count() == before and not Consultation.objects.exists()


def test_about_ones_own_draft_before_it_is_submitted(office, binh):
    draft = written(office)
    colleague = at_desk(binh)
    assert colleague.get(draft.get_absolute_url()).status_code == 404
    sent = SENT | {"asked": [binh.pk, office.thao.pk]}
    assert at_desk(office.minh).post(f"/y-kien/xin/{draft.pk}/", sent).status_code == 302
    for who in (colleague, at_desk(office.thao)):
        page = who.get(f"{draft.get_absolute_url()}?tab=work")
        assert page.status_code == 200 and "vì được Trần Quang Minh hỏi ý kiến" in words(page)
        assert "Sửa dự thảo" not in words(page) and "Trình duyệt" not in words(page)
        picture = page.context["pages"][0]["url"]
        assert who.get(picture).status_code == 200
    assert at_desk(office.dung).get(draft.get_absolute_url()).status_code == 404  # he was not asked
    assert at_desk(binh).get(f"/van-ban-di/{draft.pk}/sua/").status_code == 403
    papers.submit(draft, by=office.minh, at=timezone.now())
    assert Outgoing.objects.get(pk=draft.pk).state == "in_review"
    assert Consultation.objects.get().state == "open"


def test_a_signed_paper_is_not_asked_about(office, binh, keys):
    paper = brought(office, "signed")
    minh = at_desk(office.minh)
    assert "/y-kien/xin/" not in minh.get(paper.get_absolute_url()).content.decode()
    page = minh.post(f"/y-kien/xin/{paper.pk}/", SENT | {"asked": [binh.pk]})
    assert page.status_code == 409 and "Đã ký, chờ cấp số" in words(page) and SENT["question"] in words(page)


def test_a_cancelled_draft_asks_nobody_any_more(office, binh):
    draft = written(office)
    asked = consulted(office, asked=[binh], paper=draft)
    papers.cancel(draft, by=office.minh, at=timezone.now())
    asked.refresh_from_db()
    assert asked.state == "closed" and not Asked.objects.filter(state="waiting").exists()


def test_no_opinion_is_one_press(office, binh):
    asked = consulted(office, asked=[binh])
    client = at_desk(binh)
    page = client.get(f"{asked.document.incoming.get_absolute_url()}?tab=work").content.decode()
    assert f'action="/y-kien/{asked.pk}/tra-loi/"' in page and 'value="none">Không có ý kiến' in page
    assert client.post(f"/y-kien/{asked.pk}/tra-loi/", {"choice": "none"}).status_code == 302
    assert Opinion.objects.get().choice == "none" and place_of(asked, binh).state == "answered"


def test_what_was_typed_is_not_thrown_away_by_the_wrong_button(office, binh):
    asked = consulted(office, asked=[binh])
    page = at_desk(binh).post(f"/y-kien/{asked.pk}/tra-loi/", {"choice": "none", "text": "Tôi có ý kiến"})
    assert page.status_code == 200 and "Bạn đã gõ ý kiến" in words(page) and "Tôi có ý kiến" in words(page)
    page = at_desk(binh).post(f"/y-kien/{asked.pk}/tra-loi/", {"text": " "})
    assert page.status_code == 200 and "Hãy ghi ý kiến" in words(page)
    for bad in ({"text": "x" * 2001}, {"text": "a\x00b"}, {"text": "a", "choice": "agree"}):
        assert at_desk(binh).post(f"/y-kien/{asked.pk}/tra-loi/", bad).status_code == 200
    assert not Opinion.objects.exists()


def test_an_opinion_is_amended_by_another_and_the_first_stays(office, binh):
    asked = consulted(office, asked=[binh])
    says(asked, binh, "comment", "Nên bỏ.")
    client = at_desk(binh)
    page = client.get(f"/y-kien/{asked.pk}/tra-loi/")
    assert page.context["form"]["text"].value() == "Nên bỏ." and "Bạn đã cho ý kiến lúc" in words(page)
    client.post(f"/y-kien/{asked.pk}/tra-loi/", {"text": "Nên giữ."})
    assert [one.text for one in Opinion.objects.all()] == ["Nên bỏ.", "Nên giữ."]
    page = words(at_desk(office.minh).get(asked.get_absolute_url()))
    assert "Nên giữ." in page and "Ý kiến trước (1)" in page and "Nên bỏ." in page
    assert Event.objects.filter(kind="give_opinion").last().payload["note"].endswith("(thay ý kiến trước)")


def test_the_same_words_again_add_nothing(office, binh):
    asked = consulted(office, asked=[binh])
    first = says(asked, binh, "comment", "Nên bỏ.")
    assert says(asked, binh, "comment", " Nên bỏ. ") == first
    assert Opinion.objects.count() == 1 and Event.objects.filter(kind="give_opinion").count() == 1


def test_a_room_is_asked_in_the_person_of_its_head(office):
    paper = presented(office)
    answer = at_desk(office.dung).post(
        f"/y-kien/xin/{paper.pk}/", SENT | {"asked": [f"unit-{office.room.pk}"]}
    )
    assert answer.status_code == 302
    asked = Asked.objects.get()
    assert (asked.post, asked.unit) == (office.hoa, office.room)
    assert "Hỏi Phòng Tổ chức (Lê Thu Hoa)" in Event.objects.get(kind="consult").payload["note"]


def test_the_head_chosen_by_name_and_with_the_room_is_asked_once(office):
    consulted(office, asked=[office.hoa, office.room], paper=presented(office), by=office.dung)
    assert Asked.objects.get().unit is None


def test_who_cannot_be_asked(office, binh):
    paper = directed(office)
    admin = office.post("quanly", "Quản Lý", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")
    minh, url = at_desk(office.minh), f"/y-kien/xin/{paper.pk}/"
    second = office.post(
        "minh", "Trần Quang Minh", office.home_affairs, Role.ARCHIVIST, "Lưu trữ (kiêm nhiệm)"
    )
    for nobody in (
        [],
        [office.khach.pk],
        [office.minh.pk],
        [second.pk],
        [admin.pk],
        ["x"],
        ["unit-999999"],
        [10**20],
    ):
        page = minh.post(url, SENT | {"asked": nobody})
        assert page.status_code == 200 and page.context["form"].errors["asked"], nobody
    binh.valid_to = timezone.localdate()
    binh.save()
    assert minh.post(url, SENT | {"asked": [binh.pk]}).context["form"].errors["asked"]
    office.thao.user.is_active = False
    office.thao.user.save()
    assert minh.post(url, SENT | {"asked": [office.thao.pk]}).context["form"].errors["asked"]
    assert not Consultation.objects.exists()
    # Whoever leaves between the choice and the press is named.
    for post, said in (
        (binh, "không còn tại vị trí"),
        (office.minh, "chính mình"),
        (office.khach, "cơ quan này"),
    ):
        with pytest.raises(acts.ValidationError, match=said):
            consulted(office, asked=[post], paper=paper)
    room = Unit.objects.create(organisation=office.home_affairs, name="Phòng trống", abbreviation="PT")
    with pytest.raises(acts.ValidationError, match="chưa có trưởng phòng"):
        consulted(office, asked=[room], paper=paper)


def test_what_is_asked_has_words_and_a_day_to_come(office, binh):
    paper, minh = directed(office), at_desk(office.minh)
    url, good = f"/y-kien/xin/{paper.pk}/", SENT | {"asked": [binh.pk]}
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    for bad in (
        {"question": "x" * 2001},
        {"question": ""},
        {"question": "a\x00"},
        {"due_on": f"{yesterday}"},
        {"due_on": "5/13/2026"},
    ):
        page = minh.post(url, good | bad)
        assert page.status_code == 200 and page.context["form"].errors, bad
    assert f'value="{binh.pk}" aria-label="Hỏi Lý Bình" checked' in page.content.decode()
    assert not Consultation.objects.exists()


def test_looking_for_somebody_keeps_what_was_typed(office, binh):
    paper = directed(office)
    sent = SENT | {"asked": [office.hoa.pk], "find": "ly binh", "look": "1"}
    page = at_desk(office.minh).post(f"/y-kien/xin/{paper.pk}/", sent)
    html = page.content.decode()
    assert SENT["question"] in html and 'aria-label="Hỏi Lý Bình"' in html
    assert 'aria-label="Hỏi Lê Thu Hoa" checked' in html and "Hỏi Vũ Phương Thảo" not in html


def test_sent_twice_it_is_asked_once(office, binh):
    paper = directed(office)
    minh, sent = at_desk(office.minh), SENT | {"asked": [binh.pk]}
    assert [minh.post(f"/y-kien/xin/{paper.pk}/", sent).status_code for _ in range(2)] == [302, 302]
    assert Consultation.objects.count() == 1 and Event.objects.filter(kind="consult").count() == 1


def test_taken_back_nobody_answers_and_the_paper_is_out_of_sight(office, binh):
    asked = consulted(office, asked=[binh, office.hoa])
    paper = Incoming.objects.get()
    colleague, minh = at_desk(binh), at_desk(office.minh)
    assert colleague.get(paper.get_absolute_url()).status_code == 200
    file = paper.files.get()
    assert colleague.get(f"/tep/{file.pk}/").status_code == 200
    url = f"/y-kien/{asked.pk}/thu-lai/"
    assert minh.post(url, {"reason": " "}).status_code == 200
    assert minh.post(url, {"reason": "Đã có câu trả lời"}, follow=True).status_code == 200
    for gone in (
        paper.get_absolute_url(),
        f"/tep/{file.pk}/",
        asked.get_absolute_url(),
        f"/y-kien/{asked.pk}/tra-loi/",
    ):
        assert colleague.get(gone).status_code == 404, gone
    assert "Đã có câu trả lời" in binh.user.notices.last().text
    # Who was typing is told, though the paper is no longer shown.
    page = colleague.post(f"/y-kien/{asked.pk}/tra-loi/", {"text": "Tôi đã gõ rất dài"})
    assert page.status_code == 409 and "Tôi đã gõ rất dài" in page.content.decode()
    assert "Trần Quang Minh (Chuyên viên · Phòng Tổ chức) đã thu lại việc xin ý kiến lúc" in words(page)
    assert paper.subject not in page.content.decode()
    assert kinds(paper)[-1] == "take_back_consultation" and not Opinion.objects.exists()


def test_closed_while_somebody_types(office, binh):
    asked = consulted(office, asked=[binh])
    client = at_desk(binh)
    assert client.get(f"/y-kien/{asked.pk}/tra-loi/").status_code == 200
    assert at_desk(office.minh).post(f"/y-kien/{asked.pk}/ket-thuc/").status_code == 302
    page = client.post(f"/y-kien/{asked.pk}/tra-loi/", {"text": "Tôi đã gõ rất dài"})
    assert page.status_code == 409 and "Tôi đã gõ rất dài" in page.content.decode()
    assert "Trần Quang Minh (Chuyên viên · Phòng Tổ chức) đã kết thúc việc xin ý kiến lúc" in words(page)
    assert client.get(asked.get_absolute_url()).status_code == 200  # still seen: it was only closed
    again = at_desk(office.minh).post(f"/y-kien/{asked.pk}/ket-thuc/", follow=True)
    assert (
        "Không thể kết thúc" in words(again) and Event.objects.filter(kind="close_consultation").count() == 1
    )


def test_only_whoever_asked_reminds_puts_off_closes_or_takes_back(office, binh):
    asked = consulted(office, asked=[binh, office.hoa])
    for who in (binh, office.hoa, office.lan, office.dung):
        page = at_desk(who).get(asked.get_absolute_url())
        assert page.status_code == 200 and "Kết thúc lấy ý kiến" not in words(page)
        for step, sent in (
            ("nhac", {}),
            ("gia-han", {"due_on": "2027-01-01"}),
            ("ket-thuc", {}),
            ("thu-lai", {"reason": "x"}),
        ):
            assert at_desk(who).post(f"/y-kien/{asked.pk}/{step}/", sent).status_code == 403, (who, step)
    asked.refresh_from_db()
    assert asked.state == "open"


def test_a_question_of_somebody_who_has_left_is_closed_by_the_head(office, binh):
    asked = consulted(office, asked=[binh])
    office.minh.valid_to = timezone.localdate()
    office.minh.save()
    assert at_desk(office.thao).post(f"/y-kien/{asked.pk}/ket-thuc/").status_code == 403
    assert at_desk(office.dung).post(f"/y-kien/{asked.pk}/ket-thuc/").status_code == 302
    asked.refresh_from_db()
    assert asked.state == "closed"


def test_whoever_was_asked_and_left_is_named_so_and_holds_nothing_up(office, binh):
    asked = consulted(office, asked=[binh, office.hoa])
    says(asked, office.hoa, "comment", "Đồng tình.")
    binh.valid_to = timezone.localdate()
    binh.save()
    minh = at_desk(office.minh)
    page = minh.get(asked.get_absolute_url())
    assert "Không còn tại vị trí: 1" in words(page) and "Chưa cho ý kiến: 0" in words(page)
    assert acts.remind_asked(asked, by=office.minh, at=timezone.now()) == []
    assert minh.post(f"/y-kien/{asked.pk}/ket-thuc/").status_code == 302
    assert "1/2 người đã cho ý kiến" in Event.objects.get(kind="close_consultation").payload["note"]


def test_reminders_are_counted_once_a_day(office, binh):
    asked = consulted(office, asked=[binh, office.hoa])
    says(asked, office.hoa, "none")
    minh, before = at_desk(office.minh), Notice.objects.filter(user=office.hoa.user).count()
    page = minh.post(f"/y-kien/{asked.pk}/nhac/", follow=True)
    assert "Đã nhắc 1 người." in words(page) and "đã nhắc 1 lần" in words(page)
    assert "hôm nay đã nhắc" in words(minh.post(f"/y-kien/{asked.pk}/nhac/", follow=True))
    assert (
        place_of(asked, binh).reminders == 1 and Notice.objects.filter(user=office.hoa.user).count() == before
    )
    acts.remind_asked(asked, by=office.minh, at=timezone.now() + dt.timedelta(days=1))
    assert place_of(asked, binh).reminders == 2
    assert Event.objects.filter(kind="remind_asked").count() == 2


def test_a_deputy_at_a_lent_inbox_asks_and_answers_in_its_holders_name(office, binh):
    asked = consulted(office, asked=[binh])
    today = timezone.localdate()
    Delegation.objects.create(post=binh, to=office.hoa.user, valid_from=today, valid_to=today)
    deputy = at_desk(office.hoa)
    deputy.post(reverse("act_as"), {"post": binh.pk})
    assert deputy.post(f"/y-kien/{asked.pk}/tra-loi/", {"text": "Thay mặt."}).status_code == 302
    given = Opinion.objects.get()
    assert (given.user, given.asked.post) == (office.hoa.user, binh)
    event = Event.objects.get(kind="give_opinion")
    assert (event.post, event.user) == (binh, office.hoa.user)
    assert "Lê Thu Hoa (thay Lý Bình)" in words(at_desk(office.minh).get(asked.get_absolute_url()))


def test_nobody_answers_himself_by_an_inbox_that_was_lent(office, binh):
    asked = consulted(office, asked=[binh])
    today = timezone.localdate()
    Delegation.objects.create(post=binh, to=office.minh.user, valid_from=today, valid_to=today)
    deputy = at_desk(office.minh)
    deputy.post(reverse("act_as"), {"post": binh.pk})
    assert deputy.post(f"/y-kien/{asked.pk}/tra-loi/", {"text": "Đồng ý."}).status_code == 403
    assert not Opinion.objects.exists()


def test_the_page_of_who_may_see_says_why(office, binh):
    asked = consulted(office, asked=[binh])
    page = at_desk(office.lan).get(f"{Incoming.objects.get().get_absolute_url()}?tab=access", follow=True)
    assert "Lý Bình Chuyên viên · Phòng Tài chính Được Trần Quang Minh hỏi ý kiến" in words(page)
    acts.take_back_consultation(asked, by=office.minh, at=timezone.now(), reason="Nhầm")
    page = at_desk(office.lan).get(f"{Incoming.objects.get().get_absolute_url()}?tab=access", follow=True)
    assert "Được Trần Quang Minh hỏi ý kiến" not in words(page)


def test_asked_again_after_it_was_taken_back_one_sees_it_again(office, binh):
    paper = directed(office)
    first = consulted(office, asked=[binh], paper=paper)
    acts.take_back_consultation(first, by=office.minh, at=timezone.now(), reason="Nhầm")
    consulted(office, asked=[binh], paper=paper)
    assert at_desk(binh).get(paper.get_absolute_url()).status_code == 200


def test_the_last_answer_tells_whoever_asked_and_the_others_do_not(office, binh):
    asked = consulted(office, asked=[binh, office.hoa])
    says(asked, binh, "none")
    assert not office.minh.user.notices.exists()
    says(asked, office.hoa, "comment", "Được.")
    assert office.minh.user.notices.get().url == asked.get_absolute_url()
    says(asked, office.hoa, "comment", "Được lắm.")
    assert office.minh.user.notices.count() == 1


def test_a_question_about_a_draft_by_one_who_has_left_is_conducted_by_those_above(office):
    draft = outgoing(office, subject="Về việc định biên", body="rungthonglon")
    question = consulted(office, paper=draft, asked=[office.hoa])
    says(question, office.hoa, "comment", "chimvangxanh")
    head, here = at_desk(office.dung), f"/y-kien/{question.pk}/"
    assert head.get(here).status_code == head.get(f"{here}thu-lai/").status_code == 404
    office.minh.valid_to = timezone.localdate()
    office.minh.save()
    page = head.get(here)
    assert page.status_code == 200 and "Về việc định biên" in words(page)
    assert "rungthonglon" not in words(page) and "chimvangxanh" not in words(page)
    assert head.get(f"{here}bao-cao/").status_code == head.get(draft.get_absolute_url()).status_code == 404
    assert at_desk(office.thao).get(here).status_code == 404
    assert head.get(f"{here}ket-thuc/").status_code == 200
    page = head.post(f"{here}thu-lai/", {"reason": "Đã nghỉ"}, follow=True)
    question.refresh_from_db()
    assert page.status_code == 200 and question.state == "taken_back"
