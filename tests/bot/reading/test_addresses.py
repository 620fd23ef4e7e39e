"""Which addresses are never asked, in whatever spelling."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.addresses import RefusedAddress, Resolver, check_host, is_forbidden

REFUSED = """0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.9.9.9 169.254.169.254
172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1
198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16
:: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 64:ff9b::7f00:1
64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1:: 2002:c0a8:101::1
3fff::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1
2606:4700::5efe:10.0.0.1 4000::1""".split()  # noqa: SIM905
PUBLIC = """1.1.1.1 113.190.0.1 203.162.0.1 222.255.1.1 172.32.0.1 100.128.0.1 2606:4700::1111
2001:ee0::1 2405:4800::1 64:ff9b::101:101 ::ffff:113.190.0.1""".split()  # noqa: SIM905
SPELLINGS = """2130706433 0x7f000001 0x7f.1 017700000001 0177.0.0.1 127.1 127.0.1 0x7f.0x0.0x0.0x1
3232235777 0 0x [::1] [::ffff:127.0.0.1] 127.0.0.1. localhost LOCALHOST. a.localhost
printer router.lan vault.internal metadata.google.internal nas.local 127.000.000.001""".split()  # noqa: SIM905


@pytest.mark.parametrize("text", REFUSED)
def test_an_address_that_is_not_public_is_forbidden(text: str) -> None:
    assert is_forbidden(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_an_ordinary_public_address_may_be_asked(text: str) -> None:
    assert not is_forbidden(ipaddress.ip_address(text))


@pytest.mark.parametrize("host", SPELLINGS)
def test_an_inside_address_is_refused_however_it_is_spelt(host: str) -> None:
    with pytest.raises(RefusedAddress):
        check_host(host)


@pytest.mark.parametrize(
    "host", ["vnexpress.net", "1022.gov.vn", "24h.com.vn", "113.190.0.1", "0x7f.vn"]
)
def test_a_public_host_is_not_refused(host: str) -> None:
    check_host(host)


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_like_itself(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for inside in (0xFFFF << 32 | number, 0x64FF9B << 96 | number):
        assert is_forbidden(ipaddress.IPv6Address(inside)) == is_forbidden(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_number_spellings_of_a_private_address_are_refused(
    address: ipaddress.IPv4Address,
) -> None:
    number = int(address)
    octal = ".".join(f"0{part:o}" for part in address.packed)
    for host in (str(number), hex(number), f"0{number:o}", octal, f"10.{number & 0xFFFFFF}"):
        with pytest.raises(RefusedAddress):
            check_host(host)


async def test_one_private_address_among_several_refuses_the_name() -> None:
    async def lookup(_: str) -> list[str]:
        return ["113.190.0.1", "10.0.0.1"]

    with pytest.raises(RefusedAddress):
        await Resolver(lookup, is_forbidden).resolve("bao.example", 443)


async def test_the_addresses_handed_on_are_the_ones_checked() -> None:
    async def lookup(_: str) -> list[str]:
        return ["113.190.0.1", "2405:4800::1"]

    found = await Resolver(lookup, is_forbidden).resolve("bao.example", 443)
    assert [entry["host"] for entry in found] == ["113.190.0.1", "2405:4800::1"]
    assert {entry["hostname"] for entry in found} == {"bao.example"}
