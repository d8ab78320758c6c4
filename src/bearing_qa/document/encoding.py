"""Bytes → text: which encoding, and whether it is text at all.

Line ends are normalised to one line feed and a byte order mark is dropped, so that raw offsets
count as in ``open(path, encoding=...).read()``.
"""

from __future__ import annotations

import re
import unicodedata

from bearing_qa.errors import DocumentError

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# In this order: UTF-8 hardly ever fits by chance; GB18030 holds GBK and GB2312; Big5 last,
# because most Big5 bytes also decode as (nonsense) GB18030 and the guess is by frequency.
_FALLBACKS = ("gb18030", "big5")
_MAGIC = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a Word or zip file",
    b"\xd0\xcf\x11\xe0": "an Office file",
}
MIN_NULS = 0.02
"""Share of NUL bytes that only UTF-16 has (in its line ends, digits and blanks)."""
MAX_BAD = 0.001
"""Share of unreadable characters that a text may have and still be read."""
MAX_NOISE = 0.02
"""Share of control or unreadable characters beyond which it is no text."""
MIN_COMMONNESS = 0.02
"""Share of the commonest characters, below which running Chinese is no language."""
MIN_CHINESE = 50
"""Fewer Chinese characters are no evidence of a font without a map."""
MAX_RARE = 0.3
"""Share of Chinese characters outside those in use: of names of people, places and drugs hardly 5 in 100 are, of
characters taken at random 7 in 10."""
MAX_PRIVATE = 0.2
"""Signs of the private use area for each other sign; a text has some as bullets."""
MAX_RUN = 25
"""Mean length of runs of Chinese without a mark, blank or bar: in sound text about ten, the name of a school included."""
MIN_UTF8_RUNS = 3
"""Runs of Chinese that bytes of another encoding hardly ever give when read as UTF-8."""
_BIG5_COMMON = range(0xA4, 0xC7)
"""First bytes of the 5401 characters of Big5 that are in common use."""
_COMMON = frozenset("的一是在了和有大国中人年为不发业行工会产部要作以展政理的是國業發為產會")
_CHINESE = re.compile("[\u3400-\u9fff]+")
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)


def decode(data: bytes, *, name: str) -> tuple[str, str]:
    """Text and encoding name of ``data``.

    Raises DocumentError if the bytes are empty or are not text in a known encoding.
    """
    if not data.strip():
        raise DocumentError(
            found=f"{name} is empty",
            expected="a text file",
            fix="remove it or put its text in",
        )
    text, encoding = _decode(data, name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip(" \t\n\f\v\x85\u2028\u2029\ufeff\u3000\xa0"):
        raise DocumentError(
            found=f"{name} holds blanks only",
            expected="a text file",
            fix="remove it or put its text in",
        )
    bad = text.count("\ufffd")
    if bad > max(1, MAX_NOISE * len(text)):
        raise DocumentError(
            found=f"{name} holds {bad} characters that cannot be read",
            expected="text in one encoding (UTF-8, UTF-16, GB18030 or Big5)",
            fix="save it as UTF-8 text",
        )
    if _controls(text) > MAX_NOISE * len(text):
        raise DocumentError(
            found=f"{name} holds control characters, not text",
            expected="a text file (UTF-8, UTF-16, GB18030 or Big5)",
            fix="save it as UTF-8 text",
        )
    return text, encoding


def _decode(data: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    kind = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), "")
    if kind:
        raise DocumentError(
            found=f"{name} is {kind} by another name",
            expected="a text file",
            fix="give it its own suffix",
        )
    if data[:4096].count(0) > MIN_NULS * len(data[:4096]):
        wide = [reading for name in ("utf-16-le", "utf-16-be") if (reading := _try(data, name))]
        best = max(wide, key=lambda reading: _commonness(reading[0]), default=("", ""))
        if _commonness(best[0]) >= MIN_COMMONNESS:
            return best
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        first_error = error
    readings = [reading for encoding in _FALLBACKS if (reading := _try(data, encoding))]
    if not readings or max(_commonness(text) for text, _ in readings) < MIN_COMMONNESS:
        readings += [reading for name in ("utf-8", *_FALLBACKS) if (reading := _mostly(data, name))]
    if not readings:
        raise DocumentError(
            found=f"{name} is not UTF-8 (byte {first_error.start}) and not GB18030 or Big5",
            expected="a text file in one of these encodings",
            fix="save it as UTF-8",
        )
    return max(readings, key=lambda reading: _commonness(reading[0]))


def _try(data: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        return None


def _mostly(data: bytes, encoding: str) -> tuple[str, str] | None:
    """The reading of bytes that hold hardly any that do not fit; these become U+FFFD and are counted."""
    text = data.decode(encoding, "replace")
    bad = text.count("\ufffd")
    return (text, f"{encoding}, {bad} unreadable") if bad <= max(1, MAX_BAD * len(text)) else None


def _commonness(text: str) -> float:
    """Share of very common Chinese characters: tells the right decoding from nonsense."""
    sample = text[:20_000]
    return sum(char in _COMMON for char in sample) / max(len(sample), 1)


def is_garbled(text: str) -> bool:
    """Whether a text of some length is Chinese in script but not in words, or not text at all.

    A font without a map gives characters at random, most of which nobody uses, or signs of the private use
    area. A list of names has hardly any of the commonest characters and is none; running text without them is.
    """
    text = text[:50_000]
    runs = _CHINESE.findall(text)
    chinese = "".join(runs)
    private = sum("\ue000" <= char <= "\uf8ff" for char in text)
    noise = sum(unicodedata.category(char) in ("Cn", "Cs") or char == "\ufffd" for char in text)
    is_nonsense = len(chinese) >= MIN_CHINESE and (
        _rareness(chinese) > MAX_RARE
        or (len(chinese) > MAX_RUN * len(runs) and _commonness(chinese) < MIN_COMMONNESS)
    )
    return (
        is_nonsense
        or private > MAX_PRIVATE * (len("".join(text.split())) - private)
        or _controls(text) + noise > MAX_NOISE * len(text)
    )


def _rareness(chinese: str) -> float:
    """Share of characters that are in use neither in simplified nor in traditional text."""
    simplified = len(chinese.encode("gb2312", "ignore")) // 2
    traditional = sum(lead in _BIG5_COMMON for lead in chinese.encode("big5", "ignore")[::2])
    return 1 - max(simplified, traditional) / len(chinese)


def _controls(text: str) -> int:
    return sum(char < " " and char not in "\n\t\f\v\x1f" for char in text)


def _is_utf8(data: bytes) -> bool:
    """Whether bytes hold so many characters of UTF-8 that this is no chance, whatever their <meta> says."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(_CHINESE.findall(text)) >= MIN_UTF8_RUNS


def decode_html(data: bytes) -> str:
    """Text of an HTML file: by its byte order mark, else by what its <meta> says, else by its bytes.

    Raises DocumentError as ``decode`` does.
    """
    named = _META_CHARSET.search(data[:4096])
    if named and not data.startswith(tuple(mark for mark, _ in _BOMS)):
        name = named.group(1).decode("ascii", "replace").lower()
        name = "utf-8" if _is_utf8(data) else name
        try:
            return data.decode({"gb2312": "gb18030", "gbk": "gb18030"}.get(name, name))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, name="it")[0]
