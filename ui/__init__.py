"""The analyst's app: knows the services by HTTP alone, with its own models of their answers."""
