# SPDX-License-Identifier: GPL-2.0-or-later
"""Set-up of everything the demonstration, the tests and the bench need."""
