import config.texts
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('briefs', '0005_state'),
        ('circles', '0039_notes_by_meeting_and_section'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('longest_before', models.PositiveIntegerField(default=0, editable=False)),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('star', 'Star'), ('confusing', 'Confusing'), ('note', 'My note'), ('question', 'My question for the meeting')], max_length=9, verbose_name='type')),
                ('paragraph', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('quote', models.TextField(blank=True, max_length=2000, validators=[config.texts.visible], verbose_name='passage')),
                ('text', models.TextField(blank=True, max_length=5000, validators=[config.texts.visible], verbose_name='text')),
                ('is_named', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('edited_at', models.DateTimeField(editable=False, null=True)),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('memberships', models.ManyToManyField(related_name='marks', to='circles.membership')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='briefs.section')),
                ('shared_for', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='shared_marks', to='circles.meeting')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='marks', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mark',
                'verbose_name_plural': 'marks',
                'ordering': ['-created_at', '-pk'],
                'indexes': [
                    models.Index(fields=['user', 'section'], name='mark_by_user_and_section'),
                    models.Index(condition=models.Q(('shared_for__isnull', False)), fields=['shared_for', 'section'], name='shared_mark_by_meeting'),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('deleted_at__isnull', False), models.Q(('kind__in', ['star', 'confusing']), ('text', '')), models.Q(('kind__in', ['note', 'question']), models.Q(('text', ''), _negated=True)), _connector='OR'), name='mark_says_something_if_written'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('deleted_at', None), models.Q(('quote', ''), ('text', '')), _connector='OR'), name='deleted_mark_is_empty'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('shared_for', None), ('kind', 'note'), _connector='OR'), name='only_a_note_is_shared'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='mark_version_from_one'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 5000), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), models.F('longest_before')), _connector='OR'), models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('quote'), 2000), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('quote'), models.F('longest_before')), _connector='OR')), name='mark_texts_have_a_limit'),
        ),
    ]
