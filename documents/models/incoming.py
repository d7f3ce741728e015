from datetime import date

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.functional import cached_property

from documents.states import IN_OPEN
from orgs.absence import away_of
from orgs.models import Business, Post, Role

from .assignment import Assignment
from .change import ChangeRequest, mended
from .consultation import ASKED
from .delivery import Delivery
from .document import GRANTED, HOLDER, ROW, Document, address_of
from .register import RegisterBook
from .sight import Reason, Sight
from .slip import CARRIED_ALONG

# Posts that see every incoming paper of their organisation. The administrators are not among them.
SEES_ALL_INCOMING = (Role.CLERK, Role.OFFICE_HEAD, Role.LEADER, Role.ASSISTANT, Role.MONITOR)
OVER = {"returned": " (đã chuyển lại)", "withdrawn": " (đã thu hồi)"}


def _given(by: str, role: str, state: str) -> str:
    what = "gửi để biết" if role == Assignment.Role.INFO else f"giao {Assignment.Role(role).label.lower()}"
    return f"Được {by} {what}{OVER.get(state, '')}"


SIGHT = Sight(
    roles=SEES_ALL_INCOMING,
    papers="văn bản đến",
    lent_for=(Business.RECEPTION, Business.DIRECTION),
    unmarked=(Role.ASSISTANT,),
    reasons=(
        Reason(
            "assigned",
            lambda: Assignment.objects.order_by(),
            paper="incoming",
            who="assignee",
            said=("by__user__full_name", "role", "state"),
            words=_given,
            lent_for=(Business.WORK,),
        ),
        Reason(
            "unit",
            lambda: Assignment.objects.order_by(),
            paper="incoming",
            who="assignee__unit",
            said=("assignee__user__full_name",),
            words=lambda name: f"Trưởng phòng của {name}, người được giao",
            lent_for=(Business.WORK,),
            looks_at="unit",
            roles=(Role.UNIT_HEAD,),
        ),
        ASKED,
        CARRIED_ALONG,
        GRANTED,
    ),
)


class IncomingQuerySet(models.QuerySet):
    def visible_to(self, post: Post):
        """The same rule for a list, a page and a file: by post, by assignment, by being asked, by a slip about its answer,
        or by a personal grant."""
        return SIGHT.of_post(self, post)

    def unfinished(self):
        return self.filter(state__in=IN_OPEN)

    def overdue(self, today):
        return self.unfinished().filter(due_on__lt=today)

    def due_soon(self, today, until):
        return self.unfinished().filter(due_on__range=(today, until))

    def for_list(self):
        """With what a line of a list shows; `asked` is the kind of request that the sender waits to have answered."""
        return self.select_related("holder__user", "organisation", "delivery")._with_request()

    def for_rows(self, *also: str):
        """As `for_list`, with no more than the line shows; `also`: what the columns read that a person added."""
        return self.select_related("holder__user", "delivery")._with_request().annotate(mended=mended()).only(
            *ROW, *HOLDER, "arrival_number", "arrival_date", "arrived_at", "signature_verdict", "delivery__urged_at", *also
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
