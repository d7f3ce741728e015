"""An operator used the emergency way: an alarm beside the notices, so that whoever watches the machine sees it too."""

from django.dispatch import receiver

from hanoi_docs.watch import raise_alarm
from orgs.signals import confirmed_alone


@receiver(confirmed_alone, dispatch_uid="alarm of an emergency")
def alarm(sender, proposal, at, **kwargs) -> None:
    """In the transaction of the act: neither stands without the other. A key of its own: it never closes by itself."""
    who = f"{proposal.decided_user} xác nhận khẩn cấp, một mình"
    raise_alarm(f"emergency:{proposal.pk}", f"{who}: {proposal.text}. Lý do: {proposal.reason}", at=at)
