from django.db import migrations, models

from config.online_migrations import OnlineMigration


class Migration(OnlineMigration):
    dependencies = [("accounts", "0011_visits")]

    operations = [
        migrations.AlterField(
            "user",
            "text_size",
            models.CharField(
                choices=[
                    ("normal", "Normal"),
                    ("large", "Large"),
                    ("larger", "Larger"),
                    ("extra", "Extra large"),
                    ("largest", "Largest"),
                ],
                default="normal",
                max_length=8,
                verbose_name="text size",
            ),
        ),
        migrations.AddField(
            "user",
            "spacing",
            models.CharField(
                choices=[("normal", "Normal"), ("wide", "Wide")],
                default="normal",
                max_length=8,
                verbose_name="text spacing",
            ),
        ),
        migrations.AddField(
            "user",
            "paper",
            models.CharField(
                choices=[
                    ("device", "Same as my device"),
                    ("light", "Light"),
                    ("sepia", "Sepia"),
                    ("dark", "Dark"),
                    ("contrast", "High contrast"),
                ],
                default="device",
                max_length=8,
                verbose_name="page color",
            ),
        ),
    ]
