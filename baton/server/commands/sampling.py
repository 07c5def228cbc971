"""`baton samples`: the conversations that the demonstration made up."""

import typer
from sqlalchemy import delete, select

from baton.assistant.conversations import VISITORS
from baton.core.staff import record
from baton.core.transaction import CONVERSATIONS, Transaction
from baton.handoff.erasing import erase_conversation
from baton.server.ground import Ground, open_ground
from baton.server.options import USUAL_DATA, ConfigOption, DataOption, JsonOption, read_options


def register(app: typer.Typer) -> None:
    samples = typer.Typer(no_args_is_help=True, help="The demonstration's sample conversations.")
    samples.command("remove")(remove)
    app.add_typer(samples, name="samples")


def remove(config: ConfigOption = None, data: DataOption = USUAL_DATA, as_json: JsonOption = False) -> None:
    """Erase every sample conversation. The audit trail says so and stays whole; staff and documents stay."""
    options = read_options(config, data, as_json)
    with open_ground(options.config, options.data) as ground:
        removed = remove_samples(ground)
    options.answer({"removed": removed}, f"{removed} sample conversations are erased.")


def remove_samples(ground: Ground) -> int:
    """Each in a transaction of its own, so that a server on the same folder need not wait for all of them."""
    samples = select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.sample, CONVERSATIONS.c.erased_at.is_(None))
    ids = list(ground.database.read_sync(lambda connection: connection.execute(samples).scalars().all()))
    for id in ids:
        ground.writer.run_sync(lambda tx, id=id: erase_conversation(tx, id), conversation=id)  # type: ignore[misc]
    if ids:
        ground.writer.run_sync(lambda tx: _forget_visitors(tx, len(ids)))
    return len(ids)


def _forget_visitors(tx: Transaction, conversations: int) -> None:
    tx.connection.execute(delete(VISITORS).where(VISITORS.c.sample))
    record(tx, "samples.removed", {"conversations": conversations})
