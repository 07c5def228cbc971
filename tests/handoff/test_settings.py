"""What an owner may set about the desk."""

import pytest
from pydantic import ValidationError

from baton.handoff.settings import HandoffSettings


def test_every_setting_says_what_it_does() -> None:
    assert all(field.description for field in HandoffSettings.model_fields.values())


@pytest.mark.parametrize(
    "wrong",
    [{"default_team": "nowhere"}, {"fallback_team": "nowhere"}, {"nobody_on_duty_seconds": 31}, {"unknown": 1}],
    ids=["default team", "fallback team", "told too late", "unknown key"],
)
def test_what_cannot_work_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        HandoffSettings.model_validate(wrong)


def test_the_effect_of_a_lost_connection_is_not_sooner_than_its_notice() -> None:
    with pytest.raises(ValidationError, match="grace_seconds"):
        HandoffSettings(lost_seconds=10, grace_seconds=5)
