"""Standing texts: welcome and farewell, help, privacy, settings, and what to do when stuck."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal

from messages.actions import action
from messages.markup import render, render_block
from messages.reply import Choice, Reply
from messages.words import MEDIA, UNREAD, WEEKDAYS
from models.privacy import table
from models.registry import GroupSettings, Unit

_SWITCHES = {
    "auto": "Tự góp ý khi có bài chuyển tiếp hoặc đường dẫn",
    "questions": "Hỏi thêm một câu sau khi bấm “Đã chia sẻ”",
    "nudge": "Nhắc tuần",
    "quiet": "Tuần không có gì thay đổi thì không nhắn",
}
_UNIT_SWITCHES = {
    "gives": "Góp tin tốt của đơn vị làm gợi ý cho nhóm khác",
    "gets": "Nhận gợi ý tin tốt từ nhóm khác trong tỉnh",
}
_SWITCH_LABELS = {
    "auto": "Tự góp ý",
    "questions": "Hỏi thêm",
    "nudge": "Nhắc tuần",
    "quiet": "Không nhắn khi không đổi",
    "gives": "Góp gợi ý",
    "gets": "Nhận gợi ý",
}
_HOURS = (7, 8, 9, 10, 14, 16)


def _card(name: str, **facts: Any) -> Reply:
    return Reply(render_block("cards.j2", name, **facts))


def start_private(unit_name: str) -> Reply:
    """Welcome in a private chat that joined with a unit's code."""
    return _card("start_private", unit=unit_name)


def start_group(unit_name: str, sees_forwards: bool) -> Reply:
    """Welcome in a group; says how to mend it when the bot cannot see forwards."""
    return _card("start_group", unit=unit_name, sees=sees_forwards)


def needs_code() -> Reply:
    """Said once in a group without a code, which the bot leaves after 24 hours."""
    return _card("needs_code")


def leaving() -> Reply:
    """Farewell to a group that never had a code."""
    return _card("leaving")


def wrong_code() -> Reply:
    """A join code that no unit has."""
    return _card("wrong_code")


def admins_only() -> Reply:
    """Asked by somebody who is no administrator of the group."""
    return _card("admins_only")


def cannot_check_admin() -> Reply:
    """The messenger did not say who the group's administrators are."""
    return _card("cannot_check_admin")


def stranger() -> Reply:
    """The one polite sentence for a private chat without a code."""
    return _card("stranger")


def help_text(*, private: bool, admin: bool) -> Reply:
    """The answer to /trogiup."""
    return Reply(render("help.j2", private=private, admin=admin and not private))


def privacy(text_days: int) -> Reply:
    """The answer to /quyenriengtu: the privacy table; ``text_days`` is how long texts are kept."""
    return Reply(render("privacy.j2", kept=table(text_days)))


def wrong_contact() -> Reply:
    """``/caidat lienhe`` with what is no chat's id."""
    return _card("wrong_contact")


def too_much(
    what: Literal["posts", "commands"],
    whose: Literal["person", "group"],
    most: int,
    span: timedelta,
    until: datetime,
) -> Reply:
    """A limit is reached: ``most`` in a ``span``; ``until`` is when more is taken, local time."""
    return _card(
        "too_much",
        posts=what == "posts",
        what=f"gửi {most} bài" if what == "posts" else f"gõ {most} lệnh",
        whose="anh/chị" if whose == "person" else "nhóm",
        span="Trong 1 giờ" if span <= timedelta(hours=1) else "Trong 24 giờ",
        until=_at(until, span),
    )


def too_many_guesses(most: int, span: timedelta, until: datetime) -> Reply:
    """Wrong join codes ran out; ``until`` is when the next is looked at, local time."""
    return _card("too_many_guesses", most=most, until=_at(until, span))


def _at(until: datetime, span: timedelta) -> str:
    return f"{until:%H:%M}" if span <= timedelta(hours=1) else f"{until:%H:%M ngày %d/%m}"


def forgotten(posts: int, marks: int = 0, *, by_reply: bool = False) -> Reply:
    """The answer to /xoadulieu: how many posts and marks are deleted.

    ``by_reply`` when one answer was named.
    """
    return _card("forgotten", posts=posts, marks=marks, by_reply=by_reply)


def cannot_see() -> Reply:
    """Privacy mode hides forwards from a bot that is no administrator: how to mend it."""
    return _card("cannot_see")


def reading_picture() -> Reply:
    """The first answer to a picture: its words are being read."""
    return _card("reading_picture")


def reading_cut_short() -> Reply:
    """The bot was stopped before a picture was read."""
    return _card("reading_cut_short")


def unreadable(kinds: Iterable[str], reason: str = "") -> Reply:
    """Asked about pictures, voices or videos without a word.

    ``kinds`` as in ``Post.media``, ``reason`` as in ``Post.unread``.
    """
    known = dict.fromkeys(MEDIA.get(kind, "tệp đính kèm") for kind in kinds)
    named = " và ".join(list(known)[:3]) or "tin này"
    return _card("unreadable", kinds=named, why=UNREAD.get(reason, ""))


def work_notice() -> Reply:
    """Asked about an invitation, a schedule or thanks: nothing to weigh."""
    return _card("work_notice")


def nothing_to_check() -> Reply:
    """/kiemtra without a post."""
    return _card("nothing_to_check")


def late(at: datetime) -> str:
    """The line above an answer that comes a day late; ``at`` is local time."""
    return _card("late", at=f"{at:%H:%M} ngày {at:%d/%m/%Y}").text


def nothing_to_explain(*, private: bool) -> Reply:
    """“Vì sao?” in reply to nothing that can be explained: how to ask."""
    return _card("nothing_to_explain", private=private)


def too_late() -> Reply:
    """A request about a judgement that can be changed no longer."""
    return _card("too_late")


def settings(group_settings: GroupSettings, unit: Unit | None, *, group: int, admin: bool) -> Reply:
    """The answer to /caidat; administrators get one switch a line.

    A switch is "1:set:<group>:<field>:<value>": pressed twice it is turned once.
    """
    places: list[tuple[str, str, bool]] = [
        (field, name, bool(getattr(group_settings, field))) for field, name in _SWITCHES.items()
    ]
    if unit:
        places += [(key, name, bool(getattr(unit, key))) for key, name in _UNIT_SWITCHES.items()]
    text = render(
        "settings.j2", unit=unit, admin=admin, switches=[(name, on) for _, name, on in places]
    )
    buttons = [
        Choice(
            f"{'Tắt' if on else 'Bật'}: {_SWITCH_LABELS[field]}",
            action("set", group, field, int(not on)),
        )
        for field, _, on in places
    ]
    return Reply(text, choices=tuple((button,) for button in buttons) if admin else ())


def settings_in_group() -> Reply:
    """/caidat or /nhactuan in private: settings belong to a group."""
    return _card("settings_in_group")


def nudge_settings(group_settings: GroupSettings, *, group: int, admin: bool) -> Reply:
    """The answer to /nhactuan; buttons are "1:nset:<group>:<field>:<value>"."""
    text = render(
        "nudge_settings.j2",
        settings=group_settings,
        weekday=WEEKDAYS[group_settings.weekday % 7],
        admin=admin,
    )
    return Reply(text, choices=_nudge_buttons(group_settings, group) if admin else ())


def _nudge_buttons(now: GroupSettings, group: int) -> tuple[tuple[Choice, ...], ...]:
    def button(label: str, field: str, value: int, chosen: bool = False) -> Choice:
        return Choice(("● " if chosen else "") + label, action("nset", group, field, value))

    if not now.nudge:
        return ((button("Bật lại nhắc tuần", "nudge", 1),),)
    days = tuple(button(f"T{d + 2}", "weekday", d, d == now.weekday) for d in range(5))
    hours = tuple(button(f"{h}h", "hour", h, h == now.hour) for h in _HOURS)
    still = "Nhắn cả tuần không đổi" if now.quiet else "Không nhắn tuần không đổi"
    return (
        days,
        hours,
        (button(still, "quiet", int(not now.quiet)),),
        (button("Tạm dừng nhắc tuần", "nudge", 0),),
    )
