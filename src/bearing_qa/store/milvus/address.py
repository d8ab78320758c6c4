"""How a Milvus server and an index in it are named: milvus://HOST:PORT/COLLECTION."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bearing_qa.errors import StoreError

_ADDRESS = re.compile(
    r"milvus(?P<tls>\+tls)?://(?P<host>[\w.\-\[\]:]+:\d{1,5})?(?P<path>/.*?)?/(?P<name>[A-Za-z_]\w{0,99})/?",
    re.A,
)


@dataclass(frozen=True, slots=True)
class Address:
    """A server (http://HOST:PORT) or a file of milvus-lite, and the name of an index in it."""

    text: str
    uri: str
    name: str

    @property
    def is_file(self) -> bool:
        """Whether it is a file of milvus-lite."""
        return not self.uri.startswith("http")


def read_address(text: str) -> Address:
    """``milvus://HOST:PORT/COLLECTION`` (``milvus+tls://`` for TLS), or ``milvus:///FILE.db/COLLECTION``.

    Raises StoreError if it is none of these.
    """
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or (found["host"] is None) == (found["path"] is None):
        raise StoreError(
            found=f"the store {text!r} cannot be read",
            expected="milvus://HOST:PORT/COLLECTION, the collection in letters, digits and _",
            fix="for example: --store milvus://127.0.0.1:19530/policy",
        )
    scheme = "https" if found["tls"] else "http"
    uri = f"{scheme}://{found['host']}" if found["host"] else found["path"]
    return Address(text.strip(), uri, found["name"])
