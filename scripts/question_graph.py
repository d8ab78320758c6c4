"""Writes ``src/bearing_qa/encoders/question.onnx``: BERT for one question, without its weights.

    python -m scripts.question_graph

It is the encoder of ``default_model`` as a graph of ONNX (operators of version 20), for ``encoders/question_encoder.py``: one text alone has no
padding, so no mask. Its input is what the tokens' embeddings are, shape (tokens, hidden); weights go by
the names that they have in ``model.safetensors``, and are handed over when it is loaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

from bearing_qa.encoders.question_encoder import EMBEDDING, GRAPH, INPUT, OUTPUT

HIDDEN, HEADS, LAYERS, FEED_FORWARD, POSITIONS, TYPES = 384, 12, 12, 1536, 512, 2
EPSILON = 1e-12
OPERATORS, FORMAT = 20, 9
"""Versions of ONNX's operators (Gelu is new in 20) and of its file."""


class Graph:
    """Nodes and initializers, as they are added."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self._constants: set[str] = set()

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """A node; gives the name of its output."""
        output = f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output

    def weight(self, name: str, *shape: int) -> str:
        """A weight that stands outside the graph."""
        outside = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)
        outside.data_location = TensorProto.EXTERNAL
        outside.external_data.add(key="location", value="model.safetensors")
        self.initializers.append(outside)
        return name

    def constant(self, *values: float, kind: type[np.generic] = np.int64) -> str:
        """A row of numbers."""
        name = f"{kind.__name__}_{'_'.join(map(str, values))}"
        if name not in self._constants:
            self._constants.add(name)
            self.initializers.append(numpy_helper.from_array(np.array(values, kind), name))
        return name

    def linear(self, rows: str, name: str, *, outputs: int, inputs: int) -> str:
        """A layer of torch.nn.Linear."""
        weight = self.weight(f"{name}.weight", outputs, inputs)
        return self.add("Gemm", rows, weight, self.weight(f"{name}.bias", outputs), transB=1)

    def norm(self, rows: str, name: str) -> str:
        """A layer of torch.nn.LayerNorm."""
        weight, bias = (self.weight(f"{name}.{part}", HIDDEN) for part in ("weight", "bias"))
        return self.add("LayerNormalization", rows, weight, bias, axis=-1, epsilon=EPSILON)


def make_graph() -> ModelProto:
    """Embeddings of a question's tokens → its unit vector, shape (1, hidden)."""
    graph = Graph()
    rows = embed(graph, INPUT)
    for number in range(LAYERS):
        rows = layer(graph, rows, f"encoder.layer.{number}")
    mean = graph.add("ReduceMean", rows, graph.constant(0), keepdims=1)
    vector = graph.add("LpNormalization", mean, axis=-1, p=2)
    graph.add("Identity", vector)
    graph.nodes[-1].output[0] = OUTPUT
    given = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["tokens", HIDDEN])
    made = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, HIDDEN])
    body = helper.make_graph(graph.nodes, "question", [given], [made], graph.initializers)
    versions = [helper.make_opsetid("", OPERATORS)]
    return helper.make_model(body, opset_imports=versions, ir_version=FORMAT)


def embed(graph: Graph, given: str) -> str:
    """Word embeddings with those of type and place, normalised."""
    tokens = graph.add("Shape", given, end=1)
    start, end = graph.constant(0), graph.constant(1)
    of_type = graph.weight(f"{EMBEDDING}.token_type_embeddings.weight", TYPES, HIDDEN)
    of_place = graph.weight(f"{EMBEDDING}.position_embeddings.weight", POSITIONS, HIDDEN)
    typed = graph.add("Add", given, graph.add("Slice", of_type, start, end))
    placed = graph.add("Add", typed, graph.add("Slice", of_place, start, tokens))
    return graph.norm(placed, f"{EMBEDDING}.LayerNorm")


def layer(graph: Graph, rows: str, name: str) -> str:
    """Attention and feed-forward (Vaswani et al. 2017), each added to its input and normalised."""
    attention = f"{name}.attention"
    size = HIDDEN // HEADS
    square = {"outputs": HIDDEN, "inputs": HIDDEN}

    def heads(part: str, order: list[int]) -> str:
        made = graph.linear(rows, f"{attention}.self.{part}", **square)
        apart = graph.add("Reshape", made, graph.constant(-1, HEADS, size))
        return graph.add("Transpose", apart, perm=order)

    query, value = heads("query", [1, 0, 2]), heads("value", [1, 0, 2])
    likeness = graph.add("MatMul", query, heads("key", [1, 2, 0]))
    scaled = graph.add("Mul", likeness, graph.constant(size**-0.5, kind=np.float32))
    seen = graph.add("MatMul", graph.add("Softmax", scaled, axis=-1), value)
    seen = graph.add("Transpose", seen, perm=[1, 0, 2])
    joined = graph.add("Reshape", seen, graph.constant(-1, HIDDEN))
    joined = graph.linear(joined, f"{attention}.output.dense", **square)
    rows = graph.norm(graph.add("Add", joined, rows), f"{attention}.output.LayerNorm")
    wide = graph.linear(rows, f"{name}.intermediate.dense", outputs=FEED_FORWARD, inputs=HIDDEN)
    wide = graph.add("Gelu", wide)
    narrow = graph.linear(wide, f"{name}.output.dense", outputs=HIDDEN, inputs=FEED_FORWARD)
    return graph.norm(graph.add("Add", narrow, rows), f"{name}.output.LayerNorm")


def main() -> None:
    """Writes the file."""
    made = make_graph().SerializeToString(deterministic=True)
    path = Path(__file__).parents[1] / "src" / "bearing_qa" / "index" / GRAPH
    path.write_bytes(made)
    print(f"{path.name}: {len(made):,} bytes")


if __name__ == "__main__":
    main()
