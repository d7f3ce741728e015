"""A paper that left by hand, entered with its scan: what is done with it afterwards knows that it is paper."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.actions.copies import check_copy, make_copy
from documents.actions.outgoing.update import update
from documents.models import CertifiedCopy, Outgoing
from tests.documents.books.test_reserve import entered, set_aside
from tests.documents.desks import at_desk, words
from tests.documents.outgoing_cases import brought


@pytest.fixture
def paper(office) -> Outgoing:
    return entered(office, set_aside(office).lines.get(value=1))


def test_it_is_on_paper_and_what_was_signed_here_is_not(office, keys, paper):
    assert paper.on_paper and not brought(office, "issued").on_paper


def test_a_true_copy_of_it_is_from_paper_to_paper(office, paper):
    lan = at_desk(office.lan)
    sent = {
        "kind": "SY", "source": "original", "medium": "paper", "pages": "", "text": "", "signer": office.dung.pk,
        "recipients": "Văn phòng", "quantity": "1",
    }  # fmt: skip
    page = words(lan.post(f"/van-ban/{paper.pk}/ban-sao/", sent, follow=True))
    assert "Sao y, giấy sang giấy" in page
    assert CertifiedCopy.objects.get().source == "paper"


def test_an_electronic_copy_of_its_scan_is_refused_as_not_built_not_as_unlawful(office, paper):
    with pytest.raises(ValidationError, match="chưa làm được bản sao điện tử") as refused:
        check_copy(paper, kind="SY", medium="electronic")
    assert "Điều 25" not in str(refused.value) and "medium" in refused.value.error_dict
    copy = make_copy(paper, kind="SY", medium="paper", signer=office.dung, by=office.lan, at=timezone.now())
    with pytest.raises(ValidationError, match="không có bản quét chờ ký số"):
        check_copy(paper, kind="SL", medium="electronic", of_copy=copy)


def test_nobody_is_sent_its_unsigned_scan_later(office, paper):
    given = {
        "by": office.lan,
        "at": timezone.now(),
        "reason": "Gửi thêm theo ý kiến Giám đốc",
        "due_on": None,
    }
    with pytest.raises(ValidationError, match="trên giấy") as refused:
        update(paper, add=[office.justice], **given)
    assert "recipients" in refused.value.error_dict and not paper.deliveries.exists()
    update(paper, **given | {"due_on": timezone.localdate()})
    paper.refresh_from_db()
    assert paper.due_on == timezone.localdate(), "the rest may change"
