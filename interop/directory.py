"""Our own offices in the directory of the axis, so that the country can write to them."""

from django.conf import settings
from django.utils import timezone

from interop.axis import AxisClient
from orgs.models import Organisation


def publish(client: AxisClient) -> list[str]:
    """Registers the open offices with a clerk's desk that the axis does not know, or knows by another name.

    Returns their codes. Safe to run again: it goes on where it stopped. Raises AxisError.
    """
    known = {agency.code: agency.name for agency in client.directory()}
    offices = Organisation.objects.inside().gates().on(timezone.localdate())
    missing = [
        office
        for office in offices.select_related("parent").in_order()
        if office.code != settings.AXIS_SYSTEM_ID and known.get(office.code) != office.name
    ]
    for office in missing:
        above = office.parent.code if office.parent else settings.AXIS_SYSTEM_ID
        client.register_agency(
            office.code, office.name, parent_code=above, mail=office.email, mobile=office.phone
        )
    return [office.code for office in missing]
