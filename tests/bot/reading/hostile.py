"""A small web server on the loopback address that behaves badly when asked to."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from yarl import URL

ARTICLE = """<!doctype html><html lang="vi"><head><meta charset="utf-8">
<title>Bão số 5 vào Biển Đông - Báo Mẫu</title>
<link rel="canonical" href="https://bao.example/bao-so-5.html">
<meta name="description" content="Tâm bão cách Hoàng Sa 300 km, sức gió cấp 10.">
<meta property="article:published_time" content="2026-10-12T08:00:00+07:00">
</head><body><nav><a href="/">Trang chủ</a></nav><article><h1>Bão số 5 vào Biển Đông</h1>
<p>Sáng 12/10, Trung tâm Dự báo khí tượng thủy văn quốc gia cho biết bão số 5 đã đi vào Biển Đông
và đang di chuyển theo hướng tây tây bắc với tốc độ khoảng 20 km mỗi giờ.</p>
<p>Cơ quan khí tượng đề nghị các tỉnh ven biển kêu gọi tàu thuyền vào nơi trú tránh an toàn, kiểm
tra hồ đập và chuẩn bị phương án sơ tán người dân ở vùng trũng thấp.</p></article></body></html>"""


@dataclass
class Hostile:
    """What the server was asked, and where it is."""

    url: URL
    asked: list[web.BaseRequest] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    def at(self, path: str, host: str = "bao.example") -> str:
        return str(self.url.with_host(host).with_path(path))


def _moved(where: str) -> web.Response:
    return web.Response(status=302, headers={"Location": where})


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html", charset="utf-8")


async def _drip(request: web.BaseRequest) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    while True:
        await response.write(b"<")
        await asyncio.sleep(0.05)


async def _endless(request: web.BaseRequest) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    while True:
        await response.write(b"<p>" * 20_000)


def _bomb() -> bytes:
    pack = zlib.compressobj(9, wbits=31)
    packed = b"".join(pack.compress(bytes(1 << 20)) for _ in range(200))
    return packed + pack.flush()


def _bytes(body: bytes, charset: str) -> web.Response:
    kind = f"text/html; charset={charset}" if charset else "text/html"
    return web.Response(body=body, headers={"Content-Type": kind})


def _packed(body: bytes) -> web.Response:
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/html; charset=utf-8"}
    return web.Response(body=body, headers=headers)


def _gzip(text: str) -> bytes:
    pack = zlib.compressobj(wbits=31)
    return pack.compress(text.encode()) + pack.flush()


class _Site:
    def __init__(self, log: list[web.BaseRequest]) -> None:
        self._log = log

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        self._log.append(request)
        path = request.path
        if path.startswith("/to/"):
            return _moved(request.query_string)
        if path.startswith("/hops/"):
            left = int(path.rpartition("/")[2])
            return (
                web.Response(status=301, headers={"Location": f"/hops/{left - 1}"})
                if left
                else _html(ARTICLE)
            )
        if path == "/drip":
            return await _drip(request)
        if path == "/endless":
            return await _endless(request)
        if path == "/silent":
            await asyncio.sleep(30)
        return self._plain(path)

    def _plain(self, path: str) -> web.Response:
        big = web.Response(body=bytes(3 << 20), content_type="text/html")
        answers = {
            "/article": lambda: _html(ARTICLE),
            "/gzip": lambda: _packed(_gzip(ARTICLE)),
            "/bomb": lambda: _packed(_bomb()),
            "/broken-gzip": lambda: _packed(b"no gzip at all"),
            "/brotli": lambda: web.Response(
                body=b"x", headers={"Content-Encoding": "br", "Content-Type": "text/html"}
            ),
            "/big": lambda: big,
            "/pdf": lambda: web.Response(body=b"%PDF-1.7", content_type="application/pdf"),
            "/untyped": lambda: web.Response(body=b"\x00", content_type="application/octet-stream"),
            "/plain": lambda: web.Response(text="Thông báo lịch cắt điện"),
            "/empty": lambda: _html(""),
            "/says-latin": lambda: _bytes(ARTICLE.encode(), "iso-8859-1"),
            "/says-nothing": lambda: _bytes(ARTICLE.encode(), ""),
            "/says-nonsense": lambda: _bytes(ARTICLE.encode(), "no-such-charset"),
            "/no-letters": lambda: _bytes(bytes(range(256)) * 40, "utf-8"),
            "/cookie": lambda: web.Response(
                status=302, headers={"Location": "/article", "Set-Cookie": "id=1"}
            ),
            "/loop": lambda: _moved("/loop"),
        }
        return answers.get(path, lambda: web.Response(status=404))()


@asynccontextmanager
async def hostile(tls: ssl.SSLContext | None = None) -> AsyncIterator[Hostile]:
    """Serve on a free loopback port until the block ends."""
    log: list[web.BaseRequest] = []
    server = web.Server(_Site(log), handler_cancellation=True)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    port = runner.addresses[0][1]
    url = URL.build(scheme="https" if tls else "http", host="127.0.0.1", port=port)
    try:
        yield Hostile(url, log)
    finally:
        await runner.cleanup()


def self_signed(folder: Path, name: str = "bao.example") -> ssl.SSLContext:
    """A server's TLS context with a certificate that nobody vouches for."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", f"/CN={name}",
         "-addext", f"subjectAltName=DNS:{name}"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
