"""Telegram's HTML: strict parser of parse_mode=HTML into text and entities (UTF-16 offsets)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.sandbox.errors import ApiError, Json, bad

TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
    "a": "text_link",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));?")
MAX_ENTITIES = 100
SPACE = " \t\n\v\f\r"


def utf16(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def cut16(text: str, offset: int, length: int) -> str:
    """The part of ``text`` that an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def unreferenced(match: re.Match[str]) -> str:
    """A character reference as its character; what is none stays as it was."""
    hexadecimal, decimal, name = match.groups()
    if name:
        return NAMED.get(name, match.group())
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code >= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return match.group()
    return chr(code)


def refuse(text: str) -> ApiError:
    """The refusal for markup that cannot be read."""
    return bad(f"can't parse entities: {text}")


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    begin: int


@dataclass(slots=True)
class _Reader:
    source: str
    at: int = 0
    out: list[str] = field(default_factory=list)
    offset: int = 0
    stack: list[_Open] = field(default_factory=list)
    found: list[Json] = field(default_factory=list)

    def place(self, at: int) -> int:
        """The byte offset of a character, which the error texts name."""
        return len(self.source[:at].encode("utf-8", "surrogatepass"))

    def until(self, stops: str) -> str:
        start = self.at
        while self.at < len(self.source) and self.source[self.at] not in stops:
            self.at += 1
        return self.source[start : self.at]

    def skip_space(self) -> None:
        while self.at < len(self.source) and self.source[self.at] in SPACE:
            self.at += 1

    def peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else ""

    def add(self, raw: str) -> None:
        text = REFERENCE.sub(unreferenced, raw)
        self.out.append(text)
        self.offset += utf16(text)

    def run(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            self.add(self.until("<"))
            if self.at < len(self.source):
                self.close() if self.source.startswith("</", self.at) else self.open()
        if self.stack:
            tag = self.stack[-1].tag
            raise refuse(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return "".join(self.out), self.found

    def open(self) -> None:
        begin = self.at
        self.at += 1
        tag = self.until(SPACE + ">").lower()
        if not self.peek():
            raise refuse(f"Unclosed start tag at byte offset {self.place(begin)}")
        if tag not in TYPES and tag != "tg-emoji":
            raise refuse(f'Unsupported start tag "{tag}" at byte offset {self.place(begin)}')
        argument = ""
        while (name := self.attribute_name(tag, begin)) is not None:
            argument = attribute(tag, name, self.attribute_value(tag, begin)) or argument
        self.at += 1
        if tag == "span" and argument != "spoiler":
            where = self.place(begin)
            raise refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self.stack.append(_Open(tag, argument, self.offset, len(self.out)))

    def attribute_name(self, tag: str, begin: int) -> str | None:
        self.skip_space()
        if self.peek() == ">":
            return None
        name = self.until(SPACE + "=>").lower()
        if not name:
            where = self.place(begin)
            raise refuse(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
        return name

    def attribute_value(self, tag: str, begin: int) -> str | None:
        self.skip_space()
        where = self.place(begin)
        if self.peek() != "=":
            if tag == "blockquote" and self.peek():
                return None
            raise refuse(
                "Expected equal sign in declaration of an attribute of the tag "
                f'"{tag}" at byte offset {where}'
            )
        self.at += 1
        self.skip_space()
        quote = self.peek()
        if quote in ("'", '"') and quote:
            self.at += 1
            value = REFERENCE.sub(unreferenced, self.until(quote))
            self.at += 1
        else:
            start = self.at
            value = re.compile(r"[A-Za-z0-9.\-]*").match(self.source, self.at).group()  # type: ignore[union-attr]
            self.at += len(value)
            if self.peek() and self.peek() not in SPACE + ">":
                raise refuse(f"Unexpected end of name token at byte offset {self.place(start)}")
        if not self.peek():
            raise refuse(f"Unclosed start tag at byte offset {where}")
        return value

    def close(self) -> None:
        begin = self.at
        where = self.place(begin)
        if not self.stack:
            raise refuse(f"Unexpected end tag at byte offset {where}")
        self.at += 2
        name = self.until(SPACE + ">").lower()
        self.skip_space()
        if self.peek() != ">":
            raise refuse(f"Unclosed end tag at byte offset {where}")
        self.at += 1
        opened = self.stack.pop()
        if name and name != opened.tag:
            raise refuse(
                f'Unmatched end tag at byte offset {where}, expected "</{opened.tag}>", '
                f'found "</{name}>"'
            )
        if self.offset > opened.offset:
            self.found.extend(entity(opened, self.offset, "".join(self.out[opened.begin :])))


def attribute(tag: str, name: str, value: str | None) -> str:
    """What an attribute means for its tag, "" for one that Telegram passes over."""
    if tag == "blockquote" and name == "expandable":
        return "expandable"
    value = value or ""
    if tag == "code" and name == "class" and value.startswith("language-"):
        return value.removeprefix("language-")
    if tag == "span" and name == "class" and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return value if (tag, name) in {("a", "href"), ("tg-emoji", "emoji-id")} else ""


def entity(opened: _Open, end: int, inner: str) -> list[Json]:
    """The entity of a closed tag: none for a link that leads nowhere."""
    made: Json = {"type": TYPES.get(opened.tag, ""), "offset": opened.offset}
    made["length"] = end - opened.offset
    if opened.tag == "blockquote" and opened.argument:
        made["type"] = "expandable_blockquote"
    elif opened.tag == "tg-emoji":
        if not opened.argument.isdigit():
            raise refuse("Invalid custom emoji identifier specified")
        made |= {"type": "custom_emoji", "custom_emoji_id": opened.argument}
    elif opened.tag == "a":
        url = checked_link(opened.argument or inner)
        if url is None:
            return []
        made["url"] = url
    return [made]


def checked_link(url: str) -> str | None:
    """A link as Telegram keeps it, with a scheme; None when it is none."""
    url = url.strip()
    if re.match(r"(?i)(https?|tg|ton|tonsite)://[^\s/]+", url):
        return url
    if "://" in url or not re.match(r"(?i)[\w-]+(\.[\w-]+)+([/:?#]\S*)?$", url):
        return None
    return f"http://{url}"


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Drop outer white space and fit the entities to what is left, as Telegram does."""
    start = utf16(text) - utf16(text.lstrip())
    text = text.strip()
    end = utf16(text)
    kept = []
    for item in entities:
        low = max(item["offset"] - start, 0)
        high = min(item["offset"] + item["length"] - start, end)
        if high > low:
            kept.append(item | {"offset": low, "length": high - low})
    kept.sort(key=lambda item: (item["offset"], -item["length"]))
    return text, kept[:MAX_ENTITIES]


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Read Telegram's HTML. Raises ``ApiError`` with Telegram's text for broken markup."""
    return trimmed(*_Reader(source).run())
