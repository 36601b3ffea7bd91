from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from circles.management import demo_cast, demo_data
from circles.models import Circle


class Command(BaseCommand):
    help = "Create the demo: three accounts and two circles. Running it again changes nothing."

    def handle(self, **options: Any) -> None:
        if Circle.objects.filter(slug=demo_cast.SLUG).exists():
            self.stdout.write("The demo already exists. Nothing was changed.")
        else:
            with transaction.atomic():
                demo_data.make()
            self.stdout.write("Demo created.")
        for email, part in demo_cast.ACCOUNTS.items():
            self.stdout.write(f"  {part:12} {email:24} password: {demo_cast.PASSWORD}")
