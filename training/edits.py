"""Edited questions: a question with one term put for another, which the passage that answered it no longer answers.

Years, places, classes, bounds, directions, persons and acts that a reader confuses; a pair is put in only where the
passage and the headings above it do not say the other term.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from typing import Any

_ALIKE = """
进口 出口 | 上升 下降 | 增长 下降 | 增加 减少 | 最高 最低 | 最多 最少 | 至少 至多 | 不少于 不超过 | 以上 以下 | 收入 支出
城镇 农村 | 城市 乡村 | 男 女 | 省级 市级 县级 | 国家级 省级 | 大型 小型 中型 | 中央 地方 | 国务院 省级人民政府
小学 初中 高中 大学 | 本科 专科 研究生 | 幼儿园 小学 | 未成年人 成年人 老年人 | 个人 单位 | 企业 事业单位 社会团体 | 公办 民办
国有企业 民营企业 外资企业 | 批准 备案 | 申请 撤销 | 设立 注销 | 成立 解散 | 生产 销售 进口 | 第一产业 第二产业 第三产业
工业 农业 服务业 | 粮食 油料 棉花 | 铁路 公路 民航 | 水路 铁路 | 煤炭 石油 天然气 | 养老保险 医疗保险 失业保险 工伤保险
罚款 拘留 吊销 | 警告 罚款 | 上半年 下半年 | 一季度 三季度 | 年初 年末 | 施行 公布 | 通过 修订 | 起草 审议 | 制定 解释 废止
书记 县长 | 主任 副主任 | 委员 常委 | 法院 检察院 | 公安机关 司法机关 | 民政部门 财政部门 教育部门 卫生部门 环保部门 | 教育局 卫生局 财政局
申请人 被申请人 | 原告 被告 | 出租人 承租人 | 买方 卖方 | 用人单位 劳动者 | 雇主 雇员 | 监护人 被监护人 | 债权人 债务人 | 甲方 乙方
父母 子女 | 教师 学生 家长 | 医生 护士 患者 | 驾驶人 乘客 行人 | 业主 物业公司 | 经营者 消费者 | 投保人 保险人 受益人 | 发包人 承包人
故意 过失 | 有偿 无偿 | 强制 自愿 | 公开 保密 | 首次 再次 | 初审 终审 | 一审 二审 | 口头 书面 | 现场 网上 | 全国 全省 全市
原因 目的 依据 | 条件 程序 期限 | 权利 义务 | 职责 待遇 | 奖励 处罚 | 定义 分类 | 目标 原则 任务 | 优点 缺点 | 优势 不足 | 成绩 问题
亿元 万元 | 亿美元 亿元 | 万吨 亿吨 | 公里 平方公里 | 万人 人次 | 百分点 倍
"""
_GROUPS = [[t.split() for t in line.split("|")] for line in _ALIKE.strip().splitlines()]
_WORDS = [group for line in _GROUPS for group in line if len(group) > 1]
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_PLACES = [
    "北京",
    "上海",
    "天津",
    "重庆",
    "河北",
    "河南",
    "山东",
    "山西",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
    "西藏",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "四川",
    "贵州",
    "云南",
    "深圳",
    "青岛",
    "济南",
    "太原",
    "包头",
    "南阳",
    "郑州",
    "株洲",
    "楚雄",
]
_ARTICLE = re.compile(r"第([一二三四五六七八九十]{1,3})([条章])")
_DIGITS = "一二三四五六七八九"


def edited(question: str, passages: Sequence[dict[str, Any]], *, seed: str) -> list[str]:
    """Questions that differ from one by a term and that none of the passages answers, in an order fixed by ``seed``."""
    if not passages:
        return []
    said = " ".join(f"{p['title']} {p['path']} {''.join(p['units'])}" for p in passages)
    rng = random.Random(seed)
    found = list(
        dict.fromkeys(
            [
                *_years(question, said, rng),
                *_places(question, said, rng),
                *_terms(question, said, rng),
                *_articles(question, rng),
            ]
        )
    )
    rng.shuffle(found)
    return found


def _years(question: str, said: str, rng: random.Random) -> Iterator[str]:
    for match in _YEAR.finditer(question):
        other = str(int(match[1]) + rng.choice([-3, -2, -1, 1, 2, 3, 5]))
        if other not in said and other not in question and match[1] in said:
            yield question[: match.start()] + other + question[match.end() :]


def _places(question: str, said: str, rng: random.Random) -> Iterator[str]:
    for place in _PLACES:
        if place in question and place in said:
            others = [p for p in _PLACES if p not in said and p not in question]
            yield question.replace(place, rng.choice(others))


def _terms(question: str, said: str, rng: random.Random) -> Iterator[str]:
    for group in _WORDS:
        for word in group:
            if word in question:
                others = [o for o in group if o != word and o not in said and o not in question]
                if others:
                    yield question.replace(word, rng.choice(others), 1)
                break


def _articles(question: str, rng: random.Random) -> Iterator[str]:
    for match in _ARTICLE.finditer(question):
        other = "十" + rng.choice(_DIGITS) if match[2] == "条" else rng.choice(_DIGITS)
        if other != match[1]:
            yield question[: match.start(1)] + other + question[match.end(1) :]
