"""The desk's HTTP interface and the agent's socket, as routes for the server to mount."""

import random
from functools import partial

from starlette.routing import BaseRoute, WebSocketRoute

from baton.handoff.conversation_calls import ConversationCalls
from baton.handoff.directory_calls import DirectoryCalls
from baton.handoff.handoff_calls import HandoffCalls
from baton.handoff.inbox import Inbox
from baton.handoff.label_calls import LabelCalls
from baton.handoff.seats import Seats
from baton.handoff.session import EventFrames
from baton.handoff.socket import agent_socket
from baton.handoff.workplace import Workplace


def routes(workplace: Workplace, inbox: Inbox, seats: Seats) -> list[BaseRoute]:
    """Everything of the desk but the console's pages."""
    serve_agent = partial(agent_socket, at=workplace, inbox=inbox, seats=seats, frames=EventFrames(workplace.directory))
    return [
        *HandoffCalls(workplace).routes(),
        *ConversationCalls(workplace).routes(),
        *DirectoryCalls(workplace).routes(),
        *LabelCalls(workplace, random.SystemRandom()).routes(),
        WebSocketRoute("/ws/agent", serve_agent),
    ]
