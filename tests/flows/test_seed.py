"""The demonstration's office lives its weeks through the real actions: the seed is itself a test of the domain."""

import ssl

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from casefiles.models import CaseFile, KeptLonger, LegalHold, Loan, Transfer
from documents import blobs
from documents.models import Assignment, ChangeRequest, Delivery, Event, Incoming, Outgoing, RegisterBook
from documents.response_deadlines import clock_at
from documents.states import ASSIGNMENT_LABELS, IN_STATES, OUT_STATES
from hanoi_docs.demo.seed import seed
from interop.outbound.enqueue import pack_issued
from interop.reconciliation.compare import compare
from orgs.models import Organisation, SigningAuthority, User
from signatures.actions import check
from signatures.keys import personal_certificate
from signatures.models import Signature
from simulators.csc.store import Store

pytestmark = pytest.mark.django_db


def test_an_office_lives_its_weeks_and_every_book_and_chain_is_whole(settings, tmp_path):
    settings.DEMO, settings.DEMO_REMOTE_SIGNING_DIR = True, str(tmp_path / "csc")
    call_command("load_registry")

    made = seed(timezone.now())

    assert 180 <= made <= 260
    assert set(IN_STATES) == set(Incoming.objects.values_list("state", flat=True))
    # A sealed paper is issued in the same press, and nobody of the cast gives up a draft.
    assert set(OUT_STATES) - {"sealed", "cancelled"} == set(Outgoing.objects.values_list("state", flat=True))
    assert {"new", "in_progress", "forwarded", "done"} <= set(
        Assignment.objects.values_list("state", flat=True)
    )
    assert set(ASSIGNMENT_LABELS) >= set(Assignment.objects.values_list("state", flat=True))
    for book in RegisterBook.objects.all():
        model, field = (Incoming, "arrival_number") if book.direction == "in" else (Outgoing, "number_value")
        numbers = sorted(model.objects.filter(book=book).values_list(field, flat=True))
        assert numbers == list(range(1, book.last_number + 1))
    for organisation in Organisation.objects.filter(events__isnull=False).distinct():
        assert Event.objects.broken_links(organisation.pk) == []
    assert Delivery.objects.filter(channel="city", state="completed").exists()
    home, clock = User.objects.get(username="lan").posts.first().organisation_id, clock_at(timezone.now())
    ours = Delivery.objects.filter(sender=home)
    assert ours.silent(clock).exists() and ours.late(clock).exists() and ours.refused(clock).exists()
    assert set(ChangeRequest.objects.filter(kind="update").values_list("answer", flat=True)) == {"", "15"}
    states = set(CaseFile.objects.values_list("state", flat=True))
    assert {"open", "closed", "returned", "archived", "paper"} <= states and KeptLonger.objects.exists()
    taken = Transfer.objects.get(state="done")
    assert taken.receiver.user.username == "van" and check(blobs.read(taken.minutes))[0] == "valid"
    pack_issued(at=timezone.now())
    assert compare(None, at=timezone.now()).unexplained == 0
    given = set(Signature.objects.exclude(authority=None).values_list("authority__capacity", flat=True))
    assert given == {"head", "TM", "KT", "TL", "TUQ"}
    assert set(SigningAuthority.objects.at(timezone.now()).values_list("capacity", flat=True)) == given | {
        "Q"
    }
    # One file lies frozen, and of one whose time was over only the tombstone is left.
    held = LegalHold.objects.in_force().get().held.get().case
    gone = CaseFile.objects.get(state="disposed")
    assert held.state == "open" and gone.disposal_lines.get().disposal.certificate_id
    loans = Loan.objects.order_by("state").values_list("state", "case__state")
    assert list(loans) == [(state, "archived") for state in ("allowed", "asked", "ended", "refused")]
    assert not gone.items.exclude(blob=None).exists()
    assert seed(timezone.now()) == 0
    before = personal_certificate(User.objects.get(username="dung"))
    settings.DEMO_PKI_URL = "http://moved.test"  # certificates name the address, so there are new ones
    assert seed(timezone.now()) == 0
    after = personal_certificate(User.objects.get(username="dung"))
    assert after != before and b"http://moved.test/crl/ca.crl" in ssl.PEM_cert_to_DER_cert(after.pem)
    thao = personal_certificate(User.objects.get(username="thao"))
    assert (thao.holder, thao.key_ref) == ("remote", "thao") and b"moved.test" in ssl.PEM_cert_to_DER_cert(
        thao.pem
    )
    assert Store(tmp_path / "csc").chain(Store(tmp_path / "csc").credential("thao"))[0].serial_number == int(
        thao.serial, 16
    )
    assert not (settings.SIGNING_KEY_DIR / f"{thao.serial}.p12").exists()  # no key of hers is left here
    assert Signature.objects.filter(certificate__user__username="thao").exists()
    connection.check_constraints()
