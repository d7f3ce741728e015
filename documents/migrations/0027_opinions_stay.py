"""What was answered is added and never changed, also where an installation has one role."""

from django.db import migrations

REFUSE = """
CREATE TRIGGER documents_opinion_no_change BEFORE UPDATE OR DELETE ON documents_opinion
  FOR EACH ROW EXECUTE FUNCTION documents_event_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0026_consultations")]

    operations = [migrations.RunSQL(REFUSE, "DROP TRIGGER documents_opinion_no_change ON documents_opinion;")]
