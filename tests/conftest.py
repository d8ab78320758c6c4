"""What the tests share: the user's corpus, a tiny one, a fake encoder that behaves, real indexes."""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

os.environ["BEARING_QA_OCR"] = "0"  # test_ocr alone recognises pages, which takes seconds each
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as many processes as cores, a thread each

import numpy as np
import numpy.typing as npt
import pytest
from filelock import FileLock

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.document.parse import parse_file
from bearing_qa.encoders import reading_model
from bearing_qa.encoders.encoder import SentenceEncoder
from bearing_qa.types import Parsed

if TYPE_CHECKING:
    from playwright.sync_api import Browser

if "PYTEST_XDIST_WORKER" in os.environ:
    reading_model.MAX_THREADS = 1  # for the same reason: a browser needs the other core
ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"
SHARED = ROOT.parent / "shared"
Vectors = npt.NDArray[np.float32]

TINY = {
    "办法.txt": (
        "城市公园管理办法\n国发〔2021〕5号\n第一章 总则\n"
        "第一条 为了加强城市公园管理，制定本办法。\n"
        "第二条 公园门票价格不得超过20元，六十五岁以上老年人免费入园。\n"
        "第二章 管理\n"
        "第三条 公园管理单位应当每日巡查，发现问题在24小时内处理。\n"
        "第四条 本办法自2021年10月1日起施行。\n2021年8月15日\n"
    ),
    "报告.md": (
        "# 河湾市渔业发展报告\n\n## 一、总体情况\n\n"
        "全市水产养殖面积12.5万亩，比上年增加3.2%。从业人员约8万人。\n\n"
        "年份 产量（万吨） 同比增长\n2021 31.5 4.1%\n2022 33.0 4.8%\n2023 35.2 6.7%\n\n"
        "## 二、存在的问题\n\n"
        "一是养殖尾水处理设施不足。二是苗种依赖外购。三是加工企业规模偏小。\n\n"
        "## 三、下一步打算\n\n"
        "（一）建设尾水处理设施。两年内新建处理站15座，覆盖全部连片养殖区。\n\n"
        "（二）扶持本地苗种企业。对新建苗种场给予一次性补助50万元。\n"
    ),
    "函.jsonl": (
        '{"_id": "函-1", "title": "关于灯塔修缮的复函", "text": "同意修缮北港灯塔，所需经费320万元由市财政承担。"}\n'
        '{"_id": "函-2", "title": "关于渡口更名的复函", "text": "同意将柳林渡口更名为柳林码头。"}\n'
    ),
}

MANY = [f"第{n}条 公园管理单位应当每日巡查，" * (1 + n % 7) for n in range(300)]
"""Texts enough for several processes."""


class BigramEncoder:
    """A text's vector counts its character bigrams in 256 buckets (CRC-32), length one.

    Deterministic in every process, and close texts get close vectors, as with a real encoder.
    """

    def __init__(self, name: str = "bigrams", *, salt: str = "", workers: int = 1) -> None:
        self.name, self.salt, self.workers = name, salt, workers
        self.encoded: list[str] = []

    @property
    def prompts(self) -> Mapping[str, str]:
        return {"query": "", "passage": ""}

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(256, np.float32)
        for at in range(len(text) - 1):
            vector[zlib.crc32((self.salt + text[at : at + 2]).encode()) % 256] += 1
        norm = float(np.linalg.norm(vector))
        return vector / norm if norm else np.full(256, 1 / 16, np.float32)

    def stop(self) -> None:
        """It has no processes to end."""

    def encode_question(self, question: str) -> Vectors:
        return self._vector(question)

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None
    ) -> Vectors:
        self.encoded.extend(texts)
        if progress:
            progress(len(texts), len(texts))
        return (
            np.stack([self._vector(text) for text in texts])
            if texts
            else np.empty((0, 256), np.float32)
        )


def write_tiny(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in TINY.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def parse_all(path: Path) -> list[Parsed]:
    return [item for item in parse_file(path, doc_id=path.stem) if isinstance(item, Parsed)]


@pytest.fixture(autouse=True)
def _no_log_to_what_is_closed() -> Iterator[None]:
    """A command that is run in this process sends its log to a stream that ends with it."""
    yield
    log = logging.getLogger()
    for handler in list(log.handlers):
        if isinstance(handler, logging.StreamHandler) and getattr(handler.stream, "closed", False):
            log.removeHandler(handler)


@pytest.fixture(scope="session")
def speech() -> Parsed:
    return parse_all(CORPUS / "speech.txt")[0]


PLAN = (
    "轴承产业发展规划\n\n一、总体要求\n\n坚持创新驱动。把创新摆在首位。\n\n坚持绿色发展。推进节能降耗。\n\n"
    "二、主要任务\n\n（一）突破关键技术。组织攻关，"
    + "支持企业与高校共建实验室，"
    * 30
    + "。\n\n（二）建设产业集群。\n\n"
    "（三）培育人才队伍。三年内培训2000人。\n\n"
    "三、申报材料\n\n申报单位应当提交下列材料：\n（一）申请书；\n（二）营业执照复印件；\n（三）"
    + "近三年的审计报告、"
    * 40
    + "。\n\n"
    "附件2 2023年度分市产量\n单位：万套\n市 | 产量 | 增速\n瓦房店 | 1200 | 5.1%\n洛阳 | 900 | 4.2%\n"
)
"""A plan with paragraphs that begin alike, tasks, a list longer than a passage and a table under a caption."""


@pytest.fixture(scope="session")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Parsed:
    path = tmp_path_factory.mktemp("plan") / "规划.txt"
    path.write_text(PLAN, encoding="utf-8")
    return parse_all(path)[0]


@pytest.fixture
def tiny_corpus(tmp_path: Path) -> Path:
    return write_tiny(tmp_path / "corpus")


@pytest.fixture
def encoder() -> BigramEncoder:
    return BigramEncoder()


@pytest.fixture
def tiny_index(tiny_corpus: Path, tmp_path: Path, encoder: BigramEncoder) -> Path:
    build_index(tiny_corpus, tmp_path / "index", encoder=encoder)
    return tmp_path / "index"


@pytest.fixture(scope="session")
def speech_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The user's corpus under the default encoder; built once for all processes that test."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with FileLock(folder / "speech.lock"):
        if not (folder / "speech" / "index").exists():
            build_index(CORPUS, folder / "speech" / "index", encoder=SentenceEncoder())
    return folder / "speech" / "index"


@pytest.fixture(scope="session")
def address(speech_index: Path) -> Iterator[str]:
    """Where the page over the user's corpus is shown; one server for all tests."""
    from tests.browsing import served

    with served(speech_index, CORPUS) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    from tests.browsing import launched

    with launched() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def speech_reader(speech_index: Path) -> Library:
    return Library(speech_index)


def shared(*parts: str) -> Path:
    """A file of the public judged data, or a skip with the reason."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"public judged data not there: {'/'.join(parts)}")
    return path


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A sentence-transformers folder: a BERT of one layer with seeded weights, mean pooling."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    characters = sorted(set("".join([*TINY.values(), *MANY])))
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(c for c in characters if c.strip())]
    bare, folder = tmp_path_factory.mktemp("bare"), tmp_path_factory.mktemp("model")
    (bare / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=256,
    )
    BertModel(config).save_pretrained(bare)
    BertTokenizer(vocab=str(bare / "vocab.txt"), model_max_length=256).save_pretrained(bare)
    modules = [Transformer(str(bare)), Pooling(32)]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder))
    return str(folder)


def reader_over(folder: Path, text: str) -> Library:
    """A reader over an index, with the tests' encoder, of a corpus of one text."""
    encoder = BigramEncoder()
    (folder / "corpus").mkdir()
    (folder / "corpus" / "text.txt").write_text(text, encoding="utf-8")
    build_index(folder / "corpus", folder / "index", encoder=encoder)
    return Library(folder / "index", encoder=encoder)
