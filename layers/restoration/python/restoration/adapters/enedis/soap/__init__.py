"""Enedis' SGE platform over SOAP: reads of a point, orders on it, cancellations, visits."""
