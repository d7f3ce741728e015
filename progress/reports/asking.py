"""What the address of a report asks for. What makes no sense is as good as not asked, and said; whose figures one may
not see do not exist."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, QueryDict
from django.utils import timezone

from documents.access import may
from documents.memory import memory_of
from documents.response_deadlines import Clock
from documents.views.shared.rows import moment
from orgs.models import Organisation, Post, Role
from progress.models.office import closing_day_of
from progress.reports.all import OF_USE
from progress.reports.kept import KEPT, Standing, standing
from progress.reports.offices import below
from progress.reports.periods import FIRST_YEAR, Period, month_of, period, stretch
from progress.reports.report import Grouping, Question, Report
from ui.days import FIRST, LAST, parse_day

ALL = "all"
YEAR = 360  # days
LONGEST = timedelta(days=5 * 366)  # of a free stretch of days
ADMINISTRATORS = (Role.SYS_ADMIN, Role.ORG_ADMIN)


@dataclass(frozen=True)
class Asking:
    """A report as one post asks for it."""

    post: Post
    report: Report
    question: Question
    grouping: Grouping
    scope: str  # "": one's own office; "all": with everybody below; else the key of one below
    body: Organisation | None  # of one below
    has_below: bool
    ignored: tuple[str, ...] = ()

    @property
    def inside(self) -> bool:
        return self.scope == ""

    @property
    def counts_only(self) -> bool:
        """Whoever administers, and has no part in the work, sees how much and not what."""
        return not may(self.post, "see_progress")

    @property
    def is_large(self) -> bool:
        """Its files are made beside the page (progress.actions.making): of all offices, or over a year and more."""
        period = self.question.period
        return self.scope == ALL or (not self.report.timeless and (period.until - period.since).days >= YEAR)

    def query(self, **more: str) -> str:
        """The same question again in an address, changed by `more`."""
        asked = {} if self.report.timeless else dict(self.question.period.query)
        asked |= {"org": self.scope} if self.scope else {}
        return urlencode(asked | {"by": self.grouping.name} | more)

    def about(self, report: Report) -> "Asking":
        """The same of another report, by whatever it shows first."""
        by = "organisation" if self.scope == ALL else ""
        return replace(self, report=report, grouping=report.grouping(by, inside=self.inside))

    def standing(self, *, whole: bool = False) -> Standing | None:
        """Which offices are read from their sums, where many are asked for and the report is kept; `whole`: of those
        alone that have not moved on since. One query."""
        many = self.scope == ALL and self.grouping.name == "organisation"
        return standing(self.question, whole=whole) if many and self.report.name in KEPT else None

    def of(self, period: Period) -> Question:
        """The same question about another time."""
        return question_about(self.question.offices, period)


def may_see(post: Post, report: Report) -> bool:
    administers = post.role in ADMINISTRATORS and post.in_person
    return may(post, "see_progress") or (report.name in OF_USE and administers)


def asked_by(post: Post, said: QueryDict, report: Report) -> Asking:
    """What an address says. Raises Http404 for a post that may not see it, or an office that is not below one's own."""
    if not may_see(post, report):
        raise Http404
    ignored: list[str] = []
    scope, lower = _scope(said, report, post, ignored)
    offices = {"": (post.organisation_id,), ALL: (post.organisation_id, *lower)}.get(scope) or (int(scope),)
    chosen = _period(said, post, ignored)
    by = said.get("by", "")
    default = "organisation" if scope == ALL else ""
    grouping = report.grouping(by or default, inside=scope == "")
    if by and by != grouping.name:
        ignored.append(f"cách xếp “{by[:40]}”")
    body = Organisation.objects.get(pk=scope) if scope not in ("", ALL) else None
    return Asking(
        post, report, question_about(offices, chosen), grouping, scope, body, bool(lower), tuple(ignored)
    )


def _scope(said: QueryDict, report: Report, post: Post, ignored: list[str]) -> tuple[str, list[int]]:
    lower = below(post.organisation_id)
    asked = said.get("org", "")
    if asked == str(post.organisation_id):
        asked = ""
    if asked in ("", ALL):
        return (ALL if lower and (asked or report.name == "offices") else ""), lower
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        ignored.append(f"cơ quan “{asked[:40]}”")
        return "", lower
    if int(asked) not in lower:
        raise Http404
    return asked, lower


def _period(said: QueryDict, post: Post, ignored: list[str]) -> Period:
    closing = memory_of(post).get("closing day", partial(closing_day_of, post.organisation_id))
    asked, today = said.get("period", ""), timezone.localdate()
    if asked == "range" or (not asked and (said.get("from") or said.get("to"))):
        since, until = (parse_day(said.get(name, "")[:40]) for name in ("from", "to"))
        if since and until and FIRST <= since <= until < LAST and until <= since + LONGEST:
            return stretch(since, until)
        ignored.append(f"khoảng ngày “{said.get('from', '')[:40]} – {said.get('to', '')[:40]}”")
    elif asked:
        found = period(asked, closing)
        if found and found.since.year > FIRST_YEAR:  # there is one before it, to compare with
            return found
        ignored.append(f"kỳ “{asked[:40]}”")
    return month_of(today, closing)


def question_about(offices: tuple[int, ...], chosen: Period) -> Question:
    """As things stand at this moment."""
    now = moment()
    clock = Clock(timezone.now(), now.calendar, settings.DELIVERY_SILENT_HOURS)
    return Question(offices, chosen, clock.now, now.today, now.soon, clock)
