"""Two at once with one slip: one wins, the other is told; no turn is lost and the draft is submitted once."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.actions.outgoing import slips as acts
from documents.actions.outgoing.drafts import edit
from documents.actions.outgoing.slip_answers import answer_slip
from documents.journey import NotAllowedNow
from documents.models import Event, Outgoing, Slip, SlipOpinion, SlipPlace
from tests.documents.outgoing.slipping import place_of, slipped, speaks
from tests.documents.outgoing_cases import fields, written
from tests.documents.test_race import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_presses_of_one_slip_make_one(transactional_db, office):
    draft, at = written(office), timezone.now()
    press = lambda: slipped(office, [office.hoa], paper=Outgoing.objects.get(pk=draft.pk), at=at)  # noqa: E731
    first, second = together(press, press)
    assert first == second and Slip.objects.count() == 1 and SlipPlace.objects.count() == 1
    assert Event.objects.filter(kind="make_slip").count() == 1


def test_a_whole_group_speaks_at_once_and_the_draft_is_submitted_once(transactional_db, office):
    people = [
        office.post(f"p{n}", f"Người {n}", office.home_affairs, "officer", "Chuyên viên", unit=office.room)
        for n in range(6)
    ]
    slip = slipped(office, people)
    together(*[lambda post=post: speaks(Slip.objects.get(), post) for post in people])
    slip.refresh_from_db()
    assert slip.state == "approved" and SlipOpinion.objects.count() == 6
    assert Outgoing.objects.get().state == "in_review" and Event.objects.filter(kind="submit").count() == 1
    assert Event.objects.broken_links(office.home_affairs.pk) == []


def test_yes_and_no_at_once(transactional_db, office):
    slip = slipped(office, [office.hoa, office.thao])
    together(
        lambda: speaks(Slip.objects.get(), office.hoa),
        lambda: speaks(Slip.objects.get(), office.thao, "disagree", "Chưa được."),
    )
    slip.refresh_from_db()
    assert slip.state == "returned" and Outgoing.objects.get().state == "draft"
    assert not slip.places.filter(state="waiting").exists()


def test_a_word_and_the_end_of_the_slip(transactional_db, office):
    for number in range(3):
        slip = slipped(office, [office.hoa], paper=written(office, subject=f"Việc {number}"))
        answers = together(
            lambda slip=slip: speaks(Slip.objects.get(pk=slip.pk), office.hoa),
            lambda slip=slip: acts.take_back_slip(slip, reason="Nhầm", by=office.minh, at=timezone.now()),
        )
        assert sum(isinstance(one, NotAllowedNow) for one in answers) == 1
        slip.refresh_from_db()
        state = Outgoing.objects.get(pk=slip.outgoing_id).state
        assert (slip.state, state) in (("approved", "in_review"), ("taken_back", "draft"))


def test_the_last_word_and_a_change_of_the_draft(transactional_db, office):
    """Either the word came first and the draft is out of its author's hands, or the change did and the word is void."""

    def changed(slip):
        try:
            edit(
                Outgoing.objects.get(pk=slip.outgoing_id), by=office.minh, at=timezone.now(),
                **fields(office, body="Khác hẳn."),
            )  # fmt: skip
        except ValidationError as refusal:
            return refusal

    for number in range(3):
        slip = slipped(office, [office.hoa], paper=written(office, subject=f"Việc {number}"))
        answers = together(
            lambda slip=slip: speaks(Slip.objects.get(pk=slip.pk), office.hoa),
            lambda slip=slip: changed(slip),
        )
        slip.refresh_from_db()
        draft = Outgoing.objects.get(pk=slip.outgoing_id)
        assert sum(isinstance(one, NotAllowedNow) for one in answers) == 1
        assert (slip.state, draft.state) in (("approved", "in_review"), ("changed", "draft"))


def test_a_word_and_somebody_else_in_its_place(transactional_db, office):
    slip = slipped(office, [office.hoa])
    place, now = place_of(slip, office.hoa), timezone.now()
    sha256 = slip.rounds.get(number=1).sha256
    answers = together(
        lambda: answer_slip(place, choice="agree", text="", sha256=sha256, by=office.hoa, at=now),
        lambda: acts.replace_in_slip(place, post=office.thao, reason="Vắng", by=office.minh, at=now),
    )
    assert sum(isinstance(one, NotAllowedNow) for one in answers) == 1


def test_two_who_send_it_again_begin_one_round(transactional_db, office):
    slip = slipped(office, [office.hoa])
    speaks(slip, office.hoa, "disagree", "Chưa được.")

    def press():
        one = Slip.objects.select_related("by__user").get()
        try:
            return acts.send_slip_again(one, by=office.minh, at=timezone.now())
        except ValidationError as refusal:
            return refusal

    together(press, press)
    slip.refresh_from_db()
    assert slip.round == 2 and slip.rounds.count() == 2
