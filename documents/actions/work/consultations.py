"""Xin ý kiến, lấy ý kiến: colleagues are asked about a paper or a draft. Nothing here holds the paper up."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from documents.access import has_left, may
from documents.actions.work.assignments import check_due, named
from documents.actions.work.receivers import CANNOT_HANDLE, check_not_hidden, in_person, in_words
from documents.journey import NotAllowedNow, end_consultation, has_answered, lock, record
from documents.models import Asked, Consultation, Document, Event, Incoming, Opinion, Outgoing
from documents.models.consultation import VOTES
from documents.states import ASKABLE
from orgs.actions.notices import tell
from orgs.models import Post, Unit
from orgs.models.notice import WORK

MOST = 100  # people in one consultation; the report lays out a row for each in some hundredths of a second
NAMED = 20  # of them in the sentence of the history; the keys stand beside it
VOTE_LENGTH = 1000  # characters beside a vote
ENDED_BY = ("close_consultation", "take_back_consultation")


@transaction.atomic
def consult(
    paper: Incoming | Outgoing,
    *,
    kind: str,
    asked: list[Post | Unit],
    question: str,
    by: Post,
    at: datetime,
    due_on: date | None = None,
) -> Consultation:
    """Asks people, and rooms in the person of their head, for an opinion (kind "opinion") or a vote (kind "vote", with a
    day). They see the paper from now on. Sent twice, it is asked once.

    Raises ValidationError (nobody, oneself, somebody of another organisation or who has left, a day gone by),
    PermissionDenied, or NotAllowedNow when the paper has gone too far.
    """
    lock(paper)
    paper.refresh_from_db(fields=["state", "holder"])
    check_askable(paper, by=by)
    if not question.strip():
        raise ValidationError("Hãy ghi nội dung cần ý kiến.")
    if kind == Consultation.Kind.VOTE and due_on is None:
        raise ValidationError("Lấy ý kiến phải có hạn.")
    check_due(due_on, timezone.localdate(at))
    people = _people(asked, paper, by=by, today=timezone.localdate(at))
    if (before := _asked_already(paper, kind, question, due_on, people, by)) is not None:
        return before
    made = Consultation.objects.create(
        document=paper, kind=kind, by=by, question=question, due_on=due_on, at=at
    )
    Asked.objects.bulk_create(
        [Asked(consultation=made, document=paper, post=post, unit=unit) for post, unit in people.values()]
    )
    due = f", hạn {due_on:%d/%m/%Y}" if due_on else ""
    text = f"{by.operator} {_verb(made)} bạn về {called(paper)}{due}."
    tell([post.user for post, _ in people.values()], text, at=at, url=made.get_absolute_url(), kind=WORK)
    names = [in_words(post, unit) for post, unit in people.values()]
    payload = {"text": question, "note": f"Hỏi {_listed(names)}{due}", "asked": sorted(people)}
    _record("circulate" if made.is_vote else "consult", made, by=by, at=at, **payload)
    return made


@transaction.atomic
def give_opinion(asked: Asked, *, choice: str, by: Post, at: datetime, text: str = "") -> Opinion:
    """Answers, or answers anew: the last word holds, the earlier ones stay. The same again adds nothing.

    Whoever asked is told when nobody is waited for any more.
    Raises ValidationError (no such answer, words missing or too many); NotAllowedNow when it was closed or taken back.
    """
    consultation = _held(asked.consultation)
    asked.refresh_from_db()
    if asked.post_id != by.pk:
        raise PermissionDenied("Chỉ người được hỏi mới cho ý kiến.")
    if by.operator.pk == consultation.by.user_id:
        raise PermissionDenied("Người hỏi không tự trả lời, kể cả thay người khác.")
    check_open(consultation, "Không thể gửi ý kiến")
    text = text.strip()
    _check_answer(consultation, choice, text)
    last = asked.opinions.last()
    if last is not None and (last.choice, last.text) == (choice, text):
        return last
    has_answered(asked, at=at)
    given = Opinion.objects.create(asked=asked, choice=choice, text=text, user=by.operator, at=at)
    if last is None and not consultation.asked.filter(state=Asked.State.WAITING).exists():
        told = f"Mọi người được hỏi đã cho ý kiến về {called(consultation.document)}."
        tell([consultation.by.user], told, at=at, url=consultation.get_absolute_url(), kind=WORK)
    note = given.get_choice_display() + (" (thay ý kiến trước)" if last else "")
    _record("give_opinion", consultation, by=by, at=at, text=text, note=note, choice=choice)
    return given


@transaction.atomic
def remind_asked(consultation: Consultation, *, by: Post, at: datetime) -> list[Asked]:
    """Reminds those who have not answered, each at most once a day, and counts it; returns them."""
    consultation = _conducted(consultation, "Không thể nhắc", by=by)
    found = [
        one for one in waiting_of(consultation) if not _reminded_today(one, at) and not has_left(one.post)
    ]
    if not found:
        return []
    rows = Asked.objects.filter(pk__in=[one.pk for one in found])
    rows.update(reminders=F("reminders") + 1, reminded_at=at)
    due = f" Hạn {consultation.due_on:%d/%m/%Y}." if consultation.due_on else ""
    text = f"{by.operator} nhắc bạn cho ý kiến về {called(consultation.document)}.{due}"
    tell([one.post.user for one in found], text, at=at, url=consultation.get_absolute_url(), kind=WORK)
    note = f"Nhắc {_listed([str(one.post.user) for one in found])}"
    _record("remind_asked", consultation, by=by, at=at, note=note, asked=[one.post_id for one in found])
    return found


@transaction.atomic
def extend_consultation(consultation: Consultation, *, due_on: date, by: Post, at: datetime) -> None:
    """Puts the day off; who is still waited for is told. Raises ValidationError unless it is later than it was."""
    consultation = _conducted(consultation, "Không thể gia hạn", by=by)
    before = consultation.due_on
    check_later(due_on, before, today=timezone.localdate(at))
    Consultation.objects.filter(pk=consultation.pk).update(due_on=due_on)
    consultation.due_on = due_on
    people = [one.post for one in waiting_of(consultation)]
    text = f"Hạn cho ý kiến về {called(consultation.document)} nay là {due_on:%d/%m/%Y}."
    tell([post.user for post in people], text, at=at, url=consultation.get_absolute_url(), kind=WORK)
    days = [f"{before:%d/%m/%Y}" if before else "(không có)", f"{due_on:%d/%m/%Y}"]
    told = {"note": " → ".join(days), "days": days, "asked": [post.pk for post in people]}
    _record("extend_consultation", consultation, by=by, at=at, **told)


@transaction.atomic
def close_consultation(consultation: Consultation, *, by: Post, at: datetime) -> None:
    """Nobody can answer any more; who has not is not waited for, whether they have left or only said nothing."""
    consultation = _conducted(consultation, "Không thể kết thúc", by=by)
    given = consultation.asked.filter(state=Asked.State.ANSWERED).count()
    note = f"{given}/{consultation.asked.count()} người đã cho ý kiến"
    end_consultation(consultation, at=at)
    _record("close_consultation", consultation, by=by, at=at, note=note)


@transaction.atomic
def take_back_consultation(consultation: Consultation, *, reason: str, by: Post, at: datetime) -> None:
    """As if it had never been asked: nobody has to answer, and who saw the paper for this alone sees it no more."""
    if not reason.strip():
        raise ValidationError("Hãy ghi lý do thu lại.")
    consultation = _conducted(consultation, "Không thể thu lại", by=by)
    people = [one.post for one in consultation.asked.select_related("post__user")]
    text = f"{by.operator} đã thu lại việc {_verb(consultation)} về {called(consultation.document)}. Lý do: {reason}"
    tell([post.user for post in people], text, at=at, kind=WORK)
    end_consultation(consultation, at=at, taken_back=True)
    told = {"reason": reason, "asked": [post.pk for post in people]}
    _record("take_back_consultation", consultation, by=by, at=at, **told)


def check_askable(paper: Incoming | Outgoing, *, by: Post) -> None:
    """Refuses before the form is filled in for nothing; `consult` asks again."""
    if not may(by, "consult", paper):
        raise PermissionDenied("Chỉ người đang xử lý, giao việc, soạn thảo hoặc giữ văn bản được xin ý kiến.")
    if paper.state not in ASKABLE:
        state = paper.state_label
        raise NotAllowedNow(f"Không thể xin ý kiến: văn bản hiện ở trạng thái “{state}”.", paper)


def check_conducted(consultation: Consultation, what: str, *, by: Post) -> None:
    if not may(by, "conduct_consultation", consultation):
        raise PermissionDenied("Chỉ người hỏi ý kiến được làm việc này.")
    check_open(consultation, what)


def check_open(consultation: Consultation, what: str) -> None:
    """Raises NotAllowedNow, saying who ended it and when."""
    if not consultation.is_open:
        raise NotAllowedNow(f"{what}: {_ended(consultation)}", _paper_of(consultation))


def check_later(due_on: date, before: date | None, *, today: date) -> None:
    """Raises ValidationError unless a day is put off by it."""
    check_due(due_on, today)
    if before and due_on <= before:
        raise ValidationError(f"Hạn mới phải sau hạn đang có ({before:%d/%m/%Y}).")


def waiting_of(consultation: Consultation) -> list[Asked]:
    rows = consultation.asked.filter(state=Asked.State.WAITING)
    return list(rows.select_related("post__user", "post__unit", "post__organisation"))


def called(paper: Document) -> str:
    """The paper in a sentence of a notice, without a word of its content."""
    if paper.direction == Document.Direction.OUT:
        return f"dự thảo {paper.kind_label.lower()}"
    return named(paper if isinstance(paper, Incoming) else Incoming.objects.get(pk=paper.pk))


def _people(
    asked: list[Post | Unit], paper: Incoming | Outgoing, *, by: Post, today: date
) -> dict[int, tuple[Post, Unit | None]]:
    """By the key of the post; who is chosen as a person and with the room is asked once."""
    found: dict[int, tuple[Post, Unit | None]] = {}
    for one in asked:
        post, unit = in_person(one, today, to="hỏi")
        if post.pk not in found or unit is None:
            found[post.pk] = post, unit
    if not found:
        raise ValidationError("Hãy chọn ít nhất một người để hỏi.")
    if len(found) > MOST:
        raise ValidationError(f"Một lần chỉ hỏi được {MOST} người; đang chọn {len(found)}.")
    for post, _ in found.values():
        check_can_be_asked(post, by=by, today=today, paper=paper)
    return found


def check_can_be_asked(
    post: Post, *, by: Post, today: date, paper: Incoming | Outgoing | None = None
) -> None:
    if post.user_id == by.user_id:
        raise ValidationError("Không cần hỏi ý kiến của chính mình. Hãy bỏ chọn.")
    if post.organisation_id != by.organisation_id or post.role in CANNOT_HANDLE:
        raise ValidationError(f"{post.user} không cho ý kiến về văn bản của cơ quan này.")
    if has_left(post) or post.valid_from > today:
        raise ValidationError(f"{post.user} không còn tại vị trí {post}. Hãy chọn người khác.")
    check_not_hidden(post, paper)


def _asked_already(paper, kind, question, due_on, people, by) -> Consultation | None:
    """A second press of the same: the same words to the same people, still open."""
    same = Consultation.objects.filter(
        document=paper.pk, kind=kind, by=by, question=question, due_on=due_on, state=Consultation.State.OPEN
    )
    for one in same.prefetch_related("asked"):
        if {asked.post_id for asked in one.asked.all()} == set(people):
            return one
    return None


def _check_answer(consultation: Consultation, choice: str, text: str) -> None:
    if consultation.is_vote:
        if choice not in VOTES:
            raise ValidationError("Hãy chọn đồng ý, không đồng ý hoặc ý kiến khác.")
        if choice != Opinion.Choice.AGREE and not text:
            raise ValidationError("Hãy ghi rõ nội dung khi không đồng ý hoặc có ý kiến khác.")
    elif choice not in (Opinion.Choice.COMMENT, Opinion.Choice.NONE):
        raise ValidationError("Hãy ghi ý kiến, hoặc chọn “Không có ý kiến”.")
    elif choice == Opinion.Choice.COMMENT and not text:
        raise ValidationError("Hãy ghi ý kiến, hoặc bấm “Không có ý kiến”.")
    elif choice == Opinion.Choice.NONE and text:
        raise ValidationError("Bạn đã gõ ý kiến. Hãy bấm “Gửi ý kiến”, hoặc xóa phần đã gõ.")
    most = VOTE_LENGTH if consultation.is_vote else 2000
    if len(text) > most:
        raise ValidationError(f"Ý kiến dài tối đa {most} ký tự.")


def _held(consultation: Consultation) -> Consultation:
    """As it stands, with its paper held until the transaction ends."""
    lock(consultation.document)
    asker = ("by__user", "by__unit", "by__organisation", "document")
    return Consultation.objects.select_related(*asker).get(pk=consultation.pk)


def _conducted(consultation: Consultation, what: str, *, by: Post) -> Consultation:
    held = _held(consultation)
    check_conducted(held, what, by=by)
    return held


def _ended(consultation: Consultation) -> str:
    event = Event.objects.filter(
        document=consultation.document_id, kind__in=ENDED_BY, payload__consultation=consultation.pk
    )
    event = event.select_related("post__user", "post__unit", "post__organisation", "user").last()
    when = timezone.localtime(consultation.ended_at).strftime("%H:%M ngày %d/%m/%Y")
    if event is None:
        return f"việc xử lý văn bản đã kết thúc lúc {when}."
    did = "thu lại" if consultation.state == Consultation.State.TAKEN_BACK else "kết thúc"
    return f"{event.user} ({event.post}) đã {did} việc {_verb(consultation)} lúc {when}."


def _paper_of(consultation: Consultation) -> Incoming | Outgoing:
    """As the page of a refusal takes it."""
    paper = consultation.document
    model = Incoming if paper.direction == Document.Direction.IN else Outgoing
    return paper if isinstance(paper, model) else model.objects.get(pk=paper.pk)


def _reminded_today(asked: Asked, at: datetime) -> bool:
    last = asked.reminded_at
    return last is not None and timezone.localdate(last) == timezone.localdate(at)


def _verb(consultation: Consultation) -> str:
    return consultation.get_kind_display().lower()


def _listed(names: list[str]) -> str:
    more = f" và {len(names) - NAMED} người khác" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _record(kind: str, consultation: Consultation, *, by: Post, at: datetime, **payload) -> None:
    record(kind, consultation.document, by=by, at=at, payload=payload | {"consultation": consultation.pk})
