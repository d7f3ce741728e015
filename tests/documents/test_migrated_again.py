"""A migration outside of one transaction, broken off, is run again from its beginning."""

import re
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.models import Task
from tests.documents.work.without_paper import given
from tests.signatures.minutes.two_who_sign import asked

# A database that was restored writes the same condition with other casts.
CASTS = re.compile(r"::[a-z ]+(\[\])?|[()]")
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('documents_assignment', 'documents_direction', 'documents_event', 'documents_task')
"""
INDEX_OF_SECRETARY = "SELECT indexdef FROM pg_indexes WHERE indexname = 'outgoing_secretary'"


def indexes() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(INDEXES)
        return {name: CASTS.sub("", said) for name, said in cursor.fetchall()}


def apply(name: str, *, breaks: bool = False) -> None:
    migration, state = of(name)
    with connection.schema_editor(atomic=migration.atomic) as editor:
        migration.apply(state, editor)
        assert 1 / (not breaks)


def backwards(name: str) -> None:
    migration, state = of(name)
    with connection.schema_editor(atomic=migration.atomic) as editor:
        migration.unapply(state, editor)


def of(name: str):
    """The migration, and the state before it."""
    loader, key = MigrationExecutor(connection).loader, ("documents", name)
    before = [one.key for one in loader.graph.node_map[key].parents if one.key[0] == "documents"]
    return loader.get_migration(*key), loader.project_state(before)


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


def test_who_signs_at_the_left_is_found_again(transactional_db):
    """0056 broken off before its index was whole, and run once more where both were there."""
    with connection.cursor() as cursor:
        cursor.execute(INDEX_OF_SECRETARY)
        before = cursor.fetchall()
        cursor.execute("DROP INDEX outgoing_secretary")
        cursor.execute("CREATE INDEX outgoing_secretary ON documents_outgoing (document_ptr_id)")
    for _ in range(2):
        apply("0056_secretary_found")
        with connection.cursor() as cursor:
            cursor.execute(INDEX_OF_SECRETARY)
            assert cursor.fetchall() == before and "outgoing_secretary" in before[0][0]


def test_going_back_reads_no_paper_under_the_lock_and_stops_while_one_waits(transactional_db, office):
    paper = asked(office)
    with pytest.raises(RuntimeError, match="1 papers wait for"):
        backwards("0052_secretary_signs")
    assert constraint() == ("awaiting_secretary", True)
    papers.send_back(paper, by=office.hoa, at=timezone.now(), reason="Nghỉ")
    backwards("0056_secretary_found")
    backwards("0052_secretary_signs")
    try:
        assert constraint() == ("", False)
        with pytest.raises(ZeroDivisionError):
            apply("0052_secretary_signs", breaks=True)
    finally:  # broken off, all of it is undone, and it is run again
        for name in ("0052_secretary_signs", "0056_secretary_found"):
            apply(name)
    assert constraint() == ("awaiting_secretary", True)


def constraint() -> tuple[str, bool]:
    """Whether papers may wait for who signs at the left, and whether the papers were looked over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid), convalidated FROM pg_constraint WHERE conname = 'document_state_of_direction'"
        )
        said, valid = cursor.fetchone()
    return ("awaiting_secretary" if "awaiting_secretary" in said else ""), valid
