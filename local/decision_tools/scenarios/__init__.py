"""The business's scenarios and the examples of the law, played under any tables."""
