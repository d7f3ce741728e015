"""A random stretch of an office's life, lived by the real acts at moments of its own: what the reports are judged by."""

import datetime as dt
from random import Random

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from documents.actions.delivery.hand_over import hand_over_all, parcel_of
from documents.actions.delivery.statuses import tell_inside
from documents.actions.incoming import reception as desk
from documents.actions.outgoing import approval as papers
from documents.actions.work import assignments as work
from documents.actions.work import directions
from documents.actions.work.extensions import ask_extension, grant_extension
from documents.actions.work.follow_up import remind_work
from documents.actions.work.tasks import call_off, give_task
from documents.journey import NotAllowedNow
from documents.models import Access, Assignment, Delivery, Incoming, Outgoing, StatusReport, Task
from documents.versions import content_of
from orgs.models import Role, Unit
from tests.documents.outgoing_cases import written

REFUSED = (ValidationError, PermissionDenied, NotAllowedNow)
MINUTE = dt.timedelta(minutes=1)


class History:
    """`live(days)`: so many days until now; then `office` holds what came of them."""

    def __init__(self, office, seed: int):
        self.office, self.rng = office, Random(seed)
        self.second = Unit.objects.create(organisation=office.home_affairs, name="Phòng Đào tạo", order=2)
        self.ha = office.post("ha", "Ngô Thúy Hà", office.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")
        self.son = office.post(
            "son", "Đinh Sơn", office.home_affairs, Role.UNIT_HEAD, "Trưởng phòng", unit=self.second
        )
        self.mai = office.post(
            "mai", "Bùi Mai", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=self.second
        )
        self.theo = office.post("theo", "Lý Theo", office.home_affairs, Role.MONITOR, "Theo dõi")
        self.at = timezone.now()

    def live(self, days: int = 70, *, acts: int = 300) -> None:
        steps = sorted(self.rng.uniform(0, days * 24 * 60) for _ in range(acts))
        self.at = start = timezone.now() - dt.timedelta(days=days)
        for minutes in steps:
            self.at = start + dt.timedelta(minutes=minutes)
            try:
                self.rng.choice(self._acts())()
            except REFUSED:
                continue

    def _acts(self):
        common = [
            self.arrives,
            self.register,
            self.present,
            self.direct,
            self.direct,
            self.start,
            self.finish,
        ]
        return [
            *common, *common, self.refuse, self.hand_on, self.hand_on, self.give_back, self.amend, self.draft,
            self.give_task, self.give_task, self.call_off, *[self.push_out] * 9, self.send_back, self.deliver, self.they_answer,
            self.they_answer, self.signs_in, self.more_time, self.more_time, self.remind,
        ]  # fmt: skip

    def _one(self, rows):
        found = list(rows.order_by("pk"))
        return self.rng.choice(found) if found else None

    def _paper(self, *states):
        return self._one(Incoming.objects.filter(organisation=self.office.home_affairs, state__in=states))

    def _due(self):
        if self.rng.random() < 0.25:
            return None
        return timezone.localdate(self.at) + dt.timedelta(days=self.rng.randint(0, 25))

    def arrives(self):
        kind = self.rng.choice(["CV", "BC", "KH"])
        self.office.paper(at=self.at, number=str(self.rng.randint(1, 10**6)), kind=kind)

    def register(self):
        if paper := self._paper("awaiting_reception"):
            desk.register(paper, by=self.office.lan, at=self.at)

    def refuse(self):
        if paper := self._paper("awaiting_reception"):
            desk.refuse(paper, reason="Gửi nhầm cơ quan nhận", by=self.office.lan, at=self.at)

    def present(self):
        if paper := self._paper("registered"):
            to = self.rng.choice([self.office.dung, self.office.thao])
            desk.present(paper, to=to, by=self.office.lan, at=self.at)

    def direct(self):
        if paper := self._paper("awaiting_direction"):
            # Nobody twice on one paper: an event names the person, and the test must know which task is meant.
            had = set(paper.assignments.values_list("assignee", flat=True))
            people = [self.office.hoa, self.son, self.office.minh, self.mai]
            people = [one for one in people if one.pk not in had]
            self.rng.shuffle(people)
            if not people:
                return
            lead = people[0] if self.rng.random() < 0.9 else None
            support = people[1 : 1 + self.rng.randint(0, 2)] if lead else []
            by = paper.holder
            work.direct(
                paper, by=by, at=self.at, text="Chủ trì tham mưu.", lead=lead, support=support, info=[] if self.ha.pk in had else [self.ha],
                due_on=self._due() if lead else None,
            )  # fmt: skip

    def give_task(self):
        """Work without a paper, which every act on work then falls to as well."""
        people = [self.office.hoa, self.son, self.office.minh, self.mai]
        self.rng.shuffle(people)
        by = self.rng.choice([self.office.dung, self.office.thao, self.ha])
        give_task(
            by=by, at=self.at, title="Rà soát", text="Rà soát, báo cáo.", lead=people[0],
            support=people[1 : 1 + self.rng.randint(0, 2)], due_on=self._due(),
        )  # fmt: skip

    def call_off(self):
        running = Task.objects.filter(state__in=["assigned", "processing"])
        if self.rng.random() < 0.3 and (task := self._one(running)):
            call_off(task, by=task.by, at=self.at, reason="Không còn cần")

    def amend(self):
        if paper := self._paper("assigned", "processing"):
            leads = paper.assignments.filter(parent=None, role="lead").exclude(
                state__in=["returned", "withdrawn"]
            )
            task = leads.select_related("assignee__user", "by__user").first()
            support = paper.assignments.filter(parent=None, role="support").exclude(
                state__in=["returned", "withdrawn"]
            )
            if task is not None:
                directions.amend(
                    paper, by=task.by, at=self.at, text="Sửa hạn", lead=task.assignee,
                    info=[one.assignee for one in paper.assignments.filter(role="info").select_related("assignee__user")],
                    support=[one.assignee for one in support.select_related("assignee__user")], due_on=self._due(),
                )  # fmt: skip

    def _task(self, *states):
        tasks = Assignment.objects.filter(state__in=states, role__in=["lead", "support"])
        return self._one(
            tasks.select_related(
                "incoming__organisation", "task__organisation", "assignee__user", "by__user", "parent"
            )
        )

    def start(self):
        if task := self._task("new"):
            work.start(task, by=task.assignee, at=self.at)

    def finish(self):
        if task := self._task("in_progress"):
            work.finish(task, by=task.assignee, at=self.at, result="Đã xong")

    def hand_on(self):
        task = self._task("new", "in_progress")
        below = {self.office.hoa.pk: self.office.minh, self.son.pk: self.mai}
        if task and task.assignee_id in below:
            if task.matter.assignments.filter(assignee=below[task.assignee_id]).exists():
                return
            work.hand_on(task, by=task.assignee, at=self.at, text="Làm", lead=below[task.assignee_id])

    def give_back(self):
        if self.rng.random() < 0.4 and (task := self._task("new", "in_progress")):
            work.give_back(task, by=task.assignee, at=self.at, reason="Không đúng việc")

    def more_time(self):
        if task := self._task("new", "in_progress"):
            until = (task.due_on or timezone.localdate(self.at)) + dt.timedelta(days=self.rng.randint(1, 20))
            asked = ask_extension(task, by=task.assignee, at=self.at, due_on=until, reason="Chờ số liệu")
            if self.rng.random() < 0.8:
                grant_extension(asked, by=asked.to, at=self.at)

    def remind(self):
        if task := self._task("new", "in_progress"):
            remind_work(task, by=task.by, at=self.at, kind="remind", text="Đề nghị báo cáo ngay.")

    def draft(self):
        by = self.rng.choice([self.office.minh, self.office.hoa])
        signer = self.rng.choice([self.office.dung, self.office.thao])
        kind = self.rng.choice(["CV", "CV", "BC"])
        extra = {} if kind == "CV" else {"addressees": ""}
        written(self.office, by=by, at=self.at, signer=signer, kind=kind, **extra)

    def push_out(self):
        """The next act on a paper that leaves, by whoever it belongs to. Keys are not the point: the signature is written
        as the act of signing writes it."""
        if self.rng.random() < 0.15:
            return self.send_back()
        states = (
            "draft",
            "returned",
            "in_review",
            "content_checked",
            "format_checked",
            "signed",
            "numbered",
            "sealed",
        )
        found = Outgoing.objects.for_list().filter(organisation=self.office.home_affairs, state__in=states)
        found = sorted(
            found.select_related("signer__user", "drafter__unit"), key=lambda one: states.index(one.state)
        )
        if not found:
            return
        # Mostly what is nearest to its end, or nothing would ever get there.
        paper = found[-1] if self.rng.random() < 0.7 else self.rng.choice(found)
        lan, hoa, at = self.office.lan, self.office.hoa, self.at
        {
            "draft": lambda: papers.submit(paper, by=paper.drafter, at=at),
            "returned": lambda: papers.submit(paper, by=paper.drafter, at=at),
            "in_review": lambda: papers.check_content(paper, by=hoa, at=at, sha256=content_of(paper)),
            "content_checked": lambda: papers.check_format(paper, by=lan, at=at, sha256=content_of(paper)),
            "format_checked": lambda: self._sign(paper),
            "signed": lambda: papers.number(paper, by=lan, at=at),
            "numbered": lambda: self._seal(paper),
            "sealed": lambda: papers.issue(paper, by=lan, at=at),
        }[paper.state]()

    def _sign(self, paper):
        from signatures import actions as signing

        papers.approve(paper, by=paper.signer, at=self.at, sha256=content_of(paper))
        signing.sign(paper, by=paper.signer, at=self.at)

    def _seal(self, paper):
        from signatures import actions as signing

        signing.seal(paper, by=self.office.lan, at=self.at)

    def send_back(self):
        found = Outgoing.objects.for_list().filter(state__in=["content_checked", "format_checked", "signed"])
        paper = self._one(found.select_related("signer__user", "drafter__unit"))
        if paper is None:
            return
        if paper.state == "signed":
            papers.refuse_number(paper, by=self.office.lan, at=self.at, reason="Sai thể thức, cần sửa")
        else:
            by = self.office.lan if paper.state == "content_checked" else paper.signer
            papers.send_back(paper, by=by, at=self.at, reason="Cần sửa lại")

    def deliver(self):
        for way in Delivery.objects.filter(state="queued").select_related("outgoing").order_by("pk"):
            paper = Outgoing.objects.for_list().select_related("signer__user").get(pk=way.outgoing_id)
            hand_over_all([way.pk], parcel_of(paper), at=self.at)
        self._tell()

    def they_answer(self):
        waiting = Incoming.objects.filter(organisation=self.office.justice, state="awaiting_reception")
        paper = self._one(waiting.select_related("organisation"))
        if paper is None:
            return
        if self.rng.random() < 0.2:
            desk.refuse(paper, reason="Không thuộc thẩm quyền giải quyết", by=self.office.khach, at=self.at)
        else:
            desk.register(paper, by=self.office.khach, at=self.at)
        self._tell()

    def _tell(self):
        tell_inside(*StatusReport.objects.filter(passed_on=False).values_list("pk", flat=True), at=self.at)

    def signs_in(self):
        post = self.rng.choice([self.office.lan, self.office.dung, self.office.minh, self.office.khach])
        kind = self.rng.choice(["in", "in", "out", "failed"])
        Access.objects.create(kind=kind, user=post.user, organisation=post.organisation, at=self.at)
