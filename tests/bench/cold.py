"""One cold check, with its resident memory printed last; started by ``judging``."""

from __future__ import annotations

import os

from bot.__main__ import main
from tests.bench.figures import resident

main(["check", "--json", '{"id": 1, "text": "Hà Nội mở thêm hai tuyến xe buýt điện từ tháng 12."}'])
print(resident(os.getpid()))
