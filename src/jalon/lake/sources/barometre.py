"""The 106 indicators of the Baromètre des résultats de l'action publique."""

from jalon.lake.source import Source, SourceFile, SourceKind

# Numbers of the indicators, one file each.
_NUMBERS = (
    200, 208, 218, 223, 227, 228, 229, 230, 232, 237, 242, 243, 244, 246, 251, 252, 253, 263,
    278, 285, 286, 291, 292, 293, 294, 295, 296, 297, 299, 300, 301, 302, 303, 304, 306, 307,
    311, 312, 313, 314, 315, 316, 318, 320, 321, 323, 324, 325, 326, 327, 328, 329, 330, 331,
    334, 335, 337, 338, 339, 358, 376, 384, 426, 439, 440, 445, 449, 505, 510, 545, 546, 555,
    560, 561, 563, 565, 583, 587, 589, 610, 632, 647, 648, 649, 650, 652, 658, 676, 679, 717,
    718, 719, 720, 734, 736, 744, 767, 768, 812, 819, 833, 834, 887, 894, 905, 957,
)  # fmt: skip

BAROMETRE = (
    Source(
        slug="barometre",
        title="Baromètre des résultats de l’action publique",
        publisher="Direction interministérielle de la transformation publique (DITP)",
        page_url="https://www.data.gouv.fr/datasets/barometre-des-resultats-de-laction-publique/",
        vintage="octobre 2024",
        kind=SourceKind.SERIES,
        files=(
            SourceFile("indicateurs", mirror="barometre/metadata/meta_indicateurs.csv"),
            SourceFile("chantiers", mirror="barometre/metadata/meta_chantiers.csv"),
            SourceFile("engagements", mirror="barometre/metadata/meta_engagement.csv"),
            *(
                SourceFile(f"ind-{number}", mirror=f"barometre/data/ind-{number}.csv")
                for number in _NUMBERS
            ),
        ),
        indicators=tuple(f"barometre-ind-{number}" for number in _NUMBERS),
        rows_between=(50_000, 200_000),
        max_rejected_share=0.0,
        notes=(
            "Les fiches des indicateurs sont tirées des métadonnées officielles à chaque import.",
            "Les relevés sont mensuels ou trimestriels : la série annuelle garde le dernier relevé "
            "de chaque année ; tous les relevés datés, la valeur initiale et la cible restent sur "
            "la page de l’indicateur.",
        ),
    ),
)
