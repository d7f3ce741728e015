"""By what right somebody signs: capacity, basis, scope and time (Decree 30/2020, Article 13)."""

from django.db import models
from django.db.models import F, Q

from .organisation import Organisation
from .people import Post, User


class SigningAuthorityQuerySet(models.QuerySet):
    def at(self, moment):
        """In force at that second."""
        return self.filter(valid_from__lte=moment, ended_at=None).filter(
            Q(valid_to=None) | Q(valid_to__gt=moment)
        )


class SigningAuthority(models.Model):
    """One person's right to sign for one organisation. Ended, never changed: signatures point at it."""

    class Capacity(models.TextChoices):
        HEAD = "head", "Người đứng đầu"
        ON_BEHALF = "TM", "Thay mặt tập thể (TM.)"
        ACTING = "Q", "Quyền người đứng đầu (Q.)"
        FOR_HEAD = "KT", "Ký thay người đứng đầu (KT.)"
        BY_ORDER = "TL", "Ký thừa lệnh (TL.)"
        AUTHORISED = "TUQ", "Ký thừa ủy quyền (TUQ.)"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="signing_authorities")
    post = models.ForeignKey(Post, models.PROTECT, related_name="signing_authorities")
    capacity = models.CharField("hình thức ký", max_length=4, choices=Capacity)
    basis = models.CharField("căn cứ", max_length=300)  # number and date of the document it rests on
    kinds = models.JSONField("loại văn bản được ký", default=list, blank=True)  # empty: every kind
    scope = models.CharField("phạm vi", max_length=500, blank=True)
    valid_from = models.DateTimeField("từ")
    valid_to = models.DateTimeField("đến", null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = SigningAuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = "thẩm quyền ký"
        indexes = [models.Index(fields=["organisation", "post"], name="authority_of_post")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="authority_ends_after_start",
            ),
            # Art. 13.3: authorisation is in writing and limited in time.
            models.CheckConstraint(
                condition=~Q(capacity="TUQ") | (Q(valid_to__isnull=False) & ~Q(basis="")),
                name="authorisation_has_document_and_end",
            ),
        ]

    def __str__(self):
        return f"{self.get_capacity_display()}: {self.post}"
