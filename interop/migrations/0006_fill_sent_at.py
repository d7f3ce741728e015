"""When the axis took what earlier deliveries carried, and when it was asked back: the packages know."""

from django.db import migrations

FILL = """
UPDATE documents_delivery AS delivery SET sent_at = package.sent_at
  FROM interop_outbound AS package
 WHERE package.outgoing_id = delivery.outgoing_id AND package.sent_at IS NOT NULL
   AND delivery.channel = 'axis' AND delivery.sent_at IS NOT NULL;
UPDATE documents_delivery AS delivery SET recall_asked_at = package.sent_at
  FROM interop_outbound AS package
 WHERE package.revoked_id = delivery.outgoing_id AND package.sent_at IS NOT NULL
   AND delivery.channel = 'axis' AND package.receivers ? delivery.recipient_code;
"""


class Migration(migrations.Migration):
    dependencies = [("interop", "0005_reconciliation"), ("documents", "0010_deliveries_in_order")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
