"""Settings: what is wrong is said by name with a hint, what is secret is never shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import PREFIX, Settings, load
from models.errors import UserError

TOKEN = "123456789:AAE-khong-phai-that_0123456789"
EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of whoever runs the tests."""
    for name in [*Settings.model_fields]:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def refusal(env_file: Path | None = None) -> tuple[str, str]:
    """The name and the reason of the refusal."""
    with pytest.raises(UserError) as caught:
        load(env_file)
    assert caught.value.key == "wrong_settings"
    return str(caught.value.facts["name"]), str(caught.value.facts["reason"])


WRONG = [
    ("TELEGRAM_TOKEN", "abc"),
    ("TELEGRAM_TOKEN", "9876543210"),
    ("TELEGRAM_TOKEN", ":secret"),
    ("TELEGRAM_TOKEN", "123:"),
    ("TELEGRAM_TOKEN", "²:secret"),
    ("TELEGRAM_TOKEN", "123:se cret"),
    ("TELEGRAM_API", "api.telegram.org"),
    ("TELEGRAM_API", "https://"),
    ("WEBHOOK_URL", "ftp://vi.du"),
    ("WEBHOOK_URL", "https:///x"),
    ("WEBHOOK_SECRET", "có dấu"),
    ("WEBHOOK_SECRET", "a" * 257),
    ("LISTEN", "8080"),
    ("LISTEN", "localhost:"),
    ("LISTEN", ":8080"),
    ("LISTEN", "localhost:65536"),
    ("LISTEN", "localhost:-1"),
    ("LISTEN", "localhost:²"),
    ("METRICS", "on"),
    ("METRICS", "9464"),
    ("OWNERS", "Lan"),
    ("OWNERS", "1, -2"),
    ("OWNERS", "1 2"),
    ("OWNERS", "²"),
    ("TIMEZONE", "Hanoi"),
    ("TIMEZONE", "Asia"),
    ("TIMEZONE", "../etc"),
    ("TEXT_DAYS", "một"),
    ("TEXT_DAYS", "-1"),
    ("TEXT_DAYS", "366"),
    ("TEXT_DAYS", "1.5"),
    ("SEND_PER_SECOND", "nhanh"),
    ("SEND_PER_SECOND", "-1"),
    ("SEND_PER_CHAT_SECOND", "nan"),
    ("SEND_PER_GROUP_MINUTE", "inf"),
    ("NUDGES_PER_SECOND", "1,5"),
    ("PRESS_UNIT", "đúng"),
    ("LOG", "xml"),
    ("LOG_LEVEL", "loud"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_wrong_value_is_refused_by_name_in_vietnamese_and_never_quoted(
    name: str, value: str, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In the environment and in .env alike. English of a library is no hint to an official."""
    env_file = tmp_path / ".env"
    if where == "environment":
        monkeypatch.setenv(PREFIX + name, value)
    else:
        env_file.write_text(f"# một dòng\n{PREFIX}{name}='{value}'\n", "utf-8")
    shown, reason = refusal(env_file)
    assert shown == PREFIX + name
    assert reason
    assert "Input" not in reason
    assert "invalid" not in reason
    if "TOKEN" in name or "SECRET" in name:
        assert value not in reason


def test_the_data_folder_must_not_be_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "tệp").write_text("x")
    monkeypatch.setenv("CANTIN_DATA", str(tmp_path / "tệp"))
    assert refusal()[0] == "CANTIN_DATA"


def test_a_home_folder_may_be_written_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    """A .env is read by no shell that would put the home folder in."""
    monkeypatch.setenv("CANTIN_DATA", "~/can-tin")
    assert load(None).data == Path.home() / "can-tin"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CANTIN_TELEGRAM_TOKN", "CANTIN_TELEGRAM_TOKEN"),
        ("CANTIN_TOKEN", "CANTIN_TELEGRAM_TOKEN"),
        ("CANTN_WEBHOOK_URL", "CANTIN_WEBHOOK_URL"),
        ("cantin_onwers", "CANTIN_OWNERS"),
        ("CANTIN_QWX", "xem .env.example"),
    ],
)
@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_misspelt_name_is_refused_with_the_name_that_was_meant(
    name: str, meant: str, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    env_file = tmp_path / ".env"
    if where == "environment":
        monkeypatch.setenv(name, TOKEN)
    else:
        env_file.write_text(f"CANTIN_DATA=var\n export {name} = {TOKEN}\n", "utf-8")
    shown, reason = refusal(env_file)
    assert shown.casefold() == name.casefold()
    assert meant in reason
    assert TOKEN not in reason
    assert ("dòng 2" in reason) is (where == "file")


@pytest.mark.parametrize(
    "line", [f"CANTIN_TELEGRAM_TOKEN {TOKEN}", f"CANTIN_TELEGRAM_TOKEN:{TOKEN}"]
)
def test_a_token_without_an_equals_sign_is_refused_and_not_shown(line: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(line, "utf-8")
    name, reason = refusal(tmp_path / ".env")
    assert name == "CANTIN_TELEGRAM_TOKEN"
    assert TOKEN not in name + reason


def test_other_programs_names_and_comments_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "x")
    text = "#CANTIN_XYZ=1\n # CANTIN_DATE=1\nPOSTGRES_USER=a\nexport CANTIN_OWNERS=7\n"
    (tmp_path / ".env").write_text(text, "utf-8")
    assert load(tmp_path / ".env").owners == {"7"}


def test_a_file_with_a_byte_order_mark_is_read_to_its_first_line(tmp_path: Path) -> None:
    """Windows Notepad writes one."""
    (tmp_path / ".env").write_text("CANTIN_OWNERS=7\nCANTIN_DATA=dữ liệu\n", "utf-8-sig")
    settings = load(tmp_path / ".env")
    assert settings.owners == {"7"}
    assert settings.data == Path("dữ liệu")


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    """PowerShell's ">" writes UTF-16."""
    (tmp_path / ".env").write_text("CANTIN_OWNERS=7", "utf-16")
    name, reason = refusal(tmp_path / ".env")
    assert name.endswith(".env")
    assert "UTF-8" in reason


def test_the_environment_goes_before_the_file_and_an_empty_variable_counts_as_unset(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("CANTIN_DATA=one\nCANTIN_TEXT_DAYS=5\nCANTIN_OWNERS=\n", "utf-8")
    monkeypatch.setenv("CANTIN_DATA", "two")
    monkeypatch.setenv("CANTIN_TEXT_DAYS", "")
    settings = load(tmp_path / ".env")
    assert (settings.data, settings.text_days) == (Path("two"), 5)
    assert settings.owners == frozenset()


def test_owners_are_ids_between_commas_or_semicolons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANTIN_OWNERS", " 1, 22;333 ,")
    assert load(None).owners == {"1", "22", "333"}


@pytest.mark.parametrize(
    ("listen", "host", "port"),
    [("127.0.0.1:80", "127.0.0.1", 80), ("[::1]:8080", "::1", 8080), ("may-chu:0", "may-chu", 0)],
)
def test_listen_is_a_host_and_a_port(listen: str, host: str, port: int) -> None:
    settings = Settings(_env_file=None, listen=listen)
    assert (settings.host, settings.port) == (host, port)


def test_the_status_page_listens_on_loopback_unless_it_is_put_elsewhere_or_off() -> None:
    assert Settings(_env_file=None).metrics_place == ("127.0.0.1", 9464)
    assert Settings(_env_file=None, metrics="[::1]:1").metrics_place == ("::1", 1)
    assert Settings(_env_file=None, metrics="off").metrics_place is None


def test_secrets_are_in_no_representation_and_in_no_error() -> None:
    settings = Settings(_env_file=None, telegram_token=TOKEN, webhook_secret="mat-khau-webhook")
    derived = Settings(_env_file=None, telegram_token=TOKEN).secret
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    for secret in (TOKEN, TOKEN.partition(":")[2], "mat-khau-webhook", derived):
        assert secret not in shown
    with pytest.raises(ValidationError) as caught:
        Settings(_env_file=None, telegram_token="mat khau")
    assert "mat khau" not in str(caught.value)


def test_the_webhooks_secret_is_the_one_set_or_follows_from_the_token() -> None:
    """Steady over restarts, of Telegram's letters, and no way back to the token."""
    assert Settings(_env_file=None, webhook_secret="bi_mat").secret == "bi_mat"
    one, other = (Settings(_env_file=None, telegram_token=f"{n}:abc").secret for n in (1, 2))
    assert one != other
    assert one == Settings(_env_file=None, telegram_token="1:abc").secret
    assert re.fullmatch(r"[A-Za-z0-9_-]{20,256}", one)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings(_env_file=None).listen = "x:1"  # type: ignore[misc]


def test_the_example_lists_every_setting_with_its_default_and_one_comment_line() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    named = {line.partition("=")[0]: n for n, line in enumerate(lines) if line.startswith(PREFIX)}
    fields = Settings.model_fields
    assert [*named] == [PREFIX + name.upper() for name in fields]
    for name, number in named.items():
        assert lines[number - 1].startswith("# "), f"{name} has no comment"
        assert not lines[number - 2].startswith("# "), f"{name} has two comments"
        value = lines[number].partition("=")[2]
        default = fields[name.removeprefix(PREFIX).lower()].get_default()
        empty = default in (None, "", frozenset())
        assert value == (
            "" if empty else str(default).lower() if isinstance(default, bool) else str(default)
        )


def test_the_example_can_be_used_as_it_is() -> None:
    assert load(EXAMPLE) == Settings(_env_file=None)
