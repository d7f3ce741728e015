"""The only way to reach a paper and what hangs on it: what one may not see does not exist."""

from django.db.models import OuterRef, Q, Subquery
from django.http import Http404

from documents.access.people import has_left, stands_above
from documents.access.rules import may
from documents.models import (
    Asked,
    Assignment,
    Board,
    CertifiedCopy,
    Consultation,
    Delivery,
    Document,
    DraftRemark,
    DraftTemplate,
    DueRule,
    Extension,
    File,
    Incoming,
    KeptCopyUse,
    NumberLine,
    Order,
    Outgoing,
    OwnField,
    Recurring,
    RegisterBook,
    ReportFile,
    Reservation,
    ScanBatch,
    ScannedPaper,
    Slip,
    SlipPlace,
    Task,
)
from documents.models.outgoing import SIGHT as OF_OUTGOING
from orgs.access import may as administers
from orgs.models import Post
from orgs.ready import ReadyFor
from ui.ready import Ready


def incoming_for(post: Post | None, pk: int) -> Incoming:
    """The incoming paper, or 404: what you may not see does not exist."""
    return _one(_INCOMING, post, pk)


def outgoing_for(post: Post | None, pk: int) -> Outgoing:
    """With `slip_due`: the slip about it on which this post is to speak now, if there is one."""
    return _one(_OUTGOING, post, pk)


def _one(ready: ReadyFor, post: Post | None, pk: int):
    found = ready.objects(post, pk) if post else []
    if not found:
        raise Http404
    return found[0]


def _seen(queryset, post):
    """With `opinion_due`: the question about it that this post has not answered yet, if there is one."""
    waits = Asked.objects.of(post).filter(document=OuterRef("pk"), state=Asked.State.WAITING)
    return queryset.visible_to(post).annotate(opinion_due=Subquery(waits.values("consultation")[:1]))


def _outgoing_seen(post):
    whole = Outgoing.objects.for_list().select_related(
        "signer__user", "secretary_post__user", "in_reply_to", "mends_answer_to", "drafter__unit"
    )
    waits = SlipPlace.objects.of(post).filter(outgoing=OuterRef("pk"), state=SlipPlace.State.WAITING)
    return _seen(whole.annotate(slip_due=Subquery(waits.values("slip")[:1])), post)


_INCOMING = ReadyFor(lambda post, pk: _seen(Incoming.objects.for_list(), post).filter(pk=pk))
_OUTGOING = ReadyFor(lambda post, pk: _outgoing_seen(post).filter(pk=pk))


def assignment_for(post: Post | None, pk: int) -> Assignment:
    found = _OWN_TASK.objects(post.pk, pk) if post else []
    if not found:
        raise Http404
    return found[0]


def task_for(post: Post | None, pk: int) -> Assignment:
    """Somebody's task on a paper that one may see, or of a task without a paper."""
    found = _TASK.objects(pk)
    if not found:
        raise Http404
    if found[0].task_id:
        task_without_paper(post, found[0].task_id)
    else:
        incoming_for(post, found[0].incoming_id)
    return found[0]


_TASK = Ready(lambda pk: Assignment.objects.for_list().filter(pk=pk))
_OWN_TASK = Ready(lambda post, pk: Assignment.objects.for_list().filter(pk=pk, assignee=post).unmarked())


def task_without_paper(post: Post | None, pk: int) -> Task:
    """A task that was given without a paper, or 404."""
    found = Task.objects.visible_to(post).for_page().filter(pk=pk).first() if post else None
    if found is None:
        raise Http404
    return found


def task_with_parts(post: Post | None, pk: int) -> tuple[Task, list[Task]]:
    """As `task_without_paper`, with those of its parts that one may see. One query."""
    both = Q(pk=pk) | Q(parent=pk)
    rows = list(Task.objects.visible_to(post).for_page().filter(both).order_by("pk")) if post else []
    found = next((one for one in rows if one.pk == pk), None)
    if found is None:
        raise Http404
    return found, [one for one in rows if one.pk != pk]


def recurring_seen_by(post: Post):
    """Tasks that are given again and again: one's own; for who may end them all, all of the office."""
    if stands_above(post):
        return Recurring.objects.filter(by__organisation=post.organisation_id)
    return Recurring.objects.filter(by=post)


def recurring_for(post: Post | None, pk: int) -> Recurring:
    found = recurring_seen_by(post).select_related("by__user").filter(pk=pk).first() if post else None
    if found is None:
        raise Http404
    return found


def template_for(post: Post | None, pk: int) -> DraftTemplate:
    """Of one's own office or room, in use; or 404."""
    rows = (
        DraftTemplate.objects.usable_by(post).select_related("unit") if post else DraftTemplate.objects.none()
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def order_for(post: Post | None, pk: int) -> Order:
    """What another organisation was given, of a task of one's own that one may see; or 404."""
    found = Order.objects.select_related("receiver").filter(pk=pk).first()
    if found is None:
        raise Http404
    found.task = task_without_paper(post, found.task_id)
    return found


def extension_for(post: Post | None, pk: int) -> Extension:
    """A request for more time, of a task on a paper that one may see."""
    found = Extension.objects.for_paper().filter(pk=pk, order=None).first()
    if found is None:
        raise Http404
    found.assignment = task_for(post, found.assignment_id)
    return found


def order_extension_for(post: Post | None, pk: int) -> Extension:
    """A request for more time between two organisations, of the record of it that one's own has and one may see."""
    both = ("order__receiver", "order__task__organisation", "order__received__organisation")
    found = Extension.objects.for_paper().select_related(*both).filter(pk=pk, order__isnull=False).first()
    if found is None or post is None:
        raise Http404
    order = found.order
    if order.task.organisation_id == post.organisation_id:
        order.task = task_without_paper(post, order.task_id)
    else:
        order.received = task_without_paper(post, order.received_id)
    return found


def paper_for(post: Post | None, pk: int) -> Incoming | Outgoing:
    """A paper, whichever way it goes, or 404."""
    direction = Document.objects.filter(pk=pk).values_list("direction", flat=True).first()
    return (outgoing_for if direction == Document.Direction.OUT else incoming_for)(post, pk)


def consultation_for(post: Post | None, pk: int, *, to_conduct: bool = False) -> Consultation:
    """A question about a paper that one may see, with the paper; or 404. `to_conduct`: see `_draft_of`."""
    asker = ("by__user", "by__unit", "by__organisation", "document")
    found = Consultation.objects.select_related(*asker).filter(pk=pk).first()
    if found is None:
        raise Http404
    if found.document.direction == Document.Direction.IN:
        found.document = incoming_for(post, found.document_id)
    else:
        found.document = _draft_of(
            found, post, found.document_id, "conduct_consultation" if to_conduct else ""
        )
    return found


def asked_for(post: Post | None, pk: int) -> Asked:
    """One's own place in a consultation, or 404: also in one that was taken back, so that whoever was just writing is
    told. The paper itself is then no longer shown."""
    found = Asked.objects.of(post).filter(consultation=pk).first() if post else None
    if found is None:
        raise Http404
    return found


def slip_for(post: Post | None, pk: int, *, to_conduct: bool = False) -> Slip:
    """A slip about a draft that one may see, with the draft; or 404. `to_conduct`: see `_draft_of`."""
    maker = ("by__user", "by__unit", "by__organisation")
    found = Slip.objects.select_related(*maker).filter(pk=pk).first()
    if found is None:
        raise Http404
    found.outgoing = _draft_of(found, post, found.outgoing_id, "conduct_slip" if to_conduct else "")
    return found


def kept_copy_use_for(post: Post | None, pk: int, *, as_reader: bool = False) -> KeptCopyUse:
    """A use of the kept copy of a paper that one may see, with the paper; or 404. `as_reader`: one's own, and the paper's
    title is shown with it, as it is on what one was given."""
    found = KeptCopyUse.objects.select_related("outgoing").filter(pk=pk).first() if post else None
    if found is None or (as_reader and found.reader_id != post.pk):
        raise Http404
    if not as_reader:
        found.outgoing = outgoing_for(post, found.outgoing_id)
    elif OF_OUTGOING.hides(post, found.outgoing):
        raise Http404
    return found


def copy_for(post: Post | None, pk: int) -> CertifiedCopy:
    """A copy of a paper that one may see; or 404. `paper`: that paper."""
    read = ("document", "taken_from__blob", "of_copy__taken_from__blob", "of_copy__document", "file")
    found = CertifiedCopy.objects.select_related(*read).filter(pk=pk).first() if post else None
    if found is None:
        raise Http404
    found.paper = paper_for(post, found.document_id)
    return found


def _draft_of(asking: Consultation | Slip, post: Post | None, pk: int, permission: str) -> Outgoing:
    """What people are asked about. Of one who has left, who conducts it in his stead reaches it too, though the draft is
    not theirs to see: `title_only`, its title may be shown and nothing else of it."""
    try:
        return outgoing_for(post, pk)
    except Http404:
        if not permission or not has_left(asking.by) or not may(post, permission, asking):
            raise
    draft = Outgoing.objects.get(pk=pk)
    draft.title_only = True
    return draft


def remark_for(post: Post | None, pk: int) -> DraftRemark:
    """What was said at a place of a draft that one may see, with the draft; or 404."""
    found = DraftRemark.objects.select_related("by__user").filter(pk=pk).first()
    if found is None:
        raise Http404
    found.outgoing = outgoing_for(post, found.outgoing_id)
    return found


def place_for(post: Post | None, pk: int) -> SlipPlace:
    """One's own place in a slip, or 404: also where one was replaced or it was taken back, so that whoever was just writing
    is told. The draft itself is then no longer shown."""
    places = SlipPlace.objects.of(post).filter(slip=pk) if post else SlipPlace.objects.none()
    places = places.select_related("slip__by__user", "slip__by__unit", "slip__by__organisation")
    found = next(iter(sorted(places, key=lambda one: one.state == SlipPlace.State.REPLACED)), None)
    if found is None:
        raise Http404
    return found


def file_for(post: Post | None, pk: int) -> File:
    """A file through its paper; a destroyed one is gone for everybody, one that is only proposed is the clerk's to look at."""
    file = File.objects.select_related("blob", "document").filter(pk=pk).first()
    if file is None or file.blob is None or post is None:
        raise Http404
    finder = incoming_for if file.document.direction == "in" else outgoing_for
    paper = finder(post, file.document_id)
    if file.stage == File.Stage.PROPOSED and not may(post, "answer_change", paper):
        raise Http404
    return file


def report_file_for(post: Post | None, pk: int) -> ReportFile:
    """A file of a report of progress, with its task, through what the task is about; or 404."""
    file = ReportFile.objects.select_related("blob", "report").filter(pk=pk).first()
    if file is None:
        raise Http404
    file.report.assignment = task_for(post, file.report.assignment_id)
    return file


def scan_for(post: Post | None, pk: int) -> ScannedPaper:
    """A scanned paper of one's own office, settled or not: its clerks' business alone."""
    found = ScannedPaper.objects.select_related(
        "organisation", "file__batch", "file__blob", "blob", "incoming", "ended_by__user", "ended_by__organisation"
    )  # fmt: skip
    return _of_clerks(found, post, pk)


def scan_batch_for(post: Post | None, pk: int) -> ScanBatch:
    return _of_clerks(ScanBatch.objects.select_related("by__user"), post, pk)


def _of_clerks(queryset, post: Post | None, pk: int):
    if not may(post, "register_paper"):
        raise Http404
    found = queryset.filter(pk=pk, organisation=post.organisation_id).first()
    if found is None:
        raise Http404
    return found


def number_book_for(post: Post | None, pk: int) -> RegisterBook:
    """A book of one's own office, for whoever keeps its books; or 404."""
    return _of_keepers(
        RegisterBook.objects.select_related("organisation", "closed_by__user"), post, pk, "organisation"
    )


def reservation_for(post: Post | None, pk: int) -> Reservation:
    found = Reservation.objects.select_related("book__organisation", "by__user")
    return _of_keepers(found, post, pk, "book__organisation")


def number_line_for(post: Post | None, pk: int) -> NumberLine:
    """A number that was set aside, entered or void; as `number_book_for`."""
    found = NumberLine.objects.select_related("book__organisation", "reservation", "by__user", "document")
    return _of_keepers(found, post, pk, "book__organisation")


def board_for(post: Post | None, pk: int) -> Board:
    """A board of one's own office, for whoever says which series there are; or 404."""
    found = (
        Board.objects.select_related("chair__user").filter(pk=pk, organisation=post.organisation_id)
        if post
        else None
    )
    one = found.first() if may(post, "set_series") else None
    if one is None:
        raise Http404
    return one


def due_rule_for(post: Post | None, pk: int) -> DueRule:
    """A rule of one's own office, for whoever sets its rules; one of the law, for an operator; or 404."""
    one = DueRule.objects.select_related("organisation").filter(pk=pk).first() if post else None
    if one is None or not (
        administers(post, "set_office_rules", one.organisation)
        if one.organisation
        else administers(post, "manage_registry")
    ):
        raise Http404
    return one


def own_field_for(post: Post | None, pk: int) -> OwnField:
    """A field of one's own office, for whoever sets its rules; or 404."""
    one = OwnField.objects.filter(pk=pk, organisation=post.organisation_id).first() if post else None
    if one is None or not administers(post, "set_office_rules", post.organisation):
        raise Http404
    return one


def _of_keepers(queryset, post: Post | None, pk: int, body: str):
    found = (
        queryset.filter(pk=pk, **{body: post.organisation_id}).first() if may(post, "keep_books") else None
    )
    if found is None:
        raise Http404
    return found


def deliveries_for(post: Post | None, pks: set[int]) -> None:
    """404 unless every one of these is a delivery of one's own office, and one follows them."""
    own = Delivery.objects.of(post).filter(pk__in=pks).count() if may(post, "follow_deliveries") else -1
    if own != len(pks):
        raise Http404
