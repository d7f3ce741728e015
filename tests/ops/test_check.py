"""`manage.py check`, which web and worker run when they start, refuses settings that would refuse every signature or
every package later, each with a sentence that says what to set."""

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError

ROOT = Path(__file__).resolve().parents[2]

WRONG = [
    ({"SIGNATURE_LEVEL": "B-LT"}, "TSA_URL"),
    ({"SIGNATURE_LEVEL": "B-XL", "TSA_URL": "http://tsa.test"}, "B-B, B-T, B-LT, B-LTA"),
    ({"TIMESTAMP_DOWN": "later"}, "refuse"),
    ({"AXIS_URL": "https://truc.test"}, "AXIS_SECRET"),
    ({"AXIS_URL": "truc.test", "AXIS_SECRET": "x"}, "https://"),
    ({"REMOTE_SIGNING_URL": "https://ky.test"}, "REMOTE_SIGNING_CLIENT, REMOTE_SIGNING_SECRET"),
    ({"REMOTE_SIGNING_URL": "https://ky.test", "REMOTE_SIGNING_CLIENT": "a"}, "thiếu REMOTE_SIGNING_SECRET"),
    ({"REMOTE_SIGNING_SECRET": "b"}, "REMOTE_SIGNING_URL"),
    ({"PKCS11_MODULE": "/nowhere/libtoken.so"}, "PKCS11_MODULE"),
    ({"FOLDER_EXCHANGE": "/nowhere"}, "FOLDER_EXCHANGE"),
]


@pytest.mark.parametrize(("wrong", "to_set"), WRONG)
def test_what_would_fail_later_is_refused_at_the_start(settings, wrong, to_set):
    for name, value in wrong.items():
        setattr(settings, name, value)
    settings.SILENCED_SYSTEM_CHECKS = ["hanoi_docs.W010"]  # no backups: true of every test
    with pytest.raises(SystemCheckError) as refused:
        call_command("check")
    assert to_set in str(refused.value)
    assert len(re.findall(r"^\?:", str(refused.value), re.M)) == 1  # and nothing else is called wrong


def test_what_is_right_is_let_through(settings, tmp_path):
    settings.SIGNATURE_LEVEL, settings.TSA_URL, settings.TIMESTAMP_DOWN = (
        "B-LTA",
        "http://tsa.test",
        "degrade",
    )
    settings.AXIS_URL, settings.AXIS_SECRET, settings.FOLDER_EXCHANGE = (
        "https://truc.test",
        "x",
        str(tmp_path),
    )
    settings.REMOTE_SIGNING_URL, settings.REMOTE_SIGNING_CLIENT, settings.REMOTE_SIGNING_SECRET = (
        "https://a",
        "b",
        "c",
    )
    call_command("check")


def test_a_database_that_would_lose_letters_is_refused_before_the_first_table():
    """A real one with lc_ctype C, made beside the test's own."""
    url = os.environ["DATABASE_URL"]
    name = f"letters_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as own:
        own.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        try:
            line = [sys.executable, "manage.py", "migrate", "--noinput"]
            env = os.environ | {"DATABASE_URL": f"{url.rsplit('/', 1)[0]}/{name}"}
            told = subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
            with psycopg.connect(env["DATABASE_URL"]) as there:
                tables = there.execute(
                    "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
                ).fetchone()[0]
        finally:
            own.execute(f"DROP DATABASE {name}")
    assert told.returncode == 1 and "orgs.E002" in told.stderr and tables == 0
    assert "Traceback" not in told.stderr


def test_the_database_of_the_tests_is_let_through(db):
    assert [found for found in run_checks(databases=["default"]) if found.id == "orgs.E002"] == []
    assert settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
