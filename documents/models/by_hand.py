"""What the clerk alone knows of a paper that left, and the law wants in a book of its own (decree 30 Phụ lục IV, III and IV):
envelopes given to the post, and who used the kept copy. Lines of two of the five books, written while they happen."""

from django.db import models
from django.db.models import F, Q

from orgs.models import Organisation, Post


class PostedEnvelope(models.Model):
    """A paper in an envelope, or several to one recipient, given to the post on one day. Added, never changed."""

    # Of the paper; on the row, so that an office's book is read from one index.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    outgoing = models.ForeignKey("documents.Outgoing", models.PROTECT, related_name="posted")
    day = models.DateField("ngày chuyển")
    recipient = models.CharField("nơi nhận", max_length=200)
    envelopes = models.PositiveSmallIntegerField("số lượng bì")
    receipt = models.CharField("ký nhận, số hiệu bưu gửi", max_length=100, blank=True)
    note = models.CharField("ghi chú", max_length=500, blank=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lần gửi bưu điện"
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["outgoing", "day", "recipient"], name="posted_once_a_day"),
            models.CheckConstraint(condition=Q(envelopes__gte=1), name="posted_in_an_envelope"),
        ]
        indexes = [models.Index(fields=["organisation", "day", "id"], name="posted_book")]

    def __str__(self):
        return f"{self.recipient} {self.day:%d/%m/%Y}"


class KeptCopyUse(models.Model):
    """The kept copy of a paper in somebody's hands: who, allowed by whom, and when it came back. `reader`: somebody of
    the office, who says here that he has it; anybody else signs on the printed page."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    outgoing = models.ForeignKey("documents.Outgoing", models.PROTECT, related_name="kept_copy_uses")
    day = models.DateField("ngày tháng")
    reader = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField("họ tên người sử dụng", max_length=100)
    file_code = models.CharField("số và ký hiệu hồ sơ", max_length=50, blank=True)
    allowed_by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    note = models.CharField("ghi chú", max_length=500, blank=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    received_at = models.DateTimeField("ký nhận lúc", null=True)
    returned_on = models.DateField("ngày trả", null=True)

    class Meta:
        verbose_name = "lần sử dụng bản lưu"
        ordering = ["day", "pk"]
        constraints = [
            # There is one kept copy, so it is in one person's hands.
            models.UniqueConstraint(
                fields=["outgoing"], condition=Q(returned_on=None), name="kept_copy_in_one_hand"
            ),
            models.CheckConstraint(
                condition=Q(returned_on=None) | Q(returned_on__gte=F("day")), name="kept_copy_returned_after"
            ),
            models.CheckConstraint(
                condition=Q(received_at=None) | Q(reader__isnull=False), name="kept_copy_received_by_reader"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "day", "id"], name="kept_copy_book")]

    def __str__(self):
        return f"{self.name} {self.day:%d/%m/%Y}"
