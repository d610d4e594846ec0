"""What the file of an indicator says of itself, once it has left the site."""

from jalon.indicators import catalogue


def descriptions() -> dict[str, dict[str, str]]:
    """Give the metadata of the file of each indicator, by code, in the words of the public API."""
    return {
        card.code: {
            "nom": card.name,
            "definition": card.definition,
            "unite": card.unit,
            "producteur": card.producer,
            "agregation": str(card.aggregation.label),
            "limites": " ".join(card.limits),
        }
        for card in catalogue.all_cards()
    }
