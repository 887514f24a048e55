"""The verbs: one file (or package) each. A verb fetches, plans, and applies the plan."""
