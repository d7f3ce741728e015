"""By what right somebody signs: capacity, basis, scope and time (Decree 30/2020, Article 13)."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from .organisation import Organisation
from .people import Post, Role, User


class SigningAuthorityQuerySet(models.QuerySet):
    def at(self, moment):
        """In force at that second, with everything it rests on: `running`, and no acting head beside a head
        (art. 13.1)."""
        head = Post.objects.on(timezone.localdate(moment)).filter(
            organisation=OuterRef("organisation"), role=Role.LEADER, head=True, user__is_active=True
        )
        return self.running(moment).filter(~Q(capacity=SigningAuthority.Capacity.ACTING) | ~Exists(head))

    def running(self, moment):
        """Begun and not ended; its post held by an open account; the authority it was passed on from running too."""
        day = timezone.localdate(moment)
        own = self.filter(_running("", moment, day), post__user__is_active=True)
        return own.filter(Q(through=None) | _running("through__", moment, day))

    def current(self, moment):
        """In force, or granted for a time to come: what is not history yet."""
        to_come = Q(valid_from__gt=moment) & (Q(ended_at=None) | Q(ended_at__gt=moment))
        return self.filter(Q(pk__in=self.model.objects.at(moment).values("pk")) | to_come)

    def history(self, moment):
        """Whatever gave no right at that second and never will again without a new grant."""
        return self.exclude(pk__in=self.model.objects.current(moment).values("pk"))

    def with_names(self):
        return self.select_related(
            "organisation", "post__user", "post__unit", "through__post", "granted_by", "ended_by"
        )


def _running(prefix: str, moment, day) -> Q:
    def upto(name, value):
        return Q(**{f"{prefix}{name}": None}) | Q(**{f"{prefix}{name}__gt": value})

    begun = Q(**{f"{prefix}valid_from__lte": moment, f"{prefix}post__valid_from__lte": day})
    return begun & upto("valid_to", moment) & upto("ended_at", moment) & upto("post__valid_to", day)


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
    # KT. and Q. in a collective body stand below "TM. …"; without it they are the head's own power.
    on_behalf = models.BooleanField("thay mặt tập thể", default=False)
    # An office head's TL., passed on to his deputy (art. 13.4).
    through = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="passed_on")
    basis = models.CharField("căn cứ", max_length=300)  # number and date of the document it rests on
    kinds = models.JSONField("loại văn bản được ký", default=list, blank=True)  # empty: every kind
    scope = models.CharField("phạm vi", max_length=500, blank=True)
    valid_from = models.DateTimeField("từ")
    valid_to = models.DateTimeField("đến", null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField("lý do kết thúc", max_length=300, blank=True)

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
            # Art. 13.3, 13.4: what was authorised is not passed on, what was ordered may be.
            models.CheckConstraint(
                condition=Q(through=None) | Q(capacity="TL"), name="authority_passed_on_is_by_order"
            ),
            models.CheckConstraint(
                condition=Q(capacity="TM", on_behalf=True)
                | Q(capacity__in=["KT", "Q"])
                | Q(capacity__in=["head", "TL", "TUQ"], on_behalf=False),
                name="authority_on_behalf_of_the_body",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(end_reason=""), name="authority_end_has_reason"
            ),
        ]

    def __str__(self):
        return f"{self.get_capacity_display()}: {self.post}"

    def runs(self, moment) -> bool:
        """As `running` has it, of a row that was read with its post and with what it was passed on from."""
        day = timezone.localdate(moment)
        passed_on = self.through_id is None or self.through._lasts(moment, day)
        return passed_on and self.post.user.is_active and self._lasts(moment, day)

    def _lasts(self, moment, day) -> bool:
        ends = ((self.valid_to, moment), (self.ended_at, moment), (self.post.valid_to, day))
        begun = self.valid_from <= moment and self.post.valid_from <= day
        return begun and all(end is None or end > now for end, now in ends)

    def covers(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds
