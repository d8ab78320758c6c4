"""A connection to Milvus, in the few words that the index needs: collections, rows, files, an alias.

    NAME_<time>             rows of passages: id, document, headings, texts, tokens (BM25), vector
    NAME_<time>_files       bytes by name, in pieces: documents, states of versions

The alias ``NAME`` leads to the collection that serves. A file of milvus-lite (tests, trials) knows no alias:
there the newest collection that was finished serves. Scores that the server gives are not handed on.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymilvus import MilvusClient

from bearing_qa.errors import StoreError
from bearing_qa.store.milvus.address import Address
from bearing_qa.store.milvus.faults import TOKEN_VARIABLE, damaged, faults
from bearing_qa.store.milvus.pieces import (
    Row,
    batches,
    count_of,
    from_pieces,
    portions,
    to_field,
    to_pieces,
)
from bearing_qa.store.milvus.schema import FILES, create_files, create_rows

logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # its errors are told in our words

OLDEST = (2, 5)
"""BM25 over given tokens came with this version of Milvus."""
CONNECT_SECONDS = 10.0
MAX_FOUND = 16384
"""Rows of one answer, Milvus's own limit."""
CURRENT = "current"
"""The file that names the version which serves in a collection; it is written last."""
_STAMP = r"_\d{8}T\d{12}"


class Server:
    """A connection. Raises StoreError if there is no server, no client, or none that ranks words by BM25.

    Without ``lexical`` rows are found by vectors alone, on any server from 2.3 on.
    """

    def __init__(self, address: Address, *, lexical: bool = True) -> None:
        self.address, self.lexical = address, lexical
        self._client = _connect(address)
        if lexical:
            self._check_version()

    def _check_version(self) -> None:
        if self.address.is_file:
            return
        with faults(self.address):
            version = self._client.get_server_version()
        numbers = tuple(map(int, re.findall(r"\d+", version)[:2]))
        if numbers < OLDEST:
            raise StoreError(
                found=f"the server at {self.address.uri} is Milvus {version}",
                expected="Milvus 2.5 or newer, which ranks words by BM25",
                fix="upgrade the server; deploy/milvus has one of 2.6",
            )

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

    def collections(self) -> list[str]:
        """Collections of this index, oldest first, whether finished or not."""
        pattern = re.compile(re.escape(self.address.name) + _STAMP)
        with faults(self.address):
            return sorted(filter(pattern.fullmatch, self._client.list_collections()))

    def serving(self) -> str | None:
        """The collection that serves, None if there is none."""
        found = self.collections()
        if self.address.is_file:
            whole = [name for name in found if self.read(name, [CURRENT])]
            return whole[-1] if whole else None
        for name in reversed(found):
            with faults(self.address):
                aliases = self._client.list_aliases(name)["aliases"]
            if self.address.name in aliases:
                return name
        return None

    def switch(self, collection: str) -> None:
        """Makes a collection serve: the alias leads to it from now on."""
        if self.address.is_file:
            return
        names = {"collection_name": collection, "alias": self.address.name}
        with faults(self.address):
            if self.serving() is None:
                self._client.create_alias(**names)
            else:
                self._client.alter_alias(**names)

    def remove_alias(self) -> None:
        """Takes the alias away: nothing serves then."""
        if not self.address.is_file and self.serving() is not None:
            with faults(self.address):
                self._client.drop_alias(self.address.name)

    def create(self, collection: str, *, dimension: int) -> None:
        """Makes an empty collection with its files."""
        with faults(self.address):
            create_rows(
                self._client,
                collection,
                dimension=dimension,
                lexical=self.lexical,
                graph=not self.address.is_file,
            )
            create_files(self._client, collection + FILES, mapped=not self.address.is_file)

    def load(self, collection: str) -> None:
        """Has the server bring a collection into its memory, if it is not there yet."""
        with faults(self.address):
            for name in (collection, collection + FILES):
                self._client.load_collection(name)

    def drop(self, collection: str) -> None:
        """Removes a collection with its files, and what is left of one."""
        with faults(self.address):
            for name in (collection, collection + FILES):
                self._client.drop_collection(name)

    def dimension(self, collection: str) -> int:
        """Length of the vectors in a collection."""
        with faults(self.address):
            fields = self._client.describe_collection(collection)["fields"]
        return next(int(f["params"]["dim"]) for f in fields if f["name"] == "vector")

    def insert(self, collection: str, rows: Iterable[Row]) -> None:
        """Adds rows, or puts them in the place of those with their ids."""
        for batch in batches(rows):
            with faults(self.address):
                self._client.upsert(collection, batch)

    def delete(self, collection: str, documents: Sequence[int]) -> None:
        """Removes the rows of some documents."""
        for some in portions(documents):
            with faults(self.address):
                self._client.delete(collection, filter=f"document in {some}")

    def count(self, collection: str, where: str = "") -> int:
        """Number of rows for which a condition holds."""
        with faults(self.address):
            found = self._client.query(
                collection, filter=where, output_fields=["count(*)"], consistency_level="Strong"
            )
        return int(found[0]["count(*)"])

    def nearest(
        self, collection: str, vector: Sequence[float], *, where: str, limit: int
    ) -> list[int]:
        """Ids of the rows nearest to a vector, the nearest first."""
        breadth = {} if self.address.is_file else {"ef": max(2 * limit, 128)}
        return self._search(collection, "vector", [list(vector)], "IP", breadth, where, limit)

    def matching(
        self, collection: str, tokens: Sequence[str], *, where: str, limit: int
    ) -> list[int]:
        """Ids of the rows that match some tokens best by BM25; a token that is there twice counts twice."""
        return self._search(collection, "sparse", [to_field(tokens)], "BM25", {}, where, limit)

    def _search(
        self,
        collection: str,
        field: str,
        data: Any,
        metric: str,
        params: Row,
        where: str,
        limit: int,
    ) -> list[int]:
        with faults(self.address):
            found = self._client.search(
                collection,
                data,
                anns_field=field,
                filter=where,
                limit=min(limit, MAX_FOUND),
                search_params={"metric_type": metric, "params": params},
                consistency_level="Strong",
            )
        return [int(hit["id"]) for hit in found[0]]

    def ids(self, collection: str, where: str, *, limit: int = MAX_FOUND) -> list[int]:
        """Ids of rows for which a condition holds, rising; at most ``limit``."""
        return sorted(int(row["id"]) for row in self._query(collection, where, ["id"], limit))

    def rows(
        self, collection: str, ids: Sequence[int], fields: Sequence[str], *, where: str = ""
    ) -> list[Row]:
        """Rows of some ids, rising, with some of their fields; those that are there and fulfil a condition."""
        found: list[Row] = []
        for some in portions(sorted(set(ids))):
            condition = f"id in {some}" + (f" and ({where})" if where else "")
            found += self._query(collection, condition, ["id", *fields], len(some))
        return sorted(found, key=lambda row: int(row["id"]))

    def _query(self, collection: str, where: str, fields: list[str], limit: int) -> list[Row]:
        with faults(self.address):
            found: list[Row] = self._client.query(
                collection,
                filter=where,
                output_fields=fields,
                limit=limit,
                consistency_level="Strong",
            )
        return list(found)

    def write(self, collection: str, files: Mapping[str, bytes]) -> None:
        """Puts files into a collection, in the place of those of their names."""
        pieces = (
            {"id": f"{name}/{at}", "data": piece, "none": [0.0, 0.0]}
            for name, data in files.items()
            for at, piece in enumerate(to_pieces(data))
        )
        self.insert(collection + FILES, pieces)

    def read(self, collection: str, names: Sequence[str]) -> dict[str, bytes]:
        """The files of some names that are there. Raises StoreError if one is damaged."""
        firsts = self._pieces(collection, [f"{name}/0" for name in names])
        counts = {name: count_of(firsts[f"{name}/0"]) for name in names if f"{name}/0" in firsts}
        more = [f"{name}/{at}" for name, count in counts.items() for at in range(1, count)]
        pieces = firsts | self._pieces(collection, more)
        try:
            return {
                name: from_pieces([pieces[f"{name}/{at}"] for at in range(count)])
                for name, count in counts.items()
            }
        except (KeyError, ValueError) as error:
            raise damaged(collection, f"a file is incomplete ({error})") from error

    def _pieces(self, collection: str, ids: Sequence[str]) -> dict[str, str]:
        found: list[Row] = []
        for some in portions(ids):
            condition = f"id in {json.dumps(some)}"
            found += self._query(collection + FILES, condition, ["id", "data"], len(some))
        return {row["id"]: row["data"] for row in found}

    def names(self, collection: str, prefix: str) -> set[str]:
        """Names of the files that begin so; of 16384 pieces at most."""
        found = self._query(collection + FILES, f'id like "{prefix}%"', ["id"], MAX_FOUND)
        return {row["id"].rsplit("/", 1)[0] for row in found}

    def erase(self, collection: str, prefix: str) -> None:
        """Removes the files whose names begin so."""
        with faults(self.address):
            self._client.delete(collection + FILES, filter=f'id like "{prefix}%"')


def _connect(address: Address) -> MilvusClient:
    with faults(address):
        token = os.environ.get(TOKEN_VARIABLE, "")
        return MilvusClient(address.uri, token=token, timeout=CONNECT_SECONDS)
