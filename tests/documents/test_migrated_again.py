"""A migration outside of one transaction, broken off, is run again from its beginning."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

NAME = ("documents", "0029_tasks_found")
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('documents_assignment', 'documents_direction', 'documents_event')
"""


def indexes() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(INDEXES)
        return dict(cursor.fetchall())


def test_what_was_found_for_tasks_is_found_again(transactional_db):
    before = indexes()
    loader = MigrationExecutor(connection).loader
    with (
        connection.cursor() as cursor
    ):  # as it lies there when the new one was built and the old one not yet dropped
        cursor.execute("CREATE INDEX one_lead_per_level_new ON documents_assignment (id)")
        cursor.execute("DROP INDEX one_lead_per_level")
    state = loader.project_state(loader.graph.node_map[NAME].parents.copy().pop().key)
    with connection.schema_editor(atomic=False) as editor:
        loader.get_migration(*NAME).apply(state, editor)
    assert indexes() == before and "one_lead_per_level" in before
