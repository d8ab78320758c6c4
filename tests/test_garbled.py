"""Text that was decoded wrongly is told from language, and a list of names is language."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from bearing_qa.document.encoding import is_garbled
from tests.conftest import parse_all
from tests.test_formats import TEXT


def test_garbled_text_is_told_from_language() -> None:
    assert not is_garbled(TEXT * 3)
    assert is_garbled("".join(chr(0x4E00 + 37 * n % 20000) for n in range(400)))
    assert is_garbled("\ue123" * 300)
    assert not is_garbled("Plain English text. " * 50)
    assert is_garbled("".join(chr(0x4E00 + 37 * n % 20000) for n in range(60)))
    nonsense = "".join(
        bytes([0xB0 + n % 39, 0xA1 + n * 7 % 90]).decode("gb2312") for n in range(400)
    )
    assert is_garbled("\n".join(nonsense[at : at + 40] for at in range(0, 400, 40)))
    assert not is_garbled("\uf0b7 Plain English text of a list.\n" * 50)


DRUGS = [
    f"{drug}{form}"
    for drug in ("阿莫西林", "头孢哌酮钠舒巴坦钠", "硫嘌呤", "黄芪")
    for form in ("胶囊", "颗粒", "注射液", "片")
]
PEOPLE = [
    f"{family}{given}"
    for family in "王李张刘陈杨黄赵"
    for given in ("婷婷", "祎", "喆", "秀英", "桂兰", "嘉琪", "璐", "梓涵")
]
VILLAGES = [
    f"{at}圩镇{name}"
    for at in "东西南北"
    for name in ("垰头村", "石埠村", "李家堌堆村", "柳林村", "塅上村", "凼口村")
]
TRADITIONAL = [f"{at}區國民學校" for at in "東西南北" for _ in range(12)]
LISTS = [DRUGS * 2, PEOPLE, VILLAGES * 2, TRADITIONAL]


@pytest.mark.parametrize("names", LISTS)
def test_a_list_of_names_is_no_garbled_text(names: list[str], tmp_path: Path) -> None:
    assert not is_garbled("\n".join(names))
    document = docx.Document()
    table = document.add_table(0, 2)
    for at, name in enumerate(names):
        for cell, text in zip(table.add_row().cells, (str(at), name), strict=True):
            cell.text = text
    document.save(str(tmp_path / "a.docx"))
    rows = "".join(f"<p>{name}</p>" for name in names)
    (tmp_path / "a.html").write_text(f"<meta charset=utf-8>{rows}", encoding="utf-8")
    for name in ("a.docx", "a.html"):
        (parsed,) = parse_all(tmp_path / name)
        assert all(name in parsed.document.text for name in names)
