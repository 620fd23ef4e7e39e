"""Vietnamese is known by its letters and its syllables, with accents and without."""

import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.language import is_foreign
from models.text import unaccent

FOREIGN = [
    "The government announced on Monday that schools across the country will remain closed.",
    "Your parcel could not be delivered, please confirm your address before tomorrow evening.",
    "BREAKING: strong earthquake hits the coast, residents are asked to move to higher ground",
    "Le gouvernement a annoncé lundi que les écoles du pays resteront fermées jusqu'à jeudi.",
    "El gobierno anunció el lunes que las escuelas permanecerán cerradas hasta el jueves próximo",
    "Die Regierung hat am Montag angekündigt, dass die Schulen bis Donnerstag geschlossen sind",
    "Pemerintah mengumumkan bahwa sekolah di seluruh negeri akan tetap ditutup sampai Kamis depan",
    "Правительство объявило, что школы останутся закрытыми",
    "政府星期一宣布全国学校将继续关闭直到星期四下午",
    "政府は月曜日に全国の学校が木曜日まで休校になると発表しました",
    "정부는 월요일에 전국 학교가 목요일까지 휴교한다고 발표했다",
    "รัฐบาลประกาศเมื่อวันจันทร์ว่าโรงเรียนทั่วประเทศจะปิด",
    "ລັດຖະບານປະກາດວ່າໂຮງຮຽນທົ່ວປະເທດຈະປິດ",
    "រដ្ឋាភិបាលបានប្រកាសថាសាលារៀនទូទាំងប្រទេសនឹងបិទ",
    "أعلنت الحكومة أن المدارس ستبقى مغلقة حتى يوم الخميس",
]
VIETNAMESE = [
    "Sáng nay tỉnh khánh thành trạm y tế mới tại xã Minh Hoạ, phục vụ hơn 6.000 người dân.",
    "sang nay tinh khanh thanh tram y te moi tai xa minh hoa phuc vu hon sau nghin nguoi dan",
    "hnay di lam ve met qua ae oi, ko bit mai co phai hop k nua, chac xin nghi 1 bua",
    "Samsung Galaxy S26 Ultra, iPhone 17 Pro Max và MacBook Air M5 đồng loạt giảm giá tuần này",
    "Chris Pratt khóc khi xem 'The Super Mario Bros. Movie'",
    "Real Madrid thắng Manchester City 3-1, Vinicius Junior ghi hat-trick ở Champions League",
    "Thu tuong tiep Tong thong Donald Trump tai Ha Noi chieu nay, ban ve thuong mai",
    "HN: Chuong trinh khuyen mai lon nhat nam tai AEON Mall, Vincom, Lotte Mart cuoi tuan nay",
    "Hello ca nha, hom nay minh review serum duong da nhe, link o bio, ship COD toan quoc",
    "Em nhận order hàng Taobao, ship nhanh, inbox em để được tư vấn nhé các chị",
    "КҺông có gì quý һơn độc lập tự do",
    "Giaitri2Q tangban 68K (NQ0106E5G88QL28) choithu, nap200 nhanngay 368 , cuuthua 8% moingay",
    "C.h.ú.c m.ừ.n.g b.ạ.n t.r.ú.n.g t.h.ư.ở.n.g x.e m.á.y n.h.a.n.h t.a.y",
]
UNSURE = [
    "",
    "👍👍👍",
    "OK",
    "Hello",
    "Breaking news today",
    "¯\\_(ツ)_/¯",
    "ʕ•ᴥ•ʔ",
    "Ω",
    "https://example.com/some-english-news-page-here",
]
SYLLABLES = re.findall(
    r"\w+",
    "anh chị em người dân xã phường tỉnh huyện thành phố trường học bệnh viện nghiêng khuya quyết "
    "định thông báo nước điện đường giao thuở xoong quyển huỳnh nguyễn oán thuế uống rượu yêu kiểu "
    "ngoẹo giếng khoác tuyên truyền hoạt động xuyên suốt ngành nghề luật pháp gìn giữ quê hương",
)
BRANDS = ("Facebook", "Samsung", "iPhone", "Google", "Vincom", "Honda", "Grab", "Shopee", "TikTok")


@pytest.mark.parametrize(
    "text", ["台风来了", "政府新闻 https://vidu.vn/a", "พายุเข้า", "ព្យុះមកដល់", "Новости"]
)
def test_a_few_letters_of_another_script_are_enough(text: str) -> None:
    assert is_foreign(text)


@pytest.mark.parametrize("text", FOREIGN)
def test_another_language_is_known(text: str) -> None:
    assert is_foreign(text)


@pytest.mark.parametrize("text", VIETNAMESE + UNSURE)
def test_vietnamese_and_what_is_too_short_to_tell_is_not_foreign(text: str) -> None:
    for form in (text, unicodedata.normalize("NFD", text), text.upper()):
        assert not is_foreign(form), form


@pytest.mark.parametrize("text", VIETNAMESE)
def test_without_accents_it_is_vietnamese_still(text: str) -> None:
    assert not is_foreign(unaccent(text))


def test_generated_sentences_with_brand_names_are_vietnamese() -> None:
    """Of 3,000, up to every third word a foreign brand, with and without accents: none."""
    chance = random.Random(20261121)
    wrong = []
    for _ in range(3_000):
        count = chance.randint(8, 60)
        words = [
            chance.choice(BRANDS if chance.random() < 0.33 else SYLLABLES) for _ in range(count)
        ]
        sentence = " ".join(words)
        wrong += [form for form in (sentence, unaccent(sentence)) if is_foreign(form)]
    assert wrong == []


@given(st.text(max_size=300))
def test_any_text_is_read_without_error(text: str) -> None:
    is_foreign(text)
