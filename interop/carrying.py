"""Which package carries a paper to a recipient: the paper's own, or that of the update by which the recipient joined."""

from django.db.models import Exists, Func, JSONField, OuterRef, Q

from interop.models import Outbound


def carried_by(**which) -> Exists:
    """Of a delivery: whether one of `which` packages is addressed to it."""
    code = Func(OuterRef("recipient_code"), function="to_jsonb", output_field=JSONField())
    paper = Q(outgoing=OuterRef("outgoing")) | Q(update__outgoing=OuterRef("outgoing"))
    return Exists(Outbound.objects.filter(paper, receivers__contains=code, **which))
