"""`baton calibrate` on a folder whose turns were judged."""

import random
from pathlib import Path

from baton.server.config import Config
from baton.server.ground import open_ground
from tests.assistant.judged_turns import add_turns, judge_all
from tests.server.command_line import baton


def judged_folder(data: Path, count: int) -> None:
    with open_ground(Config(), data) as ground:
        chance = random.Random(11)
        ground.writer.run_sync(lambda tx: add_turns(tx, count, chance))
        ground.writer.run_sync(lambda tx: judge_all(tx, count, chance))


def test_too_few_labels_are_refused(tmp_path: Path) -> None:
    judged_folder(tmp_path, 20)
    ran = baton("calibrate", "--data", tmp_path)
    assert ran.status == 1
    assert "20 turns are judged" in ran.sentence
    assert "/assistant/labels" in ran.sentence


def test_it_shows_before_and_after_and_keeps_what_helps(tmp_path: Path) -> None:
    judged_folder(tmp_path, 500)
    config = tmp_path / "config.yaml"
    config.write_text("assistant:\n  max_error_rate: 0.25\n")
    words = ("--data", tmp_path, "--config", config, "--json")
    tried = baton("calibrate", "--dry-run", *words).document
    assert tried["helps"]
    assert not tried["kept"]
    assert tried["thresholds"] == {}
    kept = baton("calibrate", *words).document
    assert kept["kept"]
    assert kept["after"]["brier"] < kept["before"]["brier"]
    assert kept["after"]["reliability"][-1].keys() == {"said", "was", "turns"}
    assert kept["thresholds"]["*"]["bound"] <= 0.25
    assert baton("audit", "verify", "--data", tmp_path).status == 0


def test_the_second_time_it_measures_on_what_the_head_did_not_see(tmp_path: Path) -> None:
    judged_folder(tmp_path, 300)
    first = baton("calibrate", "--data", tmp_path, "--json").document
    second = baton("calibrate", "--data", tmp_path, "--json").document
    assert second["before"] == first["after"]


def test_people_read_a_table(tmp_path: Path) -> None:
    judged_folder(tmp_path, 300)
    shown = baton("calibrate", "--data", tmp_path)
    assert "300 turns judged" in shown.out
    assert "before: ECE" in shown.out
