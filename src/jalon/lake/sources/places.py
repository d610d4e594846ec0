"""Where files are found: publishers, addresses of data.gouv.fr, mirror, npm package."""

from jalon.lake.source import SourceFile

ANCT = "Agence nationale de la cohésion des territoires (ANCT)"
DATA_GOUV = "https://www.data.gouv.fr/datasets"

# All the communes but a few hundred: their number changes by some tens a year.
EVERY_COMMUNE = (34_000, 36_500)


def around(known: int) -> tuple[int, int]:
    """Bound the rows of a list known to have so many: it may grow by half, or lose a tenth."""
    return known * 9 // 10, known * 3 // 2


def data_gouv(resource: str) -> str:
    """Give the stable address of a resource of data.gouv.fr."""
    return f"https://www.data.gouv.fr/api/1/datasets/r/{resource}"


def one_file(mirror: str, resource: str = "") -> tuple[SourceFile, ...]:
    """Declare a source of one file: its place in the mirror, and its resource online."""
    return (SourceFile("source", mirror=mirror, url=data_gouv(resource) if resource else ""),)


def package_files(*names: str) -> tuple[SourceFile, ...]:
    """Declare files of the npm package of territories."""
    return tuple(SourceFile(name, package=f"{name}.json") for name in names)
