# SPDX-License-Identifier: GPL-2.0-or-later
"""Command line of the set-up: python3 -m vpo kernel 6.1, plugin arm64 …"""
import sys

from . import kernel, progress


def main(argv: list[str]) -> int:
    k = kernel.get(argv[1])
    print(k, k.insmod_order("vfio_iommu_type1"), sep="\n")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except progress.SetupError as error:
        progress.say(f"error: {error}")
        sys.exit(1)
