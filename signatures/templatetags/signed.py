"""The signatures of an outgoing paper on its page: documents does not know this room, the roof does."""

from django import template
from django.core.cache import cache

from documents import blobs
from documents.models import Outgoing
from documents.views.verdicts import shown
from signatures.actions import check
from signatures.authority import said
from signatures.models import Signature

register = template.Library()
KEPT_FOR = 10 * 60  # seconds: a certificate may be withdrawn, so a verdict is asked for anew


@register.inclusion_tag("signatures/_signatures.html")
def signatures_of(paper: Outgoing) -> dict:
    """The verdict on the file in force, and every signature ever given, with the file each one made."""
    current = paper.current_file()
    given = list(
        Signature.objects.filter(document=paper).select_related(
            "certificate", "post__user", "post__organisation", "post__unit", "file"
        )
    )
    in_force = [one for one in given if current and one.file.version == current.version and paper.signed_at]
    return {
        "verdict": _verdict(current.blob) if in_force else None,
        "signatures": [{"it": one, "void": one not in in_force, "right": said(one.evidence)} for one in given],
    }  # fmt: skip


def _verdict(blob) -> dict:
    verdict, report = cache.get_or_set(f"verdict:{blob.sha256}", lambda: check(blobs.read(blob)), KEPT_FOR)
    return shown(verdict, report)
