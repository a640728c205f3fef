"""How fast Comity is beside other ways to do the same, measured in one run on one machine."""
