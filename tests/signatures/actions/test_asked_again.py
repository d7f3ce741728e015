"""A key that the server holds signs and seals only for who has just proved who they are."""

import pytest
from django.urls import reverse

from signatures.models import Signature
from tests.documents.outgoing_cases import brought, sits_down

GOOD = "mua-thu-ha-noi-2026"


@pytest.fixture
def old_proof(client):
    """The person at the keyboard signed in more than ten minutes ago."""

    def of(post):
        post.user.set_password(GOOD)
        post.user.save()
        sits_down(client, post)
        session = client.session
        session["proof"] = [0, False]
        session.save()
        return client

    return of


def test_signing_asks_and_then_signs_the_very_pages_shown(office, keys, old_proof):
    paper = brought(office, "format_checked")
    dung, url, sent = (
        old_proof(office.dung),
        reverse("outgoing_approve", args=[paper.pk]),
        {"sha256": paper.current_file().blob_id},
    )
    page = dung.post(url, sent).content.decode()
    assert "Xác nhận là bạn" in page and sent["sha256"] in page and not Signature.objects.exists()
    dung.post(url, sent | {"proof_password": "sai"})
    assert not Signature.objects.exists()
    dung.post(url, sent | {"proof_password": GOOD})
    paper.refresh_from_db()
    assert (paper.state, Signature.objects.count()) == ("signed", 1)


def test_signing_many_asks(office, keys, old_proof):
    paper = brought(office, "format_checked")
    sent = {"paper": [paper.pk], f"sha256_{paper.pk}": paper.current_file().blob_id}
    dung = old_proof(office.dung)
    assert "Xác nhận là bạn" in dung.post(reverse("sign_many"), sent).content.decode()
    assert dung.post(reverse("sign_many"), sent | {"proof_password": GOOD}).url.startswith("/ky-hang-loat/")


def test_sealing_asks_and_takes_no_number_before(office, keys, old_proof):
    paper = brought(office, "signed")
    lan, url = old_proof(office.lan), reverse("outgoing_number", args=[paper.pk])
    assert "Xác nhận là bạn" in lan.post(url).content.decode()
    paper.refresh_from_db()
    assert (paper.state, paper.number) == ("signed", "")
    lan.post(url, {"proof_password": GOOD})
    paper.refresh_from_db()
    assert paper.state == "issued"
