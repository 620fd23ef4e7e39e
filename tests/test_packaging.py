"""What is delivered beside the code: the image, the compose file, the systemd unit."""

from __future__ import annotations

import argparse
import configparser
import importlib.metadata
import itertools
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.__main__ import parser
from bot.running import STOP_SECONDS
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[1]
UNIT = ROOT / "bot" / "cantin.service"
DELIVERED = [ROOT / "Dockerfile", ROOT / "compose.yaml", UNIT, ROOT / ".dockerignore"]
KNOWN = {PREFIX + name.upper() for name in Settings.model_fields}


def dockerfile() -> list[tuple[str, str]]:
    """Instructions and what follows them, continued lines put together."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    told = [line.partition(" ") for line in lines if line and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in told]


def pinned(file: Path) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", file.read_text("utf-8"), re.MULTILINE))


def commands() -> set[str]:
    found = next(one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    return set(found.choices)


def compose() -> dict[str, Any]:
    found = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    service: dict[str, Any] = found["services"]["cantin"]
    return service


def unit() -> configparser.ConfigParser:
    class Repeating(dict[str, Any]):
        """Lines of one name, such as Environment, are put together."""

        def __setitem__(self, key: str, value: Any) -> None:
            if isinstance(value, list) and key in self:
                value = [*self[key], *value]
            super().__setitem__(key, value)

    read = configparser.ConfigParser(interpolation=None, strict=False, dict_type=Repeating)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(UNIT.read_text("utf-8"))
    return read


def test_what_the_image_copies_is_there_and_is_let_through() -> None:
    """And everything that runs is copied."""
    copied = [shlex.split(rest)[:-1] for word, rest in dockerfile() if word == "COPY"]
    own = [name for names in copied for name in names if not names[0].startswith("--from")]
    assert {"bot", "handlers", "messages", "models", "requirements-train.txt"} <= set(own)
    let_through = (ROOT / ".dockerignore").read_text("utf-8").split()
    for name in own:
        assert (ROOT / name).exists()
        assert f"!{name}" in let_through


def test_what_the_image_runs_are_commands_of_the_bot() -> None:
    started = [rest for word, rest in dockerfile() if word in {"CMD", "HEALTHCHECK"}]
    assert [yaml.safe_load(line[line.index("[") :])[2:] for line in started] == [
        ["bot", "health"],
        ["bot", "run"],
    ]
    assert {"health", "run"} <= commands()
    assert re.search(r"-m bot (\w+)", unit()["Service"]["ExecStart"]).group(1) in commands()  # type: ignore[union-attr]


def test_the_image_runs_as_nobody_special_on_one_base() -> None:
    """The last user is not root; no registry is named besides the base image."""
    words = dockerfile()
    (user,) = [rest for word, rest in words if word == "USER"]
    assert re.fullmatch(r"[1-9][0-9]+:[1-9][0-9]+", user)
    bases = {rest.split()[0] for word, rest in words if word == "FROM"}
    assert bases == {"python:3.11-slim-bookworm"}
    assert "--require-hashes" in next(rest for word, rest in words if "python -m pip" in rest)


def test_the_image_has_what_train_needs() -> None:
    """Beside what ``run`` needs: the extra ``train`` and all that it needs in turn."""
    assert any("-r requirements-train.txt" in rest for word, rest in dockerfile() if word == "RUN")
    served = pinned(ROOT / "requirements.txt")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed: set[str] = set()
    asked: list[str] = list(extras["optional-dependencies"]["train"])
    while asked:
        name, _, rest = re.split(r"([^\w-]|$)", asked.pop(), maxsplit=1)
        if name not in served | needed and "extra ==" not in rest:
            needed.add(name)
            asked += importlib.metadata.requires(name) or []
    assert needed
    assert pinned(ROOT / "requirements-train.txt") == served | needed


def test_the_lists_of_pins_agree() -> None:
    """Each holds the shorter one, line by line: one version and its hashes."""
    names = ("requirements.txt", "requirements-train.txt", "requirements-dev.txt")
    pins = [set((ROOT / name).read_text("utf-8").splitlines()) for name in names]
    assert pins[0] < pins[1] < pins[2]


def test_the_container_has_room_for_the_bot_and_train_beside_it() -> None:
    """``train`` was killed in one gigabyte."""
    assert compose()["mem_limit"] == "2g"


def test_code_fetched_under_any_umask_is_readable_in_the_image() -> None:
    """The stage that the code comes from opens it to the bot's user."""
    words = dockerfile()
    code = next(i for i, (word, rest) in enumerate(words) if word == "FROM" and "AS code" in rest)
    stage = itertools.takewhile(lambda pair: pair[0] != "FROM", words[code + 1 :])
    assert any(word == "RUN" and "go=rX" in rest for word, rest in stage)
    assert ("COPY", "--from=code /app ./") in words


def test_the_container_may_write_its_data_only_and_is_seen_by_this_machine_only() -> None:
    service = compose()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - the container's own
    assert service["volumes"] == ["data:/data"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


@pytest.mark.parametrize("file", DELIVERED, ids=lambda file: file.name)
def test_settings_are_named_as_the_bot_knows_them(file: Path) -> None:
    assert set(re.findall(rf"{PREFIX}\w+", file.read_text("utf-8"))) <= KNOWN


def test_settings_in_the_compose_file_are_valid(tmp_path: Path) -> None:
    given = compose()["environment"]
    chosen = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in given.items()
        if name.startswith(PREFIX)
    }
    settings = Settings(_env_file=None, **chosen)
    assert settings.metrics_place == ("127.0.0.1", 9464)
    assert {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"} <= set(given)


def test_who_stops_the_bot_waits_longer_than_it_needs() -> None:
    assert int(compose()["stop_grace_period"].rstrip("s")) > STOP_SECONDS
    assert int(unit()["Service"]["TimeoutStopSec"]) > STOP_SECONDS


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_understands_the_unit_and_finds_it_well_closed() -> None:
    """Every line is known to it; what the service could do is rated under 2 of 10."""
    told = subprocess.run(
        ["systemd-analyze", "verify", str(UNIT)], capture_output=True, text=True, check=False
    )
    complaints = [line for line in told.stderr.splitlines() if "is not executable" not in line]
    assert complaints == []
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(UNIT)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert rated.returncode == 0, rated.stdout[-300:]
