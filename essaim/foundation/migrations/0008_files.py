from django.db import migrations, models

import essaim.foundation.clock

NOTE = """
CREATE FUNCTION foundation_note_dropped_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO foundation_droppedfile (name) VALUES (OLD.name);
    RETURN NULL;
END $$;
CREATE TRIGGER foundation_file_dropped AFTER DELETE ON foundation_storedfile
FOR EACH ROW EXECUTE FUNCTION foundation_note_dropped_file();
"""
FORGET = """
DROP TRIGGER foundation_file_dropped ON foundation_storedfile;
DROP FUNCTION foundation_note_dropped_file();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0007_fact_index'),
    ]

    operations = [
        migrations.CreateModel(
            name='DroppedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32, unique=True)),
                ('uploader_id', models.BigIntegerField(null=True)),
                ('shown_name', models.CharField(blank=True, max_length=140)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('stored_at', models.DateTimeField(default=essaim.foundation.clock.now)),
            ],
            options={
                'indexes': [models.Index(fields=['uploader_id'], name='file_of_uploader')],
            },
        ),
        migrations.RunSQL(NOTE, FORGET),
    ]
