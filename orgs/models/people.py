"""People, the posts they hold, and who looks after whose inbox.

A person acts as one post at a time; the post, not the person, has the powers (law-and-practice §4.1).
"""

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value

from ui.text import fold, nfc

from .organisation import Organisation, Unit


class DateRange(Func):
    function = "daterange"
    template = "%(function)s(%(expressions)s, '[)')"


class User(AbstractUser):
    """An account. What it may see and do comes from its posts alone."""

    first_name = last_name = None
    full_name = models.CharField("họ và tên", max_length=100)
    search_key = models.CharField(max_length=200, editable=False)
    must_change_password = models.BooleanField(default=False)
    # One person alone set its password, and may have been in since: actions/accounts.py alone.
    password_by_one = models.BooleanField(default=False, db_default=False)
    second_factor = models.BooleanField(default=False, db_default=False)  # has one: actions/factors.py alone
    # Notices nobody has looked at yet, and the urgent ones of them: written by actions/notices.py alone.
    notices_waiting = models.PositiveIntegerField(default=0, db_default=0)
    notices_urgent = models.PositiveIntegerField(default=0, db_default=0)
    # Names of hints that were closed, between blanks: on the row that every page reads. actions/support.py alone.
    hints_closed = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta(AbstractUser.Meta):
        indexes = [GinIndex(fields=["search_key"], name="user_search", opclasses=["gin_trgm_ops"])]

    def __str__(self):
        return self.full_name or self.username

    def get_full_name(self):
        return str(self)

    def save(self, *args, **kwargs):
        self.set_keys()
        super().save(*args, **kwargs)

    def set_keys(self) -> None:
        """Derives what search reads; bulk writes, which skip save(), call it themselves."""
        self.full_name = nfc(self.full_name)
        self.search_key = fold(f"{self.full_name} {self.username}")


class Role(models.TextChoices):
    CLERK = "clerk", "Văn thư"
    UNIT_CLERK = "unit_clerk", "Văn thư đơn vị"
    OFFICE_HEAD = "office_head", "Chánh Văn phòng"
    LEADER = "leader", "Lãnh đạo"
    ASSISTANT = "assistant", "Thư ký"
    UNIT_HEAD = "unit_head", "Trưởng phòng"
    OFFICER = "officer", "Chuyên viên"
    ARCHIVIST = "archivist", "Lưu trữ"
    ORG_ADMIN = "org_admin", "Quản trị đơn vị"
    SYS_ADMIN = "sys_admin", "Quản trị hệ thống"
    MONITOR = "monitor", "Theo dõi, đôn đốc"


class PostQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(valid_from__lte=day).filter(Q(valid_to__gt=day) | Q(valid_to=None))

    def with_names(self):
        return self.select_related("user", "organisation", "unit")


class Post(models.Model):
    user = models.ForeignKey(User, models.PROTECT, related_name="posts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="posts")
    role = models.CharField("vai trò", max_length=20, choices=Role)
    title = models.CharField("chức vụ", max_length=100)
    head = models.BooleanField("người đứng đầu", default=False)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến ngày", null=True, blank=True)

    # By which delegation it is in other hands, what for and until when: read with it by orgs.access.posts_of.
    lending: int | None = None
    lent_kinds: tuple[str, ...] = ()
    lent_until: date | None = None

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "vị trí công tác"
        indexes = [models.Index(fields=["organisation", "role"], name="post_of_org")]
        constraints = [
            ExclusionConstraint(
                name="post_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (
                        Func(F("unit"), 0, function="coalesce", output_field=models.BigIntegerField()),
                        RangeOperators.EQUAL,
                    ),
                    (DateRange(F("valid_from"), F("valid_to")), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="post_ends_after_start"
            ),
        ]

    def __str__(self):
        lent = "" if self.in_person else f" (thay {self.user})"
        return f"{self.title} · {self.unit or self.organisation}{lent}"

    @property
    def operator(self) -> User:
        """Whose hands are on the keyboard: the holder, or the person the inbox was delegated to."""
        return getattr(self, "_operator", None) or self.user

    def used_by(self, user: User) -> "Post":
        self._operator = user
        return self

    @property
    def in_person(self) -> bool:
        """A signature is personal: it is never given through a delegated inbox."""
        return self.operator.pk == self.user_id

    @property
    def lent_label(self) -> str:
        return ", ".join(Business(kind).label for kind in self.lent_kinds)

    def covers(self, *kinds: str) -> bool:
        """Whether whoever has it in hand does one of these kinds of business there: the holder and who stands in for
        him in all do every kind, also one that is not named; who stands in for some does those alone."""
        return not self.lent_kinds or not set(self.lent_kinds).isdisjoint(kinds)


class Business(models.TextChoices):
    """The kinds of business in an inbox that somebody else may look after. Signing, numbering, sealing and administering
    are none of them."""

    RECEPTION = "reception", "Tiếp nhận, vào sổ văn bản đến"
    DIRECTION = "direction", "Chỉ đạo văn bản đến"
    WORK = "work", "Công việc được giao"
    DRAFTS = "drafts", "Soạn, kiểm tra dự thảo"
    OPINIONS = "opinions", "Xin ý kiến, cho ý kiến"


class Delegation(models.Model):
    """Looking after another's inbox for a period, in all or in some kinds of business. It is not an authority to sign
    (law-and-practice §0.12)."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="delegations")
    to = models.ForeignKey(User, models.PROTECT, related_name="delegated_posts")
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày")
    reason = models.CharField("lý do", max_length=300, blank=True)
    # Empty: every kind.
    kinds = ArrayField(
        models.CharField(max_length=10, choices=Business),
        default=list, blank=True, db_default=Value("{}"), verbose_name="nội dung",
    )  # fmt: skip
    # Its holder is away for that time: whoever would give him something is told, and by whom he is replaced.
    away = models.BooleanField("vắng mặt", default=False, db_default=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "ủy quyền xử lý"
        constraints = [
            models.CheckConstraint(
                condition=Q(kinds__contained_by=list(Business.values)), name="delegation_kinds"
            ),
            ExclusionConstraint(
                name="delegation_no_overlap",
                expressions=[
                    ("post", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            function="daterange",
                            template="%(function)s(%(expressions)s, '[]')",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(cancelled_at=None),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="delegation_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.post} → {self.to}"

    @property
    def kinds_label(self) -> str:
        """What for, in words; empty: everything."""
        return ", ".join(Business(kind).label for kind in self.kinds)
