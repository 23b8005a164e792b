"""Enedis' daily flows: files that it drops into a bucket."""
