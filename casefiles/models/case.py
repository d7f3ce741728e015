"""Hồ sơ: all papers of one matter, linked and never copied (decree 30 art. 29; Phụ lục VI III.4)."""

from functools import cached_property

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from casefiles.states import LABELS, STATES, TONES
from casefiles.terms import EVENTS, WHILE, words_of
from documents.models.sight import Reason, Sight
from orgs.models import Business, Organisation, Post, Role, Unit, User
from ui.text import fold

from .expiry import expires_on
from .plan import PlanEntry
from .retention import RetentionRule

# Posts that see every file of their organisation.
SEES_ALL_FILES = (Role.LEADER, Role.OFFICE_HEAD)


def _opened_by() -> models.Subquery:
    opened = CaseFile.objects.filter(pk=models.OuterRef("pk"), history__event__kind="open_file")
    return models.Subquery(opened.values("history__event__user")[:1])


class CaseFileQuerySet(models.QuerySet):
    def visible_to(self, post: Post):
        return SIGHT.of_post(self, post)

    def open(self):
        return self.filter(state="open")

    def for_page(self):
        return self.select_related(
            "organisation", "creator__user", "creator__unit", "unit", "entry", "rule", "closed_by__user"
        ).annotate(opened_by_user=_opened_by())

    def for_rows(self):
        return self.select_related("creator__user", "unit").defer("search_key", "note", "keywords")


class CaseFile(models.Model):
    class Mode(models.TextChoices):
        """Chế độ sử dụng; a file of the third code, secret, never enters (law-and-practice §1.15)."""

        OPEN = "01", "Công khai"
        LIMITED = "02", "Sử dụng có điều kiện"

    class Counted(models.TextChoices):
        """What the ratio says of a file that has ended (casefiles/counting.py); none before."""

        ONLINE = "online", "Xử lý trọn trên môi trường mạng"
        PARTLY = "partly", "Có bước làm trên giấy"
        LATE = "late", "Lập sau"
        PAPER = "paper", "Xử lý giấy"

    class PaperReason(models.TextChoices):
        LAW = "law", "Pháp luật yêu cầu bản giấy"
        ASKED = "asked", "Nơi gửi chỉ có bản giấy, không số hóa được"
        AWAY = "away", "Hệ thống ngừng hoạt động"
        PRINTED = "printed", "Đã in ra, ký tay"
        OTHER = "other", "Lý do khác"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="case_files", db_index=False)
    # Of a sub-file, the main one it is part of; chosen when it is opened, never changed. One level (actions/parts.py).
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts", db_index=False)
    year = models.PositiveSmallIntegerField("năm hình thành")
    code = models.CharField("số và ký hiệu hồ sơ", max_length=20)
    title = models.CharField("tiêu đề hồ sơ", max_length=500)
    state = models.CharField(max_length=10, default="open", editable=False)
    entry = models.OneToOneField(PlanEntry, models.PROTECT, null=True, related_name="case_file")
    creator = models.ForeignKey(Post, models.PROTECT, related_name="case_files", db_index=False)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )  # the creator's, then
    term = models.CharField("thời hạn bảo quản", max_length=12)
    rule = models.ForeignKey(RetentionRule, models.PROTECT, null=True, related_name="+", db_index=False)
    mode = models.CharField("chế độ sử dụng", max_length=2, choices=Mode, default=Mode.OPEN)
    language = models.CharField("ngôn ngữ", max_length=50, default="Tiếng Việt")
    keywords = models.CharField("từ khóa", max_length=200, blank=True)
    note = models.CharField("ghi chú", max_length=500, blank=True)
    started_on = models.DateField("ngày bắt đầu")
    ended_on = models.DateField("ngày kết thúc", null=True)
    # Of a building or a work: from when its account is settled, not from the end of the work (decree 30 art. 30.2).
    settled_on = models.DateField("ngày quyết toán công trình", null=True, blank=True)
    # What its term counts from beside the end of the work, and the day on which that came about: None until it is recorded.
    trigger = models.CharField(
        "tính thời hạn từ", max_length=20, choices=EVENTS, default="end_of_work", db_default="end_of_work"
    )
    trigger_on = models.DateField("ngày xảy ra", null=True)
    # Until when it is kept; none: for ever, still open, or nobody knows yet. Of the database itself, so that no act forgets it.
    expires_on = models.GeneratedField(
        expression=expires_on(), output_field=models.DateField(null=True), db_persist=True
    )
    opened_at = models.DateTimeField(editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    documents = models.PositiveSmallIntegerField("tổng số văn bản", null=True, editable=False)
    pages = models.PositiveIntegerField("tổng số trang", null=True, editable=False)
    counted = models.CharField(max_length=6, choices=Counted, blank=True, default="", editable=False)
    counted_why = models.CharField(max_length=300, blank=True, default="", editable=False)
    paper_reason = models.CharField(
        "lý do xử lý giấy", max_length=8, choices=PaperReason, blank=True, default=""
    )
    due_told_on = models.DateField(
        null=True, editable=False
    )  # that it is to be handed in: once (actions/archive.py)
    search_key = models.TextField(editable=False)

    noun = "hồ sơ"
    objects = CaseFileQuerySet.as_manager()

    class Meta:
        verbose_name = "hồ sơ"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "code"], name="case_code_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="case_state"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="case_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(state="open", counted="", closed_at=None)
                | (~Q(state="open") & ~Q(counted="") & Q(closed_at__isnull=False, ended_on__isnull=False)),
                name="case_counted_when_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-opened_at", "-id"], name="case_list"),
            models.Index(fields=["organisation", "state", "-opened_at", "-id"], name="case_by_state"),
            models.Index(fields=["creator", "state", "-opened_at", "-id"], name="case_of_creator"),
            models.Index(fields=["unit", "-id"], name="case_of_unit", condition=Q(unit__isnull=False)),
            models.Index(
                fields=["organisation", "ended_on", "counted"],
                name="case_ratio",
                condition=Q(ended_on__isnull=False),
            ),
            models.Index(
                fields=["ended_on"],
                name="case_due",
                condition=Q(state__in=["closed", "returned"], due_told_on=None),
            ),
            models.Index(
                fields=["organisation", "expires_on", "id"],
                name="case_review",
                condition=Q(state__in=["closed", "archived"], expires_on__isnull=False),
            ),
            models.Index(fields=["parent", "id"], name="case_parts", condition=Q(parent__isnull=False)),
            models.Index(
                fields=["organisation", "-opened_at", "-id"],
                name="case_catalogue",
                condition=Q(state="archived", mode="01"),
            ),
            GinIndex(fields=["search_key"], name="case_search", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self):
        return f"{self.code}: {self.title[:80]}"

    def save(self, *args, **kwargs):
        self.search_key = fold(f"{self.code} {self.title} {self.keywords}")
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_key"}
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("case", args=[self.pk])

    @property
    def state_label(self) -> str:
        return LABELS[self.state]

    @property
    def state_tone(self) -> str:
        return TONES[self.state]

    @property
    def term_words(self) -> str:
        return words_of(self.term)

    @cached_property
    def opened_by_user(self) -> int | None:
        """The account whose hands opened it, which may have been in another's inbox; `for_page` brings it along."""
        return CaseFile.objects.filter(pk=self.pk).values_list(_opened_by()).get()[0]

    @property
    def waits_for_trigger(self) -> bool:
        """Nobody can say yet until when it is kept."""
        return self.trigger_on is None and (self.trigger != "end_of_work" or self.term in WHILE)


class Relation(models.Model):
    """Two files that belong together, neither part of the other. Once for both: `case` is the one that was opened first."""

    case = models.ForeignKey(CaseFile, models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(CaseFile, models.CASCADE, related_name="+", db_index=False)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "hồ sơ liên quan"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "other"], condition=Q(removed_at=None), name="relation_once"
            ),
            models.CheckConstraint(condition=Q(case__lt=F("other")), name="relation_of_two"),
        ]
        indexes = [models.Index(fields=["other", "case"], name="relation_back", condition=Q(removed_at=None))]


class CodeSeries(models.Model):
    """The last number of one symbol in a year: locked while the next one is taken, by a plan and by files outside it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    symbol = models.CharField(max_length=12)
    last = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "symbol"], name="case_series_once")
        ]


class Member(models.Model):
    """Somebody who works on the file beside its creator, or only reads it."""

    class Role(models.TextChoices):
        WORKS = "works", "Cùng lập hồ sơ"
        READS = "reads", "Chỉ xem"

    case = models.ForeignKey(CaseFile, models.CASCADE, related_name="members")
    post = models.ForeignKey(Post, models.PROTECT, related_name="case_places", db_index=False)
    role = models.CharField("quyền", max_length=5, choices=Role)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "người trong hồ sơ"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "post"], condition=Q(ended_at=None), name="case_member_once"
            )
        ]
        indexes = [models.Index(fields=["post", "case"], name="case_places", condition=Q(ended_at=None))]


class RightsChange(models.Model):
    """A change of who sees or fills a file, an alert until the competent person has said yes or no (Phụ lục VI III.3c)."""

    case = models.ForeignKey(CaseFile, models.CASCADE, related_name="rights_changes")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+", db_index=False)
    given = models.BooleanField()  # else taken
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    # Whose hands it was: the inbox may have been lent.
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    settled_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    class Meta:
        verbose_name = "thay đổi quyền"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, agreed=None) | Q(settled_at__isnull=False, agreed__isnull=False),
                name="rights_settled_whole",
            )
        ]
        indexes = [models.Index(fields=["case"], name="rights_waiting", condition=Q(settled_at=None))]


def _by_themselves():
    """Files that are seen by whoever made them: all but those that the archive took over to be used under conditions. Of these
    nothing opens without a request that was granted (casefiles/models/loan.py)."""
    return CaseFile.objects.exclude(state="archived", mode=CaseFile.Mode.LIMITED)


SIGHT = Sight(
    roles=SEES_ALL_FILES,
    papers="hồ sơ",
    lent_for=(Business.WORK, Business.DIRECTION),
    reasons=(
        Reason(
            "made",
            _by_themselves,
            paper="pk",
            who="creator",
            said=(),
            words=lambda: "Người lập hồ sơ",
            lent_for=(Business.WORK,),
        ),
        Reason(
            "works",
            lambda: Member.objects.filter(ended_at=None).exclude(
                case__state="archived", case__mode=CaseFile.Mode.LIMITED
            ),
            paper="case",
            who="post",
            said=("role",),
            words=lambda role: Member.Role(role).label,
            lent_for=(Business.WORK,),
        ),
        Reason(
            "heads",
            _by_themselves,
            paper="pk",
            who="unit",
            said=(),
            words=lambda: "Trưởng đơn vị của người lập",
            looks_at="unit",
            roles=(Role.UNIT_HEAD,),
            lent_for=(Business.WORK, Business.DIRECTION),
        ),
        Reason(
            "archives",
            lambda: CaseFile.objects.filter(state__in=("submitted", "archived", "disposed")),
            paper="pk",
            who="organisation",
            said=(),
            words=lambda: "Lưu trữ của cơ quan: hồ sơ đã nộp",
            looks_at="organisation",
            roles=(Role.ARCHIVIST,),
        ),
        Reason(
            "reviews",
            lambda: CaseFile.objects.filter(state="closed", expires_on__lt=timezone.localdate()),
            paper="pk",
            who="organisation",
            said=(),
            words=lambda: "Lưu trữ của cơ quan: hồ sơ đến hạn xem xét",
            looks_at="organisation",
            roles=(Role.ARCHIVIST,),
        ),
    ),
)
