"""A build takes over what has not changed, says what has, and gives what a full build would."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bearing_qa.answer.library import Library
from bearing_qa.build import changes, reuse
from bearing_qa.build.journal import JOURNAL
from bearing_qa.build.run import BuildReport, build_index
from bearing_qa.document.limits import Limits
from bearing_qa.document.parser_process import ParsingProcess
from bearing_qa.errors import DocumentError
from bearing_qa.store import disk, versions
from bearing_qa.store.history import roll_back
from bearing_qa.store.manifest import read_manifest
from tests.conftest import ROOT, TINY, BigramEncoder, Vectors, write_tiny

QUESTIONS = (
    "公园门票价格不得超过多少元？",
    "存在哪些问题？",
    "灯塔经费多少？",
    "2022年产量是多少？",
)


def answers(index: Path, encoder: BigramEncoder) -> list[str]:
    reader = Library(index, encoder=encoder)
    return [json.dumps(reader.ask(q).to_json(), ensure_ascii=False) for q in QUESTIONS]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are parsed from now on."""
    seen: list[str] = []
    real = ParsingProcess.parse

    def counted(process: ParsingProcess, path: Path, **named: str) -> Iterator[object]:
        seen.append(path.name)
        return real(process, path, **named)

    monkeypatch.setattr(ParsingProcess, "parse", counted)
    return seen


def test_only_changed_files_are_read_and_all_changes_are_told(
    tiny_corpus: Path, tiny_index: Path, encoder: BigramEncoder, reads: list[str]
) -> None:
    """Added, changed, moved, removed; a moved file keeps its words and vectors under its new id."""
    (tiny_corpus / "旧.txt").write_text("关于旧桥的通知\n旧桥将于五月拆除。", encoding="utf-8")
    (tiny_corpus / "去.txt").write_text("关于码头的通知\n码头将于六月关闭。", encoding="utf-8")
    build_index(tiny_corpus, tiny_index, encoder=encoder)
    encoder.encoded.clear()
    reads.clear()
    (tiny_corpus / "下").mkdir()
    (tiny_corpus / "旧.txt").rename(tiny_corpus / "下" / "桥.txt")
    (tiny_corpus / "去.txt").unlink()
    (tiny_corpus / "新.txt").write_text("关于新渡口的通知\n新渡口定于三月启用。", encoding="utf-8")
    (tiny_corpus / "办法.meta.toml").write_text('title = "公园办法"\n', encoding="utf-8")
    report = build_index(tiny_corpus, tiny_index, encoder=encoder)
    assert report.changes == changes.Changes(
        added=("新.txt",),
        changed=("办法.txt",),
        moved=(("旧.txt", "下/桥.txt"),),
        removed=("去.txt",),
        unchanged=2,
    )
    assert sorted(reads) == ["办法.txt", "新.txt"]
    assert not any("旧桥" in text or "灯塔" in text for text in encoder.encoded[:-3])
    manifest = read_manifest(versions.version_folder(tiny_index))
    assert manifest["changes"] == report.changes.to_json() | {"reasons": []}
    hit = Library(tiny_index, encoder=encoder).search("旧桥将于五月拆除")[0]
    assert (hit.doc_id, hit.text) == ("下/桥", "旧桥将于五月拆除。")


def test_a_build_without_changes_reads_each_file_once(
    tiny_corpus: Path, tiny_index: Path, encoder: BigramEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    real = Path.open

    def counted(path: Path, *args: object, **options: object) -> object:
        if path.is_relative_to(tiny_corpus):
            opened.append(path.name)
        return real(path, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", counted)
    encoder.encoded.clear()
    assert build_index(tiny_corpus, tiny_index, encoder=encoder).is_unchanged
    assert sorted(opened) == sorted(TINY)
    assert encoder.encoded == []


def test_a_change_that_keeps_size_and_time_is_seen(
    tiny_corpus: Path, tiny_index: Path, encoder: BigramEncoder
) -> None:
    path = tiny_corpus / "办法.txt"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace("20元".encode(), "30元".encode()))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert build_index(tiny_corpus, tiny_index, encoder=encoder).changes.changed == ("办法.txt",)


def test_a_file_that_changes_during_the_build_is_read_by_the_next(
    tiny_corpus: Path, tmp_path: Path
) -> None:
    """The manifest never says that a text is in the index which was written after its file was read."""
    path = tiny_corpus / "办法.txt"

    class Editor(BigramEncoder):
        def encode_passages(self, texts: object, *, progress: object = None) -> Vectors:
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("20元", "30元"), encoding="utf-8")
            return super().encode_passages(texts, progress=progress)  # type: ignore[arg-type]

    build_index(tiny_corpus, tmp_path / "ix", encoder=Editor())
    again = build_index(tiny_corpus, tmp_path / "ix", encoder=BigramEncoder())
    assert again.changes.changed == ("办法.txt",)
    assert "30元" in answers(tmp_path / "ix", BigramEncoder())[0]


@pytest.mark.parametrize(
    ("what", "reason", "is_read", "is_encoded"),
    [
        ("encoder", "encoded again", False, True),
        ("prompts", "encoded again", False, True),
        ("limits", "limits for a file changed", True, False),
        ("document rules", "rules of reading changed", True, False),
        ("token rules", "rules of cutting words changed", False, False),
        ("program", "program is", True, False),
        ("synonyms", "synonyms.txt changed", False, False),
        ("folder", "the corpus was", False, False),
        ("full", "--full", True, True),
        ("damage", "is damaged", True, True),
    ],
)
def test_what_depends_on_a_change_is_made_again_and_said_why(
    what: str,
    reason: str,
    is_read: bool,
    is_encoded: bool,
    tiny_corpus: Path,
    tiny_index: Path,
    encoder: BigramEncoder,
    reads: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen, limits, corpus = encoder, Limits(), tiny_corpus
    if what == "encoder":
        chosen = BigramEncoder(salt="other")
    elif what == "prompts":
        monkeypatch.setattr(BigramEncoder, "prompts", {"query": "", "passage": "p: "})
    elif what == "limits":
        limits = Limits(megabytes=1)
    elif what.endswith("rules"):
        kind, real = what.split(maxsplit=1)[0] + "s", reuse.rules()
        monkeypatch.setattr(reuse, "rules", lambda: real | {kind: "other"})
    elif what == "program":
        monkeypatch.setattr(reuse, "VERSION", "99")
    elif what == "synonyms":
        (corpus / "synonyms.txt").write_text("渡口 码头\n", encoding="utf-8")
    elif what == "folder":
        corpus = tiny_corpus.rename(tiny_corpus.with_name("elsewhere"))
    elif what == "damage":
        (versions.version_folder(tiny_index) / disk.TERMS).write_text("x\n", encoding="utf-8")
    chosen.encoded.clear()
    report = build_index(corpus, tiny_index, encoder=chosen, limits=limits, full=what == "full")
    assert len(report.reasons) == 1
    assert reason in report.reasons[0]
    assert bool(reads) == is_read
    assert (report.encoded > 20) == is_encoded
    assert report.encoded > 20 or report.encoded == 0


def test_other_rules_for_texts_never_get_the_vectors_of_the_old_ones(
    tiny_corpus: Path, tiny_index: Path, encoder: BigramEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vectors are known by what was encoded, not by the passage that it came from."""
    monkeypatch.setattr(reuse, "rules", lambda: {"documents": "same", "tokens": "other"})
    for module in ("build.write", "store.verify"):
        name = f"bearing_qa.{module}.indexed_text"
        monkeypatch.setattr(name, lambda text, p: text[p.start : p.end] + "。")
    report = build_index(tiny_corpus, tiny_index, encoder=encoder)
    assert report.encoded > 5
    index = disk.open_index(tiny_index)
    first = index.catalogue.passage(0)
    text = index.catalogue.outline(first.doc_id)[0][first.start : first.end] + "。"
    assert index.dense.vectors()[0] == pytest.approx(encoder.encode_question(text))


def test_what_was_rejected_is_not_read_again_and_still_told(
    tiny_corpus: Path, tmp_path: Path, encoder: BigramEncoder, reads: list[str]
) -> None:
    (tiny_corpus / "坏.pdf").write_bytes(b"%PDF-1.4 broken")
    (tiny_corpus / "老.odt").write_bytes(b"x")
    (tiny_corpus / "又.jsonl").write_text('{"_id": "函-1", "text": "重复。"}\n', encoding="utf-8")
    first = build_index(tiny_corpus, tmp_path / "ix", encoder=encoder)
    assert len(first.rejections) == 3
    reads.clear()
    (tiny_corpus / "新.txt").write_text("关于新渡口的通知\n新渡口启用。", encoding="utf-8")
    assert build_index(tiny_corpus, tmp_path / "ix", encoder=encoder).rejections == first.rejections
    assert reads == ["又.jsonl", "新.txt"]  # a repeated id hangs on another file
    (tiny_corpus / "函.jsonl").unlink()
    last = build_index(tiny_corpus, tmp_path / "ix", encoder=encoder)
    assert len(last.rejections) == 2
    assert disk.open_index(tmp_path / "ix").catalogue.parsed("函-1") is not None


def test_a_killed_build_goes_on_where_it_was(tmp_path: Path) -> None:
    """SIGKILL while it encodes; the next build encodes the rest only. A damaged batch counts as rest."""
    corpus, index = write_tiny(tmp_path / "corpus"), tmp_path / "index"
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tests.conftest import BigramEncoder\n"
        "from bearing_qa.build import journal, run\n"
        "journal.BATCH_TEXTS = 4\n"
        "class Killed(BigramEncoder):\n"
        "    def encode_passages(self, texts, *, progress=None):\n"
        "        if len(self.encoded) >= 12: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        return super().encode_passages(texts, progress=progress)\n"
        "run.build_index(*map(Path, sys.argv[1:]), encoder=Killed())\n"
    )
    command = [sys.executable, "-c", program, str(corpus), str(index)]
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    one, *_ = sorted(index.glob(f"{JOURNAL}/*/*.npy"))
    one.write_bytes(one.read_bytes()[:-1] + b"\xff")
    encoder = BigramEncoder()
    report = build_index(corpus, index, encoder=encoder)
    assert report.resumed == 8
    whole = build_index(corpus, tmp_path / "other", encoder=BigramEncoder())
    assert report.encoded == whole.encoded - 8
    assert answers(index, encoder) == answers(tmp_path / "other", encoder)
    assert not (index / JOURNAL).exists()


TEXTS = (
    "盾构机下线。国产盾构机交付，进口盾构机减少；大型盾构机出口。",
    "关于渡口更名的通知\n同意将柳林渡口更名为柳林码头（以下简称新码头）。经费320万元。",
    "城市公园办法\n第一条 公园门票价格不得超过40元。\n第二条 存在的问题是盾构机停用。",
    "盾构机交付后，新盾构机停用。旧盾构机存在问题。",
)
NAMES = ("甲.txt", "乙.txt", "下/丙.txt")


class Corpora(RuleBasedStateMachine):
    """A folder and an index against a simple model: the files of each version that can be gone back to."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.corpus = write_tiny(Path(self.folder.name) / "corpus")
        self.index = Path(self.folder.name) / "index"
        self.encoder = BigramEncoder()
        self.files: dict[str, str] = {}
        self.served: list[dict[str, str]] = []

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(name=st.sampled_from(NAMES), text=st.sampled_from(TEXTS))
    def put(self, name: str, text: str) -> None:
        (self.corpus / name).parent.mkdir(exist_ok=True)
        (self.corpus / name).write_text(text, encoding="utf-8")
        self.files[name] = text

    @precondition(lambda self: self.files)
    @rule(data=st.data(), place=st.sampled_from(NAMES))
    def move(self, data: st.DataObject, place: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.files)))
        (self.corpus / place).parent.mkdir(exist_ok=True)
        (self.corpus / name).rename(self.corpus / place)
        self.files[place] = self.files.pop(name)

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.files)))
        (self.corpus / name).unlink()
        del self.files[name]

    @rule()
    def build(self) -> None:
        report: BuildReport = build_index(self.corpus, self.index, encoder=self.encoder)
        assert report.is_unchanged == (self.served[-1:] == [self.files])
        if not report.is_unchanged:
            self.served = [*self.served, dict(self.files)][-2:]

    @precondition(lambda self: len(self.served) > 1)
    @rule()
    def go_back(self) -> None:
        roll_back(self.index)
        self.served.pop()

    @precondition(lambda self: self.served)
    @rule()
    def equals_a_full_build(self) -> None:
        """Law 5: the same bytes of answers, terms, tokens and vectors, however one came there."""
        if self.served[-1] != self.files:
            return
        other = Path(self.folder.name) / "full"
        build_index(self.corpus, other, encoder=self.encoder, full=True)
        one, two = disk.open_index(self.index), disk.open_index(other)
        assert one.manifest["files"] == two.manifest["files"]
        assert answers(self.index, self.encoder) == answers(other, self.encoder)

    @invariant()
    def serves_what_the_model_says(self) -> None:
        if self.served:
            ids = disk.open_index(self.index).catalogue.doc_ids()
            mine = {name.removesuffix(".txt") for name in self.served[-1]}
            assert set(ids) == mine | {"办法", "报告", "函-1", "函-2"}


TestCorpora = Corpora.TestCase
TestCorpora.settings = settings(
    max_examples=6,
    stateful_step_count=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def test_a_file_that_changed_while_it_was_read_is_read_again(
    tiny_corpus: Path, tmp_path: Path, encoder: BigramEncoder
) -> None:
    """And put back to what its checksum was taken of."""
    note = tiny_corpus / "渡口.txt"
    note.write_text("渡口票价通知\n渡口票价为20元。\n", encoding="utf-8")

    def change(stage: str, done: int, total: int) -> None:
        if stage == "read" and done == 1:
            note.write_text("渡口票价通知\n渡口票价为30元。\n", encoding="utf-8")

    build_index(tiny_corpus, tmp_path / "ix", encoder=encoder, progress=change)
    note.write_text("渡口票价通知\n渡口票价为20元。\n", encoding="utf-8")
    assert not build_index(tiny_corpus, tmp_path / "ix", encoder=encoder).is_unchanged
    answer = Library(tmp_path / "ix", encoder=encoder).ask("渡口票价是多少？")
    assert "20元" in answer.text


def test_one_bad_file_is_named_and_the_others_are_read(
    tiny_corpus: Path, tmp_path: Path, encoder: BigramEncoder
) -> None:
    (tiny_corpus / os.fsdecode(b"\xd6\xe1\xb3\xd0.txt")).write_text("轴承。", encoding="utf-8")
    (tiny_corpus / "半.jsonl").write_text('{"_id": "a", "text": "轴\\ud800承"}\n', "utf-8")
    (tiny_corpus / "深.jsonl").write_text("[" * 200_000, encoding="utf-8")
    (tiny_corpus / "空.html").write_text("<html><body></body></html>", encoding="utf-8")
    (tiny_corpus / "办法.meta.toml").write_text("a=" + "9" * 5000, encoding="utf-8")
    (tiny_corpus / "无.jsonl").write_text(
        '{"_id": null, "text": "甲"}\n{"_id": "", "text": "乙"}\n'
    )
    (tiny_corpus / "短.txt").write_bytes("附件表，".encode() * 3 + b"\xff")  # is read
    (tmp_path / "外").mkdir()
    (tmp_path / "外" / "秘.meta.toml").write_text('title = "秘密"', encoding="utf-8")
    (tiny_corpus / "外").symlink_to(tmp_path / "外")
    (tiny_corpus / "报告.meta.toml").symlink_to(tmp_path / "外" / "秘.meta.toml")
    report = build_index(tiny_corpus, tmp_path / "ix", encoder=encoder)
    named = {item.source: item.reason for item in report.rejections}
    assert report.documents == 5
    assert set(named) == {
        r"\xd6\xe1\xb3\xd0.txt", "半.jsonl", "深.jsonl", "无.jsonl", "空.html",
        "办法.txt", "报告.md", "外",
    }  # fmt: skip
    assert "_id is missing, or no text" in named["无.jsonl"]
    assert "link that leads out" in named["报告.md"]
    assert "link that leads out" in named["外"]
    assert "rename" in named[r"\xd6\xe1\xb3\xd0.txt"]
    assert build_index(tiny_corpus, tmp_path / "ix", encoder=encoder).is_unchanged


def test_sidecars_with_a_mark_are_read_and_endless_ones_are_not(
    tiny_corpus: Path, tmp_path: Path, encoder: BigramEncoder
) -> None:
    (tiny_corpus / "办法.meta.toml").write_text('title = "公园办法"', encoding="utf-8-sig")
    (tiny_corpus / "报告.meta.toml").write_text("a" + ".a" * 50_000 + "=1", encoding="utf-8")
    report = build_index(tiny_corpus, tmp_path / "ix", encoder=encoder)
    (rejection,) = report.rejections
    assert rejection.source == "报告.md"
    assert "100,003 bytes" in rejection.reason
    parsed = disk.open_index(tmp_path / "ix").catalogue.parsed("办法")
    assert parsed is not None
    assert parsed.document.title == "公园办法"


def test_a_table_of_synonyms_is_a_file_of_the_corpus(
    tiny_corpus: Path, tmp_path: Path, encoder: BigramEncoder
) -> None:
    (tmp_path / "外.txt").write_text("甲 乙", encoding="utf-8")
    (tiny_corpus / "synonyms.txt").symlink_to(tmp_path / "外.txt")
    with pytest.raises(DocumentError, match=r"synonyms\.txt is a link that leads out"):
        build_index(tiny_corpus, tmp_path / "ix", encoder=encoder)
    (tiny_corpus / "synonyms.txt").unlink()
    (tiny_corpus / "synonyms.txt").mkdir()
    with pytest.raises(DocumentError, match=r"synonyms\.txt cannot be read"):
        build_index(tiny_corpus, tmp_path / "ix", encoder=encoder)


def test_a_long_name_is_read_though_its_sidecar_s_would_be_too_long(
    tiny_corpus: Path, tmp_path: Path, encoder: BigramEncoder
) -> None:
    name = "关于" + "进一步加强城市公园建设管理工作" * 5 + "的若干意见.txt"
    (tiny_corpus / name).write_text("全市共有公园54座。", encoding="utf-8")
    report = build_index(tiny_corpus, tmp_path / "ix", encoder=encoder)
    assert not report.rejections
    assert name in read_manifest(versions.version_folder(tmp_path / "ix"))["sources"]


def test_folders_without_leave_are_named_and_the_others_read(tiny_corpus: Path) -> None:
    """By a process to which permissions mean something, though root may have started it."""
    for name, mode in (("锁", 0), ("半锁", 0o444)):
        (tiny_corpus / name).mkdir()
        (tiny_corpus / name / "内.txt").write_text("正文。", encoding="utf-8")
        (tiny_corpus / name).chmod(mode)
    capabilities = "-dac_override,-dac_read_search"
    as_others = ["setpriv", f"--bounding-set={capabilities}", f"--inh-caps={capabilities}"]
    program = (
        "import json, sys; from pathlib import Path\n"
        "from bearing_qa.document.files import corpus_files, unread_files\n"
        "corpus = Path(sys.argv[1])\n"
        "read = [path.name for path in corpus_files(corpus)]\n"
        "print(json.dumps([read, dict(unread_files(corpus))]))\n"
    )
    command = [*(as_others if os.geteuid() == 0 else []), sys.executable, "-c", program]
    ended = subprocess.run([*command, str(tiny_corpus)], capture_output=True, check=True)
    read, unread = json.loads(ended.stdout)
    for name in ("锁", "半锁"):
        (tiny_corpus / name).chmod(0o755)
    assert read == ["函.jsonl", "办法.txt", "报告.md"]
    assert set(unread) == {"锁", "半锁"}
    assert all("fix its permissions" in reason for reason in unread.values())


def test_text_of_one_endless_number_is_no_fault_of_the_index(
    tiny_corpus: Path, tmp_path: Path, encoder: BigramEncoder
) -> None:
    for at in range(30):
        (tiny_corpus / f"数{at}.txt").write_text(f"{at + 1}" * 3000, encoding="utf-8")
    assert build_index(tiny_corpus, tmp_path / "ix", encoder=encoder).documents == 34
