"""`python rings.py NAME PORT...`, by Swift's own interpreter: where each of its servers stores."""

import sys

from swift.common.ring import RingBuilder

for name, port in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
    builder = RingBuilder(part_power=4, replicas=1, min_part_hours=0)
    device = {"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port)}
    builder.add_dev(device | {"device": "sda1", "weight": 1})
    builder.rebalance()
    builder.get_ring().save(f"{name}.ring.gz")
