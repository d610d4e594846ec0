"""Lines of the lists of programmes: for each list, the names and types of its columns."""

from typing import ClassVar

from .rows import (
    CommuneCode,
    CommuneOrSiren,
    Day,
    Degrees,
    LabelDay,
    RequiredText,
    Row,
    Text,
    column,
    normalise,
)
from .source import Source

_CODE = ("insee_com", "code_insee", "code_insee_commune", "code_commune", "code commune")
_NAME = ("lib_com", "nom_commune", "libelle_commune", "commune")
_SIGNED_ON = ("date_signature", "date_de_signature", "date_signature_convention")


class ListRow(Row):
    """What every list says of one line, once its columns are known."""

    is_dated: ClassVar[bool] = True

    site: str
    code: str
    name: str = ""
    started_on: Day = None
    ended_on: Day = None
    latitude: Degrees = None
    longitude: Degrees = None

    def is_wanted(self) -> bool:
        """Say whether the line is an intervention at all."""
        return True

    @classmethod
    def get_programmes(cls, source: Source) -> tuple[str, ...]:
        """Give the programmes that a file of such lines speaks about."""
        return source.programmes

    def get_programme(self, source: Source) -> str:
        """Give the programme the line belongs to."""
        return self.get_programmes(source)[0]

    def get_interventions(self) -> list[str]:
        """Give the codes of the interventions the line takes part in."""
        return [self.site]

    def get_name(self) -> str:
        """Give the name of the intervention, empty when the list does not name it."""
        return self.name


class AcvRow(ListRow):
    """Action cœur de ville: one line = one commune of a site."""

    site: RequiredText = column("id_acv")
    code: CommuneCode = column(*_CODE)
    name: Text = column("lib_acv", "lib_com", default="")
    started_on: Day = column(*_SIGNED_ON)


class PvdRow(ListRow):
    """Petites villes de demain: one line = one commune."""

    site: RequiredText = column("id_pvd")
    code: CommuneCode = column(*_CODE)
    name: Text = column("lib_pvd", *_NAME, default="")
    started_on: Day = column(*_SIGNED_ON)


class VaRow(ListRow):
    """Villages d'avenir: one line = one commune."""

    site: RequiredText = column("id_va")
    code: CommuneCode = column(*_CODE)
    name: Text = column("lib_va", *_NAME, default="")
    started_on: Day = column(*_SIGNED_ON)


class TiRow(ListRow):
    """Territoires d'industrie: one line = one grouping or commune of a territory."""

    is_dated: ClassVar[bool] = False

    site: RequiredText = column("id_ti")
    code: CommuneOrSiren = column("siren_groupement", "siren_epci", "siren", "code_epci", *_CODE)
    name: Text = column("lib_ti", default="")


class FranceServicesRow(ListRow):
    """France services: one line = one labelled place."""

    site: RequiredText = column("id_fs", "id")
    code: CommuneCode = column(*_CODE)
    name: Text = column("lib_fs", "nom", default="")
    started_on: LabelDay = column("labellisation_fs", "date_labellisation", "date_label")
    latitude: Degrees = column("latitude", "lat", default=None)
    longitude: Degrees = column("longitude", "lon", "long", default=None)


class OrtRow(ListRow):
    """Opérations de revitalisation de territoire: one line = one commune, signed or not."""

    site: CommuneCode = column(*reversed(_CODE))
    code: CommuneCode = column(*reversed(_CODE))
    name: Text = column("commune", *_NAME, default="")
    signed: Text = column("signée ?", "signee")
    started_on: Day = column("si signée, date de signature", *_SIGNED_ON)
    ended_on: Day = column("date de fin estimée", default=None)
    latitude: Degrees = column("latitude", default=None)
    longitude: Degrees = column("longitude", default=None)

    def is_wanted(self) -> bool:
        return normalise(self.signed) == "signee"

    def get_name(self) -> str:
        """Leave out the département that stands before the name of the commune."""
        return self.name.split(" - ", 1)[-1]


class CrteRow(ListRow):
    """Contrats de relance et de transition écologique: one line = one commune covered.

    A commune may be in two contracts, written "crte-84-74-8 ; crte-84-01-13".
    """

    is_dated: ClassVar[bool] = False

    site: RequiredText = column("id_crte")
    code: CommuneCode = column(*_CODE)
    name: Text = column("lib_crte", "nom_crte", default="")

    def get_interventions(self) -> list[str]:
        return [part.strip() for part in self.site.split(";") if part.strip()]


class CityContractRow(ListRow):
    """Contrats de ville: one line = one grouping or commune of a contract."""

    site: RequiredText = column("id_contrat", "id_cv", "code_contrat", "num_contrat")
    code: CommuneOrSiren = column("siren_epci", "siren", "code_epci", *_CODE)
    name: Text = column("lib_contrat", "nom_contrat", "lib_cv", "lib_epci", default="")
    started_on: Day = column(*_SIGNED_ON, default=None)


class OtherSchemeRow(ListRow):
    """Ten other schemes in one list: one line = one commune or grouping of one of them."""

    is_dated: ClassVar[bool] = False
    slugs: ClassVar[dict[str, str]] = {
        "acv2_entrees_de_ville": "acv2",
        "avenir_montagnes_ingenierie": "avenir-montagnes-ingenierie",
        "avenir_montagnes_mobilites": "avenir-montagnes-mobilites",
        "cites_educatives": "cites-educatives",
        "cites_emploi": "cites-emploi",
        "fabriques_prospectives": "fabriques-prospectives",
        "fabriques_territoire": "fabriques-territoire",
        "frla": "frla",
        "manufactures_proximite": "manufactures-proximite",
        "pao": "pao",
    }

    programme: RequiredText = column("programme")
    site: RequiredText = column("id")
    code: CommuneOrSiren = column("code")
    name: Text = column("libelle")
    place: Text = column("lib_geo", default="")

    def get_programme(self, source: Source) -> str:
        return self.slugs.get(normalise(self.programme), "")

    def get_interventions(self) -> list[str]:
        """Add the commune to the numbers of `frla`, that start again in each town."""
        return [f"{self.site} {self.code}"] if self.programme == "frla" else [self.site]

    def get_name(self) -> str:
        """For `frla` the label is a zoning, so the place names the operation."""
        return self.place if self.programme == "frla" else self.name


class EducationRow(ListRow):
    """Cités éducatives, in the official live list: one line = one commune of a cité."""

    is_dated: ClassVar[bool] = False

    site: RequiredText = column("id_cite", "id_cite_educative", "id")
    code: CommuneCode = column(*_CODE)
    name: Text = column("lib_cite", "lib_cite_educative", "nom", *_NAME, default="")

    @classmethod
    def get_programmes(cls, source: Source) -> tuple[str, ...]:
        return ("cites-educatives",)


class WorkshopRow(ListRow):
    """Fabriques de territoire, in the official live list: one line = one place."""

    is_dated: ClassVar[bool] = False

    site: RequiredText = column("id_fabt", "id_fab", "id_fabrique", "id")
    code: CommuneCode = column(*_CODE)
    name: Text = column("lib_fabt", "lib_fab", "nom_fabrique", "nom", *_NAME, default="")

    @classmethod
    def get_programmes(cls, source: Source) -> tuple[str, ...]:
        return ("fabriques-territoire",)
