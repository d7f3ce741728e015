"""Looking after a clerk's inbox carries neither the number nor the seal: an officer once sealed by delegation."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from documents.access import RULES, may
from documents.actions.outgoing import approval as papers
from documents.models import Event
from orgs.models import Delegation
from signatures.actions.copies import ready_to_copy
from tests.documents.desks import at_desk, outgoing, registered, stored

PERSONAL = ("issue_outgoing", "certify_copy", "sign_outgoing")


@pytest.fixture
def borrowed(office):
    """minh, an officer, at the inbox of lan, the clerk."""
    today = timezone.localdate()
    Delegation.objects.create(post=office.lan, to=office.minh.user, valid_from=today, valid_to=today)
    client = at_desk(office.minh)
    client.post(reverse("act_as"), {"post": office.lan.pk})
    assert client.get(reverse("desk")).wsgi_request.post.operator == office.minh.user
    return client


@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("signed", "number"), ("numbered", "seal"), ("sealed", "issue"), ("signed", "refuse_number"), ("numbered", "void_number"),
        ("issued", "update"), ("issued", "revoke"),
    ],
)  # fmt: skip
def test_an_officer_at_the_clerks_inbox_takes_no_step_of_the_seal(office, borrowed, state, step):
    paper = outgoing(office, state=state)
    before = Event.objects.count()
    sent = {"reason": "Lý do đủ dài để gửi", "words": "Lý do đủ dài"}
    assert borrowed.post(reverse(f"outgoing_{step}", args=[paper.pk]), sent).status_code == 403
    paper.refresh_from_db()
    assert paper.state == state and Event.objects.count() == before
    page = borrowed.get(paper.get_absolute_url())
    assert (
        page.status_code == 200 and reverse(f"outgoing_{step}", args=[paper.pk]) not in page.content.decode()
    )
    assert may(office.lan, "issue_outgoing", paper)


def test_the_action_itself_refuses_too(office):
    paper = outgoing(office, state="signed")
    with pytest.raises(PermissionDenied):
        papers.number(paper, by=office.lan.used_by(office.minh.user), at=timezone.now())
    office.lan.used_by(office.lan.user)


def test_an_officer_at_the_clerks_inbox_certifies_no_copy_and_registers_no_seal(office, borrowed):
    paper = registered(office)
    type(paper).objects.filter(pk=paper.pk).update(source="paper")
    paper.files.update(blob=stored())
    url = reverse("incoming_certify_copy", args=[paper.pk])
    assert url not in borrowed.get(paper.get_absolute_url()).content.decode()
    with pytest.raises(PermissionDenied):
        ready_to_copy(paper, by=office.lan.used_by(office.minh.user))
    assert may(office.lan.used_by(office.lan.user), "certify_copy", paper)
    assert borrowed.get(reverse("seal_image")).status_code == 404
    assert not Event.objects.filter(kind="certify_copy").exists()


def test_what_an_absent_clerk_leaves_is_still_received(office, borrowed):
    """Reception cannot wait (decree 30 art. 21, 22): the event names both."""
    assert borrowed.get(reverse("incoming_register", args=[office.paper().pk])).status_code == 200


def test_every_power_of_the_seal_is_personal(office):
    paper = outgoing(office, state="signed")
    lent = office.lan.used_by(office.minh.user)
    assert not any(may(lent, name, paper) for name in PERSONAL if name in RULES)
    office.lan.used_by(office.lan.user)
