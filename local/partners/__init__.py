"""The partners that the stack talks to, simulated: billing and Enedis, the network operator."""
