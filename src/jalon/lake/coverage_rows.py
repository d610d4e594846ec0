"""Lines of Arcep's files of digital coverage."""

from .rows import CommuneCode, Number, RequiredText, Row, Text, column

_CODE = ("insee_com", "code_insee", "codgeo", "code_commune", "depcom")
_QUARTER = ("trimestre", "periode", "annee", "date")


class FibreRow(Row):
    """One commune and quarter: premises, and those that fibre can reach."""

    code: CommuneCode = column(*_CODE)
    reached: Number = column("ftth", "locaux_raccordables", "nb_local_ftth")
    premises: Number = column("locaux", "nb_locaux", "locaux_total", "nb_local_total")
    quarter: Text = column(*_QUARTER, default="")


class MobileRow(Row):
    """One commune, operator and quarter: share of inhabitants covered."""

    code: CommuneCode = column(*_CODE)
    operator: RequiredText = column("operateur", "nom_op", "op")
    share: Number = column("taux_pop_4g", "pct_pop_4g", "part_pop_4g", "pop_couv_4g")
    quarter: Text = column(*_QUARTER, default="")
