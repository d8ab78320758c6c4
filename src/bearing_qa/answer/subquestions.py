"""A question that asks two things → its parts, each a question of its own.

民航轴承靠什么渠道，要从哪几类轴承入手？ asks twice; 想了解国产化还差多少，该看哪一节？ asks once: what stands
before is what the section is about.
"""

from __future__ import annotations

import re

MIN_PART_CHARS = 4
"""A shorter piece is no question of its own."""
MAX_PARTS = 4
"""More pieces than this are a list of words, answered as one question."""
_BREAK = re.compile(r"[，,；;？?。]+")
_ASKS = re.compile(
    r"什么|哪|多[少大高长远久快重宽深厚]|几(?![乎何])|谁|怎么|怎样|如何|为[何啥]|吗|是否|何[时地种人]|百分之"
    r"|\b(?:what|which|who|whom|when|where|why|how)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^\s*(?:我?想(?:了解|知道|问)|关于|对于|至于|如果|要是|无论|不论|不管)")
"""Words that make what follows them the matter of the question behind it."""
_GOES_ON = re.compile(r"^\s*(?:使得?|以致|致使|导致|从而|才|并且?|[他她它其该此])")
"""Words that carry on the question before them, or ask on about what answers it (他是什么职务)."""
_PLACE = re.compile(
    r"[哪那]一?(?:小|大)?(?:节|章|条|部分|段|处)|(?:哪里|哪儿|何处)(?:提|谈|讲|说|论|写|分析|介绍|规定)"
)

_AND_THIS = re.compile(r"^(?:那么?|还有|以及)?(?P<matter>.{2,24}?)呢$")
"""Asks of another matter what was asked before: 赤字率是多少？就业目标呢？"""
_YEAR = re.compile(r"[12]\d{3}\s*年(?!代)|[今去明前]年")
_OPENS = re.compile(
    r"^(?:[都又还再分别各]*)(?:由谁|由哪|谁|什么时候|何时|多久|几[天日年月个家]|多少|哪[天年月个家里]|在哪|为什么|为何|怎么|如何)"
)
"""How a part begins that leaves its subject to the one before it."""
_HANGS = re.compile(r"[，,]?(?:[由在是有于向对为要应该可以能都在]*)$")
"""What is left hanging in front of an asking word: 平台由(哪个部门)."""
MIN_MATTER_CHARS = 2
_LEADING_YEAR = re.compile(rf"^\s*(?:{_YEAR.pattern})")
_ASKED = re.compile(rf"什么时候|几[^，。？]|{_ASKS.pattern}", re.IGNORECASE)


def split_question(text: str) -> tuple[str, ...]:
    """The questions that a text asks one behind the other; nothing where it asks only one.

    A piece that does not ask goes with the one behind it; a piece before 该看哪一节 says what the
    section is about. 就业目标呢？ asks of its matter what the piece before it asks.
    """
    parts: list[str] = []
    waiting = ""
    for piece in filter(None, (piece.strip() for piece in _BREAK.split(text))):
        whole = f"{waiting}，{piece}" if waiting else piece
        goes_on = _AND_THIS.match(piece) if parts and not waiting else None
        if goes_on and not _ASKS.search(piece):
            parts.append(_spelled_out(goes_on["matter"], asked_before=parts[-1]))
            continue
        is_matter = _ABOUT.search(whole) and not waiting
        if not _ASKS.search(piece) or is_matter:
            waiting = whole
        elif parts and (_GOES_ON.search(piece) or _is_place_of(piece, parts[-1])):
            parts[-1] = f"{parts[-1]}，{whole}"
            waiting = ""
        else:
            parts.append(whole)
            waiting = ""
    if waiting and parts:
        parts[-1] = f"{parts[-1]}，{waiting}"
    whole_questions = 2 <= len(parts) <= MAX_PARTS and all(
        len(part) >= MIN_PART_CHARS for part in parts
    )
    return tuple(parts) if whole_questions else ()


def with_matter(part: str, *, first: str) -> str:
    """A later part that begins to ask at once, behind what the first part is about: 由谁运营 is asked of the 冷库 of
    冷库建几座; a part that names its own matter stays."""
    opens = _OPENS.match(part)
    asked = _ASKED.search(first)
    matter = _HANGS.sub("", first[: asked.start()]) if asked else ""
    return f"{matter}，{part}" if opens and len(matter) >= MIN_MATTER_CHARS else part


def follow_up(text: str, *, before: str) -> str:
    """What a question that names only another matter or year (那2023年呢？) asks after the question ``before``
    it: that question of this matter. Any other question as it is."""
    pieces = [piece.strip() for piece in _BREAK.split(text) if piece.strip()]
    goes_on = _AND_THIS.match(pieces[0]) if len(pieces) == 1 else None
    last = (split_question(before) or (before,))[-1].strip().rstrip("？?。")
    if not goes_on or _ASKS.search(pieces[0]) or not _ASKED.search(last):
        return text
    return f"{_spelled_out(goes_on['matter'], asked_before=last)}？"


def _spelled_out(matter: str, *, asked_before: str) -> str:
    """就业目标 as the question before it, of the same year; a year alone takes the other's place."""
    if _YEAR.fullmatch(matter):
        asked, replaced = _YEAR.subn(matter, asked_before, count=1)
        return asked if replaced else f"{matter}{asked_before}"
    asks, year = _ASKED.search(asked_before), _LEADING_YEAR.match(asked_before)
    same = year.group() if year and not _YEAR.search(matter) else ""
    return f"{same}{matter}是{asks.group()}" if asks else f"{same}{matter}"


def _is_place_of(piece: str, before: str) -> bool:
    """Whether a piece asks where the text says what the piece before it asks."""
    return bool(_PLACE.search(piece)) and not _PLACE.search(before)
