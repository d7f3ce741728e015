"""Whose certificate it is, where its key is held, what its mark looks like, and whom we trust."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q

from documents.models import Blob
from orgs.models import Organisation, Post, User

SOON = timedelta(days=60)  # before its end a certificate is spoken of: time for Mẫu 04 of decree 68/2024
_ONE_OWNER = Q(user=None, organisation__isnull=False) | Q(user__isnull=False, organisation=None)


class CertificateQuerySet(models.QuerySet):
    def in_use(self):
        """Those that have not been laid aside, in whatever state they are."""
        return self.filter(retired_at=None)

    def good(self, at: datetime):
        """Those that sign at that moment."""
        return self.in_use().filter(revoked_at=None, valid_from__lte=at, valid_to__gte=at)

    def ending(self, at: datetime):
        return self.good(at).filter(valid_to__lt=at + SOON)

    def useless(self, at: datetime):
        """In use by the register, and yet they sign nothing: expired or revoked."""
        return self.in_use().filter(Q(valid_to__lt=at) | ~Q(revoked_at=None))

    def of_body(self, organisation: Organisation, day: date):
        """The organisation's own and those of the people who hold a post there on that day."""
        people = Post.objects.on(day).filter(organisation=organisation).values("user")
        return self.filter(Q(organisation=organisation) | Q(user__in=people))


class Certificate(models.Model):
    """A public certificate. `key_ref` says to its holder which key is meant: a file's name in the key folder,
    "token-label/key-label" of a token, or the credential's id at the remote service. It is no secret."""

    class Holder(models.TextChoices):
        FILE = "file", "Tệp khóa trên máy chủ"
        TOKEN = "token", "Thiết bị khóa gắn với máy chủ"
        REMOTE = "remote", "Dịch vụ ký số từ xa"
        AGENT = "agent", "Thiết bị khóa trên máy người ký"

    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="certificates")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    subject = models.CharField("chủ thể", max_length=300)
    serial = models.CharField("số hiệu", max_length=64, unique=True)
    pem = models.TextField()
    chain = models.TextField("chứng thư cấp trên (PEM)", blank=True)
    valid_from = models.DateTimeField("hiệu lực từ")
    valid_to = models.DateTimeField("đến")
    holder = models.CharField("nơi giữ khóa", max_length=6, choices=Holder, default=Holder.FILE)
    key_ref = models.CharField(max_length=200, blank=True)
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, blank=True)
    checked_at = models.DateTimeField("kiểm tra thu hồi lúc", null=True, blank=True)
    retired_at = models.DateTimeField("thôi dùng lúc", null=True, blank=True)
    retired_reason = models.CharField("lý do thôi dùng", max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "chứng thư số"
        constraints = [models.CheckConstraint(condition=_ONE_OWNER, name="certificate_of_person_or_agency")]
        indexes = [models.Index(fields=["valid_to"], name="certificate_ends")]

    def __str__(self):
        return self.subject


class SignatureImage(models.Model):
    """The blue signature of a person or the red seal of an agency, as registered: a transparent PNG and its
    real size in millimetres (Decree 30/2020, Appendix I.II.7d and 8). The one in use has no `ended_at`."""

    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="signature_images")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="seal_images"
    )
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    width_mm = models.DecimalField("rộng (mm)", max_digits=4, decimal_places=1)
    height_mm = models.DecimalField("cao (mm)", max_digits=4, decimal_places=1)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "hình ảnh chữ ký, con dấu"
        constraints = [
            models.CheckConstraint(condition=_ONE_OWNER, name="image_of_person_or_agency"),
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="one_image_of_person"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(ended_at=None), name="one_image_of_agency"
            ),
        ]


class TrustedAuthority(models.Model):
    """An authority whose word we take (`root`) or whose certificate may be missing from a file (`issuing`).
    Managed by the operator; a row is ended, never deleted: old verdicts must stay explainable."""

    class Kind(models.TextChoices):
        ROOT = "root", "Gốc tin cậy"
        ISSUING = "issuing", "Cơ quan cấp chứng thư"

    kind = models.CharField("loại", max_length=7, choices=Kind)
    name = models.CharField("tên", max_length=300)
    fingerprint = models.CharField("SHA-256", max_length=64)
    pem = models.TextField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    reason = models.CharField("căn cứ", max_length=300, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "cơ quan chứng thực được tin cậy"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(ended_at=None), name="trusted_authority_once"
            )
        ]

    def __str__(self):
        return self.name
