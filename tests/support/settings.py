"""Django's settings for tools that only read them (the type checker): complete without anybody's environment."""

from tests.support.environment import set_values_for_tools

set_values_for_tools()

from tenor.project.settings import *  # noqa: E402, F403 - the environment must stand first
