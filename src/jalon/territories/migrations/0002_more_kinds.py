"""The communes déléguées and associées become a kind of territory."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("territories", "0001_territories")]

    operations = [
        migrations.AlterField(
            model_name="territory",
            name="kind",
            field=models.CharField(
                choices=[
                    ("COMMUNE_DELEGUEE", "commune déléguée"),
                    ("ARRONDISSEMENT_MUNICIPAL", "arrondissement municipal"),
                    ("COMMUNE", "commune"),
                    ("EPCI", "intercommunalité"),
                    ("GROUPEMENT", "autre groupement"),
                    ("DEPARTEMENT", "département"),
                    ("REGION", "région"),
                    ("COLLECTIVITE_OUTRE_MER", "collectivité d’outre-mer"),
                    ("FRANCE", "France"),
                ],
                max_length=24,
                verbose_name="nature",
            ),
        ),
    ]
