"""What signatures add to a paper's page: the signed electronic copy of a scan (decree 30 art. 25)."""

from django.urls import reverse

from documents.access import may
from documents.models import Incoming
from orgs.models import Post


def certified_copy(paper: Incoming, post: Post) -> dict | None:
    """A scan that bears a signature is an original; the agency's own would only be refused."""
    if not may(post, "certify_copy", paper) or paper.signature_verdict or not paper.scan_to_copy():
        return None
    return {
        "name": "certify_copy",
        "label": "Ký số bản sao",
        "tone": "",
        "needs_form": False,
        "main": False,
        "url": reverse("incoming_certify_copy", args=[paper.pk]),
    }
