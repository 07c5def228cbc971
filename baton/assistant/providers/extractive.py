"""The provider that needs no model: it answers in the documents' own words, quoted and cited."""

from baton.assistant import drafting
from baton.assistant.providers.protocol import Draft, DraftRequest


class ExtractiveProvider:
    """Quotes the passages; the same request always gives the same draft, and nothing leaves the machine."""

    name = drafting.NAME

    async def draft(self, request: DraftRequest) -> Draft:
        """Never raises ProviderError; a request that no passage answers gives an empty draft."""
        return drafting.extract(request.reading or drafting.Reading(request.question, request.passages))
