"""What is kept, for how long and why: the one table that the purge and every word about it follow.

Source of the rule: Luật 91/2025/QH15 and Nghị định 356/2025/NĐ-CP; a test holds every column of the
store against it.
"""

from __future__ import annotations

from dataclasses import dataclass

TEXT_DAYS = 30
KEY_DAYS = 7
ANSWERED_DAYS = 2  # Telegram gives an update again for a day
BACKUPS = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of thing that is kept.

    ``columns`` name where ("table.column"). With ``days`` the purge named ``code`` deletes it when
    it is that old; without, ``until`` says how long it stays. ``copied`` tells whether a backup
    holds it.
    """

    code: str
    what: str
    why: str
    columns: frozenset[str] = frozenset()
    days: int | None = None
    until: str = ""
    copied: bool = True

    @property
    def term(self) -> str:
        """How long, in words."""
        if self.days is None:
            return self.until
        return f"nhiều nhất {self.days} ngày" if self.days else "không quá vài phút"


def _of(**tables: str) -> frozenset[str]:
    return frozenset(
        f"{table}.{column}" for table, columns in tables.items() for column in columns.split()
    )


_STAYS = "giữ lâu dài, không gắn với ai"


def table(text_days: int = TEXT_DAYS) -> tuple[Kept, ...]:
    """Every row; ``text_days`` is how long the owner keeps texts."""
    return (
        Kept(
            code="texts",
            what="Nội dung bài trong nhóm (chữ, đường dẫn, lời trích)",
            why="để xem lại khi bài được sửa, gợi ý bài tốt cho nhóm khác trong tỉnh và dạy mô hình"
            " theo sắc thái mà quản trị nhóm đã sửa (mô hình không giữ chữ của bài)",
            columns=_of(reviews="parts title link verdict"),
            days=text_days,
            copied=False,
        ),
        Kept(
            code="senders",
            what="Mã băm có khóa của người gửi, và khóa của từng ngày",
            why="để /xoadulieu tìm được bài của chính người gõ lệnh",
            columns=_of(reviews="sender", day_keys="day key"),
            days=KEY_DAYS,
            copied=False,
        ),
        Kept(
            code="told",
            what="Dấu “đã nhắn” (mã băm có khóa)",
            why="để không chào người lạ hay hỏi người phụ trách hai lần",
            columns=_of(told="mark who day at"),
            days=KEY_DAYS,
            copied=False,
        ),
        Kept(
            code="letters",
            what="Câu trả lời đang chờ gửi",
            why="để không mất câu nào khi mất mạng hoặc khởi động lại",
            columns=_of(
                outgoing="id key platform chat text kind thread reply_to edit_of choices picture"
                " review_id not_before once asked_at quotes who"
            ),
            until="tới khi gửi xong",
            copied=False,
        ),
        Kept(
            code="answered",
            what="Dấu “đã trả lời” (mã băm có khóa)",
            why="để một tin, một lượt bấm đến lại sau sự cố không bị tính hai lần",
            columns=_of(answered="mark at"),
            days=ANSWERED_DAYS,
            copied=False,
        ),
        Kept(
            code="verdicts",
            what="Nhận định (mức, sắc thái, số nhận định) và dấu nhận ra bài trùng",
            why="để nút bấm còn dùng được và một bài không bị đếm hai lần",
            columns=_of(
                reviews="id group_id key post_id verdict reference level tone version answer"
                " declined created_at updated_at",
                posts="id group_id fingerprint person_tone",
                signatures="post_id facts size pairs traces",
                traces="value post_id",
            ),
            until=_STAYS,
        ),
        Kept(
            code="counts",
            what="Lượt chia sẻ của cả nhóm, câu trả lời kèm theo, ý kiến về sắc thái",
            why="để tính cân đối; không ghi ai đã bấm",
            columns=_of(
                ledger="id post_id seq delta group_id tone day shared_at recorded_at reason",
                tallies="group_id day tone n",
                share_answers="post_id rule yes at",
                disputes="id review_id tone at",
            ),
            until=_STAYS,
        ),
        Kept(
            code="registry",
            what="Đơn vị, nhóm và cài đặt",
            why="để biết nhóm nào thuộc đơn vị nào",
            columns=_of(
                units="id name parent code basis contact gives gets created_at",
                groups="id unit_id platform chat thread active settings joined_at",
                aliases="platform chat group_id",
            ),
            until="chừng nào đơn vị còn dùng",
        ),
        Kept(
            code="members",
            what="Cuộc trò chuyện riêng đã nhập mã đơn vị",
            why="để trả lời đúng số liệu của đơn vị",
            columns=_of(members="platform chat unit_id joined_at"),
            until="tới khi người đó chặn Cân Tin",
        ),
        Kept(
            code="waiting",
            what="Nhóm chưa có mã đơn vị",
            why="để tự rời nhóm sau 24 giờ",
            columns=_of(waiting="platform chat since"),
            until="tới khi nhóm có mã, hoặc Cân Tin đã rời nhóm (sau 24 giờ, bị lỗi thì thử lại)",
            copied=False,
        ),
        Kept(
            code="nudges",
            what="Tuần nào đã nhắc nhóm nào",
            why="để không nhắc hai lần",
            columns=_of(
                nudges="group_id kind week state at reason message",
                _sqlite_migrations="id migration_set name applied_at",
            ),
            until=_STAYS,
        ),
        Kept(
            code="backups",
            what=f"Bản sao lưu tự động ({BACKUPS} bản mới nhất)",
            why="để quay lại khi nâng cấp hay khôi phục gặp trục trặc",
            until="tới khi có bản mới thay; không có nội dung bài, mã băm của ai, câu đang chờ",
        ),
        Kept(
            code="broken",
            what="Tệp sổ bị hỏng, để riêng khi khôi phục",
            why="để người vận hành còn cứu được dữ liệu",
            days=KEY_DAYS,
            copied=False,
        ),
    )


def columns(*, copied: bool) -> frozenset[str]:
    """The columns that a backup holds, or does not; one with words and more in it is among both."""
    return frozenset().union(*(kept.columns for kept in table() if kept.copied is copied))
