"""The application's own role against history: connected for real, after a real `manage.py migrate` by the owner."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from hanoi_docs.roles import ADDED_ONLY, COUNTED, READ_ONLY, two_roles

pytestmark = [
    pytest.mark.xdist_group("roles"),
    pytest.mark.skipif(
        "APP_DATABASE_URL" not in os.environ, reason="an engine of one's own, without hanoi_app"
    ),
]
REWRITES = [
    "UPDATE documents_event SET payload = '{}'",
    "DELETE FROM documents_event",
    "TRUNCATE documents_event CASCADE",
    "ALTER TABLE documents_event DISABLE TRIGGER ALL",
    "ALTER TABLE documents_event DISABLE TRIGGER documents_event_no_change",
    "ALTER TABLE documents_event OWNER TO CURRENT_USER",
    "DROP TRIGGER documents_event_chain ON documents_event",
    "CREATE TRIGGER aside BEFORE INSERT ON documents_event FOR EACH ROW EXECUTE FUNCTION documents_event_refuse()",
    "CREATE RULE aside AS ON INSERT TO documents_event DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION documents_broken_links(bigint) RETURNS TABLE (seq bigint) LANGUAGE sql AS 'SELECT 1 WHERE false'",
    "CREATE FUNCTION public.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
    "SET session_replication_role = replica",
    "SET ROLE hanoi_owner",
    "UPDATE documents_chainhead SET hash = ''",
    "INSERT INTO documents_chainhead SELECT id, 0, '' FROM orgs_organisation",
    "DELETE FROM documents_chainhead",
    "UPDATE signatures_signature SET evidence = '{}'",
    "DELETE FROM signatures_signature",
    "UPDATE documents_deliverystep SET at = now()",
    "UPDATE documents_reminder SET text = ''",
    "DELETE FROM documents_reminder",
    "DELETE FROM documents_progressreport",
    "UPDATE documents_deadlinereminder SET at = now()",
    "UPDATE documents_extension SET due_asked = now()",
    "DELETE FROM documents_extension",
    "DELETE FROM django_migrations",
    "DELETE FROM documents_access",
    "UPDATE documents_slipopinion SET choice = 'agree'",
    "DELETE FROM documents_slipopinion",
    "UPDATE documents_slipround SET sha256 = ''",
    "UPDATE documents_slip SET text = ''",
    "DELETE FROM documents_slip",
    "UPDATE documents_slipplace SET post_id = 1",
    "DELETE FROM documents_slipreminder",
    "UPDATE documents_opinion SET choice = 'agree'",
    "DELETE FROM documents_opinion",
    "UPDATE documents_consultation SET question = ''",
    "DELETE FROM documents_asked",
    "UPDATE documents_prepareddirection SET text = ''",
    "DELETE FROM documents_prepareddirection",
    "UPDATE orgs_delegation SET kinds = '{}'",
    "UPDATE orgs_assistant SET told = true",
    "DELETE FROM orgs_assistant",
    "UPDATE documents_postedenvelope SET envelopes = 9",
    "DELETE FROM documents_postedenvelope",
    "UPDATE documents_certifiedcopy SET notation = ''",
    "DELETE FROM documents_certifiedcopy",
    "UPDATE documents_correction SET kind = 'amends'",
    "DELETE FROM documents_correction",
    "UPDATE documents_keptcopyuse SET name = ''",
    "DELETE FROM documents_keptcopyuse",
    "UPDATE casefiles_loan SET purpose = ''",
    "DELETE FROM casefiles_loan",
    "UPDATE casefiles_loanview SET item_id = 1",
    "DELETE FROM casefiles_loanview",
    "UPDATE casefiles_monthfigures SET online = 9",
    "DELETE FROM casefiles_frozenmonth",
    "DELETE FROM documents_reading",
    "UPDATE documents_reading SET user_id = 1",
    "UPDATE signatures_anchoredhead SET hash = ''",
    "DELETE FROM signatures_anchor",
    "UPDATE casefiles_legalhold SET title = ''",
    "DELETE FROM casefiles_heldfile",
    "UPDATE casefiles_vote SET destroy = true",
    "DELETE FROM casefiles_disposalline",
]


@pytest.fixture(scope="module")
def app_role(django_db_setup, django_db_blocker):
    """A connection as the role of web and worker, to the tests' own database."""
    with django_db_blocker.unblock():
        own = connection.settings_dict
    login, place = urlsplit(os.environ["APP_DATABASE_URL"]), f"{own['HOST']}:{own['PORT']}/{own['NAME']}"
    as_app = f"postgresql://{login.username}:{login.password}@{place}"
    migrates = f"postgresql://{own['USER']}:{own['PASSWORD']}@{place}"
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--noinput", "-v0"],
        env=os.environ | {"DATABASE_URL": as_app, "MIGRATION_DATABASE_URL": migrates},
        cwd=settings.BASE_DIR,
        check=True,
    )
    with psycopg.connect(as_app) as line:
        yield line


@pytest.mark.parametrize("statement", REWRITES)
def test_the_application_cannot_rewrite_history(app_role, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), app_role.transaction():
        app_role.execute(statement)


def test_the_application_adds_events_and_the_database_chains_them(app_role):
    body = """INSERT INTO orgs_organisation (name, code, level, kind, code_2018, provisional, gate, external, sample,
        abbreviation, letterhead_superior, letterhead_name, collective, place, address, email, phone, website, note,
        former_names, search_key, order_key) VALUES ('A', 'H26.ZZZ', 2, 'khac', '', false, true, false, false, '', '',
        '', false, '', '', '', '', '', '', '[]', '', '') RETURNING id"""
    event = """INSERT INTO documents_event (organisation_id, kind, at, payload, seq, prev_hash, hash)
        VALUES (%s, 'test', now(), '{}', 7, 'x', 'y') RETURNING seq, prev_hash, hash"""
    with app_role.transaction(force_rollback=True):
        key = app_role.execute(body).fetchone()[0]
        first, second = (app_role.execute(event, [key]).fetchone() for _ in range(2))
        head = app_role.execute("SELECT seq, hash FROM documents_chainhead WHERE organisation_id = %s", [key])
        assert head.fetchone() == (2, second[2])
        assert (first[0], first[1], second[0], second[1]) == (1, "", 2, first[2])
        assert app_role.execute("SELECT * FROM documents_broken_links(%s)", [key]).fetchall() == []


def test_it_may_do_all_else_that_its_work_needs(app_role):
    kept = app_role.execute(
        """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT
           (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
            AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))"""
    )
    named = {apps.get_model(label)._meta.db_table for label in (*ADDED_ONLY, *READ_ONLY, *COUNTED)}
    assert {name for (name,) in kept} == named | {"django_migrations"}


def test_a_server_with_one_role_is_told_so(db):
    assert [one.id for one in two_roles(None)] == ["hanoi_docs.W001"]  # these tests run as the owner
