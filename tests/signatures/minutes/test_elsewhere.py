"""Secretary and chair whose keys answer later, on a telephone."""

import pytest
from django.urls import reverse

from documents import blobs
from documents.models import Outgoing
from hanoi_docs.demo.certificates import give_demo_certificates
from signatures import actions as signing
from signatures.models import Signature, SigningSession
from signatures.tasks import collect_remote
from tests.documents.desks import at_desk, words
from tests.signatures.key_cases import at_service

from .two_who_sign import asked, press


@pytest.fixture
def paper(office, keys, csc):
    give_demo_certificates([office.hoa], [])  # with the picture of her signature
    for post in (office.hoa, office.dung):
        at_service(csc, keys, post)
    return asked(office)


def test_both_confirm_on_their_telephones_one_after_the_other(office, paper, csc):
    for post, step, state in (
        (office.hoa, "sign_secretary", "awaiting_signature"),
        (office.dung, "approve", "signed"),
    ):
        page = press(at_desk(post), step, paper)
        session = SigningSession.objects.last()
        assert session is not None, words(page)
        assert page.redirect_chain[-1][0] == reverse("signing", args=[session.pk])
        again = press(at_desk(post), step, paper)  # a second press asks nobody twice
        assert again.redirect_chain[-1][0] == reverse("signing", args=[session.pk])
        csc.press()
        collect_remote()
        paper = Outgoing.objects.get(pk=paper.pk)
        session.refresh_from_db()
        assert (session.state, paper.state) == ("signed", state), session.reason
        assert at_desk(post).get(reverse("signing", args=[session.pk])).status_code == 200
    assert [one.kind for one in Signature.objects.all()] == ["beside", "personal"]
    verdict, report = signing.check(blobs.read(paper.current_file().blob))
    who = [one["signer_name"] for one in report["signatures"]]
    assert (verdict, who) == ("valid", ["Lê Thu Hoa", "Phạm Tiến Dũng"])
