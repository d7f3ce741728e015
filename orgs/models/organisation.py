"""Organisations over time. Born, renamed, merged, split and closed on a date; codes are never reused."""

from datetime import date

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ui.text import fold, nfc, sort_key


class OrganisationQuerySet(models.QuerySet):
    def on(self, day: date):
        """Those that exist on that day."""
        return self.filter(Q(valid_from__lte=day) | Q(valid_from=None)).filter(
            Q(valid_to__gt=day) | Q(valid_to=None)
        )

    def gates(self):
        """Those with a clerk's desk: the only addresses a paper can be sent to (decree 30 art. 22.1)."""
        return self.filter(gate=True)

    def inside(self):
        return self.filter(external=False)

    def search(self, words: str):
        """Any part of a name or code, with or without diacritics."""
        found = self
        for word in fold(nfc(words)).split()[:10]:
            found = found.filter(search_key__contains=word)
        return found

    def in_order(self):
        return self.order_by("level", "order_key", "pk")


class Organisation(models.Model):
    class Kind(models.TextChoices):
        CITY = "thanh_pho", "Ủy ban nhân dân thành phố"
        DEPARTMENT = "so_ban_nganh", "Sở, ban, ngành"
        DISTRICT = "quan_huyen", "Quận, huyện, thị xã"
        COMMUNE = "xa_phuong", "Xã, phường, thị trấn"
        UNIT = "don_vi", "Đơn vị trực thuộc"
        MINISTRY = "bo_nganh", "Bộ, ngành, cơ quan trung ương"
        PROVINCE = "tinh", "Ủy ban nhân dân tỉnh, thành phố"
        OTHER = "khac", "Cơ quan, tổ chức khác"

    name = models.CharField("tên cơ quan", max_length=200)
    code = models.CharField("mã định danh", max_length=35, unique=True)
    code_2018 = models.CharField("mã cũ (2018)", max_length=13, blank=True)
    provisional = models.BooleanField("mã tạm", default=False)
    level = models.PositiveSmallIntegerField("cấp")
    kind = models.CharField("loại", max_length=20, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField("hoạt động từ", null=True, blank=True)
    valid_to = models.DateField(
        "đến", null=True, blank=True, help_text="Ngày đóng mã; từ ngày này không còn nhận."
    )
    gate = models.BooleanField("có văn thư", default=False)
    external = models.BooleanField("ngoài thành phố", default=False)
    sample = models.BooleanField("dữ liệu mẫu", default=False)
    abbreviation = models.CharField("chữ viết tắt", max_length=30, blank=True)
    letterhead_superior = models.CharField("dòng cơ quan chủ quản", max_length=200, blank=True)
    letterhead_name = models.CharField(
        "dòng tên cơ quan", max_length=300, blank=True, help_text="Ngắt dòng bằng dấu |"
    )
    collective = models.BooleanField("làm việc theo chế độ tập thể (TM.)", default=False)
    head_approves = models.BooleanField(
        "trưởng phòng duyệt kết quả trước khi kết thúc việc", default=False, db_default=False
    )
    extension_limit = models.PositiveSmallIntegerField(
        "số lần gia hạn nhiều nhất của một việc", default=2, db_default=2
    )
    place = models.CharField("địa danh", max_length=50, blank=True)
    address = models.CharField("địa chỉ", max_length=250, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    website = models.CharField("trang thông tin", max_length=100, blank=True)
    note = models.CharField("ghi chú", max_length=500, blank=True)
    # [{"name", "until" (ISO date, exclusive), "decision"}]: on the row, a list of old papers needs no join.
    former_names = models.JSONField("tên cũ", default=list, blank=True)
    search_key = models.CharField(max_length=1500, editable=False)
    order_key = models.CharField(max_length=700, editable=False, db_collation="C")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "cơ quan, tổ chức"
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="org_level_1_to_4"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gt=F("valid_from")),
                name="org_closed_after_opened",
            ),
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="org_not_its_own_parent"),
        ]
        indexes = [
            models.Index(fields=["parent", "order_key"], name="org_children"),
            GinIndex(fields=["search_key"], name="org_search", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.set_keys()
        super().save(*args, **kwargs)

    def set_keys(self) -> None:
        """Derives what search and order read; bulk writes, which skip save(), call it themselves."""
        words = [self.name, self.code, self.code_2018, self.abbreviation]
        words += [former["name"] for former in self.former_names]
        self.search_key = fold(" ".join(words))[:1500]
        self.order_key = sort_key(self.name)

    def name_on(self, day: date) -> str:
        """The name the body had on that day: a paper shows the name of its own day."""
        later = [former for former in self.former_names if day.isoformat() < former["until"]]
        return min(later, key=lambda former: former["until"])["name"] if later else self.name

    @property
    def full_name(self) -> str:
        """The name with its parent, wherever two bodies may share a name."""
        return f"{self.name}, {self.parent.name}" if self.parent_id and self.level > 2 else self.name

    def open_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )

    @property
    def letterhead_lines(self) -> list[str]:
        return self.letterhead_name.split("|")

    @property
    def open_today(self) -> bool:
        return self.open_on(timezone.localdate())


class Code(models.Model):
    """Every code a body ever had, in either form, so that old papers are still understood."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="codes")
    value = models.CharField("mã", max_length=35, unique=True)
    form = models.PositiveSmallIntegerField("dạng", choices=[(2018, "QĐ 28/2018"), (2020, "QĐ 20/2020")])
    provisional = models.BooleanField("mã tạm", default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    decision = models.CharField("căn cứ", max_length=200, blank=True)

    def __str__(self):
        return self.value


class Lineage(models.Model):
    """Who continues whom from a day on: many to many, since one body may be divided and several merged."""

    predecessor = models.ForeignKey(Organisation, models.PROTECT, related_name="successor_links")
    successor = models.ForeignKey(Organisation, models.PROTECT, related_name="predecessor_links")
    on = models.DateField("từ ngày")
    part = models.CharField("phần", max_length=200, blank=True)
    decision = models.CharField("căn cứ", max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "on"], name="lineage_once")
        ]


class Unit(models.Model):
    """A room inside an organisation. It has no gate: nothing is ever sent to it from outside."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="units")
    name = models.CharField("tên phòng, ban", max_length=200)
    abbreviation = models.CharField("chữ viết tắt", max_length=20, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="unit_name_once")]

    def __str__(self):
        return self.name
