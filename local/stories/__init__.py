"""Stories: what business wrote in ``stories/*.feature``, read, played on the stage, and compared with how they end."""
