"""About two hundred papers in every state, in three offices of three tiers, over the last weeks."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from documents.actions.work.prepared import prepare
from documents.models import Document, Incoming, StatusReport
from hanoi_docs.demo import cast, remote
from hanoi_docs.demo.case_files import build_files, plan_issued
from hanoi_docs.demo.certificates import give_demo_certificates
from hanoi_docs.demo.clock import live
from hanoi_docs.demo.office import Office, carry_inside
from hanoi_docs.demo.stories import (
    draft_circulated,
    draft_slipped,
    envelope_comes,
    fresh_paper,
    handled,
    minutes_written,
    paper_comes,
    paper_consulted,
    paper_corrected,
    paper_recalled,
    paper_refused,
    paper_returned,
    paper_revoked,
    paper_unheard,
    paper_updated,
    sent_back,
)
from hanoi_docs.demo.tasks import give_tasks
from hanoi_docs.demo.topics import FROM_MINISTRIES, WITHIN_CITY
from orgs.actions.notices import see
from orgs.calendar import working_days
from orgs.models import Organisation
from progress.actions.telling import follow

SIGNERS = ["dung", "thao", "phong", "hoa", "khanh", "ha", "son", "minh", "van"]  # the last two sign minutes


def seed(now: datetime) -> int:
    """Assembles the office and lives its last weeks. An office that already has papers gets no more.

    One transaction: a seed that was interrupted leaves nothing behind and is simply run again.
    """
    with transaction.atomic():
        orgs, posts = cast.assemble()
        cast.give_factor(posts[cast.WITH_FACTOR].user, now)
        # Also for an office that has papers: the authority may have moved since.
        give_demo_certificates([posts[login] for login in SIGNERS], [orgs["tp"], orgs["so"], orgs["px"]])
        if Document.objects.filter(organisation__in=orgs.values()).exists():
            remote.hand_over(posts[remote.WHO])
            return 0
        cast.lend_an_inbox(posts, now.date())
        cast.authorise(posts, now)
        cast.name_an_assistant(posts, now)
        office = Office(orgs, posts, working_days(), Random(2026), Path(settings.SIGNING_KEY_DIR))
        listed = [(now - timedelta(days=41), plan_issued(office, timezone.localdate(now).year))]
        live(listed, now=now, calendar=office.calendar, rng=Random(28), after_each=carry_inside)
        live(
            _stories(office, now), now=now, calendar=office.calendar, rng=office.rng, after_each=carry_inside
        )
        give_tasks(office, now)
        build_files(office, now)
        _prepare_a_direction(posts, now)
        remote.hand_over(posts[remote.WHO])
        # Nobody waits for the statuses of a past that the ministries' side never lived through.
        StatusReport.objects.filter(incoming__source=Incoming.Source.AXIS).delete()
        follow(at=now)
        for user in {post.user for post in posts.values()}:
            see(user, at=now, before=now - timedelta(days=1))
        return Document.objects.filter(organisation__in=orgs.values()).count()


def _prepare_a_direction(posts, now: datetime) -> None:
    """What waits in dung's tray first is prepared by his assistant."""
    waiting = Incoming.objects.filter(state="awaiting_direction", holder=posts["dung"])
    for paper in waiting.order_by("held_since")[:1]:
        prepare(
            paper, by=posts["huong"], at=now - timedelta(minutes=20), lead=posts["hoa"].unit, support=[posts["quang"]],
            info=[posts["thao"]], text="Giao Phòng Tổ chức chủ trì, phối hợp Phòng Công chức, viên chức tham mưu trả lời.",
            product="Công văn trả lời", due_on=timezone.localdate(now) + timedelta(days=7),
        )  # fmt: skip


def _stories(office: Office, now: datetime):
    so, so_thao, tp, px = _teams(office.posts)
    number = iter(range(2100, 9000, 7))
    yield from _ministries(office, now, so, so_thao, number)
    yield from _city(office, now, tp, px, so, number)
    yield from _envelopes(office, now, so)
    yield from _signed_for_the_head(office, now, so, so_thao)


def _ministries(office, now, so, so_thao, number):
    """Papers to Sở Nội vụ: many done, some under way at every stage, some late, some waiting this morning."""
    plan = [("completed", "issued", 40)] * 26
    plan += [
        ("answered", stage, 9)
        for stage in (
            "draft",
            "submitted",
            "content_checked",
            "format_checked",
            "approved",
            "signed",
            "numbered",
        )
        for _ in range(2)
    ]
    plan += [("started", "none", days) for days in (22, 20, 12, 9, 6, 4)]
    plan += [("handed_on", "none", days) for days in (18, 8, 5, 3)] + [
        ("directed", "none", days) for days in (6, 4, 2, 2)
    ]
    plan += (
        [("presented", "none", days) for days in (3, 2, 2, 1, 1)]
        + [("registered", "none", 1)] * 3
        + [("waiting", "none", 0.4)] * 6
    )
    for index, (stage, out_stage, days_ago) in enumerate(plan):
        code, notation, topic = FROM_MINISTRIES[index % len(FROM_MINISTRIES)]
        team = so if index % 3 else so_thao
        spread = days_ago * (0.4 + 0.6 * office.rng.random())
        yield (
            now - timedelta(days=spread),
            paper_comes(office, code, notation, topic, next(number), team, stage, out_stage),
        )
    code, notation, topic = FROM_MINISTRIES[7]
    for days_ago in (12, 3):
        yield now - timedelta(days=days_ago), paper_refused(office, code, notation, topic, next(number), so)
    code, notation, topic = FROM_MINISTRIES[3]
    for days_ago, stage, agreed in ((6, "registered", True), (0.9, "waiting", False)):
        yield (
            now - timedelta(days=days_ago),
            paper_recalled(office, code, notation, topic, next(number), so, stage, agreed=agreed),
        )
    code, notation, topic = FROM_MINISTRIES[5]
    for days_ago, stage, agreed in ((7, "started", True), (0.9, "waiting", False)):
        yield (
            now - timedelta(days=days_ago),
            paper_corrected(office, code, notation, topic, next(number), so, stage, agreed=agreed),
        )
    code, notation, topic = FROM_MINISTRIES[2]
    asked = [office.posts["mai"], office.posts["thao"]]
    yield now - timedelta(days=3), paper_consulted(office, code, notation, topic, next(number), so, asked)
    votes = {
        office.posts["hoa"]: ("agree", ""),
        office.posts["quang"]: ("other", "Khoản 2 nên giao rõ phòng chủ trì."),
    }
    waiting = [office.posts["mai"], office.posts["thao"]]
    topic = WITHIN_CITY[4]
    yield (
        now - timedelta(days=2),
        draft_circulated(office, topic, so, [office.orgs["tp"]], votes, waiting),
    )
    mai, hoa, dung, thao = (office.posts[login] for login in ("mai", "hoa", "dung", "thao"))
    rounds = [
        ([[hoa, mai], [dung]], {hoa: ("agree", ""), mai: ("other", "Nên nêu rõ nguồn kinh phí tại mục 2.")}),
        ([[mai], [thao]], {mai: ("disagree", "Căn cứ thứ hai đã hết hiệu lực, đề nghị thay.")}),
    ]
    for (groups, said), topic in zip(rounds, WITHIN_CITY[1:3], strict=True):
        story = draft_slipped(office, topic, so, [office.orgs["tp"]], groups, said)
        yield now - timedelta(days=2), story


def _city(office, now, tp, px, so, number):
    """The city's own papers go to its departments and wards, who answer; ministries also write to the city."""
    departments = list(
        Organisation.objects.filter(parent=office.orgs["tp"], kind="so_ban_nganh")
        .inside()
        .gates()
        .exclude(pk=office.orgs["vp"].pk)[:20]
    )
    near = [office.orgs["so"], office.orgs["px"]]
    for index, topic in enumerate(WITHIN_CITY):
        recipients = [*near, *departments[: 4 + index]]
        recipients = list({recipient.pk: recipient for recipient in recipients}.values())
        yield now - timedelta(days=38 - 4 * index), fresh_paper(office, topic, tp, recipients, "issued")
        yield (
            now - timedelta(days=36 - 4 * index),
            _answered_by(office, topic, px, "completed" if index < 4 else "started"),
        )
        yield (
            now - timedelta(days=36 - 4 * index),
            _answered_by(office, topic, so, ("completed", "started", "directed", "registered")[index % 4]),
        )
    for index, stage in enumerate(
        ["draft", "submitted", "content_checked", "format_checked", "approved", "signed", "numbered"]
    ):
        yield now - timedelta(days=4 - index * 0.4), fresh_paper(office, WITHIN_CITY[index], tp, near, stage)
        yield now - timedelta(days=3), fresh_paper(office, WITHIN_CITY[index], px, [office.orgs["tp"]], stage)
    yield now - timedelta(days=5), sent_back(office, WITHIN_CITY[1], so, [office.orgs["tp"]])
    yield now - timedelta(days=2), sent_back(office, WITHIN_CITY[5], px, [office.orgs["tp"]])
    yield now - timedelta(days=10), paper_revoked(office, WITHIN_CITY[2], so, [office.orgs["tp"]])
    yield (
        now - timedelta(days=8),
        paper_updated(office, WITHIN_CITY[3], so, near[1:], [office.orgs["tuphap"]]),
    )
    yield now - timedelta(days=9), paper_returned(office, WITHIN_CITY[4], so, office.posts["yen"])
    yield now - timedelta(days=9), paper_unheard(office, WITHIN_CITY[0], so, [office.orgs["tuphap"]])
    for index, (code, notation, topic) in enumerate(FROM_MINISTRIES * 2):
        stage = ["completed", "started", "presented", "directed", "registered", "waiting"][index % 6]
        days_ago = {"completed": 30, "started": 9, "waiting": 0.3}.get(stage, 3)
        yield (
            now - timedelta(days=days_ago * (0.5 + 0.5 * office.rng.random())),
            paper_comes(office, code, notation, topic, next(number), tp, stage),
        )


def _answered_by(office, topic, team, stage):
    """Waits until the city's paper lies on this office's desk, then handles it."""
    at = yield 0
    for _ in range(60):
        paper = Incoming.objects.filter(
            organisation=team["clerk"].organisation,
            subject=topic.subject,
            state="awaiting_reception",
            source="city",
        ).first()
        if paper:
            break
        at = yield 6
    else:
        return
    yield from handled(office, paper, topic, team, stage, "issued")
    del at


def _envelopes(office, now, so):
    stages = ["completed"] * 6 + ["started"] * 3 + ["directed"] * 2 + ["presented"] * 2 + ["registered"] * 3
    for index, stage in enumerate(stages):
        days_ago = {"completed": 25, "started": 8}.get(stage, 2)
        yield (
            now - timedelta(days=days_ago * (0.5 + 0.5 * office.rng.random())),
            envelope_comes(office, index, so, stage),
        )


def _signed_for_the_head(office, now, so, so_thao):
    """By order of the head (TL.) and under his authorisation (TUQ.); one of each waits to be signed, and minutes for their
    secretary."""
    yield now - timedelta(days=2), minutes_written(office, so)
    by_order, authorised = so | {"signer": office.posts["phong"]}, so_thao | {"signer": office.posts["hoa"]}
    for days_ago, stage in ((15, "issued"), (2, "format_checked")):
        for team, topic in ((by_order, WITHIN_CITY[3]), (authorised, WITHIN_CITY[5])):
            yield (
                now - timedelta(days=days_ago),
                fresh_paper(office, topic, team, [office.orgs["tp"]], stage),
            )


def _teams(posts):
    def team(clerk, leader, head, officer, checker, signer, support=(), info=()):
        return {
            "clerk": posts[clerk], "leader": posts[leader], "head": posts[head], "officer": posts[officer],
            "checker": posts[checker], "signer": posts[signer],
            "support": [posts[one] for one in support], "info": [posts[one] for one in info],
        }  # fmt: skip

    return (
        team("lan", "dung", "hoa", "minh", "hoa", "dung", support=["quang"], info=["thao"]),
        team("lan", "thao", "quang", "mai", "quang", "thao", info=["hoa"]),
        team("tu", "khanh", "nga", "viet", "nga", "khanh", info=["ha"]),
        team("yen", "son", "cuong", "cuong", "son", "son"),
    )
