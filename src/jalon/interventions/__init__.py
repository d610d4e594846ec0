"""The common core: programmes, interventions and where they apply."""
