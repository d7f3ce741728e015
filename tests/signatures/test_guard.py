"""Files of strangers are read in a process of its own: it is kept, it is bounded, and its end harms nobody."""

import os
import time

import pytest

from signatures.verification.guard import Guard
from signatures.verification.limits import TOO_HEAVY

from .attacks import heavy
from .attacks.cast import Cast


@pytest.fixture(scope="module")
def cast(tmp_path_factory) -> Cast:
    return Cast(tmp_path_factory.mktemp("cast"))


@pytest.fixture
def guard():
    guard = Guard()
    yield guard
    guard.close()


def child_of(guard: Guard) -> int:
    return guard._pool._idle[0]._process.pid


def test_one_process_serves_many_files(guard, cast):
    pids = set()
    for _ in range(3):
        assert guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False).verdict == "valid"
        pids.add(child_of(guard))
    assert len(pids) == 1 and pids.isdisjoint({os.getpid()})


def test_other_certificates_are_told_to_the_same_process(guard, cast):
    assert guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False).verdict == "valid"
    assert guard.verify(cast.sealed, trust_roots=[], fetch=False).verdict == "unknown"
    assert guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False).verdict == "valid"


def test_a_file_that_takes_too_long_is_unknown_and_the_next_is_served(cast):
    guard = Guard(seconds=1.5)
    guard.warm()
    file, begun = heavy.nested_string(cast), time.monotonic()
    found = guard.verify(file, trust_roots=cast.roots, fetch=False)
    assert time.monotonic() - begun < 5
    assert (found.verdict, found.reasons) == ("unknown", [TOO_HEAVY]) and "xác minh" in found.todo
    guard._seconds = 9
    assert guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False).verdict == "valid"
    guard.close()


def test_a_process_that_died_is_replaced(guard, cast):
    guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False)
    first = guard._pool._idle[0]
    first._process.kill()
    first._process.wait()
    assert guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False).verdict == "valid"
    assert guard._pool._idle[0] is not first


def test_the_process_cannot_hold_more_than_a_gigabyte_and_knows_no_secret_of_ours(guard, cast, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "khong-duoc-lo")
    guard.warm()
    pid = child_of(guard)
    with open(f"/proc/{pid}/limits") as limits:
        line = next(line for line in limits if line.startswith("Max address space"))
    assert line.split()[3] == str(1024**3)
    with open(f"/proc/{pid}/environ", "rb") as environment:
        assert b"khong-duoc-lo" not in environment.read()


def test_a_fork_makes_its_own(guard, cast):
    guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False)
    ours = child_of(guard)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:  # only a verdict leaves it
        found = guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False)
        other = child_of(guard) != ours
        guard.close()
        os.write(writing, f"{found.verdict} {other}".encode())
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(reading, 100) == b"valid True"
    assert guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False).verdict == "valid"
    assert child_of(guard) == ours
