
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('conference', '0005_travel_imports_quiet'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(editable=False, max_length=60, verbose_name='kind')),
                ('title', models.CharField(editable=False, max_length=200, verbose_name='title')),
                ('arguments', models.JSONField(default=dict, editable=False)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Being made'), ('done', 'Ready'), ('failed', 'Failed')], default='queued', editable=False, max_length=10, verbose_name='state')),
                ('done', models.PositiveIntegerField(default=0, editable=False, verbose_name='done')),
                ('total', models.PositiveIntegerField(default=0, editable=False, verbose_name='of')),
                ('error', models.CharField(blank=True, editable=False, max_length=300, verbose_name='error')),
                ('file', models.CharField(blank=True, editable=False, max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='asked')),
                ('finished_at', models.DateTimeField(editable=False, null=True, verbose_name='finished')),
                ('conference', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='conference.conference', verbose_name='conference')),
                ('requested_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
            ],
            options={
                'verbose_name': 'paper',
                'verbose_name_plural': 'papers',
                'ordering': ['-created_at', 'pk'],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['created_at'], name='paper_by_age')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('requested_by__isnull', True)), fields=('conference', 'kind', 'arguments'), name='paper_of_nobody_once')],
            },
        ),
    ]
