"""Posts as they come again: reworded, shortened, typed without accents, read off a screenshot."""

from __future__ import annotations

import random

from models.text import unaccent

_WORDS = (
    "anh bão bảng báo bay bến bình bờ cá cảng cầu cây chấm chiều chợ chuyến chữ cơm con công "
    "cống cũ dài dân dầu dịch đá đài đảo đất đê điện đò đội đông đồng đợt đường em gạo ghế "
    "giá giao giếng giống góp gỗ hàng hè hẹn hiến học hồ hội hợp hoa khoai khu khuya kịch "
    "kính lá làng lễ lịch lò lớp lũ lúa lưới mạ máy mầm mây miền mía mở món mưa mười nắng nấm "
    "ngày nghề ngõ ngoại nhà nhãn nhịp nông núi nước ong ống phà phân phim phố phòng phường "
    "quà quán quê quỹ rau rộng ruộng rừng sáng sạch sân sách sen siêu sông suối tàu tết thang "
    "tháng thầy thi thóc thôn thợ thu thuyền thư tiệm tiền tim tối tôm tổ tranh trà trạm "
    "trăng trâu trẻ trường trưa tuần tuyến ủy vải vệ vịt vòng vụ vườn xe xã xanh xóm xuân xưa "
    "yến "
)
SYLLABLES = _WORDS.split()
_MISREAD = {"m": "rn", "l": "1", "o": "0", "h": "b", "i": "l", "u": "ii", "c": "e"}


def made_up(dice: random.Random, length: int) -> str:
    """A text of ``length`` syllables that nobody wrote; some come up far more often than others."""
    weights = [1 / (rank + 3) for rank in range(len(SYLLABLES))]
    return " ".join(dice.choices(SYLLABLES, weights, k=length))


def reworded(text: str, share: float, dice: random.Random) -> str:
    """Every ``share``-th word, rounded down, replaced, left out or followed by another."""
    words = text.split()
    for place in dice.sample(range(len(words)), int(len(words) * share)):
        way = dice.choice(("replace", "replace", "omit", "add"))
        other = dice.choice(SYLLABLES)
        words[place] = {"replace": other, "omit": "", "add": f"{words[place]} {other}"}[way]
    return " ".join(filter(None, words))


def without_accents(text: str) -> str:
    return unaccent(text).lower()


def shortened(text: str, share: float) -> str:
    """The first part, cut between words."""
    words = text.split()
    return " ".join(words[: max(1, int(len(words) * share))])


def screenshot(text: str, dice: random.Random, errors: float = 0.03) -> str:
    """Read off a picture: letters misread, accents lost, the lines of the screen around it."""
    read = []
    for letter in text:
        if dice.random() >= errors:
            read.append(letter)
        elif letter.isalpha():
            bare = unaccent(letter)
            read.append(_MISREAD.get(bare.lower(), bare))
    return "21:07 Thích Bình luận\n" + "".join(read) + "\nThích Bình luận Chia sẻ"
