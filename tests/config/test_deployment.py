"""The files of `deploy/`, the settings, and docs/operators.md fit each other and the code."""

import ast
import configparser
import re
import subprocess

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from tests.routes import secret_paths

from .test_settings import STRONG, manage

ROOT = settings.BASE_DIR
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
OPERATORS = (ROOT / "docs/operators.md").read_text()
ASSIGNED = re.compile(r"^([A-Z_]+)=(.*)$", re.MULTILINE)
# Of a database that the compose file starts, too.
OF_OTHERS = {"POSTGRES_PASSWORD", "POSTGRES_USER"}


def is_read_from(call):
    """Whether a call in the code reads a variable of the environment."""
    return re.fullmatch(r"env\.\w+|os\.environ\.get", ast.unparse(call.func)) is not None


def defaults_in(path):
    """Each variable that a file reads, with its default; `...` if that has to be worked out."""
    tree = ast.parse(path.read_text())
    otherwise = {
        node.values[0]: node.values[1] for node in ast.walk(tree) if isinstance(node, ast.BoolOp)
    }
    found = {}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and is_read_from(call):
            given = [each.value for each in call.keywords if each.arg == "default"]
            default = otherwise.get(call, *given)
            try:
                found[call.args[0].value] = ast.literal_eval(default)
            except ValueError:
                found[call.args[0].value] = ...
    return found


def section(heading):
    """The text of docs/operators.md under a heading."""
    return re.split(r"^## ", OPERATORS.partition(f"\n## {heading}\n")[2], flags=re.MULTILINE)[0]


def commands(heading):
    """The commands of docs/operators.md under a heading, in order."""
    return re.findall(r"^ {7,}(\S.*)$", section(heading), re.MULTILINE)


@pytest.fixture(scope="module")
def defaults():
    return defaults_in(ROOT / "config/settings.py") | defaults_in(ROOT / "gunicorn.conf.py")


# --- Settings ---


def test_the_table_of_settings_says_what_the_code_reads_and_what_counts_if_it_is_left_out(defaults):
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| .+ \|$", section("Settings"), re.MULTILINE)
    told = dict(rows)
    words = {False: "off", "": "none"}
    known = {
        name: words.get(default, f"`{default}`") if default not in ([], ...) else default
        for name, default in defaults.items()
    }

    assert len(told) == len(rows)
    assert set(told) == set(known)
    for name, default in known.items():
        if default == []:
            assert told[name] in ("none", "the host of `SITE_URL`")
        elif default is not ... and name not in ("CACHE_URL", "SECRET_KEY"):
            assert told[name] == default, name


def test_the_example_of_the_environment_has_each_setting_and_its_default(defaults):
    example = (ROOT / ".env.example").read_text()
    about = dict(re.findall(r"((?:^# .*\n)+)#?([A-Z_]+)=", example, re.MULTILINE))

    assert set(about.values()) == set(defaults)
    for comment, name in about.items():
        default = defaults[name]
        if isinstance(default, str) and default and f"\n{name}=\n" in example:
            assert f"If blank, {default}" in " ".join(comment.split()).replace("# ", ""), name


def test_the_deployment_sets_only_what_the_code_reads(defaults):
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    docker = re.findall(r"^ENV (.+)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    named = {name for name, _value in ASSIGNED.findall((DEPLOY / "full-circle.env").read_text())}
    named |= {name for line in docker for name in re.findall(r"([A-Z_]+)=", line)}
    for service in compose["services"].values():
        named |= set(service.get("environment", {}))

    assert len(named) > 8
    assert named <= set(defaults) | OF_OTHERS


def test_a_new_server_passes_the_deployment_check(tmp_path):
    text = (DEPLOY / "full-circle.env").read_text()
    filled = {name: value for name, value in ASSIGNED.findall(text) if value}
    filled |= {"SECRET_KEY": STRONG, "DATA_DIR": str(tmp_path), "BACKUP_DIR": str(tmp_path)}

    finished = manage("check", "--deploy", "--fail-level=WARNING", **filled)

    assert (finished.returncode, finished.stderr) == (0, "")


# --- Services ---


def unit(path):
    parser = configparser.RawConfigParser(strict=True)
    parser.optionxform = str
    parser.read_string(path.read_text())
    return parser


def test_each_service_runs_what_is_there_as_a_user_that_is_made():
    user = re.match(r"u (\S+)", (DEPLOY / "sysusers.conf").read_text())[1]
    services = [unit(path)["Service"] for path in UNITS if path.suffix == ".service"]

    assert {service["User"] for service in services} == {user}
    assert {service["EnvironmentFile"] for service in services} == {"/etc/full-circle.env"}
    for service in services:
        program, *arguments = service["ExecStart"].split()
        assert program.removeprefix("/srv/full-circle/.venv/bin/") in ("gunicorn", "python")
        assert not arguments or (arguments[0] == "manage.py" and arguments[1] in get_commands())


def test_the_worker_is_held_as_tightly_as_the_web_server():
    web, worker = (
        dict(unit(DEPLOY / f"systemd/full-circle-{name}.service")["Service"])
        for name in ("web", "worker")
    )
    assert worker.pop("ReadWritePaths") == "-/var/backups/full-circle"
    of_its_own = ("Type", "ExecStart", "ExecCondition", "TimeoutStartSec", "RestartSec")

    for service in (web, worker):
        for name in of_its_own:
            service.pop(name, None)
    assert web == worker
    assert web["ProtectSystem"] == "strict"


@pytest.mark.parametrize("signal", ["HUP", "TERM", "KILL"])
def test_a_command_that_a_signal_ends_has_failed(signal):
    """To systemd it would have gone well, and an update would go on without a backup."""
    script = (DEPLOY / "full-circle").read_text()
    [inner] = re.findall(r"/bin/sh -c '(.+)' sh ", script)

    command = ["sh", "-c", inner, "sh", "sh", "-c", f"kill -{signal} $$"]

    assert subprocess.run(command, check=False).returncode > 0
    assert subprocess.run(["sh", "-c", inner, "sh", "true"], check=False).returncode == 0


def test_no_unit_starts_after_an_update_that_failed():
    """Until one ends well. A reboot would start the new code on a half-changed database."""
    [marker] = re.findall(r"^stopped=(\S+)", (DEPLOY / "update").read_text(), re.MULTILINE)

    for path in UNITS:
        sections = unit(path)
        if path.name == "full-circle-web.service":
            assert sections["Service"]["ExecCondition"].endswith(f" ! -e /srv/full-circle/{marker}")
        else:
            assert sections["Unit"]["ConditionPathExists"] == f"!/srv/full-circle/{marker}"


def test_the_socket_the_proxy_and_the_update_agree_on_the_port():
    port = unit(DEPLOY / "systemd/full-circle-web.socket")["Socket"]["ListenStream"]

    assert f"reverse_proxy {port} {{" in (DEPLOY / "Caddyfile").read_text()
    assert f"http://{port}/healthz" in (DEPLOY / "update").read_text()


def test_the_log_of_the_proxy_has_no_path_with_a_secret():
    caddyfile = (DEPLOY / "Caddyfile").read_text()
    pattern, instead = re.search(r'request>uri regexp "(.+)" "(.+)"', caddyfile).groups()
    secret = "12-34.Qpis7z5N1EqwWpBuwhFptEVjkMeJAPPpDGwHibfLzKA"

    for path in secret_paths(secret):
        for asked in (path, path.upper(), path.replace("/", "%2F"), f"/accounts/?next={path}"):
            masked = re.sub(pattern, instead.replace("${1}", r"\1"), asked)
            assert secret.lower() not in masked.lower(), asked
    assert re.sub(pattern, "", "/circles/oak/") == "/circles/oak/"


# --- Commands ---


def test_fifteen_commands_set_up_a_site():
    install = commands("Install")

    assert (install[0], install[-1]) == ("apt-get update", "full-circle check_health")
    assert len(install) <= 15


def test_each_command_of_the_docs_for_operators_is_there():
    named = re.findall(r"(?:(?<![/-])full-circle|manage\.py) ([a-z_]+)", OPERATORS)
    paths = re.findall(r"/srv/full-circle/((?:deploy|fixtures)/[\w.]*\w)", OPERATORS)

    assert {name for name in named if name not in get_commands()} == set()
    assert {path for path in paths if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("name", ["full-circle", "settings", "update"])
def test_each_script_can_be_read_by_the_shell(name):
    finished = subprocess.run(["sh", "-n", DEPLOY / name], capture_output=True, text=True)

    assert (finished.returncode, finished.stderr) == (0, "")
    assert (DEPLOY / name).stat().st_mode & 0o111
