"""What is looked at is what is signed: the pages, the attachments, every byte; anything else is refused."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.actions.outgoing import approval as papers
from documents.arrival import NewFile
from documents.models import File
from documents.versions import content_of
from signatures import actions as signing
from signatures.actions import batches
from signatures.models import Signature
from tests.conftest import tiny_pdf
from tests.documents.desks import pdf_saying
from tests.documents.outgoing_cases import brought, fields, sits_down, written

REFUSED = "không còn đúng với bản đã (trình|duyệt)"


def with_attachment(office, state: str, data: bytes = b""):
    paper = written(office)
    file = NewFile("phu-luc.pdf", blobs.store(data or pdf_saying("Phụ lục")))
    papers.attach(paper, files=[file], by=office.minh, at=timezone.now())
    return brought(office, state, paper)


def another(paper) -> File:
    """An attachment nobody has checked, put in beside the system's back."""
    return File.objects.create(
        document=paper, blob=blobs.store(b"%PDF-1.4 chen vao %%EOF"), name="chen.pdf", part="attachment",
        stage="draft", created_at=timezone.now(),
    )  # fmt: skip


def harm(file: File) -> None:
    path = blobs.path_of(file.blob)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def approve_page(client, office, paper):
    return sits_down(client, office.dung).get(reverse("outgoing_approve", args=[paper.pk]))


def test_the_pictures_are_bound_to_the_bytes_whose_hash_is_sent(client, office, keys):
    paper = brought(office, "format_checked")
    page = approve_page(client, office, paper)
    current = paper.current_file()
    urls = re.findall(r'<img src="(/tep/[^"]+)"', page.content.decode())
    assert urls == [
        f"/tep/{current.pk}/trang/{n}/?sha256={current.blob_id}" for n in range(1, current.pages + 1)
    ]
    assert client.get(urls[0]).status_code == 200
    assert client.get(urls[0].replace(current.blob_id, "0" * 64)).status_code == 404
    papers.send_back(paper, by=office.dung, at=timezone.now(), reason="Sửa số liệu")
    # An unchanged draft laid out in the same second would be the very same bytes.
    papers.edit(paper, by=office.minh, at=timezone.now(), **fields(office, body="Số liệu đã sửa."))
    brought(office, "format_checked", paper)
    # The old page still shows the old version, and what it would send is refused.
    assert client.get(urls[0]).status_code == 200 and paper.current_file().pk != current.pk
    answer = client.post(
        reverse("outgoing_approve", args=[paper.pk]), {"sha256": current.blob_id}, follow=True
    )
    assert "Dự thảo đã thay đổi" in answer.content.decode()
    assert not Signature.objects.exists()


def test_the_attachments_are_shown_with_their_hashes_and_signed_with_the_paper(client, office, keys):
    paper = with_attachment(office, "format_checked")
    attached = paper.files.get(part="attachment")
    page = approve_page(client, office, paper)
    words = page.content.decode()
    assert f"/tep/{attached.pk}/?sha256={attached.blob_id}" in words and attached.blob_id[:12] in words
    assert client.get(f"/tep/{attached.pk}/?sha256={attached.blob_id}").status_code == 200
    shown = page.context["sha256"]
    assert shown == content_of(paper) != paper.current_file().blob_id and f'value="{shown}"' in words
    # The hash of the main file alone says nothing about what goes with it.
    main = paper.current_file().blob_id
    client.post(reverse("outgoing_approve", args=[paper.pk]), {"sha256": main})
    paper.refresh_from_db()
    assert paper.state == "format_checked"
    client.post(reverse("outgoing_approve", args=[paper.pk]), {"sha256": shown})
    paper.refresh_from_db()
    assert paper.state == "signed"
    assert paper.events.get(kind="approve").payload["attachments"] == [attached.blob_id]


def test_hashes_stand_behind_a_click_on_a_signers_screens(client, office, keys):
    paper = with_attachment(office, "format_checked")
    for url in (
        reverse("outgoing_approve", args=[paper.pk]),
        reverse("sign_many"),
        f"{paper.get_absolute_url()}?tab=work",
    ):
        page = sits_down(client, office.dung).get(url).content.decode()
        in_sight = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
        assert "Chi tiết kỹ thuật" in page and "SHA-256" in page and "SHA-256" not in in_sight, url


@pytest.mark.parametrize("change", ["added", "taken away", "exchanged"])
def test_attachments_that_change_after_the_checks_are_refused_at_every_later_step(office, keys, change):
    by_state = {}
    for state in ("in_review", "content_checked", "format_checked", "awaiting_signature", "numbered"):
        paper = by_state[state] = with_attachment(office, state)
        attached = paper.files.get(part="attachment")
        if change == "added":
            another(paper)
        elif change == "taken away":
            attached.delete()
        else:
            File.objects.filter(pk=attached.pk).update(blob=blobs.store(tiny_pdf()))
    at = {"at": timezone.now()}
    acts = {
        "in_review": lambda p: papers.check_content(p, by=office.hoa, sha256=content_of(p), **at),
        "content_checked": lambda p: papers.check_format(p, by=office.lan, sha256=content_of(p), **at),
        "format_checked": lambda p: signing.sign(p, by=office.dung, sha256=content_of(p), **at),
        "awaiting_signature": lambda p: signing.sign(p, by=office.dung, **at),
        "numbered": lambda p: signing.seal(p, by=office.lan, **at),
    }
    for state, act in acts.items():
        paper = by_state[state]
        with pytest.raises(ValidationError, match=REFUSED):
            act(paper)
        paper.refresh_from_db()
        assert paper.state == state
    with pytest.raises(ValidationError, match=REFUSED):
        papers.approve(
            by_state["format_checked"], by=office.dung, sha256=content_of(by_state["format_checked"]), **at
        )


def test_a_batch_signs_with_what_was_shown_too(office, keys, client):
    good, changed = with_attachment(office, "format_checked"), with_attachment(office, "format_checked")
    page = sits_down(client, office.dung).get(reverse("sign_many")).content.decode()
    for paper in (good, changed):
        assert f'name="sha256_{paper.pk}" value="{content_of(paper)}"' in page and "phu-luc.pdf" in page
    shown = {paper.pk: content_of(paper) for paper in (good, changed)}
    another(changed)
    batch = batches.begin_batch(shown, by=office.dung, at=timezone.now())
    batches.run_batch(batch, clock=timezone.now)
    assert [item.state for item in batch.items.order_by("document")] == ["signed", "failed"]
    # A process that died after signing is found by what was approved, attachments and all.
    batch.items.filter(document=good).update(
        state="signing", claimed_at=timezone.now() - batches.STUCK_AFTER * 2
    )
    batches.mend_batches(at=timezone.now())
    assert batch.items.get(document=good).state == "signed"


@pytest.mark.parametrize("part", ["main", "attachment"])
def test_a_byte_changed_on_the_disk_stops_the_signer_and_his_page_says_so(client, office, keys, part):
    paper = with_attachment(office, "format_checked")
    file = paper.files.get(part=part)
    harm(file)
    page = approve_page(client, office, paper)
    words = page.content.decode()
    assert "Không ký được bản này" in words and file.name in words and 'name="sha256"' not in words
    if part == "main":  # nothing is ever drawn from other bytes under this hash
        assert client.get(page.context["pages"][0]["url"]).status_code == 404
    answer = client.post(
        reverse("outgoing_approve", args=[paper.pk]), {"sha256": content_of(paper)}, follow=True
    )
    assert "không còn đúng" in answer.content.decode()
    paper.refresh_from_db()
    assert paper.state == "format_checked" and not Signature.objects.exists()


def test_an_attachment_harmed_after_the_signature_is_not_sealed(office, keys):
    paper = with_attachment(office, "numbered")
    harm(paper.files.get(part="attachment"))
    with pytest.raises(ValidationError, match="phu-luc"):
        signing.seal(paper, by=office.lan, at=timezone.now())
    assert paper.state == "numbered"


def test_an_older_page_signs_nothing_that_was_approved_elsewhere(client, office, keys):
    paper = brought(office, "awaiting_signature")
    dung = sits_down(client, office.dung)
    answer = dung.post(reverse("outgoing_approve", args=[paper.pk]), {"sha256": "0" * 64}, follow=True)
    assert "Dự thảo đã thay đổi" in answer.content.decode()
    dung.post(reverse("outgoing_approve", args=[paper.pk]), {"sha256": content_of(paper)})
    paper.refresh_from_db()
    assert paper.state == "signed"


def test_the_versions_since_the_last_word_are_offered_for_comparison(client, office, keys):
    paper = brought(office, "format_checked")
    assert approve_page(client, office, paper).context["changes"] == []
    papers.send_back(paper, by=office.dung, at=timezone.now(), reason="Sửa căn cứ")
    brought(office, "content_checked", paper)
    papers.send_back(paper, by=office.lan, at=timezone.now(), reason="Sai thể thức")
    brought(office, "format_checked", paper)
    page = approve_page(client, office, paper)
    assert [(one["label"], one["last"]) for one in page.context["changes"]] == [
        ("So với bản 2", False),
        ("So với bản 1", True),
    ]
    for one in page.context["changes"]:
        assert client.get(one["url"]).status_code == 200


def test_the_pages_are_listed_for_who_has_no_scripts(client, office, keys):
    paper = brought(office, "format_checked", body="\n\n".join(f"{n}. Nội dung số {n}." for n in range(90)))
    words = approve_page(client, office, paper).content.decode()
    count = paper.current_file().pages
    assert count > 1
    for number in range(1, count + 1):
        assert f'<a href="#trang-{number}" data-seen-link>' in words and f'id="trang-{number}"' in words
