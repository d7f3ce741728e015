"""A sender changes what it wrote about a paper, or who has it: edXML business type 2 (§1.7).

D3: that 0 takes a receiver off the list and 1 puts it on rests on one source. So nothing is done by the number alone:
whoever has the paper is asked, whoever does not have it gets it when the package brings it.
"""

from collections.abc import Iterable

from django.db import transaction

from documents import blobs
from documents.actions.requests.change import FIELDS, as_json, ask_to_change
from documents.actions.requests.recall import ask_back
from documents.arrival import Arrival, NewFile
from documents.journey import lock
from documents.models import ChangeRequest, Incoming
from interop.edxml import Edoc, read
from interop.inbound.package import (
    MORE,
    REPEAT,
    Package,
    State,
    admit,
    answer,
    answer_again,
    changed_uid_of,
    claim,
    close,
    let_go,
    opened_before,
)
from interop.inbound.papers import deliver
from interop.inbound.recalls import PaperOnItsWay, wait_for_paper
from interop.inbound.to_arrival import arrival_of, header_of
from interop.models import Inbound
from interop.secrecy.purge import packages_of
from orgs.models import Organisation

_NEVER_HERE = "Văn bản không có tại nơi nhận; không có gì để hủy."
_CHANGES = "Nơi gửi cập nhật văn bản; đã chuyển văn thư trả lời."


def open_update(package: Package) -> None:
    """Desks that have the paper are asked to change it; the others get it, when the package brings it. In one transaction;
    the slow reading is done before it begins. Raises PaperOnItsWay."""
    wait_for_paper(package.sender, package.replaced, before=package.inbound)
    _wait_for_answer(package)
    arrival, files = arrival_of(package.message, package.paper_uid)
    with transaction.atomic():
        if not claim(package) or not (desks := admit(package)):
            return
        first = opened_before(package).select_for_update().first()
        _wait_for_earlier(package)
        have = _papers_at(desks, package)
        lock(*have.values())
        for desk in desks:
            if desk.pk in have and first:
                answer_again(package, have[desk.pk])
            elif desk.pk in have:
                _ask(package, have[desk.pk], arrival, files)
            elif package.takes_off(desk) and not files:
                answer(package, desk.code, "15", _NEVER_HERE)
            else:
                deliver(package, desk, arrival, files)
        if first:
            close(package, State.DUPLICATE, MORE if len(have) < len(desks) else REPEAT)
        else:
            close(package, State.UNPACKED, _CHANGES if have else "")
        let_go(have.values(), files)


def _papers_at(desks: Iterable[Organisation], package: Package) -> dict[int, Incoming]:
    """The paper at each of the desks that has it. Raises PaperOnItsWay while a package with it waits to be opened: a desk
    that had the update first would be left without the files."""
    desks = list(desks)
    uid = changed_uid_of(package.message)
    held = Incoming.objects.filter(
        organisation__in=desks, direction="in", source=Incoming.Source.AXIS, sender_code=package.sender, document_uid=uid,
        purged_at=None,
    ).exclude(state="rejected")  # fmt: skip
    papers = {paper.organisation_id: paper for paper in held.select_related("organisation").order_by("pk")}
    if uid and len(papers) < len(desks):
        wait_for_paper(package.sender, [uid])
    return papers


def _wait_for_earlier(package: Package) -> None:
    """Raises PaperOnItsWay while an update that came before this one was not opened: the later word is the last."""
    inbound, uid = package.inbound, changed_uid_of(package.message)
    earlier = Inbound.objects.filter(
        sender_code=inbound.sender_code, message_id__startswith=f"{uid}#2.", pk__lt=inbound.pk, state=State.RECEIVED,
        message_type="edoc",
    )  # fmt: skip
    if earlier.exists():
        raise PaperOnItsWay


def _wait_for_answer(package: Package) -> None:
    """Raises PaperOnItsWay while every desk that has the paper is asked to give it back: should they say no, the update is
    put before them."""
    papers = _papers_at(package.offices, package)
    asked = ChangeRequest.objects.filter(incoming__in=papers.values(), answer="")  # one at a time
    if papers and asked.exclude(kind=ChangeRequest.Kind.UPDATE).count() == len(papers):
        raise PaperOnItsWay


def _ask(package: Package, paper: Incoming, arrival: Arrival, files: list[NewFile]) -> None:
    """Puts it before the clerk of a desk that has the paper."""
    reason = package.message.business_reason or package.message.content
    if package.takes_off(paper.organisation):
        ask_back(paper, kind=ChangeRequest.Kind.RECALL, reason=reason, at=package.at)
        return
    ask_to_change(
        paper, changes(paper, package.inbound, package.message), reason=reason, at=package.at, files=files,
        checked=_checked(arrival, files), secrecy_marks=arrival.secrecy_marks,
    )  # fmt: skip


def _checked(arrival: Arrival, files: list[NewFile]) -> list[dict]:
    """A line for each signed file, as at the attachments of a paper: here the main one is an attachment too."""
    report = arrival.signature_report
    lines = list(report.get("attachments", []))
    main = next((file for file in files if file.part == "main"), None)
    if main and "sentence" in report:
        lines.append(
            {
                "name": main.name,
                "verdict": arrival.signature_verdict,
                "sentence": " ".join([report["sentence"], *report.get("remarks", [])]),
                "against": False,
            }
        )
    return lines


def changes(paper: Incoming, inbound: Inbound, message: Edoc) -> dict:
    """What the sender says otherwise than in its last package, or than what was agreed on here: what was refused, or
    never came before the clerk, is asked for when it is said again. What it leaves out it does not change; what the clerk
    here has written better stays unless the sender itself has changed it."""
    new, (last, agreed) = header_of(message), _before(paper, inbound)
    said = {
        name: new[name]
        for name in FIELDS
        if new[name] not in (None, "") and {as_json(new[name])} != {last[name], agreed[name]}
    }
    said.pop("kind_name", None)
    kind = said.pop("kind", None)
    # Kind and name go together, and without a name nothing is said of them.
    return said | ({"kind": new["kind"], "kind_name": new["kind_name"]} if kind and message.type_name else {})


def _before(paper: Incoming, inbound: Inbound) -> tuple[dict, dict]:
    """As the last package about this paper has it; and as the first has it, with what was asked for since and not refused.
    Of packages whose bytes are gone, as it stands here."""
    earlier = packages_of(paper.sender_code, paper.document_uid).filter(
        message_type="edoc", state=Inbound.State.UNPACKED, raw__isnull=False, pk__lt=inbound.pk
    )
    earlier = earlier.select_related("raw")
    last, agreed = (
        _header_in(found, paper)
        for found in (earlier.order_by("-pk").first(), earlier.order_by("pk").first())
    )
    asked = paper.change_requests.filter(kind=ChangeRequest.Kind.UPDATE).exclude(
        answer=ChangeRequest.Answer.REFUSED
    )
    for request in asked.order_by("pk"):
        agreed |= request.changes
    return last, agreed


def _header_in(package: Inbound | None, paper: Incoming) -> dict:
    if package is None:
        return {name: as_json(getattr(paper, name)) for name in FIELDS}
    with blobs.path_of(package.raw).open("rb") as raw:
        return {name: as_json(value) for name, value in header_of(read(raw)).items()}
