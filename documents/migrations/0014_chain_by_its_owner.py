"""The trigger that chains events writes the head of the chain with its owner's rights: the application's own role
needs none, and so cannot write a head by hand. The path is fixed, so that nobody's own functions are called."""

from django.db import migrations

OWN_RIGHTS = """
ALTER FUNCTION documents_event_chain() SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;
REVOKE EXECUTE ON FUNCTION documents_event_chain() FROM PUBLIC;
"""
CALLERS_RIGHTS = """
GRANT EXECUTE ON FUNCTION documents_event_chain() TO PUBLIC;
ALTER FUNCTION documents_event_chain() SECURITY INVOKER RESET search_path;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0013_papers_by_one_key")]

    operations = [migrations.RunSQL(OWN_RIGHTS, CALLERS_RIGHTS)]
