"""Stories of single papers. Each yields the hours until its next moment and stops where it is told to."""

from datetime import timedelta

from django.utils import timezone

from documents.actions.delivery.hand_over import hand_over, parcel_of
from documents.actions.incoming import reception as gate
from documents.actions.outgoing import approval as papers
from documents.actions.outgoing import slips
from documents.actions.outgoing.revoke import revoke
from documents.actions.outgoing.slip_answers import answer_slip
from documents.actions.outgoing.update import update
from documents.actions.requests import change, recall
from documents.actions.work import assignments, consultations
from documents.models import Incoming
from documents.versions import content_of
from hanoi_docs.demo.clock import Story
from hanoi_docs.demo.office import Office
from hanoi_docs.demo.topics import ON_PAPER, Topic
from orgs.models import Post
from signatures import actions as signing

# How far a paper gets. Each later stage passes through all the earlier ones.
IN_STAGES = [
    "waiting",
    "registered",
    "presented",
    "directed",
    "handed_on",
    "started",
    "answered",
    "completed",
]
OUT_STAGES = [
    "draft",
    "submitted",
    "content_checked",
    "format_checked",
    "approved",
    "signed",
    "numbered",
    "issued",
]


def paper_comes(
    office: Office,
    code: str,
    notation: str,
    topic: Topic,
    number: int,
    team: dict[str, Post],
    stage: str,
    out_stage: str = "issued",
) -> Story:
    """A ministry's paper arrives over the axis and is handled as far as `stage`."""
    at = yield 0
    paper = office.from_axis(team["clerk"].organisation, code, notation, topic, number, at)
    yield from handled(office, paper, topic, team, stage, out_stage)


def paper_refused(
    office: Office, code: str, notation: str, topic: Topic, number: int, team: dict[str, Post]
) -> Story:
    at = yield 0
    paper = office.from_axis(team["clerk"].organisation, code, notation, topic, number, at)
    at = yield 2
    gate.refuse(
        paper,
        reason="Văn bản gửi không đúng cơ quan có thẩm quyền giải quyết; đề nghị gửi Sở Tài chính.",
        by=team["clerk"],
        at=at,
    )


def paper_recalled(
    office: Office, code: str, notation: str, topic: Topic, number: int, team: dict[str, Post], stage: str, *, agreed: bool
) -> Story:  # fmt: skip
    """The ministry asks its paper back; the clerk agrees, or has not answered yet."""
    at = yield 0
    paper = office.from_axis(team["clerk"].organisation, code, notation, topic, number, at)
    yield from handled(office, paper, topic, team, stage, "none")
    at = yield 5
    recall.ask_back(paper, kind="recall", reason="Ban hành nhầm thẩm quyền; sẽ có văn bản thay thế.", at=at)
    if agreed:
        at = yield 2
        recall.agree(paper, by=team["clerk"], at=at)


def paper_corrected(
    office: Office, code: str, notation: str, topic: Topic, number: int, team: dict[str, Post], stage: str, *, agreed: bool
) -> Story:  # fmt: skip
    """The ministry gives more time and mends the subject; the clerk takes it over, or has not answered yet."""
    at = yield 0
    paper = office.from_axis(team["clerk"].organisation, code, notation, topic, number, at)
    yield from handled(office, paper, topic, team, stage, "none")
    at = yield 3
    paper.refresh_from_db()
    later = {
        "subject": f"{paper.subject} (đính chính)",
        "due_on": timezone.localdate(at) + timedelta(days=14),
    }
    reason = "Đính chính trích yếu, gia hạn thời gian báo cáo."
    change.ask_to_change(paper, later, reason=reason, at=at)
    if agreed:
        at = yield 2
        change.change(paper, by=team["clerk"], at=at)


def paper_consulted(
    office: Office, code: str, notation: str, topic: Topic, number: int, team: dict[str, Post], asked: list[Post]
) -> Story:  # fmt: skip
    """Whoever handles it asks colleagues while he works; the first has answered."""
    at = yield 0
    paper = office.from_axis(team["clerk"].organisation, code, notation, topic, number, at)
    yield from handled(office, paper, topic, team, "started", "none")
    at = yield 3
    made = consultations.consult(
        paper, kind="opinion", asked=asked, by=team["officer"], at=at, due_on=office.due(at, 7),
        question="Phòng đang tham mưu trả lời; đề nghị cho ý kiến về số liệu và thời hạn nêu tại văn bản.",
    )  # fmt: skip
    at = yield 4
    said = "Số liệu quý III đã chốt; thời hạn nên lùi thêm 5 ngày làm việc."
    place = made.asked.get(post=asked[0])
    consultations.give_opinion(place, choice="comment", text=said, by=asked[0], at=at)


def draft_circulated(
    office: Office, topic: Topic, team: dict[str, Post], recipients: list, votes: dict[Post, tuple], asked: list[Post]
) -> Story:  # fmt: skip
    """A draft goes round before it is submitted: some have voted, the others have not."""
    at = yield 0
    paper = office.draft_fresh(topic, team["officer"], team["signer"], recipients, at)
    at = yield 1
    made = consultations.consult(
        paper, kind="vote", asked=[*votes, *asked], by=team["officer"], at=at, due_on=office.due(at, 5),
        question="Thông qua toàn văn dự thảo trước khi trình Giám đốc Sở.",
    )  # fmt: skip
    for post, (choice, text) in votes.items():
        at = yield 3
        consultations.give_opinion(made.asked.get(post=post), choice=choice, text=text, by=post, at=at)


def draft_slipped(
    office: Office, topic: Topic, team: dict[str, Post], recipients: list, groups: list[list[Post]], said: dict[Post, tuple]
) -> Story:  # fmt: skip
    """A draft goes round with a slip as far as these have spoken."""
    at = yield 0
    paper = office.draft_fresh(topic, team["officer"], team["signer"], recipients, at)
    at = yield 1
    slip = slips.make_slip(
        paper, groups=groups, by=team["officer"], at=at, due_on=office.due(at, 5),
        text="Phòng đã rà soát căn cứ, lấy ý kiến các phòng liên quan và tiếp thu trong dự thảo kèm theo.",
        proposal="Đề nghị thống nhất nội dung để trình ký ban hành.",
    )  # fmt: skip
    for post, (choice, text) in said.items():
        at = yield 2
        sent = slip.rounds.get()
        answer_slip(slip.places.get(post=post), choice=choice, text=text, sha256=sent.sha256, by=post, at=at)


def paper_updated(office: Office, topic: Topic, team: dict[str, Post], to: list, more: list) -> Story:
    """A paper of this office goes out; then others get it too, and everybody gets more time."""
    at = yield 0
    paper = office.draft_fresh(topic, team["officer"], team["signer"], to, at)
    yield from brought_out(office, paper, team, "issued")
    at = yield 20
    paper.refresh_from_db()
    due_on = timezone.localdate(at) + timedelta(days=20)
    reason = "Bổ sung nơi nhận, gia hạn trả lời theo ý kiến của Giám đốc Sở."
    update(paper, by=team["clerk"], at=at, reason=reason, due_on=due_on, add=more)


def paper_revoked(office: Office, topic: Topic, team: dict[str, Post], recipients: list) -> Story:
    """A paper of this office goes out and is taken back."""
    at = yield 0
    paper = office.draft_fresh(topic, team["officer"], team["signer"], recipients, at)
    yield from brought_out(office, paper, team, "issued")
    at = yield 12
    reason = "Số liệu ở phụ lục chưa được rà soát; sẽ phát hành văn bản thay thế."
    revoke(paper, by=team["clerk"], at=at, reason=reason)


def paper_returned(office: Office, topic: Topic, team: dict[str, Post], to: Post) -> Story:
    """A paper of this office comes back: the clerk next door does not accept it."""
    at = yield 0
    paper = office.draft_fresh(topic, team["officer"], team["signer"], [to.organisation], at)
    yield from brought_out(office, paper, team, "issued")
    at = yield 2
    reason = "Gửi nhầm nơi nhận; nội dung thuộc thẩm quyền của Ủy ban nhân dân quận."
    gate.refuse(Incoming.objects.get(delivery__outgoing=paper), reason=reason, by=to, at=at)


def paper_unheard(office: Office, topic: Topic, team: dict[str, Post], recipients: list) -> Story:
    """It lies next door, but nothing there says so."""
    at = yield 0
    paper = office.draft_fresh(topic, team["officer"], team["signer"], recipients, at)
    yield from brought_out(office, paper, team, "numbered")
    at = yield 1
    _seal_and_issue(office, paper, team["clerk"], at)
    for delivery in paper.deliveries.filter(channel="city"):
        hand_over(delivery.pk, parcel_of(paper, verdict="valid"), at=at).reports.all().delete()


def envelope_comes(office: Office, which: int, team: dict[str, Post], stage: str) -> Story:
    at = yield 0
    sender, code, subject = ON_PAPER[which % len(ON_PAPER)]
    number, notation = code.split("/", 1)
    paper = office.on_paper(team["clerk"], sender, f"{int(number) + which}/{notation}", subject, at)
    topic = Topic("CV", subject, "", "", ())
    yield from handled(office, paper, topic, team, stage, "none", registered=True)


def handled(
    office: Office,
    paper: Incoming,
    topic: Topic,
    team: dict[str, Post],
    stage: str,
    out_stage: str,
    registered: bool = False,
) -> Story:
    """Register, present, direct, hand on, start, answer, complete: as far as `stage`."""
    goal = IN_STAGES.index(stage)
    clerk, leader, head, officer = team["clerk"], team["leader"], team["head"], team["officer"]
    if goal < 1:
        return
    if not registered:
        at = yield 1
        gate.register(paper, by=clerk, at=at, not_secret=True)
    if goal < 2:
        return
    at = yield 0.5
    gate.present(paper, to=leader, by=clerk, at=at)
    if goal < 3:
        return
    at = yield 4
    task = office.direct(paper, leader, head, at, support=team.get("support", ()), info=team.get("info", ()))
    if goal < 4:
        return
    if head.pk != officer.pk:
        at = yield 3
        task = office.hand_on(task, officer, at)
    if goal < 5:
        return
    at = yield 6
    assignments.start(task, by=officer, at=at)
    if goal < 6:
        return
    reply = None
    if out_stage != "none":
        at = yield 8
        reply = office.draft_answer(paper, topic, officer, team["signer"], at)
        yield from brought_out(office, reply, team, out_stage)
    if goal < 7:
        return
    at = yield 2
    paper.refresh_from_db()
    task.refresh_from_db()
    result = "" if reply else "Đã hướng dẫn trực tiếp, không cần văn bản trả lời."
    assignments.finish(task, by=officer, at=at, result=result, reply=reply)


def fresh_paper(office: Office, topic: Topic, team: dict[str, Post], recipients: list, stage: str) -> Story:
    """A paper this office starts itself."""
    at = yield 0
    paper = office.draft_fresh(topic, team["officer"], team["signer"], recipients, at)
    yield from brought_out(office, paper, team, stage)


def minutes_written(office: Office, team: dict[str, Post]) -> Story:
    """Approved by the chair: they wait for their secretary."""
    at = yield 0
    paper = office.draft_minutes(team["officer"], team["signer"], at)
    yield from brought_out(office, paper, team, "approved")


def sent_back(office: Office, topic: Topic, team: dict[str, Post], recipients: list) -> Story:
    at = yield 0
    paper = office.draft_fresh(topic, team["officer"], team["signer"], recipients, at)
    at = yield 2
    papers.submit(paper, by=team["officer"], at=at)
    at = yield 3
    papers.send_back(
        paper,
        by=team["checker"],
        at=at,
        reason="Bổ sung số liệu quý III và nêu rõ thời hạn báo cáo ở khoản 2.",
    )


def brought_out(office: Office, paper, team: dict[str, Post], stage: str) -> Story:
    """Submit, check, approve, sign, number, seal, issue: as far as `stage`."""
    goal = OUT_STAGES.index(stage)
    steps = [
        (2, lambda at: papers.submit(paper, by=team["officer"], at=at)),
        (
            3,
            lambda at: papers.check_content(paper, by=team["checker"], at=at, sha256=content_of(paper)),
        ),
        (
            2,
            lambda at: papers.check_format(paper, by=team["clerk"], at=at, sha256=content_of(paper)),
        ),
        (5, lambda at: papers.approve(paper, by=team["signer"], at=at, sha256=content_of(paper))),
        (0, lambda at: signing.sign(paper, by=team["signer"], at=at, services=office.services(at))),
        (1, lambda at: papers.number(paper, by=team["clerk"], at=at)),
        (0, lambda at: _seal_and_issue(office, paper, team["clerk"], at)),
    ]
    for hours, act in steps[:goal]:
        at = yield hours
        act(at)


def _seal_and_issue(office: Office, paper, clerk: Post, at) -> None:
    signing.seal(paper, by=clerk, at=at, services=office.services(at))
    papers.issue(paper, by=clerk, at=at)
