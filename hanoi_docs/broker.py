"""The line to the broker. A worker that loses it in the middle of its work finds it again instead of ending."""

from kombu.transport import redis
from redis.exceptions import ConnectionError


class Channel(redis.Channel):
    """Celery 5.7 closes a broken connection twice and lets finished tasks be acknowledged on it. Kombu 5.7 then looks for
    the address at a connection that is gone; that AttributeError ended the worker in one of four deaths of the broker.
    An error of the connection, which it is, they both bear."""

    def _create_client(self, asynchronous=False):
        if self.connection is None or self.connection.client is None:
            raise ConnectionError("The line to the broker is closed.")
        return super()._create_client(asynchronous)


class Transport(redis.Transport):
    Channel = Channel
