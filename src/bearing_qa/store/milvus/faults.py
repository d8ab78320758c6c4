"""What goes wrong at a Milvus server, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from pymilvus.exceptions import MilvusException

from bearing_qa.errors import StoreError
from bearing_qa.store.milvus.address import Address

TOKEN_VARIABLE = "BEARING_QA_MILVUS_TOKEN"
"""Environment variable with USER:PASSWORD or an API key, where the server asks for one."""


def damaged(collection: str, what: str) -> StoreError:
    """The error for a collection that cannot be trusted."""
    return StoreError(
        found=f"the collection {collection} cannot be trusted: {what}",
        expected="what this program wrote",
        fix="write it again: bearing-qa index CORPUS --store … --full",
    )


@contextmanager
def faults(address: Address) -> Iterator[None]:
    """Turns what the client raises into a StoreError of one line."""
    try:
        yield
    except (MilvusException, grpc.RpcError, OSError) as error:
        said = getattr(error, "message", "") or getattr(error, "details", str)() or str(error)
        raise StoreError(
            found=f"Milvus at {address.uri} fails ({' '.join(said.split())[:200]})",
            expected="a server that answers, with room and rights",
            fix=f"look at the server; one with a login wants {TOKEN_VARIABLE}; a file of "
            "milvus-lite is open in one process only",
        ) from error
