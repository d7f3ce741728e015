"""The whole system with the seeded office: engines, set-up, then web, worker, beat, the axis simulator, the
authority that stamps and answers for the demonstration's certificates, and the remote signing service."""

import http.client
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from launcher import stamp
from launcher.engines import start_engines
from launcher.place import ROOT, Place, Refused, held, must_listen, port_for, prepare, secret
from launcher.processes import Child, Family, has_exited, recover, tail
from launcher.supervisor import Supervisor
from launcher.watch import Stopped, Watch, say

SETUP = ("migrate --noinput", "load_registry", "seed_demo", "collectstatic --noinput")
# Preloading imports the project once instead of per worker; the control socket would lie in the home folder.
WEB_OPTIONS = "--workers 2 --threads 4 --preload --graceful-timeout 5 --no-control-socket"
SILENT = 8.0  # seconds without a word, at most, while something long runs
READY_WITHIN = 90.0  # seconds from the start of the web server to the first healthy answer


def show(state: Path, *, host: str, port: int, wanted: str) -> int:
    """Start everything, print the address and the logins, watch over it until a stop signal; 0 then.

    Raises `Refused` when the port is taken, another launcher runs here, or something does not come up.
    """
    watch = Watch()
    place = prepare(state)
    with held(place.state / "launcher.lock"):
        for name in recover(place, watch):
            say(f"Stopped {name}, left over from a launcher that was killed.")
        must_listen(port, host)
        _warn_of_root()
        family = Family(place, watch)
        try:
            _start(family, host, port, wanted)
            Supervisor(family).watch_over()
        except Stopped:
            say("Stopping …")
        finally:
            family.stop_all()
    return 0


def _start(family: Family, host: str, port: int, wanted: str) -> None:
    begun = time.monotonic()
    place, watch = family.place, family.watch
    shutil.rmtree(place.passing, ignore_errors=True)
    place.passing.mkdir(mode=0o700)
    env = environment(place, start_engines(family, wanted, durable=True), host, port)
    say(f"PostgreSQL and the broker answer ({time.monotonic() - begun:.1f} s).")
    new = _set_up(family, env, wanted)
    for child in services(place, env, host, port):
        family.start(child)
        watch.pause(0)
    logins = _manage(family, "demo_logins", env)  # while the others come up
    _wait_healthy(family, host, port)
    if new:
        say(_manage(family, "publish_directory", env))  # the axis learns our offices' names
    say(logins)
    say(f"The axis and its ministries: {env['AXIS_URL']}")
    say(f"The authority of the demonstration's certificates: {env['DEMO_PKI_URL']}")
    say(
        f"Ready in {time.monotonic() - begun:.1f} s: {env['PUBLIC_URL']}   (logs: {place.logs}, stop: Ctrl-C)"
    )


def environment(place: Place, urls: dict[str, str], host: str, port: int) -> dict[str, str]:
    """The variables of the demo's processes; one that is set already wins."""
    pki = f"http://127.0.0.1:{port_for(place, 'pki')}"
    own = {
        "SECRET_KEY": secret(place, "django"),
        "DEBUG": "0",
        "DEMO": "1",
        "ALLOWED_HOSTS": "127.0.0.1,localhost" if host == "127.0.0.1" else "*",
        "PUBLIC_URL": f"http://{_shown(host)}:{port}",
        "STATE_DIR": str(place.state / "app"),
        "AXIS_URL": f"http://127.0.0.1:{port_for(place, 'axis')}",
        "AXIS_SYSTEM_ID": "H26",
        "AXIS_SECRET": secret(place, "axis"),
        "DEMO_PKI_URL": pki,
        "TSA_URL": f"{pki}/tsa",
        "SIGNATURE_LEVEL": "B-LT",
        "REMOTE_SIGNING_URL": f"http://127.0.0.1:{port_for(place, 'csc')}",
        "REMOTE_SIGNING_CLIENT": "hanoi",
        "REMOTE_SIGNING_SECRET": secret(place, "csc"),
        # Where the seed leaves a key for the service; with another service there is none to leave.
        "DEMO_REMOTE_SIGNING_DIR": "" if "REMOTE_SIGNING_URL" in os.environ else str(place.state / "csc"),
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(place.passing),
        "DEMO_STREAMS_URL": f"http://{_shown(host)}:{port_for(place, 'streams')}",
    }
    env = {**own, **os.environ, **urls}
    return {**env, "AXIS_SIMULATOR_SECRETS": f"{env['AXIS_SYSTEM_ID']}={env['AXIS_SECRET']}"}


def _shown(host: str) -> str:
    return "127.0.0.1" if host == "0.0.0.0" else _in_address(host)


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _warn_of_root() -> None:
    """Root in somebody's checkout: what it makes there is root's, and its owner could not go on."""
    owner = ROOT.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        say(
            "Root runs this in another account's checkout: only root can go on here, until `sudo make clean`."
        )


def services(place: Place, env: dict[str, str], host: str, port: int) -> Iterator[Child]:
    """The processes of the system, in the order of starting; no simulator where AXIS_URL names an axis, and
    no remote signing service where REMOTE_SIGNING_URL names one.

    The authority always runs: with another TSA_URL it still answers for the demonstration's certificates.
    """
    folders = {
        "axis": str(place.state / "axis"),
        "schedule": str(place.state / "beat/schedule"),
        "keys": str(Path(env["STATE_DIR"]) / "keys"),
        "pki": env["DEMO_PKI_URL"],
        "csc": str(place.state / "csc"),
    }
    lines = {
        "pki": f"simulators.pki --folder {{keys}} --port {port_for(place, 'pki')} --base-url {{pki}}",
        "simulator": f"simulators.axis --store {{axis}} --port {port_for(place, 'axis')} --lively 45"
        " --keys {keys} --tsa {pki}/tsa",
        "csc": f"simulators.csc --store {{csc}} --port {port_for(place, 'csc')}",
        "worker": "celery -A hanoi_docs worker -c 2 --loglevel INFO",
        "streams": f"progress.streams --bind {_in_address(host)}:{port_for(place, 'streams')}",
        "beat": "celery -A hanoi_docs beat --loglevel INFO --pidfile= -s {schedule}",
        "web": f"gunicorn hanoi_docs.wsgi -b {_in_address(host)}:{port} {WEB_OPTIONS}",
    }
    for name, url in (("simulator", "AXIS_URL"), ("csc", "REMOTE_SIGNING_URL")):
        if url in os.environ:
            del lines[name]
    for name, line in lines.items():
        argv = [sys.executable, "-m", *(word.format(**folders) for word in line.split())]
        # Who serves and works never learns how the tables are changed.
        env = {key: value for key, value in env.items() if key != "MIGRATION_DATABASE_URL"}
        yield Child(name, argv, ROOT, env, log=place.logs / f"{name}.log")


def _set_up(family: Family, env: dict[str, str], wanted: str) -> bool:
    """Migrate, load, seed, collect; skipped when the sources are those of the last complete set-up.

    Nothing is skipped for a database that is not our own: it may be another one than last time.
    Returns whether it ran.
    """
    # The certificates name the authority's address: another one is a reason to give new certificates.
    now = None if "DATABASE_URL" in os.environ else stamp.of(ROOT, f"{wanted} {env['DEMO_PKI_URL']}")
    if now and stamp.kept(family.place) == now:
        return False
    stamp.forget(family.place)
    for step in SETUP:
        begun = time.monotonic()
        _manage(family, step, env)
        say(f"{step.split()[0]} ({time.monotonic() - begun:.1f} s)")
    if now:
        stamp.keep(family.place, now)
    return True


def _manage(family: Family, step: str, env: dict[str, str]) -> str:
    """Run a management command to its end and return what it printed. Raises `Refused` when it fails."""
    log = family.place.logs / f"{step.split()[0]}.log"
    child = Child(step, [sys.executable, "manage.py", *step.split()], ROOT, env, log=log)
    family.start(child)
    begun, told = time.monotonic(), time.monotonic()
    while not has_exited(child):
        family.watch.pause(SILENT)
        if time.monotonic() - told >= SILENT and not has_exited(child):
            told = time.monotonic()
            say(f"  {step.split()[0]} … {told - begun:.0f} s")
    code = family.reap(child)
    family.children.remove(child)
    if code:
        raise Refused(f"manage.py {step} failed ({code}). End of {log}:\n{tail(log, 25)}")
    return log.read_text().rstrip()


def _wait_healthy(family: Family, host: str, port: int) -> None:
    """Return when /healthz says 200. Raises `Refused` with its last words, or with the log of who died."""
    deadline = time.monotonic() + READY_WITHIN
    said = "no answer"
    while time.monotonic() < deadline:
        for child in family.children:
            if has_exited(child):
                raise Refused(
                    f"{child.name} ended while starting. End of {child.log}:\n{tail(child.log, 25)}"
                )
        healthy, said = _health(host, port)
        if healthy:
            return
        family.watch.pause(0.3)
    raise Refused(f"Not healthy within {READY_WITHIN:.0f} s. /healthz: {said}\nLogs: {family.place.logs}")


def _health(host: str, port: int) -> tuple[bool, str]:
    """Whether the system calls itself healthy, and its answer. Asks directly, past any configured proxy."""
    where = "127.0.0.1" if host == "0.0.0.0" else host
    line = http.client.HTTPConnection(where, port, timeout=10)
    try:
        line.request("GET", "/healthz")
        answer = line.getresponse()
        return answer.status == 200, f"{answer.status} {answer.read(2000).decode(errors='replace')}"
    except (OSError, http.client.HTTPException) as error:
        return False, str(error)
    finally:
        line.close()
