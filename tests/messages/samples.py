"""Verdicts, balances and one example of every text, which snapshots and other tests share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from messages import render
from messages.reply import Reply
from models.balance import Balance, Tally
from models.errors import UserError
from models.ledger import Suggestion
from models.registry import GroupSettings, Unit
from models.seen import Seen
from models.verdict import Finding, Level, Source, Status, Tier, Tone, Verdict
from models.why import Told, Why

TODAY = date(2026, 11, 20)
HOUR, EVENING = timedelta(hours=1), datetime(2026, 11, 20, 19, 5, tzinfo=UTC)
CODE_874 = "khoản 4 Điều 4 QĐ 874/QĐ-BTTTT"


def verdict(level: Level, tone: Tone = Tone.NEUTRAL, *findings: Finding, **more: Any) -> Verdict:
    facts: dict[str, Any] = {
        "confidence": 0.87,
        "tone_p": {Tone.POSITIVE: 0.3, Tone.NEUTRAL: 0.46, Tone.NEGATIVE: 0.24},
        "flags": {},
        "source": Source(Tier.T4),
        "reference": "3F9K",
        **more,
    }
    return Verdict(level=level, tone=tone, findings=findings, **facts)


RUMOUR = verdict(
    Level.VERIFY_FIRST,
    Tone.NEGATIVE,
    Finding(
        "qd874.4.4", Status.UNKNOWN, CODE_874, "Bài chưa có nguồn để đối chiếu.",
        "nghe nói mai cắt nước cả phường", "Tìm thông báo gốc của đơn vị cấp nước.",
        Level.VERIFY_FIRST,
    ),
    Finding(
        "personal_data.phone", Status.FAIL, "Luật 91/2025/QH15",
        "Bài có số điện thoại của một người", "gọi anh B 091***678", "Che số điện thoại",
        Level.WITH_CARE,
    ),
    successor_note=True,
)  # fmt: skip
GOOD = verdict(
    Level.SHARE,
    Tone.POSITIVE,
    Finding("qd874.4.4", Status.PASS, CODE_874),
    source=Source(Tier.T1, "vidu.gov.vn"),
    successor_note=True,
)
SAD = verdict(
    Level.WITH_CARE,
    Tone.NEGATIVE,
    Finding(
        "cv664.ceiling", Status.FAIL, "Công văn 664/PTTH&TTĐT", "Bài đáng tin nhưng tiêu cực", "",
        "Chờ thêm tin tích cực", Level.WITH_CARE,
    ),
    source=Source(Tier.T2, "vidu.vn"),
)  # fmt: skip
STORM = verdict(Level.SHARE, Tone.NEGATIVE, source=Source(Tier.T1, "vidu.gov.vn"), warning=True)
DRAFT = verdict(Level.WITH_CARE, Tone.NEUTRAL, draft=True)
UNCLEAR = verdict(Level.WITH_CARE, Tone.UNCLEAR, confidence=0.46)
UNJUDGED = verdict(
    Level.VERIFY_FIRST,
    Tone.UNCLEAR,
    Finding(
        "qd874.3.language", Status.UNKNOWN, "QĐ 874/QĐ-BTTTT", "Bài không viết bằng tiếng Việt",
        "The weather", "Nhờ người biết tiếng đọc hết bài.", Level.VERIFY_FIRST,
    ),
    confidence=1 / 3,
    tone_p=dict.fromkeys((Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE), 1 / 3),
)  # fmt: skip
SCAM = verdict(Level.DO_NOT_SHARE, Tone.POSITIVE)
SECRET = verdict(Level.REFUSE)

BALANCED = Balance(Tally(15, 10, 3), 30, TODAY, Tally(10, 8, 2))
NEAR = Balance(Tally(6, 5, 1), 30, TODAY, Tally(2, 1))
OVER = Balance(Tally(10, 5, 4, 1), 30, TODAY, Tally(10, 8, 2), basis="CV số 12/VD-TTBC")
FEW = Balance(Tally(3, 1), 30, TODAY)
EMPTY = Balance(Tally(), 7, TODAY)
WEEK = Balance(Tally(4, 1, 1), 7, date(2026, 11, 15))
WEEKLY = [(date(2026, 11, 2), Tally(3, 2, 1)), (date(2026, 11, 9), Tally(1, 0, 0, 2))]
YEARLY = [(TODAY - timedelta(days=7 * n + 4), Tally(2, 1, 1)) for n in range(51, -1, -1)]
UNIT = Unit(1, "Phường Ví Dụ", None, "MA-VI-DU", basis="CV số 12/VD-TTBC", contact="telegram:5")
SUGGESTIONS = [
    Suggestion("Khánh thành cầu dân sinh & đường liên thôn", "https://vidu.gov.vn/a?b=1&c=2"),
    Suggestion("Lớp học buổi tối cho bà con", "javascript:alert(1)"),
]


WHY = Why(
    Tone.NEGATIVE,
    Told(("nghe nói", "cắt nước", "vidu.vn"), ("exclaims", "capitals", "a later sign")),
    Told(("phường",)),
)


def answer(given: Verdict, balance: Balance | None = BALANCED, **more: Any) -> Reply:
    """``render.advice`` in a group, in full, unless told otherwise."""
    facts: dict[str, Any] = {"review": 417, "short": False, "private": False, **more}
    return render.advice(given, balance=balance, **facts)


def _error(key: str, **facts: str | int) -> Callable[[], Reply]:
    return lambda: render.error(UserError(key, **facts))


_BROKEN: dict[str, str | int] = {"file": "quy_tac.toml", "line": 7, "reason": "thiếu mục id"}
ERRORS: dict[str, dict[str, str | int]] = {
    "store_unavailable": {"reason": "full"},
    "newer_database": {"path": "can_tin.db"},
    "broken_rules": _BROKEN,
    "broken_model": {"file": "sac_thai.npz", "reason": "thiếu trọng số"},
    "broken_file": _BROKEN,
    "not_a_database": {"path": "anh.png"},
    "backup_exists": {"path": "sao_luu.db"},
    "wrong_settings": {"name": "CANTIN_OWNERS", "reason": "phải là các số"},
    "busy": {},
    "not_a_file": {"path": "bai.jsonl"},
    "unknown_unit": {"unit": 9},
    "unknown_group": {},
    "unknown_review": {},
    "expired": {"review": 9},
    "unknown_pack": {"pack": "qd999"},
    "no_data": {"file": "du_lieu"},
    "needs_out": {},
    "needs_data": {},
    "no_libraries": {"name": "sklearn"},
    "bad_line": {"line": 3, "reason": "không phải JSON"},
    "port_taken": {"address": "127.0.0.1:8080"},
    "token_refused": {},
    "webhook_refused": {"address": "https://can-tin.example"},
    "another_receiver": {},
    "telegram_unreachable": {"address": "api.telegram.org"},
    "socks_proxy": {"address": "10.0.0.1:1080"},
    "no_such_window": {},
    "no_token": {},
    "backup_failed": {"path": "sao_luu.db", "reason": "full"},
    "empty_database": {"path": "can_tin.db"},
    "damaged_backup": {"path": "sao_luu.db", "reason": "tallies_differ"},
    "broken_key": {"path": "fingerprint.key"},
    "same_file": {"path": "can_tin.db"},
    "store_in_use": {"path": "can_tin.db"},
    "restore_failed": {"path": "can_tin.db", "reason": "read_only"},
    "unit_cycle": {"unit": 2, "parent": 5},
    "generic": {"what": "điều chưa có lời"},
}

REPLIES: dict[str, Callable[[], Reply]] = {
    "advice_rumour": lambda: answer(RUMOUR),
    "advice_rumour_short": lambda: answer(RUMOUR, short=True),
    "advice_good": lambda: answer(GOOD, can_draft=True),
    "advice_good_shared": lambda: answer(GOOD, state="shared"),
    "advice_good_declined_short": lambda: answer(GOOD, state="declined", short=True),
    "advice_sad_over": lambda: answer(SAD, OVER),
    "advice_storm_over": lambda: answer(STORM, OVER),
    "advice_draft_private": lambda: answer(DRAFT, None, review=None, private=True),
    "advice_unclear_private": lambda: answer(UNCLEAR, review=None, private=True),
    "advice_unjudged": lambda: answer(UNJUDGED),
    "advice_unjudged_short": lambda: answer(UNJUDGED, short=True),
    "advice_scam_few": lambda: answer(SCAM, FEW),
    "advice_relabelled": lambda: answer(RUMOUR, tone_set=Tone.NEUTRAL),
    "advice_seen_shared": lambda: answer(
        GOOD, state="shared", seen=Seen(TODAY, reference="CT-7KQ2MD", shared=True)
    ),
    "advice_seen_short": lambda: answer(
        RUMOUR, short=True, seen=Seen(TODAY, reference="CT-7KQ2MD", declined=True)
    ),
    "advice_seen_doubted": lambda: answer(
        SCAM, short=True, seen=Seen(TODAY, reference="CT-7KQ2MD", doubted=True)
    ),
    "advice_seen_in_unit": lambda: answer(DRAFT, None, review=None, private=True, seen=Seen(TODAY)),
    "advice_similar": lambda: answer(SAD, OVER, seen=Seen(TODAY, 86, "CT-7KQ2MD")),
    "advice_similar_in_unit": lambda: answer(GOOD, short=True, seen=Seen(TODAY, 86)),
    "why": lambda: render.why(RUMOUR, WHY),
    "why_good": lambda: render.why(GOOD, Why(Tone.POSITIVE, Told(("khánh thành",)))),
    "why_elsewhere": lambda: render.why(
        UNCLEAR, Why(Tone.NEUTRAL, against=Told((), ("lines",)), alone=False, renewed=True)
    ),
    "why_gone": lambda: render.why(SAD, Why(Tone.NEGATIVE, missing="gone"), days=30),
    "why_kept_back": lambda: render.why(SCAM, Why(Tone.POSITIVE, missing="kept_back")),
    "why_wordless": lambda: render.why(
        GOOD, Why(Tone.POSITIVE, missing="wordless"), tone_set=Tone.NEUTRAL
    ),
    "why_unjudged": lambda: render.why(UNJUDGED, Why(Tone.UNCLEAR, missing="unjudged")),
    "why_refused": lambda: render.why(SECRET, Why(Tone.UNCLEAR, missing="kept_back")),
    "refusal": render.refusal,
    "sure": lambda: render.sure(Level.DO_NOT_SHARE, 417),
    "ask_tone": lambda: render.ask_tone(417, private=False, reference="3F9K"),
    "ask_tone_private": lambda: render.ask_tone(None, private=True, reference="3F9K"),
    "human_question": lambda: render.human_question(417, "qd874.5.1", "Anh/chị đã đọc hết chưa."),
    "contact_group": lambda: render.contact_request(RUMOUR, group_name="Tổ A", reference="3F9K"),
    "contact_private": lambda: render.contact_request(SCAM, group_name=None, reference="3F9K"),
    "contact_excerpt": lambda: render.contact_request(
        None, group_name=None, reference="3F9K", excerpt="Nghe nói mai cắt nước, xem t.me/vidu"
    ),
    "settings_in_group": render.settings_in_group,
    "stats_group": lambda: Reply(render.stats_text(BALANCED, scope="group", name="Tổ A")),
    "stats_unit_over": lambda: Reply(render.stats_text(OVER, scope="unit", name="Phường Ví Dụ")),
    "stats_near": lambda: Reply(render.stats_text(NEAR, scope="group", name=None)),
    "stats_few": lambda: Reply(render.stats_text(FEW, scope="group", name="Tổ A")),
    "stats_empty": lambda: Reply(render.stats_text(EMPTY, scope="unit", name=None)),
    "report_weeks": lambda: render.report(OVER, WEEKLY, scope="unit", name="Phường Ví Dụ"),
    "report_months": lambda: render.report(BALANCED, YEARLY, scope="group", name=None),
    "report_few": lambda: render.report(FEW, [], scope="group", name="Tổ A"),
    "nudge": lambda: render.nudge(
        week=WEEK, month=BALANCED, suggestions=SUGGESTIONS, quiet=False, group=3
    ),
    "nudge_over": lambda: render.nudge(
        week=EMPTY, month=OVER, suggestions=SUGGESTIONS[:1], quiet=False, group=3
    ),
    "nudge_few": lambda: render.nudge(week=EMPTY, month=FEW, suggestions=[], quiet=False, group=3),
    "nudge_quiet": lambda: render.nudge(
        week=EMPTY, month=BALANCED, suggestions=[], quiet=True, group=3
    ),
    "start_private": lambda: render.start_private("Phường Ví Dụ"),
    "start_group": lambda: render.start_group("Phường Ví Dụ", True),
    "start_group_blind": lambda: render.start_group("Phường Ví Dụ", False),
    "needs_code": render.needs_code,
    "leaving": render.leaving,
    "wrong_code": render.wrong_code,
    "admins_only": render.admins_only,
    "cannot_check_admin": render.cannot_check_admin,
    "stranger": render.stranger,
    "help_private": lambda: render.help_text(private=True, admin=False),
    "help_group": lambda: render.help_text(private=False, admin=False),
    "help_admin": lambda: render.help_text(private=False, admin=True),
    "privacy": lambda: render.privacy(30),
    "forgotten": lambda: render.forgotten(3, 1),
    "forgotten_none": lambda: render.forgotten(0, by_reply=True),
    "cannot_see": render.cannot_see,
    "unreadable": lambda: render.unreadable(["photo", "photo", "voice"]),
    "unreadable_why": lambda: render.unreadable(["photo"], "picture_too_big"),
    "reading_picture": render.reading_picture,
    "reading_cut_short": render.reading_cut_short,
    "work_notice": render.work_notice,
    "nothing_to_check": render.nothing_to_check,
    "nothing_to_explain": lambda: render.nothing_to_explain(private=False),
    "nothing_to_explain_private": lambda: render.nothing_to_explain(private=True),
    "late": lambda: Reply(render.late(datetime(2026, 11, 19, 8, 5, tzinfo=UTC))),
    "too_late": render.too_late,
    "wrong_contact": render.wrong_contact,
    "too_much": lambda: render.too_much("posts", "person", 30, HOUR, EVENING),
    "too_much_day": lambda: render.too_much("posts", "group", 200, 24 * HOUR, EVENING),
    "too_much_commands": lambda: render.too_much("commands", "person", 30, HOUR, EVENING),
    "too_many_guesses": lambda: render.too_many_guesses(5, HOUR, EVENING),
    "settings_admin": lambda: render.settings(GroupSettings(), UNIT, group=3, admin=True),
    "settings_member": lambda: render.settings(GroupSettings(), None, group=3, admin=False),
    "nudge_settings_admin": lambda: render.nudge_settings(GroupSettings(), group=3, admin=True),
    "nudge_settings_paused": lambda: render.nudge_settings(
        GroupSettings(nudge=False), group=3, admin=True
    ),
    "nudge_settings_member": lambda: render.nudge_settings(
        GroupSettings(quiet=True, weekday=4, hour=14), group=3, admin=False
    ),
    "internal_error": lambda: render.internal_error("E-7K2P"),
    **{f"error_{key}": _error(key, **facts) for key, facts in ERRORS.items()},
}
