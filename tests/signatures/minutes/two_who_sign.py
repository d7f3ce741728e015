"""Minutes whose secretary signs before their chair, brought on by the real acts."""

from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.models import Outgoing
from documents.versions import content_of
from tests.documents.outgoing_cases import brought, written


def minutes(office, **changes) -> Outgoing:
    """Written by minh, to be signed by hoa at the left and dung as the chair."""
    named = changes.pop("secretary_post", office.hoa)
    given = {"kind": "BB", "subject": "Họp giao ban tháng 01", "addressees": ""} | changes
    return written(office, secretary=str(named.user), secretary_post=named, **given)


def checked(office, **changes) -> Outgoing:
    return brought(office, "format_checked", minutes(office, **changes))


def asked(office, **changes) -> Outgoing:
    """Approved by the chair: it waits for the secretary."""
    paper = checked(office, **changes)
    papers.approve(paper, by=office.dung, at=timezone.now(), sha256=content_of(paper))
    return Outgoing.objects.get(pk=paper.pk)


def press(client, name: str, paper, **more):
    data = {"sha256": content_of(paper)} | more
    return client.post(reverse(f"outgoing_{name}", args=[paper.pk]), data, follow=True)
