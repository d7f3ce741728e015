"""Nobody is told of what happened before there were notices: every history counts as read up to its end."""

from django.db import migrations

READ = """
INSERT INTO progress_bookmark (organisation_id, seq) SELECT organisation_id, seq FROM documents_chainhead
ON CONFLICT DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0001_notices"), ("documents", "0003_event_chain")]

    operations = [migrations.RunSQL(READ, migrations.RunSQL.noop)]
