"""Where files are found: publishers, addresses of data.gouv.fr, mirror, npm package."""

from jalon.lake.source import SourceFile

ANCT = "Agence nationale de la cohésion des territoires (ANCT)"
DATA_GOUV = "https://www.data.gouv.fr/datasets"


def data_gouv(resource: str) -> str:
    """Give the stable address of a resource of data.gouv.fr."""
    return f"https://www.data.gouv.fr/api/1/datasets/r/{resource}"


def one_file(mirror: str, resource: str = "") -> tuple[SourceFile, ...]:
    """Declare a source of one file: its place in the mirror, and its resource online."""
    return (SourceFile("source", mirror=mirror, url=data_gouv(resource) if resource else ""),)


def package_files(*names: str) -> tuple[SourceFile, ...]:
    """Declare files of the npm package of territories."""
    return tuple(SourceFile(name, package=f"{name}.json") for name in names)
