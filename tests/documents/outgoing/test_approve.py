"""The signer approves exactly what was shown, in person (decree 30 art. 11)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from documents.actions.outgoing import approval as papers
from documents.journey import NotAllowedNow
from tests.documents.outgoing_cases import brought, kinds


def test_another_hash_is_refused(office, now):
    paper = brought(office, "format_checked")
    for sha256 in ("", "0" * 64, paper.current_file().blob_id[:-1]):
        with pytest.raises(ValidationError, match="đã thay đổi"):
            papers.approve(paper, by=office.dung, at=now, sha256=sha256)
    paper.refresh_from_db()
    assert paper.state == "format_checked"


def test_the_version_approved_is_recorded(office, now):
    paper = brought(office, "format_checked")
    sha256 = paper.current_file().blob_id
    papers.approve(paper, by=office.dung, at=now, sha256=sha256)
    event = paper.events.get(kind="approve")
    assert (event.payload["sha256"], event.payload["version"], event.user) == (sha256, 1, office.dung.user)


def test_before_the_checks_there_is_nothing_to_approve(office, now):
    paper = brought(office, "content_checked")
    with pytest.raises(NotAllowedNow):
        papers.approve(paper, by=office.dung, at=now, sha256=paper.current_file().blob_id)
    assert "approve" not in kinds(paper)


def test_only_the_named_signer_and_never_through_a_delegated_inbox(office, now):
    paper = brought(office, "format_checked")
    sha256 = paper.current_file().blob_id
    for post in (office.thao, office.lan, office.dung.used_by(office.thao.user)):
        with pytest.raises(PermissionDenied):
            papers.approve(paper, by=post, at=now, sha256=sha256)
    office.dung.used_by(office.dung.user)
    papers.approve(paper, by=office.dung, at=now, sha256=sha256)
