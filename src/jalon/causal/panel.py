"""The panel: long columns checked once, then arrays by unit and period."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jalon.causal.errors import PanelError
from jalon.causal.layout import Column, Floats, Ints, Layout, Mask, factorize, is_missing
from jalon.causal.wording import counted, plain

LineOf = Callable[[int], int]


def count_from_one(index: int) -> int:
    """Give the number of a row in a table that comes from no file."""
    return index + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Names of the columns that play a part in the estimation."""

    unit: str
    period: str
    cohort: str
    outcomes: tuple[str, ...]
    covariates: tuple[str, ...] = ()
    weights: str | None = None
    cluster: str | None = None

    @property
    def constant(self) -> tuple[str, ...]:
        """Columns that may not change inside a unit."""
        optional = (self.weights, self.cluster)
        return (self.cohort, *self.covariates, *(name for name in optional if name))

    @property
    def numeric(self) -> tuple[str, ...]:
        """Columns that must hold numbers."""
        weights = (self.weights,) if self.weights else ()
        return (self.period, self.cohort, *self.outcomes, *self.covariates, *weights)

    @property
    def names(self) -> tuple[str, ...]:
        """Every column, once."""
        return tuple(dict.fromkeys((self.unit, *self.numeric, *self.constant)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One row per unit, one column per period.

    Attributes
    ----------
    units : array (n,)
        Labels of the units.
    periods : float array (T,)
        Periods in order.
    cohort : float array (n,)
        First treated period; infinity when never treated.
    outcomes : dict of float arrays (n, T)
        NaN where not observed.
    usable : bool array (n, T)
        Whether the row exists with its covariates, weight and cluster.
    covariates : float array (n, p)
        Constant in time.
    weights : float array (n,) or None
        Not negative, constant in time.
    cluster : int array (n,) or None
        Codes of clusters above the unit.
    """

    units: Column
    periods: Floats
    cohort: Floats
    outcomes: dict[str, Floats]
    usable: Mask
    covariates: Floats
    weights: Floats | None
    cluster: Ints | None
    columns: Columns

    @classmethod
    def from_table(
        cls,
        table: Mapping[str, npt.ArrayLike],
        columns: Columns,
        *,
        line_of: LineOf = count_from_one,
    ) -> "Panel":
        """Check a long table (one row per unit and period) and arrange it.

        Parameters
        ----------
        table : mapping of arrays (N,)
            Columns of the table. A cohort that is 0, NaN or infinite means never treated.
        columns : Columns
            Which column plays which part.
        line_of : callable
            Gives the number by which messages name a row, from its index.

        Raises
        ------
        PanelError
            Missing column, text where a number is expected, missing unit or period, two rows
            for the same unit and period, or a cohort, covariate, weight or cluster that
            changes inside a unit.
        """
        return _Reading(table, columns, line_of).panel()


def _as_floats(values: Column) -> Floats:
    return values.astype(np.float64)


def _codes_of_labels(labels: Column) -> Floats:
    """Write labels as codes, NaN where absent."""
    codes = factorize(labels)[1].astype(np.float64)
    codes[is_missing(labels)] = np.nan
    return codes


class _Reading:
    """One reading of a long table; keeps what error messages need."""

    def __init__(
        self, table: Mapping[str, npt.ArrayLike], columns: Columns, line_of: LineOf
    ) -> None:
        require_columns(columns, list(table))
        self.columns, self.line_of = columns, line_of
        self.values = {name: np.asarray(table[name]) for name in columns.names}
        lengths = {name: len(values) for name, values in self.values.items()}
        if len(set(lengths.values())) > 1:
            raise PanelError(f"Les colonnes n’ont pas la même longueur : {lengths}.")
        if not lengths[columns.unit]:
            raise PanelError("Le panel est vide : aucune ligne.")
        for name in columns.numeric:
            self.values[name] = self._numbers(name)
        for name in (columns.unit, columns.period):
            self._refuse_missing(name)
        self.layout = Layout.of(self.values[columns.unit], self.values[columns.period])
        self._refuse_bad_layout()

    def panel(self) -> Panel:
        """Arrange the columns by unit and period."""
        columns, layout = self.columns, self.layout
        first = self.values[columns.cohort]
        self.values[columns.cohort] = np.where(np.isnan(first) | (first == 0), np.inf, first)
        usable = np.ones(layout.shape, dtype=np.bool_)
        if layout.slot is not None:
            usable = layout.wide(np.ones(layout.n_rows), fill=0.0) > 0
        cohort = self._constant(columns.cohort, usable)
        weights = self._constant(columns.weights, usable) if columns.weights else None
        self._refuse_negative(weights)
        covariates = [self._constant(name, usable) for name in columns.covariates]
        cluster = None
        if columns.cluster:
            codes = self._constant(columns.cluster, usable, code=_codes_of_labels)
            cluster = np.nan_to_num(codes).astype(np.intp)
        return Panel(
            units=layout.units,
            periods=layout.periods.astype(np.float64),
            cohort=cohort,
            outcomes={name: layout.wide(self.values[name]) for name in columns.outcomes},
            usable=usable,
            covariates=np.column_stack(covariates)
            if covariates
            else np.empty((layout.shape[0], 0)),
            weights=weights,
            cluster=cluster,
            columns=columns,
        )

    def _row(self, index: int) -> str:
        return f"ligne {self.line_of(index)}"

    def _numbers(self, name: str) -> Column:
        values = self.values[name]
        if values.dtype.kind in "iu":
            return values
        if values.dtype.kind in "fb":
            numbers = values.astype(np.float64, copy=False)
        else:
            numbers = np.empty(len(values))
            for index, value in enumerate(values):
                try:
                    numbers[index] = np.nan if value is None else float(value)
                except (TypeError, ValueError):
                    raise not_a_number(self._row(index), name, value) from None
        if name != self.columns.cohort and np.isinf(numbers).any():
            index = int(np.argmax(np.isinf(numbers)))
            raise PanelError(f"{self._row(index)}, colonne « {name} » : valeur infinie.")
        return numbers

    def _refuse_missing(self, name: str) -> None:
        missing = is_missing(self.values[name])
        if missing.any():
            index = int(np.argmax(missing))
            raise PanelError(
                f"{self._row(index)}, colonne « {name} » : valeur absente"
                f" ({missing.sum()} au total) ; chaque ligne doit dire son unité et sa période."
            )

    def _refuse_bad_layout(self) -> None:
        layout = self.layout
        if layout.is_too_sparse:
            raise PanelError(
                f"colonne « {self.columns.period} » : {len(layout.periods)} périodes distinctes"
                f" pour {layout.n_rows} lignes ; est-ce la bonne colonne ?"
            )
        repeated = layout.first_repeated()
        if repeated is None:
            return
        place, n_repeated = repeated
        unit, period = (int(i) for i in np.unravel_index(place, layout.shape))
        rows = [self.line_of(int(row)) for row in np.flatnonzero(layout.places() == place)[:2]]
        pairs = counted(n_repeated, "couple", "couples")
        raise PanelError(
            f"lignes {rows[0]} et {rows[1]} : deux lignes pour l’unité « {layout.units[unit]} »"
            f" à la période {plain(layout.periods[period])} ({pairs} en double) ;"
            " gardez une seule ligne par unité et période."
        )

    def _refuse_negative(self, weights: Floats | None) -> None:
        if weights is not None and (weights < 0).any():
            unit = self.layout.units[int(np.argmax(weights < 0))]
            raise PanelError(
                f"colonne « {self.columns.weights} » : poids négatif (unité « {unit} »)."
            )

    def _constant(
        self, name: str, usable: Mask, code: Callable[[Column], Floats] = _as_floats
    ) -> Floats:
        """Give the one value of each unit, NaN where it has none; rows without are unusable."""
        values, layout = self.values[name], self.layout
        if layout.slot is None:
            rows = values.reshape(layout.shape)
            if (rows == rows[:, :1]).all():
                value = code(rows[:, 0])
                usable &= ~np.isnan(value)[:, None]
                return value
        wide = layout.wide(code(values))
        value = wide[:, 0].copy()
        for period in range(1, wide.shape[1]):
            np.copyto(value, wide[:, period], where=np.isnan(value))
        # A row without value contradicts nothing.
        differs = (wide != value[:, None]) & ~np.isnan(wide)
        if differs.any():
            self._raise_varying(name, *(int(i) for i in np.argwhere(differs)[0]))
        usable &= ~np.isnan(wide)
        return value

    def _raise_varying(self, name: str, unit: int, period: int) -> None:
        places, (_, width) = self.layout.places(), self.layout.shape
        rows = np.flatnonzero(places // width == unit)
        here = int(np.flatnonzero(places == unit * width + period)[0])
        values = self.values[name]
        is_cohort = name == self.columns.cohort
        first, other = (
            "jamais" if is_cohort and np.isinf(values[row]) else plain(values[row])
            for row in (rows[0], here)
        )
        raise PanelError(
            f"{self._row(here)}, colonne « {name} » : {'la cohorte' if is_cohort else 'la valeur'}"
            f" de l’unité « {self.layout.units[unit]} » change ({first} puis {other}) ; "
            + (
                "une unité a une seule date de traitement."
                if is_cohort
                else "cette colonne doit être constante dans le temps (prenez sa valeur d’avant)."
            )
        )


def require_columns(columns: Columns, present: list[str]) -> None:
    """Refuse a table that lacks a column, and list those it has.

    Raises
    ------
    PanelError
        When a column is missing.
    """
    missing = [name for name in columns.names if name not in present]
    if missing:
        raise PanelError(
            f"{'Colonne absente' if len(missing) == 1 else 'Colonnes absentes'} :"
            f" {', '.join(missing)}. Colonnes présentes : {', '.join(map(str, present))}."
        )


def not_a_number(row: str, name: str, value: object) -> PanelError:
    """Build the error of a text found where a number is expected."""
    return PanelError(f"{row}, colonne « {name} » : « {value} » n’est pas un nombre.")
