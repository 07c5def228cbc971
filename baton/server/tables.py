"""Every table there is, in one metadata."""

import baton.assistant.records
import baton.core.records
import baton.handoff.records
import baton.knowledge.records

__all__ = ["baton"]
