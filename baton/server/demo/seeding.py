"""Fills the demonstration: staff, articles, and a month of conversations played through the real pipeline with a set
clock. Nothing the assistant says is written down anywhere; it says it."""

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select, update

from baton.assistant.conversations import Arrival, receive
from baton.assistant.recording import Recorder, suggest_person
from baton.assistant.turns import TurnTaker, open_provider
from baton.core.clock import SetClock
from baton.core.log import Author
from baton.core.staff import STAFF, StaffMember, add_staff, member_of
from baton.core.transaction import EVENTS, Transaction
from baton.handoff import messages, rows
from baton.handoff.desk import Desk
from baton.knowledge.arrivals import Arrival as Document
from baton.knowledge.library import DOCUMENTS
from baton.server.demo.articles import arrivals
from baton.server.demo.samples import Act, PastConversation, history, staff
from baton.server.ground import Ground
from baton.server.knowledge import Knowledge
from baton.widget import commands
from baton.widget.frames import SendContact, SendFeedback, SendRating
from baton.widget.visitors import Visitors

WORKER = "demo"
Told = Callable[[str], None]


async def seed(ground: Ground, clock: SetClock, origin: str, tell: Told) -> None:
    """Everything, once; a folder that has staff already is left as it is."""
    now = clock.now()
    scripts = history(now)
    clock.set(scripts[0].begins_at - timedelta(days=1))
    people = await ground.writer.run(_add_staff)
    knowledge = Knowledge(ground)
    async with knowledge.open(), open_provider(ground.config.assistant, os.environ) as provider:
        tell("Reading the help centre …")
        await add_articles(knowledge, origin)
        brand = ground.config.widget.brand.name
        settings = ground.config.assistant.model_copy(update={"shadow": False})  # what is past was answered
        desk = Desk(ground.config.handoff)
        judge = await knowledge.open_judge(provider, settings, brand)
        taker = TurnTaker(ground.database, ground.writer, ground.bus, judge, Recorder(desk, settings, brand, WORKER))
        tell(f"Playing {len(scripts)} conversations of the last thirty days …")
        stage = Stage(ground, clock, desk, taker, people, origin)
        for script in scripts:
            await stage.play(script)
    clock.set(now)


def is_seeded(ground: Ground) -> bool:
    """Whether this folder has been filled before."""
    count = select(func.count()).select_from(STAFF)
    return bool(ground.database.read_sync(lambda connection: connection.execute(count).scalar_one()))


def point_links(tx: Transaction, origin: str) -> None:
    """Let the sources link to where the shop is now; its port may be another than last time."""
    for row in tx.connection.execute(select(DOCUMENTS.c.id, DOCUMENTS.c.url).where(DOCUMENTS.c.url.is_not(None))).all():
        path = row.url[row.url.index("/shop/") :] if "/shop/" in row.url else None
        if path and row.url != origin + path:
            tx.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == row.id).values(url=origin + path))


async def add_articles(knowledge: Knowledge, origin: str) -> None:
    """Take the help centre in and index it."""
    await add_documents(knowledge, arrivals(origin))


async def add_documents(knowledge: Knowledge, documents: Iterator[Document]) -> None:
    """Take documents in and index them."""
    async for _ in knowledge.documents.add(documents, Author.system()):
        pass
    indexer = knowledge.indexer()
    try:
        while await indexer.index_due():
            pass
    finally:
        await indexer.close()


def _add_staff(tx: Transaction) -> dict[str, str]:
    """Handle to id. Nobody has a password: the demonstration signs in by links."""
    people = {}
    for one in staff():
        people[one.handle] = add_staff(
            tx,
            name=one.name,
            role=one.role,
            email=one.email,
            teams=one.teams,
            skills=one.skills,
            languages=one.languages,
            sample=True,
        )
    return people


@dataclass(slots=True)
class Stage:
    """Plays scripts. `now_acting` is whoever accepted or took over last."""

    ground: Ground
    clock: SetClock
    desk: Desk
    taker: TurnTaker
    people: dict[str, str]
    origin: str
    visitors: Visitors = field(init=False)
    now_acting: str | None = None
    _count: int = 0

    def __post_init__(self) -> None:
        self.visitors = Visitors(self.ground.keys, None)

    async def play(self, script: PastConversation) -> None:
        """One conversation, act by act, each at its time."""
        self.clock.set(script.begins_at)
        visitor = self.visitors.new_visitor()
        arrival = Arrival(visitor, "en", f"{self.origin}{script.page}", "Larch & Ladle", sample=True)
        conversation = self.visitors.new_conversation(visitor)
        for act in script.acts:
            self.clock.advance(act.after_seconds)
            await self._act(conversation, arrival, act)

    async def _act(self, conversation: str, arrival: Arrival, act: Act) -> None:
        writer = self.ground.writer
        if act.kind == "visitor":
            await writer.run(lambda tx: receive(tx, conversation, arrival, act.value, self._id(), WORKER))
            return await self._answer(conversation)
        work = self._visitor_work(conversation, arrival, act) or self._staff_work(conversation, act)
        await writer.run(work)

    async def _answer(self, conversation: str) -> None:
        """Let the assistant take its turn, if it holds."""
        turn = await self.ground.writer.run(lambda tx: tx.conversation(conversation).turn)
        if turn is not None:
            self.clock.advance(1.5)
            await self.taker.take(turn)

    def _visitor_work(self, conversation: str, arrival: Arrival, act: Act) -> Callable[[Transaction], object] | None:
        match act.kind:
            case "ask_person":
                return commands.request_handoff(conversation, arrival, self.desk, self._id())
            case "cancel":
                return commands.cancel_handoff(conversation, arrival, self.desk, self._id())
            case "rating":
                return commands.send_rating(conversation, arrival, SendRating(self._id(), act.value, None))
            case "contact":
                return commands.send_contact(conversation, arrival, SendContact(self._id(), act.value, None, {}))
            case "helpful":
                return lambda tx: self._judge_answer(tx, conversation, arrival, act.value)
        return None

    def _judge_answer(self, tx: Transaction, conversation: str, arrival: Arrival, helpful: bool) -> None:
        newest = select(func.max(EVENTS.c.seq)).where(
            EVENTS.c.conversation_id == conversation,
            EVENTS.c.kind == "message.added",
            EVENTS.c.author_kind.in_(("assistant", "agent")),
        )
        seq = tx.connection.execute(newest).scalar_one()
        frame = SendFeedback(self._id(), seq, helpful, None)
        commands.send_feedback(conversation, arrival, frame, suggest_person)(tx)

    def _staff_work(self, conversation: str, act: Act) -> Callable[[Transaction], object]:
        if act.kind in ("take", "accept"):
            self.now_acting = act.value

        def work(tx: Transaction) -> object:
            member = self._member(tx)
            handoff = rows.find_open(tx.connection, conversation)
            match act.kind:
                case "agent":
                    return messages.send_message(tx, conversation, member, self._id(), act.value)
                case "note":
                    return messages.write_aside(tx, "note.added", conversation, member, self._id(), act.value)
                case "whisper":
                    return messages.write_aside(tx, "whisper.added", conversation, member, self._id(), act.value)
                case "transfer" if handoff:
                    return self.desk.transfer(tx, handoff.id, member, team=act.value)
                case "return" if handoff:
                    return self.desk.return_(tx, handoff.id, member, act.value)
                case "resolve" if handoff:
                    return self.desk.resolve(tx, handoff.id, member, act.value)
                case _:
                    return self.desk.take(tx, conversation, member)

        return work

    def _member(self, tx: Transaction) -> StaffMember:
        id = self.people[str(self.now_acting)]
        return member_of(tx.connection.execute(select(STAFF).where(STAFF.c.id == id)).one())

    def _id(self) -> str:
        self._count += 1
        return f"sample-{self._count}"


def run_seed(ground: Ground, clock: SetClock, origin: str, tell: Told) -> None:
    """`seed` for a caller without a loop."""
    asyncio.run(seed(ground, clock, origin, tell))
