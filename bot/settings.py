"""Settings: the only reader of the environment and of ``.env``."""

from __future__ import annotations

import difflib
import hashlib
import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from models.errors import UserError

PREFIX = "CANTIN_"


class Settings(BaseSettings):
    """What an operator may set, each as ``CANTIN_<NAME>``; ``.env.example`` lists the defaults."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_file_encoding="utf-8"
    )

    telegram_token: SecretStr | None = None
    telegram_api: str = "https://api.telegram.org"
    webhook_url: str = ""
    webhook_secret: SecretStr | None = None
    listen: str = "127.0.0.1:8080"
    owners: Annotated[frozenset[str], NoDecode] = frozenset()
    data: Path = Path("var")
    timezone: str = "Asia/Ho_Chi_Minh"
    text_days: int = Field(default=30, ge=0, le=365)
    send_per_second: float = Field(default=30, ge=0)
    send_per_chat_second: float = Field(default=1, ge=0)
    send_per_group_minute: float = Field(default=20, ge=0)
    nudges_per_second: float = Field(default=10, ge=0)
    press_unit: bool = False
    log: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("owners", mode="before")
    @classmethod
    def _split_owners(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        ids = [part.strip() for part in value.replace(";", ",").split(",") if part.strip()]
        if not all(one.isdigit() for one in ids):
            raise ValueError("cần các mã số người dùng, cách nhau bằng dấu phẩy")
        return frozenset(ids)

    @field_validator("telegram_token", "webhook_secret", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("telegram_token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            number, colon, secret = value.get_secret_value().partition(":")
            if not (number.isdigit() and colon and secret):
                raise ValueError("mã bot có dạng 123456789:AAE… như @BotFather đã gửi")
        return value

    @field_validator("webhook_url", "telegram_api")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("địa chỉ phải bắt đầu bằng https:// (hoặc http:// khi thử)")
        return value.rstrip("/")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("không có múi giờ này; ví dụ: Asia/Ho_Chi_Minh") from error
        return value

    @field_validator("listen")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, colon, port = value.rpartition(":")
        if not (host and colon and port.isdigit() and int(port) < 65536):
            raise ValueError("cần dạng máy:cổng, ví dụ 127.0.0.1:8080")
        return value

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def host(self) -> str:
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])

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


def load(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings once.

    Raises:
        UserError: ``wrong_settings`` with the variable's name and what is wrong, also for a
            misspelt name or a ``.env`` that is no text.
    """
    try:
        lines = env_file.read_text("utf-8") if env_file and env_file.is_file() else ""
    except (UnicodeDecodeError, OSError) as error:
        raise UserError("wrong_settings", name=str(env_file), reason=str(error)) from error
    _refuse_unknown_names(lines)
    try:
        return Settings(_env_file=env_file if lines else None)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0] if first["loc"] else "").upper()
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise UserError("wrong_settings", name=name, reason=reason) from None


def _refuse_unknown_names(lines: str) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    in_file = [line.partition("=")[0].removeprefix("export ").strip() for line in lines.split("\n")]
    for number, name in enumerate([*in_file, *os.environ]):  # noqa: TID251 - the one reader
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1)
            where = f".env, dòng {number + 1}: " if number < len(in_file) else ""
            hint = f"có phải là {close[0]}?" if close else "xem .env.example"
            raise UserError("wrong_settings", name=name, reason=f"{where}tên lạ; {hint}")
