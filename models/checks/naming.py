"""Whether a text gives the name of a patient, a victim or a child."""

from __future__ import annotations

import re
from typing import Literal

_UP = "A-ZÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
_NAME = rf"[{_UP}][^\W\d_{_UP}]+(?: [{_UP}](?:[^\W\d_{_UP}]+|\.)){{1,3}}"
_CALLED = {
    "child": re.compile(
        rf"\b(?:[Cc]háu|[Bb]é|[Ee]m)(?: (?:gái|trai|bé))?,? (?:(?:tên|là) )*{_NAME}"
        rf"|{_NAME},? \(?(?:\d|1[0-5]) tuổi|{_NAME},? (?:học sinh |học )?lớp \d"
    ),
    "person": re.compile(
        r"\b(?:[Aa]nh|[Cc]hị|[Ôô]ng|[Bb]à|[Cc]ô|[Ee]m|[Cc]háu|[Bb]é|[Bb]ệnh nhân|[Nn]ạn nhân|"
        rf"[Tt]ên|[Bb]ạn),? (?:(?:tên|là|bệnh nhân) )*{_NAME}|{_NAME},? \(?(?:sinh năm )?\d\d"
    ),
}


def named_person(text: str, who: Literal["child", "person"]) -> bool:
    """Whether somebody is called by a name of two to four words, of a child or of anybody."""
    return _CALLED[who].search(text) is not None
