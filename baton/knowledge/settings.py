"""What an owner may set about documents: limits of reading and crawling, and who may see what."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from baton.knowledge.reading.reader import Limits


class DocumentRule(BaseModel):
    """Documents with this in their title, or in the path or address they came from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str | None = Field(
        default=None, min_length=1, description="Text to find in the title, in any case; `*` stands for anything."
    )
    path: str | None = Field(
        default=None, min_length=1, description="The same for the path, file name or address the document came from."
    )

    @model_validator(mode="after")
    def _says_where_to_look(self) -> Self:
        if (self.title is None) == (self.path is None):
            raise ValueError("give either `title` or `path`")
        return self


class AudienceRule(DocumentRule):
    """Documents that fit are for this audience."""

    audience: Literal["public", "staff"] = Field(
        default="staff", description="`staff`: never shown to visitors. The first rule that fits decides."
    )


class CrawlSettings(BaseModel):
    """How far adding the address of a site goes. It never leaves the site's host."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pages: int = Field(default=500, ge=1, le=20_000, description="Most pages taken from one site.")
    depth: int = Field(default=4, ge=0, le=20, description="Most links followed from the first page.")
    page_mb: int = Field(default=5, ge=1, le=100, description="Largest page or file, in megabytes.")
    total_mb: int = Field(default=200, ge=1, le=10_000, description="Most that is fetched from one site, in megabytes.")
    seconds: int = Field(default=600, ge=1, le=86_400, description="Longest that crawling one site may take.")
    page_seconds: float = Field(default=15, gt=0, le=120, description="Longest that fetching one page may take.")
    allow_private: list[str] = Field(
        default_factory=list,
        description="Hosts inside your own network that may be read, such as `wiki.internal` or `127.0.0.1:8080`.",
    )


class KnowledgeSettings(BaseModel):
    """Documents: what is taken in, and for whom."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_file_mb: int = Field(default=25, ge=1, le=500, description="Largest file that is taken in, in megabytes.")
    read_seconds: int = Field(default=60, ge=1, le=600, description="Longest that reading one file may take.")
    read_memory_mb: int = Field(default=1024, ge=256, description="Most memory that reading one file may take.")
    index_url: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="A Chroma server, such as `http://chroma:8000`; left out, the index lives in the data folder.",
    )
    audience_rules: list[AudienceRule] = Field(
        default_factory=list,
        description="Which documents are for staff only. Without rules every document may be shown to visitors.",
    )
    crawl: CrawlSettings = Field(default_factory=CrawlSettings, description="Adding whole sites by their address.")

    @property
    def limits(self) -> Limits:
        """What reading one file may take."""
        return Limits(self.read_seconds, self.read_memory_mb, self.max_file_mb)
