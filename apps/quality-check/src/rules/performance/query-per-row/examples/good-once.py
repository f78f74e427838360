from django.db import migrations


def copy_files(apps, schema_editor):
    Upload = apps.get_model("upload", "Upload")
    UploadFile = apps.get_model("upload", "UploadFile")
    found = []
    for upload in Upload.objects.all():
        # It runs once, on the rows of that day.
        # ok: query-per-row
        for file in UploadFile.objects.filter(upload=upload):
            found.append(file.path)
    print(found)


class Migration(migrations.Migration):
    operations = [migrations.RunPython(copy_files)]
