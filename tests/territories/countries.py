"""Small countries, with true names and codes, in the form in which the lake reads them."""

from collections.abc import Mapping
from datetime import date

from jalon.lake.codes import CodeBook, Movement
from jalon.lake.country import Country, MembershipRow, TerritoryRow

FRANCE = TerritoryRow("FRANCE", "FRANCE", "France", population=68_000_000)
HAUTS_DE_FRANCE = TerritoryRow("REGION", "32", "Hauts-de-France", "", "", "metro", 5_995_292)
OISE = TerritoryRow("DEPARTEMENT", "60", "Oise", "", "", "metro", 829_419, (), "60057")
CA_DU_BEAUVAISIS = TerritoryRow(
    "EPCI", "200067999", "CA du Beauvaisis", "200067999", "CA", "", 103_107
)
BEAUVAIS = TerritoryRow(
    "COMMUNE", "60057", "Beauvais", "216000562", "", "metro", 56_605, ("60000",)
)
ALLONNE = TerritoryRow("COMMUNE", "60009", "Allonne", "216000091", "", "metro", 1_737, ("60000",))
AUNEUIL = TerritoryRow("COMMUNE", "60029", "Auneuil", "216000299", "", "metro", 2_900, ("60390",))

TERRITORIES = (FRANCE, HAUTS_DE_FRANCE, OISE, CA_DU_BEAUVAISIS, BEAUVAIS, ALLONNE, AUNEUIL)


def country(
    *communes_and_others: TerritoryRow,
    outside_epci: tuple[TerritoryRow, ...] = (),
    former: Mapping[str, str] | None = None,
    movements: tuple[Movement, ...] = (),
) -> Country:
    """Build the Oise with the communes given, all of them in the CA du Beauvaisis but a few."""
    rows = communes_and_others or TERRITORIES
    communes = [row for row in rows if row.kind == "COMMUNE"]
    memberships = [
        MembershipRow("REGION", "32", "FRANCE", "FRANCE"),
        MembershipRow("DEPARTEMENT", "60", "REGION", "32"),
        MembershipRow("EPCI", "200067999", "DEPARTEMENT", "60"),
        MembershipRow("EPCI", "200067999", "REGION", "32"),
    ]
    for row in communes:
        memberships.append(MembershipRow("COMMUNE", row.code, "DEPARTEMENT", "60"))
        memberships.append(MembershipRow("COMMUNE", row.code, "REGION", "32"))
        if row not in outside_epci:
            memberships.append(MembershipRow("COMMUNE", row.code, "EPCI", "200067999"))
    codes = CodeBook(
        frozenset(row.code for row in communes), former=former or {}, movements=movements
    )
    return Country(tuple(rows), tuple(memberships), codes, "empreinte")


# Saint-Martin-le-Nœud was split between two communes, for the sake of the test.
SPLIT = (
    Movement(date(2019, 1, 1), "60586", "60009"),
    Movement(date(2019, 1, 1), "60586", "60057"),
)
