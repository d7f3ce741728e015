"""What was said of a slip, and which pages were sent round, is added and never changed, also where an installation has one
role."""

from django.db import migrations

TABLES = ("documents_slipopinion", "documents_slipround", "documents_slipreminder")
REFUSE = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION documents_event_refuse();
"""
ALLOW = "DROP TRIGGER {table}_no_change ON {table};"


class Migration(migrations.Migration):
    dependencies = [("documents", "0031_submission_slips")]

    operations = [
        migrations.RunSQL(REFUSE.format(table=table), ALLOW.format(table=table)) for table in TABLES
    ]
