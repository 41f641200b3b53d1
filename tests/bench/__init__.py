# SPDX-License-Identifier: GPL-2.0-or-later
"""The bench: an emulated ARM host with real KVM, real VFIO and real guests."""
