"""``router.yaml``: Apollo Router's key names, each of them open. Read by ``load_configuration``."""

from router.configuration.load import ConfigurationError, load_configuration
from router.configuration.model import RouterConfiguration

__all__ = ["ConfigurationError", "RouterConfiguration", "load_configuration"]
