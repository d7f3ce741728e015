"""A migration outside of one transaction, broken off, is run again from its beginning."""

import re
from importlib import import_module

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from documents.models import Task
from tests.documents.work.without_paper import given

# A database that was restored writes the same condition with other casts.
CASTS = re.compile(r"::[a-z ]+(\[\])?|[()]")
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('documents_assignment', 'documents_direction', 'documents_event', 'documents_task')
"""


def indexes() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(INDEXES)
        return {name: CASTS.sub("", said) for name, said in cursor.fetchall()}


def apply(name: str) -> None:
    loader, key = MigrationExecutor(connection).loader, ("documents", name)
    state = loader.project_state(loader.graph.node_map[key].parents.copy().pop().key)
    with connection.schema_editor(atomic=False) as editor:
        loader.get_migration(*key).apply(state, editor)


def test_what_was_found_for_tasks_is_found_again(transactional_db):
    before = indexes()
    with (
        connection.cursor() as cursor
    ):  # as it lies there when the new one was built and the old one not yet dropped
        cursor.execute("CREATE INDEX one_lead_per_level_new ON documents_assignment (id)")
        cursor.execute("DROP INDEX one_lead_per_level")
    apply("0029_tasks_found")
    assert indexes() == before and "one_lead_per_level" in before


def test_words_of_tasks_are_filled_in_again_where_there_are_none(transactional_db, office, monkeypatch):
    migration = import_module("documents.migrations.0041_tasks_found_by_words")
    monkeypatch.setattr(migration, "AT_ONCE", 2)
    before = indexes()
    tasks = [given(office, lead=office.hoa, title=f"Rà soát Đề án {n}") for n in range(5)]
    Task.objects.exclude(pk=tasks[0].pk).update(search_key="")
    Task.objects.filter(pk=tasks[0].pk).update(search_key="đã có")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX task_search")
        cursor.execute("CREATE INDEX task_search ON documents_task (id)")
    apply("0041_tasks_found_by_words")
    keys = list(Task.objects.order_by("pk").values_list("search_key", flat=True))
    assert keys == ["đã có", *(f"ra soat de an {n}" for n in range(1, 5))]
    assert indexes() == before and "task_search" in before
