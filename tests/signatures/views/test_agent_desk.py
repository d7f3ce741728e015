"""The leader whose token is at the own computer, over HTTP: what goes out to the page and what may come back."""

import base64

import pytest
from django.urls import reverse

from documents import blobs
from signatures import actions as signing
from signatures.models import Signature, SigningSession
from signatures.providers.file import FileKey
from simulators.pki import DEMO_PASSWORD
from tests.documents.outgoing_cases import brought, kinds, sits_down
from tests.signatures.key_cases import person


@pytest.fixture(params=["rsa", "ec"])
def held(request, office, keys):
    found = person(keys, request.param)
    found.row(holder="agent", key_ref="", user=office.dung.user)
    return found


@pytest.fixture
def paper(office, held):
    return brought(office, "format_checked")


@pytest.fixture
def dung(client, office):
    return sits_down(client, office.dung)


def press(client, paper):
    sent = {"sha256": paper.current_file().blob_id}
    return client.post(reverse("outgoing_approve", args=[paper.pk]), sent, follow=True)


def bring(client, session, signature: bytes):
    sent = {"signature": base64.b64encode(signature).decode()}
    return client.post(reverse("signing_finish", args=[session.pk]), sent, follow=True)


def test_the_page_hands_out_the_attributes_and_takes_the_signature(dung, paper, held):
    page = press(dung, paper)
    text = base64.b64decode(page.context["texts"][0])
    assert f'data-agent-text="{page.context["texts"][0]}"' in page.content.decode()
    assert page.context["fingerprint"] in page.content.decode()
    (signature,) = FileKey.load(held.data, DEMO_PASSWORD).sign([text])
    after = bring(dung, SigningSession.objects.get(), signature)
    assert "đã được ghép vào văn bản" in after.content.decode()
    paper.refresh_from_db()
    assert (paper.state, kinds(paper)[-2:]) == ("signed", ["approve", "sign"])
    assert signing.check(blobs.read(paper.current_file().blob))[0] == "valid"


def test_what_is_no_signature_of_this_person_over_this_paper_is_not_taken(dung, paper, held, keys, office):
    before = kinds(paper)
    text = base64.b64decode(press(dung, paper).context["texts"][0])
    session = SigningSession.objects.get()
    (other,) = FileKey.load(person(keys, name="Kẻ Khác").data, DEMO_PASSWORD).sign([text])
    (elsewhere,) = FileKey.load(held.data, DEMO_PASSWORD).sign([text + b"x"])
    for signature in (other, elsewhere, b"", b"\x00" * 256):
        assert "không khớp" in bring(dung, session, signature).content.decode()
    odd = dung.post(reverse("signing_finish", args=[session.pk]), {"signature": "%%%"}, follow=True)
    assert "không đọc được" in odd.content.decode()
    session.refresh_from_db()
    paper.refresh_from_db()
    assert (session.state, paper.state, kinds(paper), Signature.objects.count()) == (
        "waiting",
        "format_checked",
        before,
        0,
    )


def test_another_person_cannot_bring_it(client, dung, paper, held, office):
    text = base64.b64decode(press(dung, paper).context["texts"][0])
    (signature,) = FileKey.load(held.data, DEMO_PASSWORD).sign([text])
    session = SigningSession.objects.get()
    assert bring(sits_down(client, office.thao), session, signature).status_code == 404
    assert SigningSession.objects.get().state == "waiting"


def test_only_this_page_may_speak_to_the_readers_own_computer(dung, paper, settings):
    page = press(dung, paper)
    assert f"connect-src 'self' {settings.SIGNING_AGENT_URL}" in page.headers["Content-Security-Policy"]
    for url in (reverse("outgoing_approve", args=[paper.pk]), "/"):
        assert (
            settings.SIGNING_AGENT_URL not in dung.get(url, follow=False).headers["Content-Security-Policy"]
        )
    dung.post(reverse("signing_cancel", args=[SigningSession.objects.get().pk]))
    over = dung.get(reverse("signing", args=[SigningSession.objects.get().pk]))
    assert settings.SIGNING_AGENT_URL not in over.headers["Content-Security-Policy"]


def test_without_scripts_it_says_what_is_needed(dung, paper):
    assert "Trình duyệt đang tắt JavaScript" in press(dung, paper).content.decode()
