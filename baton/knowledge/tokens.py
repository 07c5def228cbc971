"""How many tokens of the embedder a text has, which is what chunks are measured in."""

import math
from collections.abc import Callable

from baton.knowledge.minilm import WeightsMissing, model_folder

_CHARACTERS_A_TOKEN = 3.5


def token_counter() -> Callable[[str], int]:
    """The embedder's own count; without its files, an estimate on the large side."""
    try:
        file = model_folder() / "tokenizer.json"
    except WeightsMissing:
        return estimate
    if not file.exists():
        return estimate
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


def estimate(text: str) -> int:
    """Tokens of a text in a Latin script, rather too many than too few."""
    return math.ceil(len(text) / _CHARACTERS_A_TOKEN)
