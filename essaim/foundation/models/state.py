"""What processes share so that two behave as one: limits and the generation of cached pages."""

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from essaim.foundation.privacy import impersonal


@impersonal(
    purpose="How often something was tried lately; the key is a keyed hash, gone after its time.",
    fields="key moments was_allowed expires_at",
)
class RateLimit(models.Model):
    """The recent moments of one act by one person or address."""

    key = models.CharField(max_length=64, primary_key=True)
    moments = ArrayField(models.DateTimeField())
    was_allowed = models.BooleanField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


@impersonal(
    purpose="One row each time pages cached for anonymous readers stopped being true.",
    fields="id bumped_at",
)
class CacheGeneration(models.Model):
    """Rows are only added: two transactions that bump at once neither wait nor lose one."""

    bumped_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def now(cls) -> tuple[int, int]:
        """How many rows and the sum of their ids; each bump changes it, in whatever order."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), coalesce(sum(id), 0) FROM foundation_cachegeneration")
            count, total = cursor.fetchone()
        return int(count), int(total)
