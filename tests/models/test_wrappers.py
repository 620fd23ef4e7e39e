"""A redirect page's address tells where it leads; whatever else it is, it stays what it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.wrappers import unwrapped

INNER = "https://vnexpress.net/tin-1.html"
CODED = "https%3A%2F%2Fvnexpress.net%2Ftin-1.html"


@pytest.mark.parametrize(
    "link",
    [
        f"https://l.facebook.com/l.php?u={CODED}&h=AT0abc&s=1",
        f"http://lm.facebook.com/l.php?h=1&u={CODED}",
        f"https://L.Facebook.com/l.php?u={CODED}",
        f"https://www.facebook.com/sharer/sharer.php?u={CODED}",
        f"https://www.facebook.com/flx/warn/?u={CODED}",
        f"https://l.instagram.com/?u={CODED}&e=AT0",
        f"https://l.messenger.com/l.php?u={CODED}",
        f"https://l.threads.net/?u={CODED}",
        f"https://www.google.com/url?q={CODED}&sa=D",
        f"https://www.google.com.vn/url?sa=t&url={CODED}&usg=x",
        "https://www.google.com/amp/s/vnexpress.net/tin-1.html",
        "https://www.google.com.vn/amp/s/vnexpress.net/tin-1.html",
        "https://vnexpress-net.cdn.ampproject.org/c/s/vnexpress.net/tin-1.html",
        "https://vnexpress-net.cdn.ampproject.org/v/s/vnexpress.net/tin-1.html",
        "https://vnexpress-net.translate.goog/tin-1.html?_x_tr_sl=vi&_x_tr_tl=en",
        f"https://translate.google.com/translate?sl=vi&tl=en&u={CODED}",
        f"https://www.youtube.com/redirect?event=video&q={CODED}",
        f"https://social.zalo.me/share?url={CODED}",
        f"https://id.zalo.me/account?continue={CODED}",
        f"https://eur01.safelinks.protection.outlook.com/?url={CODED}&data=05",
        f"https://www.linkedin.com/safety/go?url={CODED}",
        f"https://www.tiktok.com/link/v2?aid=1&target={CODED}",
        f"https://vk.com/away.php?to={CODED}",
        f"https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D{CODED}",
    ],
)
def test_a_wrapped_link_is_unwrapped(link: str) -> None:
    assert unwrapped(link) == INNER


@pytest.mark.parametrize(
    "link",
    [
        INNER,
        "https://www.facebook.com/XaViDu/posts/123",
        "https://www.facebook.com/sharer/sharer.php",
        "https://www.google.com/search?q=https+la+gi",
        "https://l.facebook.com/l.php?u=javascript:alert(1)",
        "https://l.facebook.com/l.php?u=//evil.top",
        "https://l.facebook.com/l.php?u=https://",
        "https://zalo.me/g/abcxyz",
        "https://zalo.me/0900000186",
        "https://l.facebook.com.evil.top/l.php?u=" + CODED,
        "https://evil.top/l.php?u=" + CODED,
        "https://mygoogle.com/url?q=" + CODED,
        "https://vnexpress.net/amp/s/evil.top/x",
        "https://www.google.com/amp/",
        "mailto:facebook@example.com",
        "",
    ],
)
def test_what_leads_nowhere_else_stays(link: str) -> None:
    assert unwrapped(link) == link


def test_a_chain_of_wrappers_ends() -> None:
    """A link wrapped more often than anybody does by chance is left where the patience ends."""
    link = INNER
    for _ in range(9):
        link = "https://www.google.com/url?q=" + link.replace("%", "%25").replace(":", "%3A")
    assert "google.com" in unwrapped(link)


@given(st.text(max_size=80))
def test_any_address_is_read_without_error(tail: str) -> None:
    for head in (
        "",
        "https://l.facebook.com/l.php?u=",
        "https://www.google.com/amp/",
        "zalo.me/?u=",
    ):
        unwrapped(head + tail)
