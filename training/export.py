"""Writes a checkpoint as a graph of ONNX: the reader's body and heads, weights in 8 bits.

    python -m training.export CHECKPOINT OUT.onnx [--beside CHECKPOINT --share 0.333] [--layers 12] [--full FILE]

``--beside``: the weights are the mean of two checkpoints (of which the earlier one counts ``--share``). The graph is that of ``scripts/question_graph`` with other ends. Matrices are quantised by row (ONNX Runtime's dynamic
quantisation: activations when it runs); ``--full`` writes the weights as they are too, for comparison.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import torch
from onnx import ModelProto, TensorProto, helper, numpy_helper, save
from onnxruntime.quantization import QuantType, quantize_dynamic
from scripts.question_graph import FORMAT, HIDDEN, OPERATORS, Graph, embed, layer

from bearing_qa.encoders.reader_tokens import KINDS
from bearing_qa.encoders.reading_model import EVIDENCE, INPUT, JUDGE, KIND, PASSAGE, QUESTION
from training.model import AGREEMENT_SCALE, MATCHED_AT


def make_graph(layers: int) -> ModelProto:
    """Embeddings of a pair's tokens → evidence of each token and the two judgements, as logits."""
    graph = Graph()
    rows = embed(graph, INPUT)
    for number in range(layers):
        if number == min(MATCHED_AT, layers - 1):
            kinds = graph.add("Gather", graph.weight("match.weight", KINDS, HIDDEN), KIND)
            rows = graph.add("Add", rows, kinds)
        rows = layer(graph, rows, f"encoder.layer.{number}")
    asked, read = (_unit(graph, graph.add("MatMul", mask, rows)) for mask in (QUESTION, PASSAGE))
    scale = graph.constant(AGREEMENT_SCALE, kind=np.float32)
    own = graph.add("Mul", graph.add("Mul", _unit(graph, rows), asked), scale)
    said = graph.add("Concat", rows, own, axis=1)
    evidence = _weighed(graph, said, "evidence", outputs=1, inputs=2 * HIDDEN)
    agreement = graph.add("Mul", graph.add("Mul", asked, read), scale)
    first = graph.add("Slice", rows, graph.constant(0), graph.constant(1))
    both = graph.add("Concat", first, agreement, axis=1)
    judge = _weighed(graph, both, "judge", outputs=2, inputs=2 * HIDDEN)
    for name, made in ((EVIDENCE, evidence), (JUDGE, judge)):
        graph.nodes.append(helper.make_node("Identity", [made], [name]))
    shapes: dict[str, list[str | int | None]] = {
        INPUT: ["tokens", HIDDEN],
        QUESTION: [1, "tokens"],
        PASSAGE: [1, "tokens"],
    }
    given = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in shapes.items()
    ]
    given.append(helper.make_tensor_value_info(KIND, TensorProto.INT64, ["tokens"]))
    made_of = [
        helper.make_tensor_value_info(EVIDENCE, TensorProto.FLOAT, ["tokens"]),
        helper.make_tensor_value_info(JUDGE, TensorProto.FLOAT, [2]),
    ]
    body = helper.make_graph(graph.nodes, "reader", given, made_of, graph.initializers)
    return helper.make_model(
        body, opset_imports=[helper.make_opsetid("", OPERATORS)], ir_version=FORMAT
    )


def _unit(graph: Graph, rows: str) -> str:
    """Rows of length one."""
    return graph.add("LpNormalization", rows, axis=-1, p=2)


def _weighed(graph: Graph, rows: str, name: str, *, outputs: int, inputs: int) -> str:
    """A small linear layer whose weights stay as they are: as a product and a sum, which nothing quantises."""
    products = graph.add("Mul", rows, graph.weight(f"{name}.weight", outputs, inputs))
    sums = graph.add("ReduceSum", products, graph.constant(1), keepdims=0)
    return graph.add("Add", sums, graph.weight(f"{name}.bias", outputs))


def with_weights(graph: ModelProto, state: dict[str, torch.Tensor]) -> ModelProto:
    """The graph with a checkpoint's weights inside it."""
    weights = {name.removeprefix("body."): value.numpy() for name, value in state.items()}
    for outside in [i for i in graph.graph.initializer if i.name in weights]:
        graph.graph.initializer.remove(outside)
        value = np.asarray(weights[outside.name], np.float32)
        graph.graph.initializer.append(numpy_helper.from_array(value, outside.name))
    return graph


State = dict[str, torch.Tensor]


def weights_of(checkpoint: Path) -> State:
    """The network's weights in a checkpoint."""
    state: State = torch.load(checkpoint, map_location="cpu")["model"]
    return state


def average(one: State, other: State, *, share: float) -> State:
    """The mean of two checkpoints of one run by weight, ``share`` of the other's (Wortsman et al. 2022)."""
    return {
        name: torch.lerp(value, other[name], share) if value.is_floating_point() else value
        for name, value in one.items()
    }


def main() -> None:
    """Writes the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--full", type=Path)
    parser.add_argument("--beside", type=Path, help="an earlier checkpoint of the same run")
    parser.add_argument("--share", type=float, default=1 / 3, help="what it counts in the mean")
    options = parser.parse_args()
    state = weights_of(options.checkpoint)
    if options.beside:
        state = average(state, weights_of(options.beside), share=options.share)
    made = with_weights(make_graph(options.layers), state)
    with tempfile.TemporaryDirectory() as folder:
        full = options.full or Path(folder) / "full.onnx"
        save(made, str(full))
        quantize_dynamic(
            str(full),
            str(options.out),
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,  # processors without VNNI add 8-bit products with saturation
            extra_options={"MatMulConstBOnly": True},
        )
    print(f"{options.out}: {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
