"""Who is named in a post, and what is said beside the name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.classifier.named import KINDS, count_named
from models.classifier.reading import evidence_names, read
from models.text import unaccent


def found(text: str) -> set[str]:
    return {kind for kind, n in zip(KINDS, count_named(unaccent(text)), strict=True) if n}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Chị Đỗ Thị Hoa dương tính, mọi người tránh quán của chị.", {"named_ill"}),
        ("Cháu Lê Gia Huy hay khóc ở trường.", {"named_child"}),
        ("Khởi tố Trần Văn Bảy về tội trộm cắp.", {"named_police"}),
        ("Phan Thị Tý, 47 tuổi, bán bún.", {"named_home"}),
        ("Phó Chủ tịch Vũ Đức Lam dự lễ.", {"named_office"}),
        ("Hồ Thị Lành bỏ chồng theo người khác.", {"named_kin"}),
        ("Mai Văn Sáu quỵt tiền hàng.", {"named_debt"}),
        ("Bệnh nhân N.V.T. đã ra viện.", {"initials"}),
    ],
)
def test_what_stands_beside_a_name_is_told(text: str, kinds: set[str]) -> None:
    assert found(text) - {"named"} == kinds
    assert ("named" in found(text)) == (kinds != {"initials"})


@pytest.mark.parametrize(
    "text",
    [
        "Sáng nay đường Nguyễn Trãi ngập, khu chung cư mất điện.",
        "Hà Nội thêm hai ca dương tính, cách ly cả xóm.",
        "trời hôm nay đẹp quá, con em đi học vui.",
        "",
    ],
)
def test_streets_and_places_are_no_persons(text: str) -> None:
    assert not found(text)


def test_what_stands_far_from_a_name_is_not_said_of_it() -> None:
    far = "trời nắng đẹp và gió mát " * 4
    assert "named_ill" not in found(f"Đỗ Thị Hoa nấu ăn. {far} Ba ca dương tính.")
    assert "named_office" not in found("Đỗ Thị Hoa gặp giám đốc.")


def test_names_typed_without_accents_count_as_others_do() -> None:
    text = "Bệnh nhân Đỗ Thị Hoa, 41 tuổi, vợ anh Lê Văn Ba, Giám đốc Cao Minh Tú."
    at = [evidence_names().index(kind) for kind in KINDS]
    written, bare = read(text).evidence, read(unaccent(text)).evidence
    assert [written[i] for i in at] == [bare[i] for i in at]


@given(st.text(max_size=300))
def test_any_text_gives_a_number_for_every_kind(text: str) -> None:
    counts = count_named(text)
    assert len(counts) == len(KINDS)
    assert all(n >= 0 for n in counts)
