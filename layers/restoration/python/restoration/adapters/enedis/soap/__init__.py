"""Enedis' SGE platform over SOAP: reads of a point, orders on it, cancellations.

Importing this package costs nothing; building an :class:`EnedisClient` loads zeep, lxml and requests (about 0.2 s).
"""

from restoration.adapters.enedis.soap.client import EnedisClient
from restoration.adapters.enedis.soap.credentials import EnedisCredentials

__all__ = ["EnedisClient", "EnedisCredentials"]
