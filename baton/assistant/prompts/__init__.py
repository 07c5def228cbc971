"""The standing instructions given to language models, one Markdown file each."""

from functools import cache
from hashlib import sha256
from importlib.resources import files


@cache
def prompt(name: str) -> str:
    """The text of `name.md`; `$brand`-like places are filled by the caller."""
    return files(__package__).joinpath(f"{name}.md").read_text(encoding="utf-8")


@cache
def prompt_version(name: str) -> str:
    """Twelve hexadecimal digits that change whenever a word of the prompt does; kept with every turn."""
    return sha256(prompt(name).encode()).hexdigest()[:12]
