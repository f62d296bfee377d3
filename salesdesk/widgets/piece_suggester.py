"""Suggests the rest of what is being typed: of the last of several values with commas between them."""

from collections.abc import Sequence

from textual.suggester import Suggester


class PieceSuggester(Suggester):
    """Offers what begins as the last piece does."""

    def __init__(self, offers: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._offers = tuple(offers)

    def matching(self, value: str, limit: int) -> list[str]:
        """Give offers that fit the last piece, those that begin with it first."""
        piece = value.rpartition(",")[2].strip().casefold()
        begin = [offer for offer in self._offers if offer.casefold().startswith(piece)]
        inside = [offer for offer in self._offers if piece in offer.casefold() and offer not in begin]
        return [*begin, *inside][:limit]

    async def get_suggestion(self, value: str) -> str | None:
        """Give the whole text with the rest of its last piece."""
        head, comma, last = value.rpartition(",")
        piece = last.lstrip()
        if not piece:
            return None
        for offer in self._offers:
            if offer.casefold().startswith(piece.casefold()) and len(offer) > len(piece):
                blanks = last[: len(last) - len(piece)]
                return f"{head}{comma}{blanks}{piece}{offer[len(piece) :]}"
        return None
