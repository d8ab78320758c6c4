"""Cut by the plain vocabulary, a text has the pieces that the whole one gives it; any other text is cut by the whole one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from bearing_qa.encoders.default_model import unpacked_folder
from bearing_qa.encoders.word_pieces import PLAIN, WHOLE, WordPieces, is_plain, plain_rows

CORPUS = Path(__file__).parents[1] / "corpus" / "speech.txt"
LIMIT = 512


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return WordPieces(unpacked_folder(), limit=LIMIT)


@pytest.fixture(scope="module")
def whole() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(unpacked_folder() / WHOLE))
    tokenizer.enable_truncation(LIMIT)
    return tokenizer


def made_up(count: int) -> list[str]:
    """Texts of any plain signs, rare and compatible ones among them, from a fixed seed."""
    signs = [
        chr(code)
        for code in range(0x20, 0x30000)
        if not 0xD800 <= code < 0xE000 and is_plain(chr(code))
    ]
    chance = random.Random(0)
    return ["".join(chance.choices(signs, k=chance.randint(1, 30))) for _ in range(count)]


def test_a_plain_text_has_the_same_pieces(pieces: WordPieces, whole: Tokenizer) -> None:
    texts = [*CORPUS.read_text(encoding="utf-8").split("\n"), *made_up(3000)]
    texts += ["GDP 增长 5.2％，～㎡①ⅷ", "query: 我國軸承產業", "", "字" * 1000]
    for text in texts:
        assert is_plain(text)
        for special in (True, False):
            found = pieces.encode(text, add_special_tokens=special)
            expected = whole.encode(text, add_special_tokens=special)
            assert found.ids == expected.ids, text
            assert found.offsets == expected.offsets, text


@pytest.mark.parametrize(
    "text", ["µ粒子", "中俄 договор", "α粒子", "カタカナ", "Đà Nẵng", "㏀", "e\u0301t"]
)
def test_a_text_with_other_letters_is_cut_by_the_whole_vocabulary(
    pieces: WordPieces, whole: Tokenizer, text: str
) -> None:
    assert pieces.encode(text).ids == whole.encode(text).ids


def test_the_plain_vocabulary_is_what_plain_texts_can_use_and_the_least_score() -> None:
    names, scores = ["<s>", "▁轴", "ж", "承", "ö", "a1", "ß"], [0.0, -1, -2, -3, -9, -4, -8]
    assert plain_rows(names, scores, special=[0]) == [0, 1, 3, 4, 5]


def test_the_plain_file_is_the_smaller_part() -> None:
    folder = unpacked_folder()
    assert 2 * (folder / PLAIN).stat().st_size < (folder / WHOLE).stat().st_size
