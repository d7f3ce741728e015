"""Certificates people and agencies sign with, and every signature made here. Keys and PINs are never here."""

from django.db import models
from django.db.models import Q

from documents.models import Document, File
from orgs.models import Organisation, Post, User


class Certificate(models.Model):
    """A public certificate and where its key is held. `key_file` names a file of the demo's PKCS#12 folder."""

    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="certificates")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    subject = models.CharField("chủ thể", max_length=300)
    serial = models.CharField("số hiệu", max_length=64, unique=True)
    pem = models.TextField()
    valid_from = models.DateTimeField("hiệu lực từ")
    valid_to = models.DateTimeField("đến")
    key_file = models.CharField(max_length=100)

    class Meta:
        verbose_name = "chứng thư số"
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, organisation__isnull=False) | Q(user__isnull=False, organisation=None),
                name="certificate_of_person_or_agency",
            )
        ]

    def __str__(self):
        return self.subject


class Signature(models.Model):
    class Kind(models.TextChoices):
        PERSONAL = "personal", "Chữ ký số cá nhân"
        AGENCY = "agency", "Chữ ký số cơ quan"

    document = models.ForeignKey(Document, models.PROTECT, related_name="signatures")
    kind = models.CharField(max_length=8, choices=Kind)
    certificate = models.ForeignKey(Certificate, models.PROTECT)
    post = models.ForeignKey(Post, models.PROTECT)
    signed_at = models.DateTimeField()
    level = models.CharField(max_length=6, default="B-B")
    before = models.CharField("SHA-256 trước khi ký", max_length=64)
    file = models.OneToOneField(File, models.PROTECT, related_name="signature")  # the signed revision

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.signed_at:%d/%m/%Y %H:%M}"
