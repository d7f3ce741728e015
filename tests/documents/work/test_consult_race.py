"""Two at once: one row, one end; who was slower is told."""

import pytest
from django.utils import timezone

from documents.actions.work import consultations as acts
from documents.journey import NotAllowedNow
from documents.models import Asked, Consultation, Event, Opinion
from tests.documents.desks import directed, task_of
from tests.documents.test_race import together
from tests.documents.work.asking import consulted, place_of, says, voted

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_presses_of_one_question_ask_once(transactional_db, office):
    paper, at = directed(office), timezone.now()
    press = lambda: consulted(office, asked=[office.hoa], paper=type(paper).objects.get(pk=paper.pk), at=at)  # noqa: E731
    first, second = together(press, press)
    assert first == second and Consultation.objects.count() == 1
    assert Asked.objects.count() == 1 and Event.objects.filter(kind="consult").count() == 1


def test_two_presses_of_one_vote_are_one_row(transactional_db, office):
    vote = voted(office, asked=[office.hoa, office.thao])
    press = lambda: says(vote, office.hoa, "other", "Nên bỏ khoản 2.")  # noqa: E731
    together(*[press] * 4)
    assert Opinion.objects.count() == 1 and Event.objects.filter(kind="give_opinion").count() == 1


def test_eight_people_vote_at_once_and_none_waits_for_another_for_ever(transactional_db, office):
    people = [
        office.post(f"p{n}", f"Người {n}", office.home_affairs, "officer", "Chuyên viên", unit=office.room)
        for n in range(8)
    ]
    vote = voted(office, asked=people)
    together(*[lambda post=post: says(vote, post, "agree") for post in people])
    assert Opinion.objects.count() == 8 and not Asked.objects.filter(state="waiting").exists()
    assert office.minh.user.notices.filter(text__startswith="Mọi người").count() == 1
    assert Event.objects.broken_links(office.home_affairs.pk) == []


def test_a_vote_and_the_end_of_it(transactional_db, office):
    for _ in range(4):
        vote = voted(office, asked=[office.hoa], question=f"Lần {_}", paper=directed(office, number=f"7{_}"))
        answers = together(
            lambda vote=vote: says(vote, office.hoa, "agree"),
            lambda vote=vote: acts.close_consultation(vote, by=office.minh, at=timezone.now()),
        )
        place = place_of(vote, office.hoa)
        refused = isinstance(answers[0], NotAllowedNow)
        assert place.state == ("missed" if refused else "answered")
        assert place.opinions.count() == (0 if refused else 1)


def test_of_two_who_end_it_one_does(transactional_db, office):
    vote = voted(office, asked=[office.hoa])
    close = lambda: acts.close_consultation(vote, by=office.minh, at=timezone.now())  # noqa: E731
    back = lambda: acts.take_back_consultation(vote, by=office.minh, at=timezone.now(), reason="Nhầm")  # noqa: E731
    answers = together(close, back)
    assert sum(isinstance(one, NotAllowedNow) for one in answers) == 1
    assert Event.objects.filter(kind__in=["close_consultation", "take_back_consultation"]).count() == 1


def test_two_reminders_count_once(transactional_db, office):
    vote = voted(office, asked=[office.hoa])
    together(*[lambda: acts.remind_asked(vote, by=office.minh, at=timezone.now())] * 2)
    assert place_of(vote, office.hoa).reminders == 1


def test_a_question_and_the_end_of_the_paper(transactional_db, office):
    from documents.actions.work import assignments as work

    for number in "123":
        paper = directed(office, number=number)
        task = task_of(paper, office.minh)
        answers = together(
            lambda paper=paper: consulted(
                office, asked=[office.hoa], paper=type(paper).objects.get(pk=paper.pk)
            ),
            lambda task=task: work.finish(task, by=office.minh, at=timezone.now(), result="Xong"),
        )
        assert (
            isinstance(answers[0], NotAllowedNow)
            or Consultation.objects.get(pk=answers[0].pk).state == "closed"
        )
    assert not Asked.objects.filter(state="waiting").exists()
