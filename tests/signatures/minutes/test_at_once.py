"""Two at once with minutes that wait for their secretary."""

import pytest
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.models import Event, Outgoing
from documents.versions import content_of
from signatures import actions as signing
from signatures.models import Signature
from tests.documents.test_race import together

from .two_who_sign import asked, checked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _certificates(transactional_db, keys, office):
    from hanoi_docs.demo.certificates import give_demo_certificates

    give_demo_certificates([office.hoa, office.minh], [])


def now(paper) -> Outgoing:
    return Outgoing.objects.get(pk=paper.pk)


def outcomes(answers) -> list[str]:
    return sorted(type(one).__name__ for one in answers)


def test_two_presses_of_the_secretary_sign_once(office):
    paper = asked(office)
    press = lambda: signing.sign_secretary(now(paper), by=office.hoa, at=timezone.now())  # noqa: E731
    assert outcomes(together(press, press)) == ["NotAllowedNow", "Signature"]
    assert now(paper).state == "awaiting_signature" and Signature.objects.count() == 1
    assert Event.objects.filter(kind="sign_secretary").count() == 1
    assert Event.objects.broken_links(office.home_affairs.pk) == []


def test_two_approvals_ask_once(office):
    paper = checked(office)
    sha256 = content_of(paper)
    press = lambda: papers.approve(now(paper), by=office.dung, at=timezone.now(), sha256=sha256)  # noqa: E731
    assert outcomes(together(press, press)) == ["NoneType", "NotAllowedNow"]
    assert Event.objects.filter(kind="ask_secretary").count() == 1


def test_the_secretary_signs_while_the_chair_sends_back(office):
    for _ in range(3):
        paper = asked(office)
        together(
            lambda paper=paper: signing.sign_secretary(now(paper), by=office.hoa, at=timezone.now()),
            lambda paper=paper: papers.send_back(now(paper), by=office.dung, at=timezone.now(), reason="Sửa"),
        )
        kinds = list(paper.events.values_list("kind", flat=True))
        # Signed and then sent back, or only sent back: never signed afterwards.
        assert now(paper).state == "returned" and kinds[-1] == "send_back"
