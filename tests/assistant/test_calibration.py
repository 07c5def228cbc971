"""The fitted head learns what helps and never holds a signal against a draft."""

import numpy as np

from baton.assistant import scoring
from baton.assistant.calibration import fit


def test_a_telling_signal_gets_weight_and_a_harmful_one_none() -> None:
    chance = np.random.default_rng(7)
    right = chance.random(400) < 0.5
    helpful = right * 0.6 + chance.random(400) * 0.4
    harmful = (~right) * 0.6 + chance.random(400) * 0.4
    head = fit(
        np.column_stack((helpful, harmful)), right.astype(float), np.ones(400), ("helpful", "harmful"), version="test"
    )
    assert head.weights["helpful"] > 0
    assert head.weights["harmful"] == 0
    assert scoring.confidence({"helpful": 0.9}, head) > 0.5 > scoring.confidence({"helpful": 0.1}, head)
