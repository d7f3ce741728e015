"""Which package carries a paper to a recipient: the paper's own, or that of the update by which the recipient joined."""

from django.db.models import Exists, Func, JSONField, OuterRef, Q

from interop.models import Outbound


def carried_by(**which) -> Q:
    """Of a delivery: whether one of `which` packages is addressed to it. Two questions, each answered by its own index:
    asked as one, every delivery would read all packages there are."""
    code = Func(OuterRef("recipient_code"), function="to_jsonb", output_field=JSONField())
    mine = Outbound.objects.filter(receivers__contains=code, **which)
    own, joined = (mine.filter(**{of: OuterRef("outgoing")}) for of in ("outgoing", "update__outgoing"))
    return Q(Exists(own)) | Q(Exists(joined))
