"""A package that claims a secrecy mark, or repeats a paper destroyed for one: refused, and its content destroyed."""

from django.conf import settings
from django.db import transaction

from documents.journey import record
from documents.models import Incoming
from interop.inbound.package import Package, State, answer, claim
from interop.models import Inbound
from interop.secrecy import purge

_REFUSED = "Từ chối tiếp nhận: văn bản mang dấu độ mật, không được gửi qua hệ thống này. Nội dung đã bị hủy."


def is_secret(package: Package) -> bool:
    """Also a repeat of a paper whose content was destroyed, and an update of it under an id of its own."""
    if package.message.secrecy_claim:
        return True
    uids = [package.own_uid, package.paper_uid]
    known = [*uids, *(purge.hash_of(package.sender, uid) for uid in uids)]
    same = {"sender_code": package.sender, "document_uid__in": known}
    papers = Incoming.objects.filter(organisation__in=package.offices, direction="in", **same)
    return papers.filter(purged_at__isnull=False).exists()


def refuse(package: Package) -> None:
    """Status 02 from every office addressed, one event at each; the row keeps time, sender and hash."""
    _refuse(package)
    purge.destroy_refused()


@transaction.atomic
def _refuse(package: Package) -> None:
    if not claim(package):
        return
    for code in package.addressed or (settings.AXIS_SYSTEM_ID,):
        answer(package, code, "02", _REFUSED)
    inbound = package.inbound
    said = {"source": "axis", "from": inbound.sender_code, "sha256": [inbound.sha256]}
    for office in package.offices:
        record("purge", None, by=None, at=package.at, payload=said, organisation=office)
    Inbound.objects.filter(pk=inbound.pk).update(state=State.REFUSED, reason=purge.REASON, message_id="")
