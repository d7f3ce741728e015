"""Many papers in one act: each ends signed or untouched, and the page says which."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.actions.outgoing import approval as papers
from documents.models import Outgoing
from signatures.actions import batches
from signatures.models import Batch, BatchItem, Signature
from signatures.tasks import sign_batch
from tests.documents.outgoing_cases import brought, kinds, sits_down


def shown(*waiting) -> dict[int, str]:
    return {paper.pk: paper.current_file().blob_id for paper in waiting}


def states(batch) -> list[str]:
    return [item.state for item in batch.items.all()]


def test_the_leader_looks_ticks_and_signs_over_http(
    client, office, keys, django_capture_on_commit_callbacks, monkeypatch
):
    three = [brought(office, "format_checked", subject=f"Về việc số {n}") for n in range(3)]
    dung = sits_down(client, office.dung)
    page = dung.get(reverse("sign_many")).content.decode()
    for paper in three:
        assert f'name="sha256_{paper.pk}" value="{paper.current_file().blob_id}"' in page
        assert reverse("file_page", args=[paper.current_file().pk, 1]) in page
    chosen = {f"sha256_{paper.pk}": paper.current_file().blob_id for paper in three}
    sent = []
    monkeypatch.setattr(sign_batch, "delay", lambda **given: sent.append(given))
    with django_capture_on_commit_callbacks(execute=True):
        answer = dung.post(reverse("sign_many"), {"paper": [three[0].pk, three[2].pk], **chosen})
    batch = Batch.objects.get()
    assert answer.url == reverse("batch", args=[batch.pk]) and sent == [{"batch_id": batch.pk}]
    assert 'http-equiv="refresh"' in dung.get(answer.url).content.decode()
    sign_batch(batch_id=batch.pk)
    page = dung.get(answer.url).content.decode()
    assert "Đã ký 2 / 2 văn bản" in page and "refresh" not in page
    for paper, state in zip(three, ("signed", "format_checked", "signed"), strict=True):
        paper.refresh_from_db()
        assert paper.state == state
    assert kinds(three[0])[-2:] == ["approve", "sign"]


def test_a_failure_in_the_middle_leaves_that_paper_untouched_and_the_others_signed(office, keys):
    good, changed, broken, last = (
        brought(office, "format_checked", subject=f"Về việc {name}") for name in ("một", "hai", "ba", "bốn")
    )
    looked_at = shown(good, changed, broken, last)
    papers.send_back(changed, by=office.dung, at=timezone.now(), reason="Bổ sung số liệu")
    brought(office, "format_checked", changed)  # a version nobody has looked at
    path = blobs.path_of(broken.current_file().blob)
    path.write_bytes(path.read_bytes() + b"%")
    batch = batches.begin_batch(looked_at, by=office.dung, at=timezone.now())
    batches.run_batch(batch, clock=timezone.now)
    batch.refresh_from_db()
    by_paper = {item.document_id: item for item in batch.items.all()}
    assert by_paper[changed.pk].state == "failed" and "Dự thảo đã thay đổi" in by_paper[changed.pk].reason
    assert by_paper[broken.pk].state == "failed" and "không còn đúng" in by_paper[broken.pk].reason
    assert batch.ended_at is not None
    for paper in (changed, broken):
        paper.refresh_from_db()
        assert paper.state == "format_checked" and not paper.signatures.exists()
    for paper in (good, last):
        paper.refresh_from_db()
        assert by_paper[paper.pk].state == "signed" and paper.state == "signed"
        assert paper.signatures.count() == 1


def test_nobody_signs_what_is_not_his_or_too_much(office, keys):
    mine, theirs = brought(office, "format_checked"), brought(office, "format_checked", signer=office.thao)
    now = timezone.now()
    for chosen in ({}, shown(mine, theirs), shown(mine) | {10**9: "x"}, dict.fromkeys(range(51), "x")):
        with pytest.raises(ValidationError):
            batches.begin_batch(chosen, by=office.dung, at=now)
    assert not Batch.objects.exists()


def test_two_workers_sign_every_paper_once(transactional_db, office, keys):
    four = [brought(office, "format_checked", subject=f"Về việc {n}") for n in range(4)]
    batch = batches.begin_batch(shown(*four), by=office.dung, at=timezone.now())

    def work():
        try:
            sign_batch(batch_id=batch.pk)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert states(batch) == ["signed"] * 4
    assert Signature.objects.count() == 4
    assert Outgoing.objects.filter(state="signed").count() == 4


def test_what_a_dead_process_left_is_told_as_it_is(office, keys):
    done, cut, never = (brought(office, "format_checked", subject=f"Về việc {n}") for n in range(3))
    at = timezone.now()
    batch = batches.begin_batch(shown(done, cut, never), by=office.dung, at=at)
    items = {item.document_id: item for item in batch.items.all()}
    batches.run_item(items[done.pk], at=at)
    BatchItem.objects.filter(document__in=[done, cut]).update(state="signing", claimed_at=at)  # killed here
    batches.mend_batches(at=at + dt.timedelta(minutes=1))
    assert states(batch) == ["signing", "signing", "waiting"]
    later = at + dt.timedelta(minutes=6)
    batches.mend_batches(at=later)
    batch.refresh_from_db()
    assert states(batch) == ["signed", "failed", "failed"] and batch.ended_at == later
    sign_batch(batch_id=batch.pk)  # a message that comes very late signs nothing behind the leader's back
    cut.refresh_from_db()
    assert cut.state == "format_checked"


def test_the_list_costs_the_same_for_one_and_for_three(client, office, keys):
    dung = sits_down(client, office.dung)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            brought(office, "format_checked", subject=f"Về việc {timezone.now()}")
        dung.get(reverse("sign_many"))
        with CaptureQueriesContext(connection) as asked:
            dung.get(reverse("sign_many"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_lent_inbox_signs_nothing(client, office, keys):
    from orgs.models import Delegation

    brought(office, "format_checked")
    today = timezone.localdate()
    Delegation.objects.create(post=office.dung, to=office.thao.user, valid_from=today, valid_to=today)
    client.force_login(office.thao.user)
    client.post(reverse("act_as"), {"post": office.dung.pk})
    page = client.get(reverse("sign_many")).content.decode()
    assert "Không có văn bản nào chờ bạn ký" in page
