"""The ONNX files we write are read and run by onnxruntime."""

from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from baton.knowledge import onnx_format


def run(nodes: list[bytes], constants: list[bytes], given: NDArray[Any]) -> NDArray[Any]:
    """What a graph from `x` (rows of three) to `y` makes of `given`."""
    model = onnx_format.model(
        "test",
        nodes=nodes,
        constants=constants,
        inputs=[onnx_format.value("x", "float32", ["rows", 3])],
        outputs=[onnx_format.value("y", "float32", ["rows", "columns"])],
        operators={"": 17, "com.microsoft": 1},
        version=9,
    )
    (made,) = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, {"x": given})
    return np.asarray(made)


def test_constants_and_operations_compute_what_they_say() -> None:
    matrix = np.arange(6, dtype=np.float32).reshape(3, 2)
    shift = np.array([10, 20], np.float32)
    nodes = [
        onnx_format.node("MatMul", ["x", "w"], ["product"], {}),
        onnx_format.node("Add", ["product", "b"], ["y"], {}),
    ]
    constants = [onnx_format.tensor("w", matrix), onnx_format.tensor("b", shift)]
    given = np.array([[1, 2, 3], [0, 0, -1]], np.float32)
    assert np.array_equal(run(nodes, constants, given), given @ matrix + shift)


def test_attributes_may_be_negative_numbers_fractions_and_lists() -> None:
    nodes = [
        onnx_format.node("LpNormalization", ["x"], ["unit"], {"axis": -1, "p": 2}),
        onnx_format.node("LeakyRelu", ["unit"], ["bent"], {"alpha": 0.5}),
        onnx_format.node("ReduceMean", ["bent"], ["y"], {"axes": [1], "keepdims": 1}),
    ]
    assert run(nodes, [], np.array([[-3, 0, 4]], np.float32))[0, 0] == pytest.approx((-0.3 + 0.8) / 3)


def test_a_transposed_constant_is_written_in_its_own_order() -> None:
    matrix = np.arange(6, dtype=np.float32).reshape(2, 3).T
    made = run(
        [onnx_format.node("MatMul", ["x", "w"], ["y"], {})],
        [onnx_format.tensor("w", matrix)],
        np.eye(3, dtype=np.float32),
    )
    assert np.array_equal(made, matrix)


def test_operations_of_other_domains_and_whole_numbers_are_understood() -> None:
    nodes = [
        onnx_format.node("Gather", ["x", "second"], ["column"], {"axis": 1}),
        onnx_format.node("Gelu", ["column"], ["y"], {}, domain="com.microsoft"),
    ]
    made = run(nodes, [onnx_format.tensor("second", np.array([1], np.int64))], np.array([[0, 100, 0]], np.float32))
    assert made[0, 0] == pytest.approx(100)


def test_an_element_type_we_cannot_write_is_refused() -> None:
    with pytest.raises(KeyError):
        onnx_format.tensor("w", np.array([1 + 2j]))
