"""The second store: an index in a Milvus collection. The client pymilvus is used in this folder only."""

import os

os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # before it is loaded: it tells users of its pings
