"""Commands around the decision tables: check, explain, replay, document.

What business reads (explanations, replays, documents) is in French, as the tables are; what developers and CI read
(checks, errors) is in English, as the code is.
"""
