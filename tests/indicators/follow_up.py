"""A card such as the Baromètre describes it."""

FIBRE = {
    "code": "barometre-ind-306",
    "order": 1_306,
    "theme": "Baromètre : Bâtir de nouveaux progrès",
    "name": "Taux de déploiement de la fibre",
    "definition": "Part des locaux raccordables à la fibre. Indicateur du Baromètre des résultats.",
    "unit": "%",
    "grain": "DEPARTEMENT",
    "grains": ["DEPARTEMENT", "REGION", "FRANCE"],
    "aggregation": "NONE",
    "decimals": 1,
    "producer": "DITP, Baromètre des résultats",
    "source_slug": "barometre",
    "limits": ["La cible est fixée par le Gouvernement."],
    "observation": "DURING_YEAR",
    "frequency": "MONTHLY",
}
