"""Background processes, thin: relay (outbox → bus), consume (bus → domains), schedule (periodic jobs)."""
