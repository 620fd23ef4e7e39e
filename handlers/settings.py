"""/caidat and /nhactuan: a group's settings; only its administrators may change them."""

from __future__ import annotations

import re
from dataclasses import replace

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from handlers.button import Button, Pressed
from handlers.filters import Joined
from handlers.intake import sound
from handlers.mail import Mail, answer
from handlers.place import PLATFORM, Place
from handlers.rights import Rights
from messages import render
from messages.render import Action
from messages.reply import Reply
from models.desk import Desk
from models.registry import Group, GroupSettings, Unit
from models.secrets import secret_mark

router = Router(name="settings")
commands = Router(name="settings commands")
commands.message.filter(Joined())

_SWITCHES = {"auto", "questions", "quiet", "nudge"}
_UNIT_SWITCHES = {"gives", "gets"}
_CONTACT = re.compile(r"|tat|-?[0-9]{1,18}|@[A-Za-z0-9_]{1,40}")
_ON_OFF = {"0", "1"}
_HOURS = {str(hour) for hour in range(7, 20)}


@commands.message(Command("caidat"))
async def on_settings(
    message: Message,
    command: CommandObject,
    place: Place,
    desk: Desk,
    mail: Mail,
    rights: Rights,
) -> None:
    """Show the settings; with words behind it, set the unit's basis or contact."""
    if place.group is None or place.unit is None:
        await answer(mail, message, place, render.settings_in_group())
        return
    admin = bool(await rights.is_admin(message))
    field, _, value = (command.args or "").strip().partition(" ")
    unit = place.unit
    if field.casefold() in {"cancu", "lienhe"}:
        wrong = _wrong(field, value.strip()) if admin else render.admins_only()
        if wrong is not None:
            await answer(mail, message, place, wrong)
            return
        unit = await desk.store.units.change(unit.id, **_unit_field(field, value, place))
    reply = render.settings(place.group.settings, unit, group=place.group.id, admin=admin)
    await answer(mail, message, place, reply)


def _wrong(field: str, value: str) -> Reply | None:
    """Why a value cannot be kept: a paper with a secrecy mark is no basis, a word no chat."""
    if secret_mark(value) is not None:
        return render.refusal()
    if field.casefold() == "lienhe" and not _CONTACT.fullmatch(value):
        return render.wrong_contact()
    return None


def _unit_field(field: str, value: str, place: Place) -> dict[str, str | None]:
    """``cancu TEXT`` names the letter; ``lienhe`` makes this chat the one to ask, or none."""
    value = value.strip()[:200]
    if field.casefold() == "cancu":
        return {"basis": sound(value) or None}
    return {"contact": None if value == "tat" else f"{PLATFORM}:{value or place.chat}"}


@commands.message(Command("nhactuan"))
async def on_nudge_settings(message: Message, place: Place, mail: Mail, rights: Rights) -> None:
    if place.group is None:
        await answer(mail, message, place, render.settings_in_group())
        return
    admin = bool(await rights.is_admin(message))
    await answer(
        mail,
        message,
        place,
        render.nudge_settings(place.group.settings, group=place.group.id, admin=admin),
    )


@router.callback_query(Pressed("set", "nset", "pause"))
async def on_change(_press: CallbackQuery, button: Button, rights: Rights) -> None:
    """A switch is pressed: by an administrator of this group it changes, else it says who may."""
    group, unit = button.place.group, button.place.unit
    if group is None or unit is None or group.id != button.action.id:
        await button.expired()
        return
    if not await rights.is_admin(button.press):
        await button.say("admins_only", alert=True)
        return
    if not await _switch(button, group, unit):
        await button.expired()
        return
    await button.say("paused" if button.action.verb == "pause" else "saved")


async def _switch(button: Button, group: Group, unit: Unit) -> bool:
    """Change what the button says and show it; False for a field or value that is none."""
    field, value, settings = button.action.field(0), button.action.field(1), group.settings
    if button.action.verb == "set" and field in _UNIT_SWITCHES and value in _ON_OFF:
        unit = await button.desk.store.units.change(unit.id, **{field: value == "1"})
    else:
        changed = _changed(settings, button.action)
        if changed is None:
            return False
        settings = changed
        await button.desk.store.groups.configure(group.id, settings)
    if button.action.verb == "set":
        await button.show(render.settings(settings, unit, group=group.id, admin=True))
    elif button.action.verb == "nset":
        await button.show(render.nudge_settings(settings, group=group.id, admin=True))
    return True


def _changed(settings: GroupSettings, action: Action) -> GroupSettings | None:
    """The settings after this press; None for a field or value that is none."""
    if action.verb == "pause":
        return replace(settings, nudge=False)
    field, value = action.field(0), action.field(1)
    if field in _SWITCHES and value in _ON_OFF:
        return replace(settings, **{field: value == "1"})
    if field == "weekday" and value in set("0123456"):
        return replace(settings, weekday=int(value))
    if field == "hour" and value in _HOURS:
        return replace(settings, hour=int(value))
    return None
