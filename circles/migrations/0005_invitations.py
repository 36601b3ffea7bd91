"""Reminders and a word of the inviter; by which invitation someone came; whose turn it is.

Answers given before keep the order of their moments: their turn is 0, ahead of all later ones.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('circles', '0003_outbox'),
    ]

    operations = [
        migrations.AddField(
            model_name='invitation',
            name='reminded_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='invitation',
            name='word',
            field=models.TextField(blank=True, max_length=600, verbose_name='a word from you'),
        ),
        migrations.AddField(
            model_name='membership',
            name='invitation',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='memberships', to='circles.invitation'),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='answered_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='circles.membership'),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='turn',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
