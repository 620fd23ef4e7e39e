"""The checks that rules name: each looks at a case and answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from models.case import Case
from models.checks import basics, harm, people, sourcing, wording
from models.checks.answer import Answer

Check = Callable[[Case], Answer]

CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        basics.approved_video,
        basics.ask_people,
        basics.ask_video,
        basics.balance,
        basics.clear_tone,
        basics.context,
        basics.not_shown,
        basics.readable,
        basics.vietnamese,
        harm.children,
        harm.graphic,
        harm.lawful,
        harm.no_advert,
        harm.respectful,
        harm.scam,
        people.circulation_mark,
        people.exposed_detail,
        people.exposed_identity,
        people.exposed_phone,
        people.exposed_victim,
        people.private_life,
        people.secret_mark,
        sourcing.fresh,
        sourcing.full_link,
        sourcing.known_source,
        sourcing.original_page,
        sourcing.plain_link,
        sourcing.trap_link,
        wording.plain_words_sourced,
        wording.plain_words_unsourced,
        wording.unhurried,
        wording.verified_claim,
    )
}
