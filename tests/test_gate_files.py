"""Files and bodies at the gate: what may be sent, and what may be fetched."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.server import bodies
from bearing_qa.server.bodies import MAX_FILES, MAX_UPLOAD_MB
from tests.asking import fetch, run, upload
from tests.browsing import shown
from tests.conftest import BigramEncoder, write_tiny


@dataclass(frozen=True)
class Shelf:
    index: Path
    corpus: Path


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("gate")
    corpus = write_tiny(folder / "corpus")
    build_index(corpus, folder / "index", encoder=BigramEncoder())
    return Shelf(folder / "index", corpus)


@pytest.fixture(scope="module")
def site(library: Shelf) -> Iterator[str]:
    with shown(Library(library.index, encoder=BigramEncoder()), library.corpus, mcp=True) as url:
        yield url


def test_a_body_that_is_announced_as_too_large_is_not_read(site: str) -> None:
    for path, megabytes in (("upload", MAX_UPLOAD_MB), ("run/search", bodies.MAX_BODY_MB)):
        place = urlsplit(site)
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=10)
        connection.putrequest("POST", f"/gradio_api/{path}")
        connection.putheader("Content-Length", str(megabytes * 1024**2 + 1))
        connection.endheaders()  # and not a byte of it
        reply = connection.getresponse()
        assert reply.status == 413
        assert f"{megabytes} MB" in reply.read().decode()
        connection.close()


def test_a_body_without_a_length_is_cut_off(site: str) -> None:
    pieces = (b" " * 65536 for _ in range(40))
    place = urlsplit(site)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=10)
    try:
        connection.request("POST", "/gradio_api/run/search", pieces, encode_chunked=True)
    except (BrokenPipeError, ConnectionResetError):
        return  # the server has hung up, which will do
    assert connection.getresponse().status == 413


def test_uploads_are_counted(site: str) -> None:
    names = [f"{number}.txt" for number in range(MAX_FILES)]
    kept = upload(site, dict.fromkeys(names, b"x"))
    assert len(kept.json) == MAX_FILES
    refused = upload(site, dict.fromkeys([*names, "one more.txt"], b"x"))
    assert refused.status == 413
    assert str(MAX_FILES) in refused.error


def test_no_upload_where_the_disk_is_full(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "FREE_MB", 10**9)
    assert upload(site, {"a.txt": b"x"}).status == 507


def test_only_what_was_uploaded_or_made_can_be_fetched(site: str, library: Shelf) -> None:
    mine = upload(site, {"我的 <b>.txt": "内容".encode()}).json[0]
    assert fetch(site, "/gradio_api/file=" + quote(mine)).body == "内容".encode()
    folder = Path(mine).parent.parent
    (folder / "way out").symlink_to("/etc/passwd")
    (folder / "way up").symlink_to("/etc")
    for wanted in (
        "/etc/passwd",
        str(library.corpus / "办法.txt"),
        str(library.index / "CURRENT"),
        "pyproject.toml",
        str(Path.cwd() / "pyproject.toml"),
        "/tmp",
        str(folder),
        f"{folder}/../../../etc/passwd",
        f"{folder}/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        f"{folder}/way out",
        f"{folder}/way up/passwd",
        f"{mine}\0.txt",
        f"{mine}/../../../../../etc/passwd",
        "file:///etc/passwd",
        "http://127.0.0.1:1/x",
        "https://example.com/",
        "C:\\Windows\\win.ini",
        "/proc/self/environ",
        "~/.bashrc",
        "x" * 5000,
    ):
        for path in (quote(wanted), quote(wanted, safe=""), quote(quote(wanted))):
            reply = fetch(site, "/gradio_api/file=" + path)
            assert reply.status == 404, path
            assert b"root:" not in reply.body


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "http://127.0.0.1:9/x", "https://example.com/a.jsonl", "../x", 5]
)
def test_no_file_but_an_upload_is_taken_in(site: str, path: object) -> None:
    for file in ({"path": path, "meta": {"_type": "gradio.FileData"}}, [{"path": path}]):
        reply = run(site, "evaluate", file)
        assert reply.status == 500
        assert "was not uploaded here" in reply.error


@pytest.mark.parametrize(
    "name",
    ["../../../etc/x.txt", "/etc/x.txt", "..\\x.txt", "a\x00b.txt", "....//x.txt", "." * 300],
)
def test_upload_names_lead_nowhere(site: str, name: str) -> None:
    reply = upload(site, {name: b"x"})
    if reply.status == 200:
        kept = Path(reply.json[0])
        assert kept.parent.parent.name.startswith("bearing-qa-page-")
        assert kept.is_file()
    else:
        assert reply.status == 400


@pytest.mark.parametrize(
    "doc_id", ["../../etc/passwd", "/etc/passwd", "办法\0", "办法.txt", "%2e%2e/x"]
)
def test_text_is_given_of_documents_only(site: str, doc_id: str) -> None:
    reply = run(site, "text", doc_id)
    assert reply.status == 500
    assert "is not in the index" in reply.error
