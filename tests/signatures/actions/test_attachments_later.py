"""The seal and what goes with it, asked of a key that answers elsewhere: one confirmation for all of it, or nothing."""

import base64
import itertools

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.models import Blob
from signatures import actions as signing
from signatures.actions import finishing
from signatures.models import SessionPart, SigningSession
from signatures.tasks import collect_remote as collect_task
from tests.documents.outgoing_cases import brought, sits_down
from tests.signatures.actions.test_attachments import pdf_file, text_of, with_attachments
from tests.signatures.key_cases import agency, seal_at_service


def waiting(client, office):
    """A paper with two files beside it, numbered, its seal asked for."""
    files = [pdf_file("phu-luc-1.pdf", "Danh mục"), pdf_file("phu-luc-2.pdf", "Biểu mẫu")]
    paper = brought(office, "signed", with_attachments(office, *files))
    page = sits_down(client, office.lan).post(reverse("outgoing_number", args=[paper.pk]), follow=True)
    paper.refresh_from_db()
    assert paper.state == "numbered" and not paper.files.filter(stage="sealed").exists()
    return paper, page


def all_sealed(paper) -> bool:
    paper.refresh_from_db()
    files = [paper.current_file(), *paper.attachments()]
    verdicts = [signing.check(blobs.read(file.blob))[0] for file in files]
    lines = [text_of(blobs.read(file.blob)).strip().splitlines()[0].strip() for file in files[1:]]
    assert all(line.startswith("Số: 01/SNV-TCBC; ") for line in lines)
    return (
        paper.state == "sealed"
        and [file.stage for file in files] == ["sealed"] * 3
        and verdicts == ["valid"] * 3
    )


def test_the_telephone_is_asked_once_for_the_paper_and_its_attachments(client, office, keys, csc):
    seal_at_service(csc, keys, office.home_affairs)
    paper, _ = waiting(client, office)
    assert len(csc.requests()) == 1
    csc.press()
    collect_task()
    assert all_sealed(paper) and paper.signatures.count() == 4
    assert len(csc.requests()) == 1
    assert not SessionPart.objects.exclude(prepared=None).exists()


def test_a_refusal_leaves_the_number_and_no_file(
    client, office, keys, csc, django_capture_on_commit_callbacks
):
    seal_at_service(csc, keys, office.home_affairs)
    paper, _ = waiting(client, office)
    prepared = [part.prepared for part in SessionPart.objects.all()]
    csc.press("refuse")
    with django_capture_on_commit_callbacks(execute=True):
        collect_task()
    paper.refresh_from_db()
    assert paper.state == "numbered" and not paper.files.filter(stage="sealed").exists()
    assert not Blob.objects.filter(pk__in=[blob.pk for blob in prepared]).exists()
    sits_down(client, office.lan).post(reverse("outgoing_seal", args=[paper.pk]))
    csc.press()
    collect_task()
    assert all_sealed(paper)


def test_the_clerks_own_token_signs_all_texts_or_none(client, office, keys):
    held = agency(keys)
    held.row(holder="agent", key_ref="", organisation=office.home_affairs)
    paper, page = waiting(client, office)
    session = SigningSession.objects.get()
    texts = [base64.b64decode(one) for one in page.context["texts"]]
    assert texts == session.texts() and len(texts) == 3
    answers = [base64.b64encode(held.key.sign(text, ec.ECDSA(hashes.SHA256()))).decode() for text in texts]
    url, lan = reverse("signing_finish", args=[session.pk]), sits_down(client, office.lan)
    wrong = [[], answers[:1], answers[:2], [*answers, answers[0]]]
    wrong += [list(one) for one in itertools.permutations(answers) if list(one) != answers]
    for given in wrong:
        lan.post(url, {"signature": given})
        session.refresh_from_db()
        paper.refresh_from_db()
        assert (session.state, paper.state, paper.signatures.count()) == ("waiting", "numbered", 1), len(
            given
        )
    lan.post(url, {"signature": answers})
    assert all_sealed(paper)


def test_a_process_that_dies_before_putting_in_is_carried_on(client, office, keys, csc, monkeypatch):
    seal_at_service(csc, keys, office.home_affairs)
    paper, _ = waiting(client, office)
    csc.press()

    def die(*_):
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(finishing, "_completed", die)
        collect_task()
    csc.kill()  # the answers are ours already
    finishing.revive(at=timezone.now() + finishing.STUCK_AFTER * 2)
    assert all_sealed(paper)
