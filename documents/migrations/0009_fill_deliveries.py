"""What earlier deliveries were, as far as the rows say it. In batches: there are millions, and the office works on."""

from django.db import connection, migrations

BATCH = 20_000
FILL = """
UPDATE documents_delivery AS delivery
   SET sender_id = paper.organisation_id,
       sent_at = CASE WHEN delivery.state IN ('queued', 'failed') THEN NULL
                      WHEN delivery.state = 'cancelled' AND delivery.channel = 'city' THEN incoming.arrived_at
                      ELSE coalesce(incoming.arrived_at, delivery.queued_at) END,
       their_number = CASE WHEN delivery.their_number = '' THEN coalesce(incoming.arrival_number::text, '')
                           ELSE delivery.their_number END,
       recall_asked_at = (SELECT min(asked_at) FROM documents_recallrequest
                           WHERE incoming_id = incoming.document_ptr_id)
  FROM documents_document AS paper, documents_delivery AS same
  LEFT JOIN documents_incoming AS incoming ON incoming.delivery_id = same.id
 WHERE delivery.id BETWEEN %s AND %s AND delivery.sender_id IS NULL
   AND paper.id = delivery.outgoing_id AND same.id = delivery.id
"""


def fill(apps, schema_editor):
    delivery = apps.get_model("documents", "Delivery")
    last = delivery.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for first in range(1, last + 1, BATCH):
        with connection.cursor() as cursor:
            cursor.execute(FILL, [first, first + BATCH - 1])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("documents", "0008_deliveries_by_the_clock")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
