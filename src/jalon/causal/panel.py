"""The panel: long columns checked once, then arrays by unit and period."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jalon.causal.errors import PanelError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Column = npt.NDArray[Any]


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
        cls, table: Mapping[str, npt.ArrayLike], columns: Columns, *, first_row: int = 1
    ) -> "Panel":
        """Check a long table (one row per unit and period) and arrange it.

        Parameters
        ----------
        table : mapping of arrays (N,)
            Columns of the table. A cohort that is 0, NaN or infinite means never treated.
        columns : Columns
            Which column plays which part.
        first_row : int
            Number given to the first row in messages (2 for a file with a header).

        Raises
        ------
        PanelError
            Missing column, text where a number is expected, missing unit or period, two rows
            for the same unit and period, or a cohort, covariate, weight or cluster that
            changes inside a unit.
        """
        return _Reading(table, columns, first_row).panel()


class _Reading:
    """One reading of a long table; keeps what error messages need."""

    def __init__(
        self, table: Mapping[str, npt.ArrayLike], columns: Columns, first_row: int
    ) -> None:
        require_columns(columns, list(table))
        self.columns, self.first_row = columns, first_row
        self.values = {name: np.asarray(table[name]) for name in columns.names}
        lengths = {name: len(values) for name, values in self.values.items()}
        if len(set(lengths.values())) > 1:
            raise PanelError(f"Les colonnes n’ont pas la même longueur : {lengths}.")
        if not next(iter(lengths.values())):
            raise PanelError("Le panel est vide : aucune ligne.")
        for name in columns.numeric:
            self.values[name] = self._numbers(name)

    def panel(self) -> Panel:
        """Arrange the columns by unit and period."""
        columns = self.columns
        self._refuse_missing(columns.unit)
        self._refuse_missing(columns.period)
        self.units, unit = factorize(self.values[columns.unit])
        self.periods, period = factorize(self.values[columns.period])
        self.shape = (len(self.units), len(self.periods))
        self.slot = unit * self.shape[1] + period
        # A table sorted by unit then period, with no hole, is already the wide array.
        self.aligned = len(self.slot) == self.shape[0] * self.shape[1] and bool(
            (self.slot == np.arange(len(self.slot))).all()
        )
        self._refuse_duplicates()
        cohort = self.values[columns.cohort]
        cohort = np.where(np.isnan(cohort) | (cohort == 0), np.inf, cohort)
        usable = self._wide(np.ones(len(unit)), fill=0.0) > 0
        # The cohort of a unit is known when any of its rows is; other columns need every row.
        constants = {}
        for name in columns.constant:
            values = cohort if name == columns.cohort else self._codes_or_numbers(name)
            wide = self._wide(values)
            constants[name] = self._constant(name, wide)
            usable &= ~np.isnan(wide)
        cluster = None
        if columns.cluster:
            cluster = np.nan_to_num(constants[columns.cluster], nan=0.0).astype(np.intp)
        weights = constants[columns.weights] if columns.weights else None
        self._refuse_negative(weights)
        covariates = [constants[name] for name in columns.covariates]
        return Panel(
            units=self.units,
            periods=self.periods.astype(np.float64),
            cohort=constants[columns.cohort],
            outcomes={name: self._wide(self.values[name]) for name in columns.outcomes},
            usable=usable,
            covariates=np.column_stack(covariates) if covariates else np.empty((self.shape[0], 0)),
            weights=weights,
            cluster=cluster,
            columns=columns,
        )

    def _row(self, index: int) -> str:
        return f"ligne {index + self.first_row}"

    def _numbers(self, name: str) -> Floats:
        values = self.values[name]
        if values.dtype.kind in "fiub":
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
        missing = _is_missing(self.values[name])
        if missing.any():
            index = int(np.argmax(missing))
            raise PanelError(
                f"{self._row(index)}, colonne « {name} » : valeur absente"
                f" ({missing.sum()} au total) ; chaque ligne doit dire son unité et sa période."
            )

    def _refuse_duplicates(self) -> None:
        if self.aligned:
            return
        counts = np.bincount(self.slot, minlength=self.shape[0] * self.shape[1])
        if counts.max() < 2:
            return
        slot = int(np.argmax(counts > 1))
        rows = np.flatnonzero(self.slot == slot)[:2] + self.first_row
        unit, period = self.units[slot // self.shape[1]], self.periods[slot % self.shape[1]]
        raise PanelError(
            f"lignes {rows[0]} et {rows[1]} : deux lignes pour l’unité « {unit} » à la période"
            f" {plain(period)} ({(counts > 1).sum()} couples en double) ;"
            " gardez une seule ligne par unité et période."
        )

    def _refuse_negative(self, weights: Floats | None) -> None:
        if weights is not None and (weights < 0).any():
            unit = self.units[int(np.argmax(weights < 0))]
            raise PanelError(
                f"colonne « {self.columns.weights} » : poids négatif (unité « {unit} »)."
            )

    def _codes_or_numbers(self, name: str) -> Floats:
        values = self.values[name]
        if name != self.columns.cluster:
            return values
        missing = _is_missing(values)
        codes = factorize(values)[1].astype(np.float64)
        codes[missing] = np.nan
        return codes

    def _wide(self, values: Column, fill: float = np.nan) -> Floats:
        if self.aligned:
            return np.ascontiguousarray(values, dtype=np.float64).reshape(self.shape)
        wide = np.full(self.shape, fill)
        wide.ravel()[self.slot] = values
        return wide

    def _constant(self, name: str, wide: Floats) -> Floats:
        """Give the one value of each unit, NaN where it has none."""
        value = wide[:, 0].copy()
        for period in range(1, wide.shape[1]):
            np.copyto(value, wide[:, period], where=np.isnan(value))
        # NaN compares false with everything: a row without value contradicts nothing.
        differs = np.abs(wide - value[:, None]) > 0 if np.isfinite(value).all() else None
        if differs is None:
            differs = ~((wide == value[:, None]) | np.isnan(wide))
        if differs.any():
            self._raise_varying(name, *(int(i) for i in np.argwhere(differs)[0]))
        return value

    def _raise_varying(self, name: str, unit: int, period: int) -> None:
        rows = np.flatnonzero(self.slot // self.shape[1] == unit)
        here = int(np.flatnonzero(self.slot == unit * self.shape[1] + period)[0])
        values = self.values[name]
        kind = "la cohorte" if name == self.columns.cohort else "la valeur"
        advice = (
            "une unité a une seule date de traitement."
            if name == self.columns.cohort
            else "cette colonne doit être constante dans le temps (prenez sa valeur d’avant)."
        )
        raise PanelError(
            f"{self._row(here)}, colonne « {name} » : {kind} de l’unité « {self.units[unit]} »"
            f" change ({plain(values[rows[0]])} puis {plain(values[here])}) ; {advice}"
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
            f"Colonne{'s' if len(missing) > 1 else ''} absente{'s' if len(missing) > 1 else ''} : "
            f"{', '.join(missing)}. Colonnes présentes : {', '.join(map(str, present))}."
        )


def not_a_number(row: str, name: str, value: object) -> PanelError:
    """Build the error of a text found where a number is expected."""
    return PanelError(f"{row}, colonne « {name} » : « {value} » n’est pas un nombre.")


def plain(value: object) -> str:
    """Write a number as people do: 2004, not 2004.0."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def factorize(values: Column) -> tuple[Column, Ints]:
    """Give the sorted distinct values and the code of each row.

    Faster than `numpy.unique` on the two usual cases: rows grouped by value (only the head of
    each run is sorted) and integers of a small range (a table of presence, no sort).
    """
    if values.dtype.kind == "O":
        values = values.astype(str)
    if values.dtype.kind == "f" and len(values) and (values == np.floor(values)).all():
        labels, codes = factorize(values.astype(np.int64))
        return labels.astype(values.dtype), codes
    heads = np.empty(len(values), dtype=np.bool_)
    heads[:1] = True
    np.not_equal(values[1:], values[:-1], out=heads[1:])
    if heads.sum() * 4 < len(values):
        labels, codes = factorize_heads(values[heads])
        return labels, np.repeat(codes, np.diff(np.append(np.flatnonzero(heads), len(values))))
    return factorize_heads(values)


def factorize_heads(values: Column) -> tuple[Column, Ints]:
    """Give the sorted distinct values and the code of each."""
    if values.dtype.kind in "iu" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low < 4 * len(values) + 1024:
            offsets = values - low
            present = np.zeros(high - low + 1, dtype=np.bool_)
            present[offsets] = True
            ranks = np.cumsum(present) - 1
            return np.flatnonzero(present) + low, ranks[offsets]
    labels, codes = np.unique(values, return_inverse=True)
    return labels, codes.astype(np.intp, copy=False)


def _is_missing(values: Column) -> Mask:
    if values.dtype.kind == "f":
        return np.isnan(values)
    if values.dtype.kind == "O":
        return np.array([value is None or value == "" or value != value for value in values])
    if values.dtype.kind == "U":
        return np.asarray(values == "")
    return np.zeros(len(values), dtype=np.bool_)
