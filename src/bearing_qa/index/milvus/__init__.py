"""The second store: an index in a Milvus collection. The client pymilvus is used in this folder only."""
