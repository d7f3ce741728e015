from datetime import date

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.functional import cached_property

from documents.states import IN_OPEN
from orgs.absence import away_of
from orgs.models import Business, Post, Role

from .assignment import Assignment
from .change import ChangeRequest
from .consultation import asked_about
from .delivery import Delivery
from .document import HOLDER, ROW, Document, address_of, granted_to
from .register import RegisterBook

# Posts that see every incoming paper of their organisation. The administrators are not among them.
SEES_ALL_INCOMING = (Role.CLERK, Role.OFFICE_HEAD, Role.LEADER, Role.ASSISTANT, Role.MONITOR)


class IncomingQuerySet(models.QuerySet):
    def visible_to(self, post: Post):
        """The same rule for a list, a page and a file: by post, by assignment, by being asked, or by a
        personal grant.

        Everything begins with the organisation, and what is granted or assigned is a set of keys, not a
        question asked of every row: one office's list never reads another's. An assistant sees none on which a mark
        of secrecy was seen, whatever the clerk said of it; and who looks after an inbox for work or opinions alone
        sees what there is of those.
        """
        here = self.filter(organisation=post.organisation_id)
        if post.role in SEES_ALL_INCOMING and post.covers(Business.RECEPTION, Business.DIRECTION):
            return here.filter(secrecy_marks="") if post.role == Role.ASSISTANT else here
        mine = Assignment.objects.of(post)
        if post.role == Role.UNIT_HEAD and post.unit_id and post.covers(Business.WORK):
            mine = Assignment.objects.filter(assignee__unit=post.unit_id)
        return here.filter(pk__in=mine.values("incoming").union(asked_about(post), granted_to(post)))

    def unfinished(self):
        return self.filter(state__in=IN_OPEN)

    def overdue(self, today):
        return self.unfinished().filter(due_on__lt=today)

    def due_soon(self, today, until):
        return self.unfinished().filter(due_on__range=(today, until))

    def for_list(self):
        """With what a line of a list shows; `asked` is the kind of request that the sender waits to have answered."""
        return self.select_related("holder__user", "organisation", "delivery")._with_request()

    def for_rows(self):
        """As `for_list`, with no more than the line shows."""
        return self.select_related("holder__user", "delivery")._with_request().only(
            *ROW, *HOLDER, "arrival_number", "arrival_date", "arrived_at", "signature_verdict", "delivery__urged_at"
        )  # fmt: skip

    def _with_request(self):
        open_one = ChangeRequest.objects.filter(incoming=OuterRef("pk"), answer="")
        return self.annotate(asked=Subquery(open_one.values("kind")[:1]))

    def with_away(self, day: date):
        """`away`: whether the holder is today (`orgs.absence.said`)."""
        return self.annotate(away=away_of("holder", day))

    def without_request(self):
        """What nobody has asked back or to change: a paper with such a request cannot be entered in the book."""
        return self.exclude(change_requests__answer="")


class Incoming(Document):
    """A paper that came in: this office's own record of it, with its own arrival number."""

    class Source(models.TextChoices):
        AXIS = "axis", "Trục liên thông"
        CITY = "city", "Trong thành phố"
        PAPER = "paper", "Bản giấy"

    source = models.CharField("hình thức đến", max_length=5, choices=Source)
    sender_code = models.CharField("mã nơi gửi", max_length=100, blank=True)
    delivery = models.OneToOneField(Delivery, models.PROTECT, null=True, related_name="incoming")
    arrived_at = models.DateTimeField("đến lúc")
    book = models.ForeignKey(RegisterBook, models.PROTECT, null=True)
    arrival_number = models.PositiveIntegerField("số đến", null=True)
    arrival_date = models.DateField("ngày đến", null=True)
    registered_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    refusal_reason = models.TextField("lý do từ chối", blank=True, max_length=1000)
    result = models.TextField("kết quả giải quyết", blank=True, max_length=2000)
    secrecy_marks = models.CharField("dấu hiệu độ mật", max_length=100, blank=True)
    secrecy_cleared_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    signature_verdict = models.CharField(
        max_length=10,
        blank=True,
        choices=[
            ("valid", "Hợp lệ"),
            ("invalid", "Không hợp lệ"),
            ("unknown", "Chưa kiểm tra được"),
            ("unsigned", "Không có chữ ký số"),
        ],
    )
    signature_report = models.JSONField(default=dict)
    acceptance_reason = models.TextField(
        "lý do vẫn vào sổ khi chữ ký không hợp lệ", max_length=1000, blank=True, db_default=""
    )
    purged_at = models.DateTimeField(null=True)

    away: dict | None = None  # when it was read `with_away`

    objects = IncomingQuerySet.as_manager()

    class Meta:
        verbose_name = "văn bản đến"
        # The few whose signatures wait for a service that was silent are found without reading all the others.
        indexes = [
            models.Index(
                fields=["arrived_at"], condition=Q(signature_verdict="unknown"), name="incoming_unchecked"
            ),
            # Nothing is ever in it: a paper from inside the city has its delivery.
            models.Index(
                fields=["document_ptr"], condition=Q(source="city", delivery=None), name="incoming_unsent"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["book", "arrival_number"], name="arrival_number_once"),
            models.CheckConstraint(
                condition=Q(book=None, arrival_number=None) | Q(book__isnull=False, arrival_number__gte=1),
                name="arrival_number_with_book",
            ),
        ]

    def get_absolute_url(self):
        return address_of("incoming", self.pk)

    @cached_property
    def directed_by(self) -> set[int]:
        """The post whose direction stands: the last one that was not taken back. Asked once for all steps that depend on it."""
        return set(self.directions.standing().order_by("-at", "-pk").values_list("by", flat=True)[:1])

    @property
    def has_invalid_signature(self) -> bool:
        """Of its main file, as it was last checked; the mark that stays with the paper."""
        return self.signature_verdict == "invalid"

    @property
    def urged_at(self):
        """When the sender last asked for the answer it still waits for."""
        waits = self.delivery_id is not None and self.state == "awaiting_reception"
        return self.delivery.urged_at if waits else None

    def scan_to_copy(self):
        """The scan of a letter on paper that the agency has not signed yet as an electronic copy; or None."""
        if self.source != self.Source.PAPER or self.state == "rejected" or self.purged_at:
            return None
        scans = self.files.filter(part="main", stage="received", made=None).select_related("blob")
        return scans.filter(blob__content_type="application/pdf").first()
