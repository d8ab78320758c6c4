"""Where a clause ends, and the words that bound a figure or give its direction."""

from __future__ import annotations

import re

ENDS = "，。；：！？,;:!?\n"
"""Characters that end a clause."""
END = re.compile(f"[{ENDS}]")
CLAUSE = re.compile(f"[^{ENDS}]+")
BOUNDS_BEFORE = (
    ("≤", r"不(?:得|能|应|准|可|许)?(?:超过|高于|多于|大于|突破)|最[多高大]|至多"),
    ("≥", r"不(?:得|能|应|准|可|许)?(?:低于|少于|小于)|最[少低小]|至少"),
    (">", r"超过|超出|突破|逾|高于|大于|多于|超"),
    ("<", r"低于|不足|不到|不满|少于|小于|未达到?|未满|未到"),
    ("≈", r"大约|大概|大致|接近|将近|约|近|多在"),
)  # 不得超过20元，约 40%
"""Sign and words before a figure; the first match counts, so longer words come first."""
BOUNDS_BEHIND = (
    ("≥", r"及?以上"),
    ("≤", r"及?以[下内]|之内"),
    ("≈", r"左右|上下"),
)  # 800小时左右，8米及以上
UP = r"增长|增加|增|上升|提升|升|上涨|涨|提高|扩大"
DOWN = r"下降|降低|降|减少|减|下跌|跌|缩小|缩|回落|下滑|负"
LOST_BEFORE = re.compile(
    r"(?:不|未|非|无|没|没有|尚|还|勿|约|近|超过?|逾|最多|至少|原则上|力争|争取|计划|拟|预计|可能|基本|主要)$"
)
LOST_BEHIND = re.compile(r"^(?:以上|以下|以内|左右|上下|不得|除外)")
"""What must not be cut off the words that are shown: negation, modality, hedges, bounds."""
