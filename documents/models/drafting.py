"""What belongs to a draft beside its text: its pictures, and what others say at a place of it."""

from django.db import models
from django.db.models import Q

from orgs.models import Post, User

from .blob import Blob
from .outgoing import Outgoing


class DraftPicture(models.Model):
    """A picture that a draft may name by its hash. Of a draft that was not saved yet (`outgoing` empty) it is its
    writer's alone; whoever sees the draft sees the picture."""

    outgoing = models.ForeignKey(Outgoing, models.CASCADE, null=True, related_name="pictures", db_index=False)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "ảnh trong dự thảo"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["outgoing", "blob"], name="picture_once_a_draft"),
            models.UniqueConstraint(
                fields=["user", "blob"], condition=Q(outgoing=None), name="picture_waits_once"
            ),
        ]

    def __str__(self):
        return self.blob_id[:12]


class DraftRemark(models.Model):
    """What somebody who sees a draft says at a place of it: a comment, or other words for it (`is_suggestion`). The place is
    the words that stood there and those before them, so it is found again while the text changes around it."""

    class State(models.TextChoices):
        OPEN = "open", "Chờ người soạn"
        ACCEPTED = "accepted", "Đã sửa theo"
        REFUSED = "refused", "Không sửa"

    outgoing = models.ForeignKey(Outgoing, models.CASCADE, related_name="remarks", db_index=False)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    quote = models.TextField("chỗ góp ý", max_length=2000)
    before = models.CharField("chữ đứng trước", max_length=80, blank=True, default="")
    words = models.TextField("ý kiến", max_length=2000, blank=True, default="")
    is_suggestion = models.BooleanField("đề nghị sửa", default=False)
    proposal = models.TextField("sửa thành", max_length=4000, blank=True, default="")
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN, editable=False)
    settled_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "góp ý dự thảo"
        ordering = ["pk"]
        indexes = [models.Index(fields=["outgoing", "id"], name="remarks_of_draft")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", settled_by=None, settled_at=None)
                | Q(state__in=["accepted", "refused"], settled_by__isnull=False, settled_at__isnull=False),
                name="remark_state",
            ),
        ]

    def __str__(self):
        return self.quote[:40]
