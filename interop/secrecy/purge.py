"""What may be a state secret is destroyed; time, sender and hash stay (law-and-practice §1.15)."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from documents import blobs
from documents.models import Document, File, Incoming
from interop.models import Inbound, Outbound

REASON = "Gói tin tự ghi độ mật; nội dung đã bị hủy, không lưu trích yếu và số, ký hiệu."
_RECALLED = "Nơi gửi đã thu hồi văn bản; nội dung gói tin đã bị hủy theo yêu cầu."
_MARKED = "Văn thư từ chối tệp bổ sung có dấu hiệu bí mật nhà nước; nội dung gói tin đã bị hủy."
_OVER = "Văn bản hết thời hạn lưu trữ; nội dung gói tin đã bị hủy."
_BY_CLERK = "Văn thư từ chối vì nghi chứa bí mật nhà nước; nội dung gói tin đã bị hủy."


def packages_of(sender_code: str, document_uid: str):
    """All packages that carried this paper or speak of it, repeats and changes included."""
    same = Q(message_id=document_uid) | Q(message_id__startswith=f"{document_uid}#")
    return Inbound.objects.filter(same, sender_code=sender_code)


def refuse_packages_of(incoming: Incoming) -> None:
    """A clerk found a secret: the packages that brought it are refused too, and lose their names."""
    if incoming.document_uid:
        found = list(packages_of(incoming.sender_code, incoming.document_uid).values_list("pk", flat=True))
        Outbound.objects.filter(inbound__in=found, state=Outbound.State.SENT).update(message_id="")
        Inbound.objects.filter(pk__in=found).update(
            state=Inbound.State.REFUSED, reason=_BY_CLERK, message_id=""
        )


def forget(outbound: Outbound) -> None:
    """The sender of a secret has its answer: number and notation, which the id holds, do not stay either.

    The id of a destroyed paper is kept as a hash under our own key, to know it when it comes again.
    """
    Outbound.objects.filter(pk=outbound.pk).update(message_id="")
    if outbound.report_id and outbound.status_code == "02":
        incoming = outbound.report.incoming
        Outbound.objects.filter(report__incoming=incoming).update(message_id="")
        seen = hash_of(incoming.sender_code, incoming.document_uid)
        Document.objects.filter(pk=incoming.pk).exclude(document_uid="").update(document_uid=seen)


@transaction.atomic
def drop_recalled(incoming: Incoming) -> int:
    """The packages that brought a recalled paper lose their bytes, once no desk of the city holds it any more.

    The rows stay: a repeat is still known as one.
    """
    same = Incoming.objects.filter(sender_code=incoming.sender_code, document_uid=incoming.document_uid)
    if not incoming.document_uid or same.exclude(state__in=["recalled", "rejected"]).exists():
        return 0
    brought = packages_of(incoming.sender_code, incoming.document_uid)
    if brought.filter(state=Inbound.State.RECEIVED).exists():
        return 0  # perhaps for another desk; whoever opens it comes here again
    return _drop(brought, _RECALLED)


@transaction.atomic
def drop_marked_updates(incoming: Incoming) -> int:
    """A clerk refused new files that may be secret: the packages that brought them lose their bytes as well."""
    brought = packages_of(incoming.sender_code, incoming.document_uid).exclude(state=Inbound.State.RECEIVED)
    return _drop(brought.filter(message_id__startswith=f"{incoming.document_uid}#2."), _MARKED)


def let_go_of_disposed(paper: Document) -> list[str]:
    """The packages that brought a paper whose time is over name no bytes any more, once no desk of the city keeps a file of it.
    Gives the hashes, to be destroyed by whoever destroys the paper's own (documents/actions/destruction.py)."""
    came = Incoming.objects.filter(pk=paper.pk).exclude(document_uid="").first()
    if came is None:
        return []
    same = Incoming.objects.filter(sender_code=came.sender_code, document_uid=came.document_uid)
    if File.objects.filter(document__in=same.exclude(pk=came.pk), blob__isnull=False).exists():
        return []
    brought = packages_of(came.sender_code, came.document_uid).exclude(raw=None)
    held = list(brought.values_list("raw", flat=True))
    Inbound.objects.filter(raw__in=held).update(raw=None, reason=_OVER)
    return held


def _drop(brought: QuerySet[Inbound], reason: str) -> int:
    held = {inbound.raw_id: inbound.raw for inbound in brought.exclude(raw=None).select_related("raw")}
    dropped = Inbound.objects.filter(raw__in=held).update(raw=None, reason=reason)
    for blob in held.values():
        blobs.destroy(blob)
    return dropped


def hash_of(sender_code: str, document_uid: str) -> str:
    return salted_hmac(
        "interop.secrecy.purge", f"{sender_code}|{document_uid}", algorithm="sha256"
    ).hexdigest()


def destroy_refused() -> int:
    """Destroys the bytes of refused packages. Run again after a crash, it ends what was begun."""
    pending = Inbound.objects.filter(state=Inbound.State.REFUSED, raw__isnull=False).select_related("raw")
    return sum(_destroy(inbound) for inbound in pending)


@transaction.atomic
def _destroy(inbound: Inbound) -> bool:
    """The bytes go before the row lets go of them: a crash in between only means doing it again."""
    Inbound.objects.filter(raw=inbound.raw_id).update(raw=None)
    blobs.destroy(inbound.raw)
    return True
