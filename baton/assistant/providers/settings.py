"""Which providers draft answers, in which order, and how long each may take."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

EXTRACTIVE = "extractive"
_USUAL = {
    "openai": ("https://api.openai.com/v1", "OPENAI_API_KEY"),
    "anthropic": ("https://api.anthropic.com", "ANTHROPIC_API_KEY"),
}


class ModelSettings(BaseModel):
    """One language model behind one address."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["openai", "anthropic"] = Field(
        description="The protocol the server speaks: OpenAI's chat completions or Anthropic's messages."
    )
    model: str = Field(min_length=1, description="The model's id, as its server names it.")
    base_url: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="Address of a compatible server, with its version path. Left out: the protocol's own maker.",
    )
    key_env: str | None = Field(
        default=None,
        description="Name of the environment variable that holds the key. Left out: the maker's usual variable, or "
        "no key at all when base_url names another server.",
    )
    timeout_seconds: float = Field(default=30, gt=0, description="How long one draft may take, retries included.")
    first_token_seconds: float = Field(
        default=8, gt=0, description="How long the first word may take before the next provider is asked."
    )
    attempts: int = Field(
        default=2,
        ge=1,
        le=5,
        description="Tries in all, as long as no word has come; a broken stream is never retried.",
    )
    max_tokens: int = Field(default=1200, ge=64, description="The longest reply, in tokens, reasoning included.")
    limit_field: Literal["max_completion_tokens", "max_tokens"] = Field(
        default="max_completion_tokens",
        description="The name an OpenAI-compatible server gives that limit; older servers want max_tokens.",
    )
    structured: Literal["schema", "object", "text"] = Field(
        default="schema",
        description="How the reply's form is asked for: by a JSON schema, by any JSON object (OpenAI protocol only), "
        "or by words alone, for servers that know neither.",
    )
    effort: Literal["none", "minimal", "low", "medium", "high"] | None = Field(
        default=None, description="How much a reasoning model may think first. Left out: not sent."
    )

    @property
    def address(self) -> str:
        """Where the server is; never taken from the environment by accident."""
        return self.base_url or _USUAL[self.kind][0]

    @property
    def key_variable(self) -> str | None:
        """The environment variable to read the key from, if any: a maker's key never goes to another server unasked."""
        return self.key_env or (None if self.base_url else _USUAL[self.kind][1])


class ProvidersSettings(BaseModel):
    """The chain of providers; a key in the environment alone changes nothing."""

    model_config = ConfigDict(extra="forbid")

    chain: tuple[str, ...] = Field(
        default=(EXTRACTIVE,),
        min_length=1,
        description="Names from `models` in the order they are asked, ending in `extractive` (quotes the help pages, "
        "needs no model). Without `extractive` a failure of all goes to a person.",
    )
    models: dict[str, ModelSettings] = Field(default_factory=dict, description="Language models by a name of your own.")
    deadline_seconds: float = Field(
        default=30, gt=0, description="How long all language models together may take before `extractive` answers."
    )
    breaker_failures: int = Field(
        default=3, ge=1, description="Failures in a row after which a model is left out for a while."
    )
    breaker_rest_seconds: float = Field(
        default=30, gt=0, description="How long it is left out; then one draft is tried on it again."
    )

    @model_validator(mode="after")
    def _chain_names_what_exists(self) -> Self:
        if EXTRACTIVE in self.models:
            raise ValueError(f"models: the name {EXTRACTIVE!r} is taken by the provider that needs no model")
        unknown = [name for name in self.chain if name != EXTRACTIVE and name not in self.models]
        if unknown:
            known = ", ".join([*self.models, EXTRACTIVE])
            raise ValueError(f"chain: {unknown[0]!r} is not described under models; allowed are {known}")
        if len(set(self.chain)) < len(self.chain):
            raise ValueError("chain: each provider may stand in it once")
        if EXTRACTIVE in self.chain[:-1]:
            raise ValueError(f"chain: {EXTRACTIVE!r} always answers, so it can only be the last")
        return self
