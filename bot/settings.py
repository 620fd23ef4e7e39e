"""Settings: the only reader of the environment and of ``.env``."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from models.errors import UserError

PREFIX = "CANTIN_"
OFF = "off"
_NUMBER = re.compile(r"[0-9]{1,20}")
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
# What Telegram takes as a secret_token (Bot API, setWebhook).
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
# The trial's server, or a Bot API server beside the bot: no proxy leads there.
_THIS_MACHINE = re.compile(r"localhost|127\.[0-9.]+|::1")
# Who listens everywhere is found here.
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not listened on
_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*")
_LIKE_OURS = 0.85
_WORDS = {
    "bool_parsing": "cần true hoặc false",
    "bool_type": "cần true hoặc false",
    "int_parsing": "cần một số nguyên",
    "int_from_float": "cần một số nguyên",
    "int_parsing_size": "số quá lớn",
    "float_parsing": "cần một số",
    "finite_number": "cần một số hữu hạn",
    "greater_than_equal": "số quá nhỏ, ít nhất là {ge}",
    "less_than_equal": "số quá lớn, nhiều nhất là {le}",
    "literal_error": "cần một trong: {expected}",
}


class Settings(BaseSettings):
    """What an operator may set, each as ``CANTIN_<NAME>``; ``.env.example`` lists the defaults."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        extra="ignore",
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    telegram_token: SecretStr | None = None
    telegram_api: str = "https://api.telegram.org"
    webhook_url: str = ""
    webhook_secret: SecretStr | None = None
    listen: str = "127.0.0.1:8080"
    metrics: str = "127.0.0.1:9464"
    owners: Annotated[frozenset[str], NoDecode] = frozenset()
    data: Path = Path("var")
    timezone: str = "Asia/Ho_Chi_Minh"
    text_days: int = Field(default=30, ge=0, le=365)
    send_per_second: float = Field(default=30, ge=0, allow_inf_nan=False)
    send_per_chat_second: float = Field(default=1, ge=0, allow_inf_nan=False)
    send_per_group_minute: float = Field(default=20, ge=0, allow_inf_nan=False)
    nudges_per_second: float = Field(default=10, ge=0, allow_inf_nan=False)
    posts_per_hour: int = Field(default=30, ge=0, le=10_000)
    posts_per_day: int = Field(default=200, ge=0, le=10_000)
    press_unit: bool = False
    read_links: Literal["trusted", "off"] = "trusted"
    read_pictures: Literal["auto", "on", "off"] = "auto"
    encoder: bool = True
    log: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("owners", mode="before")
    @classmethod
    def _split_owners(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        ids = [part.strip() for part in value.replace(";", ",").split(",") if part.strip()]
        if not all(_NUMBER.fullmatch(one) for one in ids):
            raise ValueError("cần các mã số người dùng, cách nhau bằng dấu phẩy")
        return frozenset(ids)

    @field_validator("telegram_token", "webhook_secret", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("telegram_token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("mã bot có dạng 123456789:AAE… như @BotFather đã gửi")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("chỉ gồm 1 đến 256 chữ cái không dấu, chữ số, dấu _ và -")
        return value

    @field_validator("webhook_url", "telegram_api")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not _ADDRESS.fullmatch(value):
            raise ValueError("địa chỉ phải bắt đầu bằng https:// (hoặc http:// khi thử)")
        return value.rstrip("/")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("không có múi giờ này; ví dụ: Asia/Ho_Chi_Minh") from error
        return value

    @field_validator("listen", "metrics")
    @classmethod
    def _host_and_port(cls, value: str, info: ValidationInfo) -> str:
        if info.field_name == "metrics" and value == OFF:
            return value
        host, colon, port = value.rpartition(":")
        if not (host and colon and _NUMBER.fullmatch(port) and int(port) < 65536):
            raise ValueError("cần dạng máy:cổng, ví dụ 127.0.0.1:8080")
        return value

    @field_validator("data")
    @classmethod
    def _folder(cls, value: Path) -> Path:
        folder = value.expanduser()
        try:
            is_file = folder.exists() and not folder.is_dir()
        except OSError as error:
            raise ValueError("không có quyền mở nơi này") from error
        if is_file:
            raise ValueError("cần một thư mục, đây là một tệp")
        return folder

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def host(self) -> str:
        return _place(self.listen)[0]

    @property
    def port(self) -> int:
        return _place(self.listen)[1]

    @property
    def metrics_place(self) -> tuple[str, int] | None:
        """Host and port of the page for machines; None where it is off."""
        return None if self.metrics == OFF else _place(self.metrics)

    @property
    def database(self) -> Path:
        return self.data / "cantin.db"

    @property
    def secret(self) -> str:
        """The webhook's secret: the one set, else one derived from the token."""
        if self.webhook_secret is not None:
            return self.webhook_secret.get_secret_value()
        token = self.telegram_token.get_secret_value() if self.telegram_token else ""
        return hashlib.sha256(f"webhook {token}".encode()).hexdigest()


def _place(value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    return host.strip("[]"), int(port)


def nearby(host: str) -> str:
    """Where who listens on ``host`` is found from this machine."""
    return _ANYWHERE.get(host, host)


def proxy_for(address: str) -> str | None:
    """The outgoing proxy that the usual environment variables name for an address, if any.

    Raises:
        UserError: ``socks_proxy``: aiohttp speaks HTTP with a proxy, and nothing else.
    """
    place = urlsplit(address)
    host = place.hostname or ""
    if _THIS_MACHINE.fullmatch(host) or proxy_bypass(host):
        return None
    known = getproxies()
    found = known.get(place.scheme) or known.get("all")
    if found and found.lower().startswith("socks"):
        raise UserError("socks_proxy", address=urlsplit(found).netloc.rpartition("@")[2])
    return found


def load(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings once; an empty variable counts as not set.

    Raises:
        UserError: ``wrong_settings`` with the variable's name and what is wrong, also for a
            misspelt name or a ``.env`` that is no text. It never quotes a value.
    """
    lines = _read(env_file) if env_file is not None else ""
    _refuse_unknown_names(lines)
    try:
        return Settings(_env_file=env_file if lines else None)
    except ValidationError as error:
        first: Any = error.errors(include_input=False)[0]
        name = PREFIX + str(first["loc"][0] if first["loc"] else "").upper()
        # The cause is left out: it would show the value, which may be a secret.
        raise UserError("wrong_settings", name=name, reason=_reason(first)) from None


def _reason(error: Any) -> str:
    known = _WORDS.get(error["type"])
    if known is not None:
        return known.format(**error.get("ctx", {}))
    return str(error["msg"]).removeprefix("Value error, ")


def _read(env_file: Path) -> str:
    try:
        return env_file.read_text("utf-8-sig") if env_file.is_file() else ""
    except UnicodeDecodeError as error:
        reason = "không phải văn bản UTF-8"
        raise UserError("wrong_settings", name=str(env_file), reason=reason) from error
    except OSError as error:
        reason = f"không đọc được ({error.strerror})"
        raise UserError("wrong_settings", name=str(env_file), reason=reason) from error


def _refuse_unknown_names(lines: str) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for number, line in enumerate(lines.splitlines(), 1):
        given, equals, _ = line.strip().removeprefix("export ").partition("=")
        # Only the first word is a name: a value without its "=" must not be shown.
        name = (given.split() or [""])[0]
        if given.startswith("#"):
            continue
        if name.upper() in known and not equals:
            raise UserError("wrong_settings", name=name, reason=f".env, dòng {number}: thiếu dấu =")
        _refuse_unless_known(name, known, f".env, dòng {number}: ")
    for name in os.environ:  # noqa: TID251 - the one reader
        _refuse_unless_known(name, known, "")


def _refuse_unless_known(name: str, known: set[str], where: str) -> None:
    """Refuse a name that is ours by its prefix, or nearly one of ours."""
    word = name.partition(":")[0].upper()
    if word in known and word == name.upper():
        return
    nearly = difflib.get_close_matches(word, known, n=1, cutoff=_LIKE_OURS)
    if not (nearly or word.startswith(PREFIX)):
        return
    tail = word.removeprefix(PREFIX)
    tails = {one.removeprefix(PREFIX): one for one in sorted(known)}
    part = [name for name in tails if tail and tail in name]
    close = part or difflib.get_close_matches(tail, tails, n=1, cutoff=0.5)
    meant = nearly or [tails[name] for name in close]
    hint = f"có phải là {meant[0]}?" if meant else "xem .env.example"
    raise UserError("wrong_settings", name=word, reason=f"{where}tên lạ; {hint}")
