"""Logs: no secret is ever printed, whichever way it got into a line."""

from __future__ import annotations

import json
import logging
from collections import namedtuple
from collections.abc import Callable

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.discretion import Redactor
from bot.logs import set_up

pytestmark = pytest.mark.usefixtures("logging_put_back")

TOKEN = "123456789:AAE-khong_phai-that_0123456789"
FOREIGN = "987654321:BBF-cua_ai_do_khac_9876543210"
SECRET = "mật khẩu webhook"
SECRETS = (TOKEN, SECRET, "")
HIDDEN = [TOKEN, FOREIGN, TOKEN.replace(":", "%3A"), SECRET]
Pair = namedtuple("Pair", "name value")


class Thing:
    """An object that tells its secret when it is shown."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def __repr__(self) -> str:
        return f"<Thing {self.secret}>"


def ours_message(secret: str) -> None:
    structlog.get_logger("ours").warning(f"đã gửi {secret} xong")


def ours_field(secret: str) -> None:
    structlog.get_logger("ours").warning("gửi", token=secret, b=secret.encode())


def ours_nested(secret: str) -> None:
    data = {"a": [{"b": ({"c": secret}, {secret})}], secret: 1, "pair": Pair("x", secret)}
    structlog.get_logger("ours").warning("gửi", data=data)


def ours_object(secret: str) -> None:
    structlog.get_logger("ours").warning("gửi", thing=Thing(secret), error=ValueError(secret))


def ours_bound(secret: str) -> None:
    with structlog.contextvars.bound_contextvars(request=secret):
        structlog.get_logger("ours").bind(who=secret).warning("gửi")


def ours_exception(secret: str) -> None:
    try:
        try:
            raise KeyError(secret)
        except KeyError as error:
            raise ValueError(f"sai {secret}") from error
    except ValueError:
        structlog.get_logger("ours").exception("hỏng")


def ours_url(secret: str) -> None:
    address = f"https://api.telegram.org/bot{secret}/getMe"
    structlog.get_logger("ours").warning("hỏi", url=URL(address, encoded=True), text=address)


def theirs_message(secret: str) -> None:
    logging.getLogger("theirs").warning(f"POST /bot{secret}/sendMessage")


def theirs_arguments(secret: str) -> None:
    logging.getLogger("theirs").warning("POST %s %r", f"/bot{secret}/x", {"k": Thing(secret)})


def theirs_broken_arguments(secret: str) -> None:
    logging.getLogger("theirs").warning("POST %d", secret)


def theirs_odd_message(secret: str) -> None:
    logging.getLogger("theirs").warning({"token": secret})


def theirs_exception(secret: str) -> None:
    try:
        raise OSError(f"https://api.telegram.org/file/bot{secret}/a.png")
    except OSError:
        logging.getLogger("theirs").exception("hỏng", stack_info=True)


WAYS = [
    ours_message, ours_field, ours_nested, ours_object, ours_bound,
    ours_exception, ours_url, theirs_message, theirs_arguments, theirs_broken_arguments,
    theirs_odd_message, theirs_exception,
]  # fmt: skip

MADE_SHORT = {ours_exception, theirs_arguments, theirs_broken_arguments, theirs_exception}
"""Ways whose words are left out whole."""


@pytest.mark.parametrize("secret", HIDDEN)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", ["console", "json"])
def test_a_secret_is_not_printed_and_the_line_is(
    form: str, way: Callable[[str], None], secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bot's own token and secret, percent-encoded too, and whatever looks like a token."""
    set_up(form, "info", SECRETS)  # type: ignore[arg-type]
    way(secret)
    out, shown = capsys.readouterr()
    assert not out
    assert "warning" in shown or "error" in shown
    for part in (
        secret,
        secret.rpartition(":")[2],
        json.dumps(secret)[1:-1],
        repr(secret.encode()),
    ):
        assert part not in shown
    assert "[…]" in shown or way in MADE_SHORT


def test_json_lines_are_json_with_vietnamese_letters_and_a_utc_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up("json", "info")
    ours_exception("không có gì")
    logging.getLogger("theirs").warning("thư viện nói %s", "bí mật")
    ours, theirs = map(json.loads, capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["level"], ours["logger"]) == ("hỏng", "error", "ours")
    assert ours["exception"].endswith("ValueError")
    assert theirs["event"] == "thư viện nói %s"
    assert ours["timestamp"].endswith("Z")


def test_the_level_holds_and_chatty_libraries_speak_from_warning_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """aiogram's and httpx's info lines carry URLs, and the token in them."""
    set_up("console", "debug")
    structlog.get_logger("ours").debug("thấy")
    for name in ("aiogram", "aiogram.event", "httpx", "apscheduler", "telegram.ext"):
        logging.getLogger(name).info("không thấy")
    assert "thấy" in (shown := capsys.readouterr().err)
    assert "không thấy" not in shown
    set_up("console", "error")
    structlog.get_logger("ours").warning("không thấy nữa")
    assert not capsys.readouterr().err


@given(st.text(), st.text(), st.integers(100, 10**12), st.text("aB0_-", min_size=20))
def test_a_token_is_blotted_out_whatever_stands_around_it(
    before: str, after: str, number: int, secret: str
) -> None:
    """Letters may touch it; a digit in front only makes its number longer."""
    shown = Redactor(()).text(f"{before}{number}:{secret}{after}")
    assert f":{secret}" not in shown


@pytest.mark.parametrize("login", ["lan:mat-khau", "lan", "lan:%20x", "a:b:c"])
def test_a_proxys_login_is_blotted_out(login: str) -> None:
    shown = Redactor(()).text(f"cannot reach http://{login}@proxy.vi.du:3128/x")
    assert shown == "cannot reach http://[…]@proxy.vi.du:3128/x"


def test_a_secret_that_begins_another_leaves_no_tail() -> None:
    assert Redactor(("abc", "abcdef")).text("x abcdef y") == "x […] y"


def test_numbers_truth_and_nothing_stay_as_they_are() -> None:
    event = {"a": 1, "b": True, "c": None, "d": 2.5, "e": "thường"}
    assert Redactor(SECRETS)(None, "", dict(event)) == event
