"""What incoming and outgoing papers share. One row is one office's record; offices never share a row."""

from functools import lru_cache

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from guardian.models import UserObjectPermissionBase

from documents.kinds import CHOICES_IN, OTHER
from documents.states import FINISHED, IN_STATES, OUT_STATES, STATE_LABELS, STATE_TONES
from orgs.models import Organisation, Post
from ui.text import fold, fold_code

from .sight import Reason


class Urgency(models.IntegerChoices):
    """Decree 30 Phụ lục I, box 10b. The axis calls it Priority (edXML 1.11.1)."""

    NORMAL = 0, "Thường"
    URGENT = 1, "Khẩn"
    VERY_URGENT = 2, "Thượng khẩn"
    EXPRESS = 3, "Hỏa tốc"


# What a line of a list reads of a paper and of whoever holds it. The rest of a paper is long, and a list has fifty.
ROW = ("state", "sorted_at", "urgency", "number", "notation", "subject", "issuer_name", "due_on")
VIETNAMESE = "Tiếng Việt"
MOST_OWN = 65_536  # letters of all values of a paper: twenty fields, and those that have ended
HOLDER = ("holder__title", "holder__user__full_name", "holder__user__username")


@lru_cache(maxsize=50_000)
def address_of(name: str, pk: int) -> str:
    """Of a paper's page; a list asks for fifty."""
    return reverse(name, args=[pk])


class Document(models.Model):
    noun = "văn bản"  # in a sentence; a task without a paper has its own
    mended: str | None = None  # when it was read with `change.mended`
    title_only = False  # it was found for somebody who does not see it (`access.finding`)

    class Direction(models.TextChoices):
        IN = "in", "Văn bản đến"
        OUT = "out", "Văn bản đi"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="documents")
    direction = models.CharField(max_length=3, choices=Direction, editable=False)
    state = models.CharField("trạng thái", max_length=20, editable=False)
    holder = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="held", editable=False
    )  # empty: it lies on the clerk's desk
    held_since = models.DateTimeField(editable=False)
    sorted_at = models.DateTimeField(editable=False)  # the moment lists are ordered by
    created_at = models.DateTimeField(editable=False)

    kind = models.CharField("loại văn bản", max_length=6, choices=CHOICES_IN, default=OTHER)
    kind_name = models.CharField("tên loại", max_length=100, blank=True)
    number = models.CharField("số", max_length=11, blank=True)
    notation = models.CharField("ký hiệu", max_length=30, blank=True)
    issued_on = models.DateField("ngày văn bản", null=True, blank=True)
    subject = models.TextField("trích yếu", max_length=2000)
    issuer_name = models.CharField("cơ quan ban hành", max_length=200, blank=True)
    issuer = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="issued_documents"
    )
    signer_name = models.CharField("người ký", max_length=100, blank=True)
    signer_title = models.CharField("chức vụ người ký", max_length=200, blank=True)
    urgency = models.PositiveSmallIntegerField("độ khẩn", choices=Urgency, default=Urgency.NORMAL)
    pages = models.PositiveSmallIntegerField("số trang", null=True, blank=True)
    language = models.CharField("ngôn ngữ", max_length=30, default=VIETNAMESE, db_default=VIETNAMESE)
    due_on = models.DateField("hạn giải quyết", null=True, blank=True)
    note = models.CharField("ghi chú", max_length=500, blank=True)
    # What it says in the office's own fields (models/own_field.py).
    own_values = models.JSONField("thông tin bổ sung", default=dict, db_default=Value({}, models.JSONField()))
    document_uid = models.CharField("mã định danh văn bản", max_length=200, blank=True)
    # A paper that takes the place of others (decree 30 art. 18.3; edXML business type 3).
    replaces = models.ManyToManyField("self", symmetrical=False, related_name="replaced_by", blank=True)
    code_key = models.CharField(max_length=60, editable=False, blank=True)
    search_key = models.TextField(editable=False)

    class Meta:
        verbose_name = "văn bản"
        permissions = [("read_document", "Xem văn bản")]
        constraints = [
            models.CheckConstraint(
                condition=Q(direction="in", state__in=IN_STATES) | Q(direction="out", state__in=OUT_STATES),
                name="document_state_of_direction",
            ),
            models.CheckConstraint(condition=Q(urgency__lte=3), name="document_urgency"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length(Cast("own_values", TextField())), MOST_OWN),
                name="document_own_bounded",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "direction", "-sorted_at", "-id"], name="document_list"),
            models.Index(
                fields=["organisation", "direction", "state", "-sorted_at", "-id"], name="document_by_state"
            ),
            models.Index(
                fields=["organisation", "direction", "due_on"], name="document_due", condition=~Q(due_on=None)
            ),
            models.Index(fields=["holder", "state", "-sorted_at", "-id"], name="document_held"),
            models.Index(
                fields=["organisation", "document_uid"], name="document_uid", condition=~Q(document_uid="")
            ),
            models.Index(
                fields=["organisation", "code_key"], name="document_code", condition=~Q(code_key="")
            ),
            # Of an office those that say anything in its own fields.
            models.Index(
                fields=["organisation", "-sorted_at", "-id"], name="document_own", condition=~Q(own_values={})
            ),
            # The few that were taken back, asked for at every tick; and a paper by its id alone, whatever the desk.
            models.Index(fields=["held_since"], name="document_revoked", condition=Q(state="revoked")),
            models.Index(fields=["document_uid"], name="document_by_uid", condition=~Q(document_uid="")),
            # What is sought is sought in one office: by its newest for common words, by these for rare ones.
            models.Index(fields=["organisation", "-sorted_at", "-id"], name="document_newest"),
            GinIndex(
                fields=["organisation", "search_key", "code_key"],
                name="document_found",
                opclasses=["int8_ops", "gin_trgm_ops", "gin_trgm_ops"],
                fastupdate=False,
            ),
        ]

    def __str__(self):
        return f"{self.code or self.kind_label}: {self.subject[:80]}"

    def search_keys(self) -> dict[str, str]:
        """The columns it is found by, as they follow from the others."""
        words = f"{self.code} {self.kind_label} {self.subject} {self.issuer_name} {self.signer_name}"
        return {"code_key": fold_code(self.code)[:60], "search_key": fold(words)}

    def save(self, *args, **kwargs):
        self.code_key, self.search_key = self.search_keys().values()
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], "code_key", "search_key"}
        super().save(*args, **kwargs)

    @property
    def code(self) -> str:
        """Số, ký hiệu: "15/QĐ-UBND"."""
        return f"{self.number}/{self.notation}" if self.number and self.notation else self.number or ""

    @property
    def kind_label(self) -> str:
        return self.kind_name or self.get_kind_display()

    def attachments(self):
        """What goes with the paper, each thing once: the file the agency signed in place of the one it came
        from. Destroyed ones are left out, renewals of the proof, which lie beside, and what a sender only proposes."""
        return attached(self.files)

    @property
    def deadline(self):
        return self.due_on

    @property
    def state_label(self) -> str:
        return STATE_LABELS[self.state]

    @property
    def state_tone(self) -> str:
        return STATE_TONES.get(self.state, "")

    @property
    def holder_label(self) -> str:
        if self.state in FINISHED:
            return ""
        return f"{self.holder.user} ({self.holder.title})" if self.holder_id else "Văn thư"


class DocumentUserPermission(UserObjectPermissionBase):
    """A personal grant: one named person may read one paper. Straight foreign key, so lists can join it."""

    content_object = models.ForeignKey(Document, models.CASCADE)


def attached(files):
    """Of these files, what goes with their papers (see `Document.attachments`)."""
    found = files.filter(part="attachment", made=None)
    found = found.exclude(Q(blob=None) | Q(stage__in=["renewed", "proposed"]))
    return found.select_related("blob").order_by(Coalesce("made_from", "pk"))


# A grant ends with the office: lists ask for both.
GRANTED = Reason(
    "granted",
    lambda: DocumentUserPermission.objects.filter(permission__codename="read_document"),
    paper="content_object",
    who="user",
    said=(),
    words=lambda: "Được cho phép xem riêng",
    looks_at="user",
)
