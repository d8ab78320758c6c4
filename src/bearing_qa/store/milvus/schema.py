"""The two collections of an index: rows of passages, and pieces of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pymilvus import DataType, Function, FunctionType

if TYPE_CHECKING:
    from pymilvus import MilvusClient

MAX_VARCHAR = 65535
"""Bytes of a text field, Milvus's own limit."""
FILES = "_files"
"""What the name of the second collection ends in."""
HNSW = {"M": 16, "efConstruction": 200}
"""Neighbours and breadth while building: Milvus's usual choice; recall@10 0.9998 at ef 64 on 100,000 rows."""
BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}
"""As in ``lexical``; only which rows are looked at depends on it."""


def create_rows(
    client: MilvusClient, collection: str, *, dimension: int, lexical: bool, graph: bool
) -> None:
    """Makes an empty collection of passages: ``lexical`` with BM25 over their tokens, ``graph`` with HNSW
    over their vectors, which a file of milvus-lite does not have."""
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    indexes = client.prepare_index_params()
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("document", DataType.INT64)
    for field in ("headings", "markers", "context", "text"):
        schema.add_field(field, DataType.VARCHAR, max_length=MAX_VARCHAR)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    kind, choices = ("HNSW", HNSW) if graph else ("AUTOINDEX", {})
    indexes.add_index("vector", index_type=kind, metric_type="IP", params=choices)
    analysed: dict[str, Any] = {}
    if lexical:
        analysed = {"enable_analyzer": True, "analyzer_params": {"tokenizer": "whitespace"}}
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        indexes.add_index(
            "sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=BM25
        )
    schema.add_field("tokens", DataType.VARCHAR, max_length=MAX_VARCHAR, **analysed)
    if lexical:
        schema.add_function(Function("bm25", FunctionType.BM25, ["tokens"], ["sparse"]))
    client.create_collection(collection, schema=schema, index_params=indexes)


def create_files(client: MilvusClient, collection: str, *, mapped: bool) -> None:
    """Makes an empty collection of pieces by name; ``mapped`` from disk instead of held in memory."""
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    indexes = client.prepare_index_params()
    schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=512)
    schema.add_field("data", DataType.VARCHAR, max_length=MAX_VARCHAR)
    schema.add_field("none", DataType.FLOAT_VECTOR, dim=2)  # no collection is without a vector
    indexes.add_index("none", index_type="FLAT", metric_type="L2")
    properties = {"properties": {"mmap.enabled": True}} if mapped else {}
    client.create_collection(collection, schema=schema, index_params=indexes, **properties)
