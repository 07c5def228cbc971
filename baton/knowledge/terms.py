"""Words as the lexical half compares them: lower case, without accents, endings and stop words.

Both engines get terms made here, so that SQLite and PostgreSQL match the same words.
"""

import re
import unicodedata
from functools import lru_cache

_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LONGEST = 40
_ENGLISH = """
a about above after again against all also am an and any are as at be because been before being below between both
but by can could did do does doing down during each few for from further get go had has have having he her here hers
him his how i if in into is it its itself just know let like me more most my need no nor not now of off on once only
or other our ours out over own please same shall she should so some such tell than thank thanks that the their
theirs them then there these they this those through to too under until up us very want was we were what when where
which while who whom why will with would yes you your yours hello hi hey ok okay may might must i'm i'd i'll i've
it's that's what's there's can't don't doesn't didn't isn't aren't won't you're we're they're let's haven't hasn't
couldn't wouldn't
"""
_OTHERS = """
der die das den dem des ein eine einer eines einem einen und oder ist sind war ich du er sie es wir ihr mein kann
wie was wo wann warum nicht auch auf aus bei fur mit nach von vor zu zum zur im ins am le la les un une des et ou
est sont je tu il elle nous vous mon ma mes que qui quoi comment quand pourquoi pas dans sur avec pour par de du au
aux ce cette el los las una unos y o es son yo mi que como cuando donde por para con sin en de del al no se su lo o
os as um uma e sao eu meu minha como quando onde por para com sem em do da dos das no na il lo gli una e sono io mio
come quando dove perche per con senza di del della al alla nel de het een en of is zijn ik jij hij wij mijn hoe wat
waar wanneer waarom niet ook op uit bij voor met naar van
"""
_ENDINGS = (
    ("ational", "ate"), ("ization", "ize"), ("isation", "ize"), ("fulness", "ful"), ("ousness", "ous"),
    ("iveness", "ive"), ("ingly", ""), ("edly", ""),
)  # fmt: skip
_DOUBLES_KEPT = "lsz"
_SEPARATORS = re.compile(r"\s*[:›»|–—]\s+|\s+[-/]\s+|\s*[()\[\]]\s*")
_QUESTION = re.compile(
    r"(?:what|which|who|whose|when|where|why|how|is|are|am|was|were|do|does|did|can|could|may|will|would|should|has|have)\b",
    re.IGNORECASE,
)
Name = tuple[str, ...]
"""The terms of a name in a title."""


def plain(text: str) -> str:
    """Lower case, accents dropped."""
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


STOP_WORDS = frozenset(plain(_ENGLISH).split()) | frozenset(plain(_OTHERS).split())


def terms_of(text: str) -> list[str]:
    """The terms of a text in order, with repetitions."""
    words = (word.replace("’", "'") for word in _WORDS.findall(plain(text)))
    return [stem(word) for word in words if word not in STOP_WORDS]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its English ending. Light: it only has to give the same term for the forms of one word."""
    word = word.removesuffix("'s").replace("'", "")[:_LONGEST]
    if word.isdigit() or len(word) < 4:
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)] + instead
    return _without_e(_without_verb_ending(_without_plural(word)))


def _without_plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us")):
        return word[:-1]
    return word


def _without_verb_ending(word: str) -> str:
    if word.endswith("ing") and len(word) > 5:
        word = word[:-3]
    elif word.endswith("ed") and len(word) > 4:
        word = word[:-2]
    else:
        return word
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in _DOUBLES_KEPT:
        word = word[:-1]
    return word


def _without_e(word: str) -> str:
    if word.endswith("ly") and len(word) > 5:
        word = word[:-2]
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    if word.endswith("y") and len(word) > 3:
        word = word[:-1] + "i"
    return word


@lru_cache(maxsize=20_000)
def names_of(title: str) -> tuple[Name, ...]:
    """The parts of a title that name something, as terms: "Blue Account" of "Blue Account: what does it cost?"."""
    parts = [part for part in _SEPARATORS.split(title) if part.strip()]
    naming = [part for part in parts if not _is_question(part)] or parts
    names = [tuple(dict.fromkeys(terms_of(part))) for part in naming]
    return tuple(name for name in names if name)


def _is_question(part: str) -> bool:
    return part.rstrip().endswith("?") or bool(_QUESTION.match(part.strip()))
