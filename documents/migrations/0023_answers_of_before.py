"""What the answers there are answer, as the ledger said it. Few rows of many, and no lock on the others."""

from django.db import migrations

FILL = """
UPDATE documents_deliverystep AS step
   SET about = CASE
           WHEN delivery.recall_asked_at IS NOT NULL
                AND (step.at > delivery.recall_asked_at - interval '1 second'
                     OR NOT EXISTS (SELECT FROM documents_update AS dated
                                     WHERE dated.outgoing_id = delivery.outgoing_id AND dated.due_changed
                                       AND dated.at < delivery.recall_asked_at))
           THEN 'recall'
           WHEN EXISTS (SELECT FROM documents_update AS dated
                         WHERE dated.outgoing_id = delivery.outgoing_id AND dated.due_changed)
           THEN 'update' ELSE '' END
  FROM documents_delivery AS delivery
 WHERE delivery.id = step.delivery_id AND step.code IN ('15', '16')
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0022_what_an_answer_answers")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
