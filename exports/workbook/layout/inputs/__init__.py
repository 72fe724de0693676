"""Where everything stands on Inputs."""
