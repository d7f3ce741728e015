"""Every figure of every report, reckoned once more from the events alone (tests/progress/retold.py)."""

import copy
import datetime as dt
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from django.db import transaction
from django.utils import timezone

from documents.models import Access, Incoming, Outgoing, Reading
from documents.response_deadlines import clock_at
from orgs.calendar import working_days
from orgs.models import DayOff, Post
from progress.reports import kept
from progress.reports.all import REPORTS
from progress.reports.holding import LONG, PACE
from progress.reports.kept import KEPT, standing
from progress.reports.many import count_many
from progress.reports.months import last_months
from progress.reports.periods import month_of, stretch
from progress.reports.report import NONE, Question, lines, whole
from tests.documents.desks import at_desk
from tests.progress.history import History
from tests.progress.retold import Retold, day


@pytest.fixture(scope="module", params=[1, 2])
def _lived(module_office, request):
    today = timezone.localdate()
    for n in (9, 10, 30, 31):  # days off in the middle of it, and a Saturday that is worked
        DayOff.objects.get_or_create(
            date=today - dt.timedelta(days=n), defaults={"working": False, "name": "Nghỉ"}
        )
    with transaction.atomic():
        history = History(copy.deepcopy(module_office), request.param)
        history.live()
        yield history
        transaction.set_rollback(True)


@pytest.fixture
def lived(_lived, db, settings, key_folder):
    settings.STORAGES, settings.SIGNING_KEY_DIR = _lived.office.storages, key_folder
    return copy.deepcopy(_lived)


def question(offices, period) -> Question:
    calendar, today = working_days(), timezone.localdate()
    clock = clock_at(timezone.now())
    return Question(tuple(offices), period, clock.now, today, calendar.add(today, 2), clock)


def periods():
    today = timezone.localdate()
    now = month_of(today)
    return [
        now,
        now.previous(),
        now.previous().previous(),
        month_of(today, 5),
        stretch(today - dt.timedelta(days=100), today),
    ]


def counted(report, asked, grouping) -> dict:
    return {
        line.key: {name: count for name, count in line.counts.items() if count}
        for line in lines(report, asked, grouping)
    }


class Tally:
    """Expected figures: for each row's key, under each way to tell rows apart, what its columns say."""

    def __init__(self):
        self.of = defaultdict(lambda: defaultdict(Counter))

    def add(self, keys: dict, *measures: str) -> None:
        for grouping, key in keys.items():
            for measure in measures:
                self.of[grouping][NONE if key in (None, "") else str(key)][measure] += 1


def expected(name: str, told: Retold, asked: Question) -> Tally:
    tally = Tally()
    inside = lambda at: at is not None and asked.period.starts <= at < asked.period.ends  # noqa: E731
    globals()[f"_{name}"](tally, told, asked, inside)
    return tally


def _papers_in(tally, told, asked, inside):
    for paper in told.papers.values():
        if paper.direction != "in" or paper.office not in asked.offices or not inside(paper.registered_at):
            continue
        lead = paper.leading
        post = told.posts[lead.who] if lead else None
        keys = {
            "unit": post.unit_id if post else None, "person": lead.who if lead else None,
            "leader": lead.by if lead else None, "kind": paper.kind, "organisation": paper.office,
        }  # fmt: skip
        if paper.due is None:
            found = "no_due"
        elif paper.state == "completed":
            found = "done_in_time" if day(paper.held_since) <= paper.due else "done_late"
        else:
            found = "open_in_time" if paper.due >= asked.today else "open_late"
        tally.add(keys, "total", found)


def _out_keys(told, paper):
    return {
        "unit": told.posts[paper.drafter].unit_id,
        "kind": paper.kind,
        "signer": paper.signer,
        "organisation": paper.office,
    }


def _papers_out(tally, told, asked, inside):
    for paper in told.papers.values():
        if paper.direction != "out" or paper.office not in asked.offices:
            continue
        keys = _out_keys(told, paper)
        if paper.issued_at and inside(paper.issued_at):
            quick = asked.calendar.between(day(paper.signed_at), day(paper.issued_at)) <= 1
            tally.add(
                keys, "issued", "quick" if quick else "slow", *(["mended"] if paper.was_returned else [])
            )
        elif paper.state in ("signed", "numbered", "sealed") and inside(paper.signed_at):
            tally.add(keys, "signed")
        elif paper.state == "returned" and inside(paper.held_since):
            tally.add(keys, "returned")


def _signed_out(tally, told, asked, inside):
    sent = _ways(told)
    for paper in told.papers.values():
        if paper.direction == "out" and paper.office in asked.offices and inside(paper.issued_at):
            went = "electronic" if paper.pk in sent else "partly"
            tally.add(_out_keys(told, paper), "total", "personal", "agency", "both", went)


def _ways(told) -> dict:
    """Which paper of the sender became which at the desk of the recipient: they are handed over in the order of issue."""
    out = sorted(
        (one for one in told.papers.values() if one.issued_at), key=lambda one: (one.issued_at, one.pk)
    )
    came = [one for one in told.papers.values() if one.source == "city"]
    return {mine.pk: theirs for mine, theirs in zip(out, came, strict=False)}


def _book_in(tally, told, asked, inside):
    books = dict(Incoming.objects.values_list("pk", "book"))
    for paper in told.papers.values():
        if paper.direction == "in" and paper.office in asked.offices and inside(paper.registered_at):
            keys = {"book": books[paper.pk], "kind": paper.kind, "organisation": paper.office}
            tally.add(keys, "total", paper.source)


def _book_out(tally, told, asked, inside):
    books = dict(Outgoing.objects.values_list("pk", "book"))
    for paper in told.papers.values():
        if paper.direction == "out" and paper.office in asked.offices and inside(paper.issued_at):
            keys = {"book": books[paper.pk], "kind": paper.kind, "organisation": paper.office}
            tally.add(keys, "total", "stands")


def _online(tally, told, asked, inside):
    for paper in told.papers.values():
        done = paper.direction == "in" and paper.state == "completed" and inside(paper.held_since)
        if done and paper.office in asked.offices:
            how = "paper" if paper.source == "paper" else "online"
            tally.add({"kind": paper.kind, "organisation": paper.office}, "total", how)


def _yearly(tally, told, asked, inside):
    for paper in told.papers.values():
        keys = {"kind": paper.kind, "direction": paper.direction, "organisation": paper.office}
        if paper.office not in asked.offices or not inside(paper.registered_at or paper.issued_at):
            continue
        if paper.direction == "in":
            tally.add(keys, "in", "in_paper" if paper.source == "paper" else "in_online")
        else:
            tally.add(keys, "out", "out_signed")


def _archive(tally, told, asked, inside):
    for paper in told.papers.values():
        if paper.office not in asked.offices or paper.state not in ("completed", "issued"):
            continue
        ended = day(paper.held_since)
        until = (
            ended.replace(year=ended.year + 1)
            if (ended.month, ended.day) != (2, 29)
            else dt.date(ended.year + 1, 3, 1)
        )
        found = (
            "overdue"
            if until < asked.today
            else "due"
            if until < asked.today + dt.timedelta(days=90)
            else "later"
        )
        tally.add(
            {"direction": paper.direction, "kind": paper.kind, "organisation": paper.office}, "total", found
        )


def _sent(tally, told, asked, inside):
    ways, now = _ways(told), asked.now
    recipient = next(
        iter(post.organisation_id for post in told.posts.values() if post.user.username == "khach")
    )
    for paper in told.papers.values():
        if paper.direction != "out" or paper.office not in asked.offices or not inside(paper.issued_at):
            continue
        theirs = ways.get(paper.pk)
        if theirs is None:
            found = ["unsent"]
        elif "03" in paper.heard:
            in_time = theirs.registered_at < asked.clock.answer_due(theirs.arrived_at)
            found = ["accepted"] if in_time else ["accepted", "late"]
        elif "02" in paper.heard:
            found = ["refused"]
        else:
            found = ["arrived" if "01" in paper.heard else "sent"]
            found += ["late"] if asked.clock.answer_due(theirs.arrived_at) <= now else []
        tally.add({"partner": recipient, "channel": "city", "organisation": paper.office}, "total", *found)


def _received(tally, told, asked, inside):
    for paper in told.papers.values():
        if paper.direction != "in" or paper.office not in asked.offices or not inside(paper.arrived_at):
            continue
        sender = "G09" if paper.source == "axis" else "H26.TAM002"
        due = asked.clock.answer_due(paper.arrived_at)
        if paper.registered_at:
            found = ["accepted"] + (["late"] if paper.registered_at >= due else [])
        elif paper.refused_at:
            found = ["refused"]
        else:
            found = ["waiting"] + (["late"] if due <= asked.now else [])
        tally.add({"partner": sender, "channel": paper.source, "organisation": paper.office}, "total", *found)


def _hanging(told, asked):
    """Tasks that count: with whoever has them in hand, not those given on, given back or only told."""
    for papers in told.wholes():
        for task in papers.tasks:
            below = [
                one
                for one in papers.tasks
                if one.parent is task and one.state not in ("returned", "withdrawn", "reported")
            ]
            if task.role == "info" or below or task.state in ("returned", "withdrawn", "reported"):
                continue
            if papers.office in asked.offices:
                yield papers, task


def _work(tally, told, asked, inside):
    for paper, task in _hanging(told, asked):
        if not inside(task.at):
            continue
        keys = {
            "assignee": task.who,
            "assigner": task.by,
            "unit": told.posts[task.who].unit_id,
            "organisation": paper.office,
        }
        if task.due is None:
            found = "no_due"
        elif task.state == "done":
            found = "done_in_time" if day(task.done_at) <= task.due else "done_late"
        else:
            late, soon = task.due < asked.today, task.due <= asked.soon
            found = "overdue" if late else "soon" if soon else "open_in_time"
        apart = [word for word in ("extended", "reminded") if getattr(task, word)]
        tally.add(keys, "total", found, *apart)


def _holding(tally, told, asked, inside):
    for paper in told.papers.values():
        if paper.office not in asked.offices or paper.state in (
            "draft",
            "completed",
            "rejected",
            "issued",
            "recalled",
        ):
            continue
        holder = told.posts[paper.holder] if paper.holder else None
        keys = {
            "holder": paper.holder,
            "step": paper.state,
            "unit": holder and holder.unit_id,
            "organisation": paper.office,
        }
        found = ["total", paper.direction]
        if day(paper.held_since) < asked.calendar.add(asked.today, -LONG):
            found.append("long")
        if paper.direction == "in" and paper.due:
            week = asked.today + dt.timedelta(days=6 - asked.today.weekday())
            found += ["late"] if paper.due < asked.today else ["week"] if paper.due <= week else []
        tally.add(keys, *found)


def _load(tally, told, asked, inside):
    week = asked.today + dt.timedelta(days=6 - asked.today.weekday())
    for paper, task in _hanging(told, asked):
        keys = {"assignee": task.who, "unit": told.posts[task.who].unit_id, "organisation": paper.office}
        if task.state == "done":
            if day(task.done_at) >= asked.calendar.add(asked.today, -PACE):
                tally.add(keys, "done")
            continue
        due = task.due
        tally.add(
            keys,
            "open",
            "no_due"
            if due is None
            else "overdue"
            if due < asked.today
            else "week"
            if due <= week
            else "later",
        )


def _sign_ins(tally, told, asked, inside):
    for row in Access.objects.all():
        if row.organisation_id in asked.offices and inside(row.at):
            tally.add({"person": row.user_id, "organisation": row.organisation_id}, row.kind)


def _accounts(tally, told, asked, inside):
    came = {row.user_id for row in Access.objects.filter(kind="in") if inside(row.at)}
    for post in told.posts.values():
        if post.organisation_id in asked.offices:
            keys = {"unit": post.unit_id, "role": post.role, "organisation": post.organisation_id}
            tally.add(keys, "total", "used" if post.user_id in came else "unused")


def _offices(tally, told, asked, inside):
    bodies = {post.organisation_id: post.organisation for post in Post.objects.select_related("organisation")}
    for key, body in bodies.items():
        if key not in asked.offices:
            continue
        seen = [row.at for row in Access.objects.filter(kind="in", organisation=key)]
        silent = [
            f"silent_{n}" for n in (7, 30) if not any(at >= asked.now - dt.timedelta(days=n) for at in seen)
        ]
        tally.add({"kind": body.kind}, "total", *silent)


def _read(tally, told, asked, inside):
    looks = defaultdict(set)
    for row in Reading.objects.all():
        if asked.period.since <= row.day <= asked.period.until:
            looks[row.document_id].add(row.kind)
    for key, seen in looks.items():
        paper = told.papers[key]
        drafted = paper.direction == "out" and paper.state == "draft"
        if paper.office in asked.offices and not drafted:
            taken = ["taken"] if "download" in seen else []
            tally.add({"organisation": paper.office}, "total", paper.direction, *taken)


def test_every_figure_is_what_the_events_say(lived):
    office = lived.office
    _look_at_some(lived)
    told = Retold()
    everybody = (office.home_affairs.pk, office.justice.pk, office.city.pk)
    seen = Counter()
    for name, report in REPORTS.items():
        for asked in (
            question(whose, period) for whose in (everybody[:1], everybody) for period in periods()
        ):
            tally = expected(name, told, asked)
            for grouping in report.groupings:
                wanted = {key: dict(row) for key, row in tally.of[grouping.name].items()}
                assert counted(report, asked, grouping) == wanted, (name, grouping.name, asked.period.label)
            sums = sum(tally.of[report.groupings[0].name].values(), Counter())
            total = whole(report, asked).counts
            assert {one: count for one, count in total.items() if count} == dict(sums), name
            seen.update({(name, measure): count for measure, count in sums.items()})
    # Nothing is proven by a column that was nowhere above zero.
    assert len(seen) > 30 and all(any(name == one for one, _ in seen) for name in REPORTS), sorted(seen)


@pytest.mark.parametrize("days", [280, 330, 400])
def test_what_should_be_handed_over_is_what_ended_a_year_ago(lived, days):
    told, asked = Retold(), question((lived.office.home_affairs.pk,), periods()[0])
    later = replace(asked, today=asked.today + dt.timedelta(days=days))
    tally, report = expected("archive", told, later), REPORTS["archive"]
    rows = counted(report, later, report.groupings[0])
    assert rows == {key: dict(row) for key, row in tally.of[report.groupings[0].name].items()}
    assert sum(row.get("due", 0) + row.get("overdue", 0) for row in rows.values())


def _look_at_some(lived):
    from documents import readings

    office = lived.office
    for paper in list(office.home_affairs.documents.filter(direction="in").order_by("pk")[:3]):
        at_desk(office.lan).get(f"/van-ban-den/{paper.pk}/")
    readings.flush()


def test_the_average_time_to_accept_is_the_events(lived):
    told = Retold()
    asked = question((lived.office.justice.pk,), periods()[-1])
    took = [(one.registered_at - one.arrived_at).total_seconds() / 3600 for one in told.papers.values() if one.source == "city" and one.registered_at]  # fmt: skip
    found = whole(REPORTS["received"], asked).averages["Giờ đến khi tiếp nhận"]
    assert found == pytest.approx(sum(took) / len(took)) if took else found is None


def test_sums_by_day_say_what_is_counted_live(lived):
    """Before the job ran, after it, and when papers have moved since: the same figures, whichever way they come."""
    office = lived.office
    everybody = (office.home_affairs.pk, office.justice.pk, office.city.pk)
    calendar = working_days()

    def same():
        reports = [one.report for one in KEPT.values()]
        months = last_months(question(everybody, periods()[0]))
        for period in periods():
            asked = question(everybody, period)
            together = [period, period.previous(), *months]
            found = count_many(reports, asked, standing(asked), together)
            for report in reports:
                grouping = report.grouping("organisation", inside=False)
                rows = {
                    str(key): counts
                    for key, counts in found[report.name].offices.items()
                    if any(counts.values())
                }
                assert rows == {one.key: one.counts for one in lines(report, asked, grouping)}
                assert found[report.name].periods == [
                    whole(report, replace(asked, period=one)).counts for one in together
                ]

    def live() -> tuple:
        return standing(question(everybody, periods()[0])).live

    assert live()
    same()
    kept.follow(at=timezone.now(), calendar=calendar)
    assert not live()
    same()
    lived.live(days=2, acts=25)
    assert live()
    same()
    kept.follow(at=timezone.now(), calendar=calendar)
    assert not live()
    same()
    assert kept.follow(at=timezone.now(), calendar=calendar) == 0


def test_another_calendar_counts_everything_anew(lived):
    asked = question((lived.office.home_affairs.pk,), periods()[-1])
    kept.follow(at=timezone.now(), calendar=working_days())
    assert not standing(asked).live
    DayOff.objects.create(date=timezone.localdate() - dt.timedelta(days=3), working=False, name="Nghỉ bù")
    assert standing(question(asked.offices, asked.period)).live
    kept.follow(at=timezone.now(), calendar=working_days())
    assert not standing(question(asked.offices, asked.period)).live
