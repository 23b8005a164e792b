"""Other functions of ours, called synchronously."""
