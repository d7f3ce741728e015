"""Every signature made here, with the evidence of who might sign and by what right."""

from django.db import models

from documents.models import Document, File
from orgs.models import Post, SigningAuthority

from .certificate import Certificate


class Signature(models.Model):
    class Kind(models.TextChoices):
        PERSONAL = "personal", "Chữ ký số cá nhân"
        BESIDE = "beside", "Chữ ký số của thư ký hoặc bên kia"  # at the left, before the signer
        AGENCY = "agency", "Chữ ký số cơ quan"

    document = models.ForeignKey(Document, models.PROTECT, related_name="signatures")
    kind = models.CharField(max_length=8, choices=Kind)
    certificate = models.ForeignKey(Certificate, models.PROTECT)
    post = models.ForeignKey(Post, models.PROTECT)
    signed_at = models.DateTimeField()
    level = models.CharField(max_length=6, default="B-B")  # what the file holds (ETSI EN 319 142-1)
    asked_level = models.CharField(max_length=6, default="B-B")  # lower `level`: the time stamp was missing
    authority = models.ForeignKey(SigningAuthority, models.PROTECT, null=True, related_name="+")
    evidence = models.JSONField(
        default=dict
    )  # the authority and the certificate as they stood at that second
    before = models.CharField("SHA-256 trước khi ký", max_length=64)
    file = models.OneToOneField(File, models.PROTECT, related_name="signature")  # the signed revision

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.signed_at:%d/%m/%Y %H:%M}"
