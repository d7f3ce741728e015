"""Many papers under one confirmation on a telephone, and under one PIN of a token at the signer's computer."""

import base64
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from signatures.actions import batches
from signatures.actions.collecting import collect_remote as sweep
from signatures.models import Batch, Signature, SigningSession
from signatures.tasks import collect_remote
from tests.documents.outgoing_cases import brought, sits_down
from tests.signatures.key_cases import at_service, person


@pytest.fixture
def three(office, keys):
    return [brought(office, "format_checked", signer=office.thao, subject=f"Về việc {n}") for n in range(3)]


def press(client, three):
    chosen = {f"sha256_{paper.pk}": paper.current_file().blob_id for paper in three}
    return client.post(reverse("sign_many"), {"paper": [paper.pk for paper in three], **chosen}, follow=True)


def states(three) -> list[str]:
    for paper in three:
        paper.refresh_from_db()
    return [paper.state for paper in three]


def test_one_confirmation_signs_all_of_them(client, office, keys, csc, three):
    at_service(csc, keys, office.thao)
    thao = sits_down(client, office.thao)
    page = press(thao, three).content.decode()
    assert "Đang chờ xác nhận trên điện thoại" in page and "refresh" in page
    assert len(csc.requests()) == 1 and SigningSession.objects.count() == 3
    assert all(
        digest[:12] in page for digest in csc.requests()[0]["digests"]
    )  # compared with the telephone's
    collect_remote()
    assert states(three) == ["format_checked"] * 3
    csc.press()
    collect_remote()
    assert states(three) == ["signed"] * 3 and Signature.objects.count() == 3
    batch = Batch.objects.get()
    assert batch.ended_at and [item.state for item in batch.items.all()] == ["signed"] * 3
    assert "Đã ký 3 / 3" in thao.get(reverse("batch", args=[batch.pk])).content.decode()


def test_a_refusal_on_the_telephone_leaves_every_paper_untouched(client, office, keys, csc, three):
    at_service(csc, keys, office.thao)
    thao = sits_down(client, office.thao)
    press(thao, three)
    csc.press("refuse")
    collect_remote()
    batch = Batch.objects.get()
    assert states(three) == ["format_checked"] * 3 and not Signature.objects.exists()
    assert [item.state for item in batch.items.all()] == ["failed"] * 3 and all(
        item.reason for item in batch.items.all()
    )


def test_a_paper_sent_back_meanwhile_falls_out_and_the_others_are_signed(client, office, keys, csc, three):
    at_service(csc, keys, office.thao)
    press(sits_down(client, office.thao), three)
    papers.send_back(three[1], by=office.thao, at=timezone.now(), reason="Bổ sung số liệu")
    csc.press()
    collect_remote()
    assert states(three) == ["signed", "returned", "signed"]
    assert [item.state for item in Batch.objects.get().items.all()] == ["signed", "failed", "signed"]


def test_a_silent_service_is_said_at_once_and_nothing_waits(client, office, keys, csc, three):
    at_service(csc, keys, office.thao)
    csc.kill()
    page = press(sits_down(client, office.thao), three).content.decode()
    assert "Đã ký 0 / 3" in page and "Dịch vụ ký số từ xa" in page
    csc.start()
    assert states(three) == ["format_checked"] * 3


def test_the_page_hands_every_text_to_the_agent_and_brings_the_answers_back(client, office, keys, three):
    held = person(keys, "ec", str(office.thao.user), office.thao.title)
    held.row(holder="agent", key_ref="", user=office.thao.user)
    thao = sits_down(client, office.thao)
    answer = press(thao, three)
    page, batch = answer.content.decode(), Batch.objects.get()
    assert "http-equiv" not in page and page.count('name="signature"') == 3
    assert "connect-src 'self' http://127.0.0.1" in answer["Content-Security-Policy"]
    texts = [base64.b64decode(text) for text in answer.context["texts"].split()]
    from signatures.providers.file import FileKey
    from tests.signatures.key_cases import demo_pki

    signed = FileKey.load(held.data, demo_pki.DEMO_PASSWORD).sign(texts)
    brought_back = [base64.b64encode(one).decode() for one in signed]
    brought_back[1] = base64.b64encode(b"not a signature").decode()
    thao.post(reverse("batch_finish", args=[batch.pk]), {"signature": brought_back})
    assert states(three) == ["signed", "format_checked", "signed"]
    thao.post(reverse("batch_cancel", args=[batch.pk]))
    assert [item.state for item in batch.items.all()] == ["signed", "failed", "signed"]
    assert "Đã ký 2 / 3" in thao.get(reverse("batch", args=[batch.pk])).content.decode()


def test_a_batch_whose_maker_died_before_asking_rings_once(office, keys, csc, three):
    at_service(csc, keys, office.thao)
    now = timezone.now()
    shown = {paper.pk: paper.current_file().blob_id for paper in three}
    batch = batches.begin_batch(shown, by=office.thao, at=now)
    batches.ask_for_batch(batch, at=now)
    SigningSession.objects.update(remote_ref="")
    for path in (csc.store / "requests").glob("*.json"):
        path.unlink()
    csc.kill()
    csc.start()
    sweep(at=now + timedelta(seconds=30))
    assert csc.requests() == []
    sweep(at=now + timedelta(seconds=61))
    assert [len(one["digests"]) for one in csc.requests()] == [3]
    csc.press()
    sweep(at=now + timedelta(seconds=62))
    assert states(three) == ["signed"] * 3
