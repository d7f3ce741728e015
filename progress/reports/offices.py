"""Whose figures a post may see: of its own office, and of the bodies below it in the registry, whatever became of them.

Of a body below one sees how its work goes, not what its papers say: no subject, no name, no page.
"""

from django.db import connection

from orgs.models import Organisation

_BELOW = """
WITH RECURSIVE below AS (
  SELECT id FROM orgs_organisation WHERE parent_id = %s AND NOT external
  UNION
  SELECT o.id FROM orgs_organisation o JOIN below b ON o.parent_id = b.id WHERE NOT o.external
)
SELECT id FROM below
"""


def below(organisation_id: int) -> list[int]:
    """Keys of all bodies below, to the last level; those that were closed too, for their papers remain. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [organisation_id])
        return [row[0] for row in cursor.fetchall()]


def named(keys: list[int]) -> list[Organisation]:
    return list(Organisation.objects.filter(pk__in=keys).select_related("parent").in_order())
