from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Adds the links that are missing"

    def handle(self, *args, **options):
        for resource in Resource.objects.all():
            # Somebody starts it by hand and reads along.
            # ok: query-per-row
            if not Link.objects.filter(resource_id=resource.id):
                self.stdout.write(f"no link for {resource.id}")
